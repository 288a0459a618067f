import Testing

@testable import GatewaySvc

@Suite struct OpenAPITests {
    @Test func theDocumentEqualsTheTable() async throws {
        try await RunningGateway.with { running in
            let document = try APIDocument(try await running.client.send("GET", "/api/openapi.json").json)
            let routes = Set(running.gateway.table.routes.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
            #expect(document.operations == routes)
            #expect(routes.count == running.gateway.table.routes.count)
        }
    }

    @Test func everyRouteSaysWhatItMayAnswer() async throws {
        try await RunningGateway.with { running in
            let json = try await running.client.send("GET", "/api/openapi.json").json
            var ids: Set<String> = []
            for route in running.gateway.table.routes {
                let operation = json["paths"]?[route.path]?[route.method.rawValue.lowercased()]
                guard case .object(let responses)? = operation?["responses"],
                    case .string(let id)? = operation?["operationId"]
                else {
                    Issue.record("\(route.path) says nothing")
                    continue
                }
                #expect(ids.insert(id).inserted, "\(id) twice")
                #expect(Set(["400", "404", "429", "500", "503", "504"]).isSubset(of: responses.keys), "\(route.path)")
                let guarded = route.admission.usesSession || route.admission.usesBearer
                #expect(!guarded || Set(["401", "403"]).isSubset(of: responses.keys), "\(route.path)")
                // Each path parameter is declared, with bounds.
                for case .parameter(let name) in route.segments {
                    let parameter = route.about.parameters.first { $0.name == name && $0.place == .path }
                    #expect(parameter?.required == true, "\(route.path) {\(name)}")
                }
            }
        }
    }

    @Test func everyNamedShapeExists() {
        let names = Set(Schemas.all.map(\.name))
        #expect(names.count == Schemas.all.count)
        func references(_ schema: Schema) -> [String] {
            switch schema {
            case .named(let name): [name]
            case .list(let element, _), .dictionary(let element), .nullable(let element): references(element)
            case .either(let one, let other): references(one) + references(other)
            case .object(let members): members.flatMap { references($0.schema) }
            default: []
            }
        }
        let used = Schemas.all.flatMap { references($0.schema) }
        #expect(Set(used).isSubset(of: names))
    }
}

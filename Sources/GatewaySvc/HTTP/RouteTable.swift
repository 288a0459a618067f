import HTTPTypes

/// All routes, found by path and method.
struct RouteTable: Sendable {
    enum Finding {
        case route(Route, [String: String])
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    let routes: [Route]
    private let byLength: [Int: [Route]]

    init(_ routes: [Route]) {
        self.routes = routes
        byLength = Dictionary(grouping: routes) { $0.segments.count }
    }

    /// The first route of the table that fits. HEAD asks like GET.
    func find(_ method: HTTPRequest.Method, _ path: [String]) -> Finding {
        let method = method == .head ? .get : method
        var others: [HTTPRequest.Method] = []
        for route in byLength[path.count] ?? [] {
            guard let values = route.match(path) else { continue }
            if route.method == method { return .route(route, values) }
            others.append(route.method)
        }
        return others.isEmpty ? .nothing : .otherMethods(others)
    }
}

import Contracts

@testable import GatewaySvc

/// The API document as a client reads it, to hold answers against it.
struct APIDocument {
    let json: JSONValue

    init(_ json: JSONValue) throws {
        guard json["openapi"] == .string("3.1.0") else { throw Fault(.internalError, "no OpenAPI 3.1") }
        self.json = json
    }

    /// `get /api/v1/schools` of everything it describes.
    var operations: Set<String> {
        guard case .object(let paths)? = json["paths"] else { return [] }
        return Set(
            paths.flatMap { path, item -> [String] in
                guard case .object(let methods) = item else { return [] }
                return methods.keys.map { "\($0) \(path)" }
            })
    }

    /// Where an answer differs from what the document says; empty when it does not.
    func problems(of reply: HTTPReply, _ method: String, _ path: String) throws -> [String] {
        guard let answer = json["paths"]?[path]?[method]?["responses"]?[String(reply.status)] else {
            return ["\(reply.status) is not documented"]
        }
        guard case .object(let content)? = answer["content"] else {
            return reply.body.isEmpty ? [] : ["a body that is not documented"]
        }
        let type = String((reply.header("Content-Type") ?? "").prefix { $0 != ";" })
        guard let schema = content[type]?["schema"] ?? content["*/*"]?["schema"] else {
            return ["\(type) is not documented"]
        }
        if schema == .object([:]) || type == "text/plain" || schema["format"] == .string("binary") { return [] }
        // The document does not describe itself member by member.
        if path == "/api/openapi.json" { return [] }
        return problems(of: try reply.json, schema, at: "$")
    }

    private func problems(of value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        if case .string(let reference)? = schema["$ref"] {
            guard let named = json["components"]?["schemas"]?[String(reference.split(separator: "/").last ?? "")] else {
                return ["\(place): \(reference) is missing"]
            }
            return problems(of: value, named, at: place)
        }
        if case .array(let choices)? = schema["anyOf"] {
            return choices.contains { problems(of: value, $0, at: place).isEmpty } ? [] : ["\(place): none of anyOf"]
        }
        guard case .string(let type)? = schema["type"] else { return ["\(place): a schema without type"] }
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number): return []
        case ("number", .integer): return []
        case ("integer", .integer(let number)):
            if case .integer(let least)? = schema["minimum"], number < least { return ["\(place): below \(least)"] }
            if case .integer(let most)? = schema["maximum"], number > most { return ["\(place): above \(most)"] }
            return []
        case ("string", .string(let text)):
            if case .array(let words)? = schema["enum"], !words.contains(.string(text)) {
                return ["\(place): not one of the words"]
            }
            return []
        case ("array", .array(let elements)):
            guard let item = schema["items"] else { return ["\(place): no items"] }
            return elements.enumerated().flatMap { problems(of: $1, item, at: "\(place)[\($0)]") }
        case ("object", .object(let members)):
            return problems(of: members, schema, at: place)
        default:
            return ["\(place): not \(type)"]
        }
    }

    private func problems(of members: [String: JSONValue], _ schema: JSONValue, at place: String) -> [String] {
        var found: [String] = []
        if case .array(let required)? = schema["required"] {
            for case .string(let name) in required where members[name] == nil {
                found.append("\(place).\(name) is missing")
            }
        }
        for (name, value) in members {
            if let member = schema["properties"]?[name] {
                found += problems(of: value, member, at: "\(place).\(name)")
            } else if let any = schema["additionalProperties"], any != .bool(false) {
                found += problems(of: value, any, at: "\(place).\(name)")
            } else {
                found.append("\(place).\(name) is not documented")
            }
        }
        return found
    }
}

/// The shape of a JSON value, as the API document describes it (JSON Schema 2020-12, the part we need).
indirect enum Schema: Sendable {
    case text(length: ClosedRange<Int>? = nil, pattern: String? = nil, format: String? = nil, meaning: String? = nil)
    case integer(ClosedRange<Int64>? = nil, meaning: String? = nil)
    case number(meaning: String? = nil)
    case boolean
    case oneOf([String])
    case list(Schema, atMost: Int? = nil)
    case object([Member])
    /// Any member name, each value of one shape.
    case dictionary(Schema)
    case nullable(Schema)
    case either(Schema, Schema)
    /// One of `Schemas.all`.
    case named(String)
    case bytes
    /// Judged by whoever processes it.
    case anything

    struct Member: Sendable {
        let name: String
        let schema: Schema
        let required: Bool
    }

    static func member(_ name: String, _ schema: Schema) -> Member {
        Member(name: name, schema: schema, required: true)
    }

    static func optional(_ name: String, _ schema: Schema) -> Member {
        Member(name: name, schema: schema, required: false)
    }

    func write(_ json: inout JSONWriter) {
        json.object { writeMembers(&$0) }
    }

    private func writeMembers(_ json: inout JSONWriter) {
        switch self {
        case .text(let length, let pattern, let format, let meaning):
            json.field("type", "string")
            if let length {
                json.field("minLength", length.lowerBound)
                json.field("maxLength", length.upperBound)
            }
            if let pattern { json.field("pattern", pattern) }
            if let format { json.field("format", format) }
            if let meaning { json.field("description", meaning) }
        case .integer(let range, let meaning):
            json.field("type", "integer")
            if let range {
                json.field("minimum", range.lowerBound)
                json.field("maximum", range.upperBound)
            }
            if let meaning { json.field("description", meaning) }
        case .number(let meaning):
            json.field("type", "number")
            if let meaning { json.field("description", meaning) }
        case .boolean:
            json.field("type", "boolean")
        case .oneOf(let choices):
            json.field("type", "string")
            json.array("enum", choices) { $0.write($1) }
        case .list(let element, let atMost):
            json.field("type", "array")
            if let atMost { json.field("maxItems", atMost) }
            json.key("items")
            element.write(&json)
        case .object(let members):
            json.field("type", "object")
            json.object("properties") { json in
                for member in members {
                    json.key(named: member.name)
                    member.schema.write(&json)
                }
            }
            json.array("required", members.filter(\.required)) { $0.write($1.name) }
            json.field("additionalProperties", false)
        case .dictionary(let element):
            json.field("type", "object")
            json.key("additionalProperties")
            element.write(&json)
        case .nullable(let schema):
            json.array("anyOf", [schema, nil]) { json, schema in
                if let schema { schema.write(&json) } else { json.object { $0.field("type", "null") } }
            }
        case .either(let one, let other):
            json.array("anyOf", [one, other]) { $1.write(&$0) }
        case .named(let name):
            json.field("$ref", "#/components/schemas/\(name)")
        case .anything:
            break
        case .bytes:
            json.field("type", "string")
            json.field("format", "binary")
        }
    }
}

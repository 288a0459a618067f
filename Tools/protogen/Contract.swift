/// The proto files of this project, as far as Swift needs to know them.
struct Contract {
    var files: [File] = []

    struct File {
        var name: String
        /// The comment above `syntax`.
        var comment: String
        var enums: [Enumeration]
        var messages: [Message]
        var services: [Service]
    }

    struct Enumeration {
        var fullName: String
        var comment: String
        var values: [(name: String, number: Int32, comment: String)]
    }

    struct Message {
        var fullName: String
        var comment: String
        var fields: [Field]
    }

    struct Field {
        var name: String
        var number: Int32
        var kind: Kind
        var shape: Shape
        var comment: String
    }

    enum Kind: Equatable {
        case int32, int64, uint32, uint64, float, double, bool, string, bytes
        case message(String)
        case enumeration(String)
    }

    enum Shape: Equatable {
        case single
        case repeated
        /// The only member of the named oneof: there or not.
        case presence(String)
    }

    struct Service {
        var fullName: String
        var comment: String
        var methods: [Method]
    }

    struct Method {
        var name: String
        var comment: String
        var ask: String
        var reply: String
        var idempotent: Bool
        var callers: [String]
        var person: Bool
        /// Empty unless programs outside the suite call it.
        var client: String
    }

    var messages: [Message] { files.flatMap(\.messages) }
    var services: [Service] { files.flatMap(\.services) }

    /// Refuses what the generated code could not carry safely.
    func check() throws {
        let byName = Dictionary(uniqueKeysWithValues: messages.map { ($0.fullName, $0) })
        for message in messages { try refuseRecursion(from: message, path: [], byName) }
        for service in services {
            for method in service.methods {
                guard byName[method.ask] != nil, byName[method.reply] != nil else {
                    throw Refusal("\(service.fullName).\(method.name) speaks of messages outside this package")
                }
            }
        }
    }

    /// protobuf-c recurses without a limit, so one small message nested deeply would end the process.
    private func refuseRecursion(from message: Message, path: [String], _ byName: [String: Message]) throws {
        if path.contains(message.fullName) {
            throw Refusal(
                "recursive messages end the process when nested deeply; break the circle "
                    + (path + [message.fullName]).joined(separator: " → "))
        }
        for field in message.fields {
            guard case .message(let name) = field.kind else { continue }
            guard let inner = byName[name] else {
                throw Refusal("\(message.fullName).\(field.name) is of \(name), which is outside this package")
            }
            try refuseRecursion(from: inner, path: path + [message.fullName], byName)
        }
    }
}

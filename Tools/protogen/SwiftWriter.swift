/// One Swift file per proto file, and `Everything.swift`, which lists them.
struct SwiftWriter {
    private(set) var files: [String: String] = [:]

    init(_ contract: Contract) {
        for file in contract.files {
            let base = file.name.replacing(".proto", with: "")
            var out = Lines()
            out.add("// Made by Tools/protogen from proto/\(file.name); `make proto` makes it again.")
            out.add("import CProto")
            out.add("import CProtobufC")
            out.add("import ProtoRuntime")
            for enumeration in file.enums { out.enumeration(enumeration) }
            for message in file.messages { out.message(message) }
            for service in file.services { out.service(service) }
            files[base.prefix(1).uppercased() + base.dropFirst() + ".swift"] = out.text
        }
        files["Everything.swift"] = everything(contract)
    }

    private func everything(_ contract: Contract) -> String {
        var out = Lines()
        out.add("// Made by Tools/protogen; `make proto` makes it again.")
        out.add("import ProtoRuntime")
        out.add("")
        out.add("/// All that the contract knows, for tests that must leave nothing out.")
        out.add("public enum Everything {")
        out.add("    public static let messages: [any ProtoMessage.Type] = [")
        for message in contract.messages { out.add("        \(Names.type(message.fullName)).self,") }
        out.add("    ]")
        out.add("    public static let methods: [RPCMethodInfo] = [")
        for service in contract.services {
            for method in service.methods {
                out.add("        \(Names.type(service.fullName))Methods.\(Names.method(method.name)),")
            }
        }
        out.add("    ]")
        out.add("}")
        return out.text
    }
}

struct Lines {
    private(set) var text = ""

    mutating func add(_ line: String) { text += line + "\n" }

    mutating func comment(_ comment: String, indent: String = "") {
        for line in comment.split(separator: "\n") {
            let words = line.hasPrefix(" ") ? String(line.dropFirst()) : String(line)
            add("\(indent)/// \(words)".trimmingTrailingBlanks())
        }
    }
}

extension String {
    func trimmingTrailingBlanks() -> String {
        String(self.reversed().drop { $0 == " " }.reversed())
    }
}

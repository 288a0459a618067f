// Each service as what a server answers, what a client asks, and what the table says of each method.
extension Lines {
    mutating func service(_ s: Contract.Service) {
        let name = Names.type(s.fullName)

        add("")
        comment(s.comment.isEmpty ? "What a server of `\(s.fullName)` answers." : s.comment)
        add("public protocol \(name)Service: Sendable {")
        for m in s.methods {
            comment(m.comment, indent: "    ")
            add("    func \(signature(m))")
        }
        add("}")

        add("")
        add("/// What each method of `\(s.fullName)` demands of whoever calls it.")
        add("public enum \(name)Methods {")
        for m in s.methods {
            let callers = m.callers.map { "\"\($0)\"" }.joined(separator: ", ")
            add("    public static let \(Names.method(m.name)) = RPCMethodInfo(")
            add("        service: \"\(s.fullName)\", method: \"\(m.name)\", idempotent: \(m.idempotent),")
            let client = m.client.isEmpty ? "" : ", client: \"\(m.client)\""
            add("        callers: [\(callers)], person: \(m.person)\(client))")
        }
        add("}")

        add("")
        add("extension \(name)Service {")
        add("    /// For a server on the bus, or a channel straight into this process.")
        add("    public var rpcTable: RPCServiceTable {")
        add("        RPCServiceTable(")
        add("            \"\(s.fullName)\",")
        add("            [")
        for m in s.methods {
            let method = Names.method(m.name)
            add("                RPCMethod(\(name)Methods.\(method)) { try await self.\(method)($0, $1) },")
        }
        add("            ])")
        add("    }")
        add("}")

        add("")
        add("/// Asks `\(s.fullName)` over a channel.")
        add("public struct \(name)Client: Sendable {")
        add("    private let channel: any RPCChannel")
        add("")
        add("    public init(_ channel: any RPCChannel) { self.channel = channel }")
        for m in s.methods {
            add("")
            comment(m.comment, indent: "    ")
            add("    public func \(signature(m)) {")
            add("        try await channel.ask(\(name)Methods.\(Names.method(m.name)), ask, call)")
            add("    }")
        }
        add("}")
    }

    private func signature(_ m: Contract.Method) -> String {
        "\(Names.method(m.name))(_ ask: \(Names.type(m.ask)), _ call: Call) async throws -> \(Names.type(m.reply))"
    }
}

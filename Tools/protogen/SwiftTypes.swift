// Enums and messages as Swift value types.
extension Lines {
    mutating func enumeration(_ e: Contract.Enumeration) {
        let type = Names.type(e.fullName)
        add("")
        comment(e.comment)
        add("public struct \(type): RawRepresentable, Sendable, Hashable {")
        add("    public let rawValue: Int32")
        add("    public init(rawValue: Int32) { self.rawValue = rawValue }")
        add("")
        for value in e.values {
            comment(value.comment, indent: "    ")
            add("    public static let \(Names.enumValue(value.name, of: type)) = \(type)(rawValue: \(value.number))")
        }
        add("}")
    }

    mutating func message(_ m: Contract.Message) {
        let type = Names.type(m.fullName)
        add("")
        comment(m.comment)
        add("public struct \(type): ProtoMessage {")
        for field in m.fields {
            comment(field.comment, indent: "    ")
            add("    public var \(Names.member(field.name)): \(field.swiftType) = \(field.defaultText)")
        }
        if !m.fields.isEmpty { add("") }
        add("    public init() {}")
        add("}")
        add("")
        add("extension \(type) {")
        add("    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {")
        add("        descriptor_of_\(Names.cFunctions(m.fullName))()")
        add("    }")
        add("")
        add("    public init(copying c: UnsafePointer<\(Names.cType(m.fullName))>) throws(ProtoError) {")
        for field in m.fields { copying(field) }
        add("    }")
        add("")
        add("    public func fill(")
        add("        _ c: UnsafeMutablePointer<\(Names.cType(m.fullName))>, _ arena: borrowing Arena")
        add("    ) throws(ProtoError) {")
        for field in m.fields { filling(field, of: m) }
        add("    }")
        add("}")
    }

    private mutating func copying(_ field: Contract.Field) {
        let member = "self.\(Names.member(field.name))"
        let c = "c.pointee.\(Names.cField(field.name))"
        switch field.shape {
        case .single:
            add("        \(member) = \(field.single(c))")
        case .presence(let oneof):
            add("        if c.pointee.\(Names.cField(oneof))_case.rawValue == \(field.number) {")
            add("            \(member) = \(field.single(c))")
            add("        }")
        case .repeated:
            let n = "c.pointee.n_\(field.name.lowercased())"
            switch field.kind {
            case .message: add("        \(member) = try protoMessages(\(n), \(c))")
            case .string: add("        \(member) = try protoArray(\(n), \(c), protoString)")
            case .bytes: add("        \(member) = try protoArray(\(n), \(c), protoBytes)")
            default: add("        \(member) = try protoArray(\(n), \(c)) { \(field.single("$0")) }")
            }
        }
    }

    private mutating func filling(_ field: Contract.Field, of message: Contract.Message) {
        let member = Names.member(field.name)
        let c = "c.pointee.\(Names.cField(field.name))"
        switch field.shape {
        case .single:
            add("        \(c) = \(field.filled(member))")
        case .presence(let oneof):
            add("        if let \(member) {")
            let cases = Names.cCaseType(oneof, in: message.fullName)
            add("            c.pointee.\(Names.cField(oneof))_case = \(cases)(rawValue: \(field.number))")
            add("            \(c) = \(field.filled(member))")
            add("        }")
        case .repeated:
            add("        c.pointee.n_\(field.name.lowercased()) = \(member).count")
            switch field.kind {
            case .message: add("        \(c) = try arena.messages(\(member))")
            case .string: add("        \(c) = try arena.strings(\(member))")
            case .bytes: add("        \(c) = try arena.blobs(\(member))")
            default: add("        \(c) = try arena.array(\(member)) { \(field.filled("$0")) }")
            }
        }
    }
}

extension Contract.Field {
    private var oneType: String {
        switch kind {
        case .int32: "Int32"
        case .int64: "Int64"
        case .uint32: "UInt32"
        case .uint64: "UInt64"
        case .float: "Float"
        case .double: "Double"
        case .bool: "Bool"
        case .string: "String"
        case .bytes: "[UInt8]"
        case .message(let name), .enumeration(let name): Names.type(name)
        }
    }

    private var isMessage: Bool {
        if case .message = kind { return true }
        return false
    }

    var swiftType: String {
        switch shape {
        case .repeated: "[\(oneType)]"
        case .presence: "\(oneType)?"
        case .single: isMessage ? "\(oneType)?" : oneType
        }
    }

    var defaultText: String {
        if shape == .repeated { return "[]" }
        if shape != .single || isMessage { return "nil" }
        switch kind {
        case .bool: return "false"
        case .string: return "\"\""
        case .bytes: return "[]"
        case .enumeration(let name): return "\(Names.type(name))(rawValue: 0)"
        default: return "0"
        }
    }

    /// The Swift value of the C value `c`.
    func single(_ c: String) -> String {
        switch kind {
        case .bool: "\(c) != 0"
        case .string: "try protoString(\(c))"
        case .bytes: "protoBytes(\(c))"
        case .message: "try protoMessage(\(c))"
        case .enumeration(let name): "\(Names.type(name))(rawValue: Int32(bitPattern: \(c).rawValue))"
        default: c
        }
    }

    /// The C value of the Swift value `member`.
    func filled(_ member: String) -> String {
        switch kind {
        case .bool: "\(member) ? 1 : 0"
        case .string: "try arena.string(\(member))"
        case .bytes: "try arena.bytes(\(member))"
        case .message: "try arena.message(optional: \(member))"
        case .enumeration(let name): "\(Names.cType(name))(rawValue: UInt32(bitPattern: \(member).rawValue))"
        default: member
        }
    }
}

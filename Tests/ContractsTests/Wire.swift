import CProtobufC
import ProtoRuntime
import Support

@testable import Contracts

/// The value of a field as the test knows it, apart from the generated code and from protobuf-c's encoder.
indirect enum Value {
    case int(Int64)
    /// Of a field in which small numbers are short, whatever their sign.
    case zigzag(Int64)
    case uint(UInt64)
    case double(Double)
    case float(Float)
    case bool(Bool)
    case text(String)
    case bytes([UInt8])
    case message([(field: Field, value: Value)])
    case list([Value])
    case absent
}

/// A field of a message: the number and type from protobuf-c's descriptor, the member from the Swift type.
struct Field {
    var number: UInt32
    var type: ProtobufCType
    var isRepeated: Bool
    var hasPresence: Bool
    var label: String
    /// protobuf-c sees strings as bytes; the Swift type tells them apart.
    var isText: Bool
    var inner: (any ProtoMessage.Type)?

    /// - Returns: nil when the members and the descriptor do not name the same fields.
    static func all(of type: any ProtoMessage.Type) -> [Field]? {
        let d = type.protoDescriptor.pointee
        let members = Mirror(reflecting: type.init()).children.map { ($0.label ?? "", $0.value) }
        guard members.count == Int(d.n_fields) else { return nil }
        var fields: [Field] = []
        for i in 0..<Int(d.n_fields) {
            let f = d.fields[i]
            let plain = String(cString: f.name).replacing("_", with: "").lowercased()
            guard let (label, value) = members.first(where: { $0.0.lowercased() == plain }) else { return nil }
            var inner: (any ProtoMessage.Type)?
            if f.type == PROTOBUF_C_TYPE_MESSAGE {
                inner = Everything.messages.first { UnsafeRawPointer($0.protoDescriptor) == f.descriptor }
                if inner == nil { return nil }
            }
            fields.append(
                Field(
                    number: f.id, type: f.type, isRepeated: f.label == PROTOBUF_C_LABEL_REPEATED,
                    hasPresence: f.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0, label: label,
                    isText: [String.self, String?.self, [String].self].contains { (kind: Any.Type) in
                        kind == Swift.type(of: value)
                    },
                    inner: inner))
        }
        return fields
    }
}

/// Random messages and their bytes in canonical form: fields in order of number, zeros left out, numbers packed.
struct RandomWire {
    var random: SeededGenerator
    static let fields: [ObjectIdentifier: [Field]] = {
        Dictionary(uniqueKeysWithValues: Everything.messages.map { (ObjectIdentifier($0), Field.all(of: $0) ?? []) })
    }()

    mutating func message(_ type: any ProtoMessage.Type) -> Value {
        .message((Self.fields[ObjectIdentifier(type)] ?? []).map { ($0, value(of: $0)) })
    }

    private mutating func value(of field: Field) -> Value {
        if field.isRepeated {
            return .list((0..<Int.random(in: 0...3, using: &random)).map { _ in one(field) })
        }
        if (field.hasPresence || field.inner != nil) && Bool.random(using: &random) { return .absent }
        return one(field)
    }

    private mutating func one(_ field: Field) -> Value {
        if let inner = field.inner { return message(inner) }
        let wide = random.next() >> UInt64.random(in: 0...63, using: &random)
        let bits = Int.random(in: 0...5, using: &random) == 0 ? 0 : wide
        let signed = Bool.random(using: &random) ? Int64(bitPattern: bits) : 0 &- Int64(bitPattern: bits)
        switch field.type {
        case PROTOBUF_C_TYPE_INT32, PROTOBUF_C_TYPE_ENUM: return .int(Int64(Int32(truncatingIfNeeded: signed)))
        case PROTOBUF_C_TYPE_SINT32: return .zigzag(Int64(Int32(truncatingIfNeeded: signed)))
        case PROTOBUF_C_TYPE_INT64: return .int(signed)
        case PROTOBUF_C_TYPE_UINT32: return .uint(UInt64(UInt32(truncatingIfNeeded: bits)))
        case PROTOBUF_C_TYPE_UINT64: return .uint(bits)
        case PROTOBUF_C_TYPE_BOOL: return .bool(bits & 1 == 1)
        case PROTOBUF_C_TYPE_DOUBLE: return .double(Double(signed) / 1000)
        case PROTOBUF_C_TYPE_FLOAT: return .float(Float(signed % 100_000) / 8)
        default:
            let count = Int.random(in: 0...12, using: &random)
            if field.isText {
                return .text(String((0..<count).map { _ in "aZ 9ñß€漢🎓\u{1}".randomElement(using: &random)! }))
            }
            return .bytes((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        }
    }
}

enum Wire {
    static func encode(_ value: Value) -> [UInt8] {
        guard case .message(let fields) = value else { return [] }
        var out: [UInt8] = []
        for (field, value) in fields.sorted(by: { $0.field.number < $1.field.number }) {
            encode(value, as: field, into: &out)
        }
        return out
    }

    private static func encode(_ value: Value, as field: Field, into out: inout [UInt8]) {
        switch value {
        case .absent: return
        case .list(let items):
            if items.isEmpty { return }
            switch items[0] {
            case .text, .bytes, .message:
                for item in items { put(item, as: field, into: &out) }
            default:
                let packed = items.flatMap(body)
                out += varint(UInt64(field.number) << 3 | 2) + varint(UInt64(packed.count)) + packed
            }
        default:
            if isZero(value) && !field.hasPresence { return }
            put(value, as: field, into: &out)
        }
    }

    private static func put(_ value: Value, as field: Field, into out: inout [UInt8]) {
        let kind: UInt64
        switch value {
        case .double: kind = 1
        case .float: kind = 5
        case .text, .bytes, .message: kind = 2
        default: kind = 0
        }
        let body = body(value)
        out += varint(UInt64(field.number) << 3 | kind)
        if kind == 2 { out += varint(UInt64(body.count)) }
        out += body
    }

    private static func isZero(_ value: Value) -> Bool {
        switch value {
        case .int(let v), .zigzag(let v): v == 0
        case .uint(let v): v == 0
        case .double(let v): v == 0
        case .float(let v): v == 0
        case .bool(let v): !v
        case .text(let v): v.isEmpty
        case .bytes(let v): v.isEmpty
        default: false
        }
    }

    private static func body(_ value: Value) -> [UInt8] {
        switch value {
        case .int(let v): varint(UInt64(bitPattern: v))
        case .zigzag(let v): varint(UInt64(bitPattern: (v << 1) ^ (v >> 63)))
        case .uint(let v): varint(v)
        case .bool(let v): [v ? 1 : 0]
        case .double(let v): withUnsafeBytes(of: v.bitPattern.littleEndian, Array.init)
        case .float(let v): withUnsafeBytes(of: v.bitPattern.littleEndian, Array.init)
        case .text(let v): Array(v.utf8)
        case .bytes(let v): v
        case .message: encode(value)
        case .list, .absent: []
        }
    }

    static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var out: [UInt8] = []
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return out + [UInt8(rest)]
    }

    /// Whether a Swift value is what the test meant, member by member.
    static func matches(_ swift: Any, _ value: Value) -> Bool {
        switch value {
        case .absent:
            let mirror = Mirror(reflecting: swift)
            return mirror.displayStyle == .optional && mirror.children.isEmpty
        case .list(let items):
            let children = Mirror(reflecting: swift).children.map(\.value)
            return children.count == items.count && zip(children, items).allSatisfy { matches($0, $1) }
        default: break
        }
        let mirror = Mirror(reflecting: swift)
        if mirror.displayStyle == .optional { return mirror.children.first.map { matches($0.value, value) } ?? false }
        switch value {
        case .int(let v), .zigzag(let v):
            if let known = swift as? Int64 { return known == v }
            if let known = swift as? Int32 { return Int64(known) == v }
            return (mirror.descendant("rawValue") as? Int32).map { Int64($0) == v } ?? false
        case .uint(let v): return (swift as? UInt64) == v || (swift as? UInt32).map(UInt64.init) == v
        case .double(let v): return (swift as? Double) == v
        case .float(let v): return (swift as? Float) == v
        case .bool(let v): return (swift as? Bool) == v
        case .text(let v): return (swift as? String) == v
        case .bytes(let v): return (swift as? [UInt8]) == v
        case .message(let fields):
            let members = Dictionary(uniqueKeysWithValues: mirror.children.map { ($0.label ?? "", $0.value) })
            return members.count == fields.count
                && fields.allSatisfy { field, value in members[field.label].map { matches($0, value) } ?? false }
        case .absent, .list: return false
        }
    }
}

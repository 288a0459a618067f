import CProto
import CProtobufC

private let package = "ers"

func unpackDescriptorSet(
    _ bytes: [UInt8]
) throws -> UnsafeMutablePointer<Google__Protobuf__FileDescriptorSet> {
    guard let set = google__protobuf__file_descriptor_set__unpack(nil, bytes.count, bytes) else {
        throw Refusal("the input is no FileDescriptorSet")
    }
    return set
}

/// The same files as protoc-c shall see them: strings are bytes, so that their length survives (a C string ends at its
/// first NUL); services and comments are left out, because nothing uses protobuf-c's services.
///
/// The wire format of both types is the same.
func forProtobufC(_ bytes: [UInt8]) throws -> [UInt8] {
    let set = try unpackDescriptorSet(bytes)
    for file in pointers(set.pointee.file, set.pointee.n_file) where text(file.pointee.package) == package {
        file.pointee.n_service = 0
        file.pointee.source_code_info = nil
        var kept = 0
        for i in 0..<file.pointee.n_dependency where text(file.pointee.dependency[i]) != "options.proto" {
            file.pointee.dependency[kept] = file.pointee.dependency[i]
            kept += 1
        }
        file.pointee.n_dependency = kept
        for message in pointers(file.pointee.message_type, file.pointee.n_message_type) {
            for field in pointers(message.pointee.field, message.pointee.n_field)
            where field.pointee.type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING {
                field.pointee.type = GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES
            }
        }
    }
    return [UInt8](unsafeUninitializedCapacity: google__protobuf__file_descriptor_set__get_packed_size(set)) {
        $1 = google__protobuf__file_descriptor_set__pack(set, $0.baseAddress)
    }
}

extension Contract {
    init(descriptorSet bytes: [UInt8]) throws {
        let set = try unpackDescriptorSet(bytes)
        let all = pointers(set.pointee.file, set.pointee.n_file).filter { text($0.pointee.package) == package }
        let options = try MethodOptionNumbers(all)
        files = try all.map { try File($0, options) }.filter {
            !($0.enums.isEmpty && $0.messages.isEmpty && $0.services.isEmpty)
        }
    }
}

/// The field numbers under which options.proto extends `MethodOptions`.
private struct MethodOptionNumbers {
    var callers: UInt32 = 0
    var person: UInt32 = 0
    var client: UInt32 = 0

    init(_ files: [UnsafeMutablePointer<Google__Protobuf__FileDescriptorProto>]) throws {
        for file in files {
            for one in pointers(file.pointee.extension, file.pointee.n_extension)
            where text(one.pointee.extendee) == ".google.protobuf.MethodOptions" {
                switch text(one.pointee.name) {
                case "callers": callers = UInt32(one.pointee.number)
                case "person": person = UInt32(one.pointee.number)
                case "client": client = UInt32(one.pointee.number)
                default: throw Refusal("the generator does not know the method option \(text(one.pointee.name))")
                }
            }
        }
        guard callers > 0, person > 0, client > 0 else {
            throw Refusal("options.proto does not define callers, person and client")
        }
    }
}

extension Contract.File {
    fileprivate init(
        _ file: UnsafeMutablePointer<Google__Protobuf__FileDescriptorProto>, _ options: MethodOptionNumbers
    ) throws {
        let f = file.pointee
        name = text(f.name)
        guard text(f.syntax) == "proto3" else { throw Refusal("\(name) is not proto3") }
        let comments = Comments(f.source_code_info)
        comment = comments[[12]]
        enums = pointers(f.enum_type, f.n_enum_type).enumerated().map { i, e in
            Contract.Enumeration(
                fullName: "." + package + "." + text(e.pointee.name), comment: comments[[5, Int32(i)]],
                values: pointers(e.pointee.value, e.pointee.n_value).enumerated().map { j, v in
                    (text(v.pointee.name), v.pointee.number, comments[[5, Int32(i), 2, Int32(j)]])
                })
        }
        messages = try pointers(f.message_type, f.n_message_type).enumerated().map { i, m in
            try Contract.Message(m.pointee, comments, [4, Int32(i)])
        }
        services = try pointers(f.service, f.n_service).enumerated().map { i, s in
            let fullName = package + "." + text(s.pointee.name)
            return Contract.Service(
                fullName: fullName, comment: comments[[6, Int32(i)]],
                methods: try pointers(s.pointee.method, s.pointee.n_method).enumerated().map { j, m in
                    try Contract.Method(m.pointee, of: fullName, comments[[6, Int32(i), 2, Int32(j)]], options)
                })
        }
    }
}

extension Contract.Message {
    fileprivate init(_ m: Google__Protobuf__DescriptorProto, _ comments: Comments, _ path: [Int32]) throws {
        let fullName = "." + package + "." + text(m.name)
        self.fullName = fullName
        comment = comments[path]
        for nested in pointers(m.nested_type, m.n_nested_type) {
            if let options = nested.pointee.options, options.pointee.map_entry != 0 {
                throw Refusal("\(fullName) has a map; write a repeated message with key and value")
            }
            throw Refusal("\(fullName).\(text(nested.pointee.name)) is nested; write it beside \(fullName)")
        }
        guard m.n_enum_type == 0 else { throw Refusal("\(fullName) has a nested enum; write it beside the message") }
        let oneofs = pointers(m.oneof_decl, m.n_oneof_decl).map { text($0.pointee.name) }
        let all = pointers(m.field, m.n_field)
        fields = try all.enumerated().map { i, field in
            let f = field.pointee
            let name = text(f.name)
            if f.proto3_optional != 0 {
                throw Refusal("\(fullName).\(name) is optional; write oneof \(name)_presence { … }")
            }
            var shape = Contract.Shape.single
            if f.label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED { shape = .repeated }
            if f.has_oneof_index != 0 {
                let members = all.filter { $0.pointee.has_oneof_index != 0 && $0.pointee.oneof_index == f.oneof_index }
                guard members.count == 1 else {
                    throw Refusal("\(fullName) has a oneof of several members; only one, meaning presence, is known")
                }
                shape = .presence(oneofs[Int(f.oneof_index)])
            }
            return Contract.Field(
                name: name, number: f.number, kind: try Contract.Kind(f, "\(fullName).\(name)"), shape: shape,
                comment: comments[path + [2, Int32(i)]])
        }
    }
}

extension Contract.Kind {
    fileprivate init(_ f: Google__Protobuf__FieldDescriptorProto, _ name: String) throws {
        switch f.type {
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT32: self = .int32
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SINT32: self = .int32
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT64: self = .int64
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT32: self = .uint32
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT64: self = .uint64
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FLOAT: self = .float
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_DOUBLE: self = .double
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL: self = .bool
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING: self = .string
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES: self = .bytes
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE: self = .message(text(f.type_name))
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM: self = .enumeration(text(f.type_name))
        default:
            throw Refusal("\(name) is of a type this project does not use; int32, sint32, int64, uint32, uint64 do")
        }
    }
}

extension Contract.Method {
    fileprivate init(
        _ m: Google__Protobuf__MethodDescriptorProto, of service: String, _ comment: String,
        _ numbers: MethodOptionNumbers
    ) throws {
        name = text(m.name)
        self.comment = comment
        ask = text(m.input_type)
        reply = text(m.output_type)
        guard m.client_streaming == 0, m.server_streaming == 0 else {
            throw Refusal("\(service).\(name) streams; answer in pages")
        }
        idempotent = false
        callers = []
        person = false
        client = ""
        if let options = m.options {
            idempotent =
                options.pointee.idempotency_level
                != GOOGLE__PROTOBUF__METHOD_OPTIONS__IDEMPOTENCY_LEVEL__IDEMPOTENCY_UNKNOWN
            for i in 0..<Int(options.pointee.base.n_unknown_fields) {
                let field = options.pointee.base.unknown_fields[i]
                let bytes = UnsafeBufferPointer(start: field.data, count: field.len)
                // protobuf-c keeps the length in front; a list of names is far below the 128 bytes of one digit,
                // but read it properly.
                func text() -> String { String(decoding: bytes.drop { $0 & 0x80 != 0 }.dropFirst(), as: UTF8.self) }
                if field.tag == numbers.callers {
                    callers = text().split(separator: " ").map(String.init).sorted()
                } else if field.tag == numbers.client {
                    client = text()
                } else if field.tag == numbers.person {
                    person = bytes.first != 0
                } else {
                    throw Refusal("\(service).\(name) has an option \(field.tag) that the generator does not know")
                }
            }
        }
        guard callers.isEmpty != client.isEmpty else {
            throw Refusal("\(service).\(name) does not say who may call it: processes, or clients of a scope")
        }
    }
}

/// The comments of a file by the path of what they stand at: above it, or behind it on the same line.
private struct Comments {
    private var byPath: [[Int32]: String] = [:]

    init(_ info: UnsafeMutablePointer<Google__Protobuf__SourceCodeInfo>?) {
        guard let info else { return }
        for location in pointers(info.pointee.location, info.pointee.n_location) {
            let l = location.pointee
            let comment = [l.leading_comments, l.trailing_comments].compactMap { $0 }.map { text($0) }
            guard !comment.isEmpty else { continue }
            let path = (0..<l.n_path).map { l.path[$0] }
            byPath[path] = comment.joined(separator: "\n")
        }
    }

    subscript(path: [Int32]) -> String { byPath[path] ?? "" }
}

func text(_ c: UnsafePointer<CChar>?) -> String { c.map { String(cString: $0) } ?? "" }

func pointers<T>(
    _ items: UnsafeMutablePointer<UnsafeMutablePointer<T>?>?, _ count: Int
) -> [UnsafeMutablePointer<T>] {
    guard let items else { return [] }
    return (0..<count).compactMap { items[$0] }
}

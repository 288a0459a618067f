import Foundation

/// Writes the Swift side of the contract from a `FileDescriptorSet`, as `protoc --descriptor_set_out` makes it.
///
/// `protogen c-descriptors IN OUT` rewrites the set for protoc-c; `protogen swift IN FOLDER` writes value types,
/// clients and service protocols; `protogen c-headers IN FOLDER` what Swift needs to reach the C side. All three are
/// steps of `scripts/make-proto`.
@main
enum Protogen {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3 else { throw Refusal("usage: protogen c-descriptors|c-headers|swift IN OUT") }
        let input = [UInt8](try Data(contentsOf: URL(fileURLWithPath: arguments[1])))
        let output = URL(fileURLWithPath: arguments[2])
        do {
            switch arguments[0] {
            case "c-descriptors":
                try Data(try forProtobufC(input)).write(to: output)
            case "c-headers":
                let contract = try Contract(descriptorSet: input)
                try write(HeaderWriter(contract).files, to: output)
            case "swift":
                let contract = try Contract(descriptorSet: input)
                try contract.check()
                try write(SwiftWriter(contract).files, to: output)
            default:
                throw Refusal("protogen knows no step \(arguments[0])")
            }
        } catch let refusal as Refusal {
            FileHandle.standardError.write(Data("protogen: \(refusal.reason)\n".utf8))
            exit(1)
        }
    }

    /// Files that are already there with the same text are left alone, so that nothing is built again for them.
    static func write(_ files: [String: String], to folder: URL) throws {
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            if let old = FileManager.default.contents(atPath: file.path), old == Data(text.utf8) { continue }
            try Data(text.utf8).write(to: file)
        }
    }
}

/// Why the proto files cannot become Swift.
struct Refusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// The module map of CProto, and functions that give the address of each descriptor: Swift cannot take the address of an
/// imported C global itself.
struct HeaderWriter {
    let files: [String: String]

    init(_ contract: Contract) {
        let headers = contract.files.filter { !$0.messages.isEmpty || !$0.enums.isEmpty }.map {
            $0.name.replacing(".proto", with: ".pb-c.h")
        }.sorted()
        var map = "// Made by Tools/protogen; `make proto` makes it again.\nmodule CProto {\n"
        for header in ["google/protobuf/descriptor.pb-c.h"] + headers + ["descriptors.h"] {
            map += "    header \"\(header)\"\n"
        }
        map += "    export *\n}\n"

        var text = "// Made by Tools/protogen; `make proto` makes it again.\n#pragma once\n"
        for header in headers { text += "#include \"\(header)\"\n" }
        text += "\n// Swift cannot take the address of an imported global.\n"
        for message in contract.messages {
            let name = Names.cFunctions(message.fullName)
            text += "static inline const ProtobufCMessageDescriptor *descriptor_of_\(name)(void) {\n"
            text += "    return &\(name)__descriptor;\n}\n"
        }
        files = ["module.modulemap": map, "descriptors.h": text]
    }
}

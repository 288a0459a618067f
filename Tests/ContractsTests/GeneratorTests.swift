import Testing

@testable import protogen

/// What the generator must refuse, each as a descriptor set written by hand.
@Suite struct GeneratorTests {
    @Test func aMessageThatContainsItselfIsRefused() throws {
        let contract = try Contract(
            descriptorSet: set(
                message("Tree", [field("left", 1, type: 11, of: ".ers.Branch")]),
                message("Branch", [field("tree", 1, type: 11, of: ".ers.Tree")])))
        let refusal = #expect(throws: Refusal.self) { try contract.check() }
        #expect(refusal?.reason.contains(".ers.Tree → .ers.Branch → .ers.Tree") == true)
    }

    @Test func anOptionalFieldIsRefused() {
        refuses("oneof x_presence") {
            set(message("A", [field("x", 1, type: 5, extra: [(9, 0), (17, 1)])], oneofs: ["_x"]))
        }
    }

    @Test func aMapIsRefused() {
        refuses("map") {
            let entry = string(1, "XEntry") + nested(7, number(7, 1))
            return set(message("A", [field("x", 1, type: 11, of: ".ers.A.XEntry")]) + nested(3, entry))
        }
    }

    @Test func aNestedMessageIsRefused() {
        refuses("nested") { set(message("A", []) + nested(3, string(1, "B"))) }
    }

    @Test func aOneofOfTwoIsRefused() {
        refuses("several members") {
            set(
                message(
                    "A", [field("x", 1, type: 5, extra: [(9, 0)]), field("y", 2, type: 5, extra: [(9, 0)])],
                    oneofs: ["o"]))
        }
    }

    @Test func anUnusualNumberTypeIsRefused() {
        refuses("does not use") { set(message("A", [field("x", 1, type: 18)])) }
    }

    @Test func otherSyntaxIsRefused() {
        refuses("proto3") { set(message("A", []), syntax: "proto2") }
    }

    @Test func aStreamIsRefused() {
        refuses("streams") { set(message("A", []), service: method(number(6, 1))) }
    }

    @Test func aMethodThatNobodyMayCallIsRefused() {
        refuses("who may call") { set(message("A", []), service: method([])) }
    }

    @Test func bytesThatAreNoDescriptorAreRefused() {
        refuses("FileDescriptorSet") { [0xFF, 0xFF] }
    }

    @Test func namesFollowTheProject() {
        #expect(Names.member("school_id") == "schoolID")
        #expect(Names.member("district_group_ids") == "districtGroupIDs")
        #expect(Names.member("at_us") == "atUs")
        #expect(Names.member("ssid") == "ssid")
        #expect(Names.member("picture_url") == "pictureURL")
        #expect(Names.member("default") == "`default`")
        #expect(Names.enumValue("SUMMATIVE_NOTICE_WITHHELD", of: "SummativeNotice") == "withheld")
        #expect(Names.cFunctions(".ers.ImportPayloadPart") == "ers__import_payload_part")
        #expect(Names.cCaseType("scale_presence", in: ".ers.ExamScore") == "Ers__ExamScore__ScalePresenceCase")
        #expect(Names.cField("class") == "class_")
    }

    private func refuses(_ words: String, _ bytes: () -> [UInt8]) {
        let refusal = #expect(throws: Refusal.self) {
            _ = try Contract(descriptorSet: bytes()).check()
        }
        #expect(refusal?.reason.contains(words) == true, "\(refusal?.reason ?? "no refusal")")
    }

    // The few fields of descriptor.proto that matter here.
    private func number(_ tag: UInt64, _ value: UInt64) -> [UInt8] { Wire.varint(tag << 3) + Wire.varint(value) }
    private func nested(_ tag: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        Wire.varint(tag << 3 | 2) + Wire.varint(UInt64(bytes.count)) + bytes
    }
    private func string(_ tag: UInt64, _ text: String) -> [UInt8] { nested(tag, Array(text.utf8)) }

    private func field(
        _ name: String, _ id: UInt64, type: UInt64, of typeName: String = "", extra: [(UInt64, UInt64)] = []
    ) -> [UInt8] {
        string(1, name) + number(3, id) + number(4, 1) + number(5, type)
            + (typeName.isEmpty ? [] : string(6, typeName)) + extra.flatMap { number($0, $1) }
    }
    private func message(_ name: String, _ fields: [[UInt8]], oneofs: [String] = []) -> [UInt8] {
        string(1, name) + fields.flatMap { nested(2, $0) } + oneofs.flatMap { nested(8, string(1, $0)) }
    }
    private func method(_ extra: [UInt8]) -> [UInt8] {
        string(1, "S") + nested(2, string(1, "Do") + string(2, ".ers.A") + string(3, ".ers.A") + extra)
    }
    private func set(_ messages: [UInt8]..., syntax: String = "proto3", service: [UInt8]? = nil) -> [UInt8] {
        let file =
            string(1, "a.proto") + string(2, "ers") + messages.flatMap { nested(4, $0) }
            + (service.map { nested(6, $0) } ?? []) + string(12, syntax)
        let extensions = [("callers", 50001), ("person", 50002), ("client", 50003)].flatMap { name, id in
            nested(7, string(1, name) + string(2, ".google.protobuf.MethodOptions") + number(3, UInt64(id)))
        }
        let options = string(1, "options.proto") + string(2, "ers") + extensions + string(12, "proto3")
        return nested(1, options) + nested(1, file)
    }
}

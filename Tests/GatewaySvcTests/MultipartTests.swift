import NIOCore
import Testing

@testable import GatewaySvc

@Suite struct MultipartTests {
    static let boundary = "x-Boundary"
    static let contentType = "multipart/form-data; boundary=\"\(boundary)\""

    static let whole =
        "preamble\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"batch\"\r\n\r\nspring\r\n--\(boundary) \t\r\n"
        + "content-disposition: form-data; name=\"file\"; filename=\"C:\\dir\\a.xml\"\r\nContent-Type: text/xml\r\n\r\n"
        + "<a>\r\n--x-Bound\r\n\r--\r\n</a>\r\n--\(boundary)\r\n"
        + "Content-Disposition: form-data; name=\"empty\"; filename=\"e\"\r\n\r\n\r\n--\(boundary)--\r\nepilogue"

    /// Name, file name, content type and bytes of each part.
    struct Part: Equatable { var headers: MultipartReader.PartHeaders; var bytes = ""; var ended = false }

    static let expected = [
        Part(headers: .init(name: "batch"), bytes: "spring", ended: true),
        Part(
            headers: .init(name: "file", filename: "a.xml", contentType: "text/xml"),
            bytes: "<a>\r\n--x-Bound\r\n\r--\r\n</a>",
            ended: true),
        Part(headers: .init(name: "empty", filename: "e"), ended: true),
    ]

    static func read(_ chunks: [[UInt8]], _ contentType: String = contentType) throws -> [Part] {
        var reader = try MultipartReader(contentType: contentType)
        var parts: [Part] = []
        for chunk in chunks {
            for event in try reader.read(ByteBuffer(bytes: chunk)) {
                switch event {
                case .partBegins(let headers): parts.append(Part(headers: headers))
                case .bytes(let bytes): parts[parts.count - 1].bytes += String(buffer: bytes)
                case .partEnds: parts[parts.count - 1].ended = true
                }
            }
        }
        try reader.finish()
        return parts
    }

    @Test func splitAtEveryByte() throws {
        let bytes = Array(Self.whole.utf8)
        for cut in 0...bytes.count {
            #expect(try Self.read([Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.expected, "cut at \(cut)")
        }
    }

    @Test("In chunks of every size", arguments: 1...40)
    func chunked(size: Int) throws {
        let bytes = Array(Self.whole.utf8)
        let chunks = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        #expect(try Self.read(chunks) == Self.expected)
    }

    @Test func truncatedAnywhereIsRefused() throws {
        let bytes = Array(Self.whole.utf8)
        let end = bytes.count - "--\r\nepilogue".utf8.count
        for length in 0..<end {
            #expect(throws: MultipartReader.Problem.self, "cut after \(length)") {
                try Self.read([Array(bytes[..<length])])
            }
        }
    }

    @Test(
        "Unusable boundaries",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a\u{7f}\"",
            "multipart/form-data; boundary=\(String(repeating: "b", count: 71))",
            "multipart/form-data; boundary=\"a \"", "",
        ])
    func boundaries(contentType: String) {
        #expect(throws: MultipartReader.Problem.self) { try MultipartReader(contentType: contentType) }
    }

    @Test(
        "Malformed forms",
        arguments: [
            "--x-Boundaryjunk\r\n\r\n", "--x-Boundary\r\nno colon\r\n\r\nx\r\n--x-Boundary--",
            "--x-Boundary\r\nContent-Disposition: form-data; name=\"\r\n\r\nx\r\n--x-Boundary--",
            "--x-Boundary\r\nX: " + String(repeating: "y", count: 20_000), "--x-Boundary\n\n",
            String(repeating: "--x-Boundary\r\n\r\nx\r\n", count: 300) + "--x-Boundary--",
        ])
    func malformed(body: String) {
        #expect(throws: MultipartReader.Problem.self) { try Self.read([Array(body.utf8)]) }
    }

    @Test("Mutations never crash", arguments: 0..<300)
    func mutations(seed: UInt64) {
        var state = seed &+ 99
        func next(_ bound: Int) -> Int {
            state = state &* 6364136223846793005 &+ 1442695040888963407
            return Int(state >> 33) % bound
        }
        var bytes = Array(Self.whole.utf8)
        for _ in 0..<(1 + next(6)) {
            switch next(3) {
            case 0: bytes[next(bytes.count)] = UInt8(next(256))
            case 1: bytes.remove(at: next(bytes.count))
            default: bytes.insert(contentsOf: bytes[..<next(bytes.count)], at: next(bytes.count))
            }
        }
        do { _ = try Self.read([bytes]) } catch { #expect(error is MultipartReader.Problem) }
    }
}

import CZlib
import Foundation
import Testing
import Texts

@testable import GatewaySvc

@Suite struct WebTests {
    @Test func thePageKnowsTheHash() async throws {
        try await RunningGateway.with { running in
            let hash = running.gateway.edge.web.hash
            for path in ["/", "/schools", "/students/5", "/embargo"] {
                let page = try await running.client.send("GET", path, ["Accept": "text/html,application/xhtml+xml"])
                #expect(page.status == 200)
                #expect(page.text.contains("/assets/\(hash)/app.js"))
                #expect(page.header("Cache-Control") == "no-cache")
                #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            }
            for path in ["/schools", "/api/v1/zzz", "/x.html", "/assets/x", "/imports/x/y"] {
                #expect(try await running.client.send("GET", path).status == 404, "\(path)")
            }
            #expect(try await running.client.send("GET", "/api/v1/zzz", ["Accept": "text/html"]).status == 404)
            #expect(try await running.client.send("POST", "/schools", ["Accept": "text/html"]).status == 404)
        }
    }

    @Test func filesMayBeKeptForEver() async throws {
        try await RunningGateway.with { running in
            let base = "/assets/\(running.gateway.edge.web.hash)"
            let file = try await running.client.send("GET", "\(base)/app.js")
            #expect(file.status == 200)
            #expect(file.header("Cache-Control") == "public, max-age=31536000, immutable")
            #expect(file.header("Content-Type") == "text/javascript; charset=utf-8")
            #expect(file.header("Vary") == "Accept-Encoding")
            #expect(file.header("Content-Encoding") == nil)
            let packed = try await running.client.send("GET", "\(base)/app.js", ["Accept-Encoding": "gzip"])
            #expect(packed.header("Content-Encoding") == "gzip")
            #expect(try inflated(packed.body) == file.body)
            #expect(packed.header("ETag") != file.header("ETag"))
            let again = try await running.client.send(
                "GET", "\(base)/app.js", ["If-None-Match": file.header("ETag") ?? ""])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(try await running.client.send("GET", "\(base)/lib/a.js").text == "export {};")
            #expect(try await running.client.send("POST", "\(base)/app.js").status == 405)
        }
    }

    @Test func theHashChangesWithAnyFile() throws {
        let files = RunningGateway.files
        let first = try WebFiles(files).hash
        #expect(try WebFiles(files.reversed()).hash == first)
        for index in files.indices {
            var other = files
            other[index].bytes.append(0x20)
            #expect(try WebFiles(other).hash != first)
        }
        #expect(throws: (any Error).self) { try WebFiles(directory: "/nonexistent/folder") }
    }

    @Test func answersAreCompressedWhenWorthIt() async throws {
        try await RunningGateway.with { running in
            let plain = try await running.client.send("GET", "/api/openapi.json")
            #expect(plain.header("Content-Encoding") == nil)
            #expect(plain.header("Vary") == "Accept-Encoding")
            let packed = try await running.client.send(
                "GET", "/api/openapi.json", ["Accept-Encoding": "br, gzip;q=0.5"])
            #expect(packed.header("Content-Encoding") == "gzip")
            #expect(packed.body.count * 4 < plain.body.count)
            #expect(try inflated(packed.body) == plain.body)
            let small = try await running.client.send("GET", "/livez", ["Accept-Encoding": "gzip"])
            #expect(small.header("Content-Encoding") == nil)
            let tag = try #require(plain.header("ETag"))
            #expect(
                try await running.client.send("GET", "/api/openapi.json", ["If-None-Match": "\"x\", \(tag)"]).status
                    == 304)
            let texts = try await running.client.send("GET", "/api/v1/texts/en")
            #expect(texts.text == String(decoding: try Texts().json(), as: UTF8.self))
        }
    }

    private func inflated(_ packed: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        #expect(inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var (input, out) = (packed, [UInt8](repeating: 0, count: 4 << 20))
        let size = out.count
        let code = input.withUnsafeMutableBufferPointer { input in
            out.withUnsafeMutableBufferPointer { out in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = out.baseAddress
                stream.avail_out = UInt32(size)
                return inflate(&stream, Z_FINISH)
            }
        }
        #expect(code == Z_STREAM_END)
        return Array(out.prefix(Int(stream.total_out)))
    }
}

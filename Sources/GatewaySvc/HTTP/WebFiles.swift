import Contracts
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The web app, in memory from the start: the whole tree under one hash that changes with any file.
///
/// `/assets/<hash>/…` may be kept for ever, also by the modules that import each other by relative paths. `index.html`,
/// which knows the hash, is asked for anew each time; it answers every address that a browser may show.
struct WebFiles: Sendable {
    struct File: Sendable {
        let type: String
        let plain: ByteBuffer
        let packed: ByteBuffer?
        let tag: String
    }

    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// Stands in index.html where the hash goes.
    static let placeholder = "/assets/-/"
    static let sizeLimit = 32 << 20
    /// First segments of addresses that never show the app.
    private static let reserved: Set<String> = ["api", "assets", "oauth2", "imports", "livez", "readyz", "metrics"]

    let hash: String
    private let files: [String: File]
    private let index: File?

    /// - Throws: `Unreadable` when the folder cannot be read or holds too much.
    init(directory: String) throws {
        var contents: [(path: String, bytes: Data)] = []
        var total = 0
        guard let paths = FileManager.default.enumerator(atPath: directory) else {
            throw Unreadable(description: "the web app's folder cannot be read")
        }
        for case let path as String in paths where Self.mediaType(of: path) != nil {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory).appendingPathComponent(path))
            total += bytes.count
            guard total <= Self.sizeLimit else { throw Unreadable(description: "the web app's folder holds too much") }
            contents.append((path, bytes))
        }
        guard contents.contains(where: { $0.path == "index.html" }) else {
            throw Unreadable(description: "the web app's folder has no index.html")
        }
        try self.init(contents)
    }

    init(_ contents: [(path: String, bytes: Data)]) throws {
        var tree = SHA256()
        for (path, bytes) in contents.sorted(by: { $0.path < $1.path }) {
            tree.update(data: Data("\(path)\n\(bytes.count)\n".utf8))
            tree.update(data: bytes)
        }
        let hash = Hex.lower(tree.finalize().prefix(8))
        self.hash = hash

        var files: [String: File] = [:]
        for (path, bytes) in contents {
            files[path] = try Self.file(path, ByteBuffer(bytes: bytes))
        }
        index = try files["index.html"].map {
            let page = String(buffer: $0.plain).replacingOccurrences(of: Self.placeholder, with: "/assets/\(hash)/")
            return try Self.file("index.html", ByteBuffer(string: page))
        }
        self.files = files
    }

    /// The app's page if a browser asks for one, a file below the hash, or a refusal.
    func answer(_ request: Request, _ segments: [String]) throws -> Answer {
        let reading = request.method == .get || request.method == .head
        if segments.first == "assets" {
            guard segments.count > 2, segments[1] == hash,
                let file = files[segments.dropFirst(2).joined(separator: "/")]
            else { throw Refusal.notFound }
            guard reading else { throw Refusal.methodNotAllowed([.get]) }
            return Self.answer(file, request, cacheControl: "public, max-age=31536000, immutable")
        }
        if segments == ["favicon.ico"], let file = files["favicon.ico"] ?? files["favicon.svg"], reading {
            return Self.answer(file, request, cacheControl: "no-cache")
        }
        if segments == ["robots.txt"], let file = files["robots.txt"], reading {
            return Self.answer(file, request, cacheControl: "no-cache")
        }
        let isPage =
            !Self.reserved.contains(segments.first ?? "") && !segments.contains { $0.contains(".") }
            && (segments.isEmpty || request.headers[values: .accept].contains { $0.contains("text/html") })
        guard isPage, let index else { throw Refusal.notFound }
        guard reading else { throw segments.isEmpty ? Refusal.methodNotAllowed([.get]) : Refusal.notFound }
        return Self.answer(index, request, cacheControl: "no-cache")
    }

    private static func answer(_ file: File, _ request: Request, cacheControl: String) -> Answer {
        var answer = Answer(body: .bytes(file.plain))
        answer.headers = [.contentType: file.type, .cacheControl: cacheControl, .eTag: "\"\(file.tag)\""]
        if let packed = file.packed {
            answer.headers[.vary] = "Accept-Encoding"
            if AcceptEncoding.takesGzip(request.headers[.acceptEncoding]) {
                answer.body = .bytes(packed)
                answer.headers[.contentEncoding] = "gzip"
                answer.headers[.eTag] = "\"\(file.tag)-gzip\""
            }
        }
        return answer
    }

    private static func file(_ path: String, _ plain: ByteBuffer) throws -> File {
        let type = mediaType(of: path) ?? "application/octet-stream"
        var packed: ByteBuffer?
        if plain.readableBytes > Compression.least, Compression.isText(type) {
            packed = try Gzip.compress(plain, level: 9)
        }
        let tag = Hex.lower(SHA256.hash(data: Array(plain.readableBytesView)).prefix(12))
        return File(type: type, plain: plain, packed: packed, tag: tag)
    }

    /// Nil for what is no part of the app: sources of other kinds, lists, licences of the build.
    private static func mediaType(of path: String) -> String? {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json", "webmanifest": "application/json"
        case "txt": "text/plain; charset=utf-8"
        case "png": "image/png"
        case "ico": "image/vnd.microsoft.icon"
        case "woff2": "font/woff2"
        default: nil
        }
    }
}

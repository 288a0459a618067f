import Contracts
import NIOCore

/// The file of a `multipart/form-data` body, on its way out as it comes in, and the fields beside it (ingest §2.3).
///
/// One file part of any name, or several of which one is called `file`. Which it is shows only at the end, so the first
/// file goes out at once, and is given up when one called `file` follows.
struct FormPayload: ~Copyable {
    private var reader: MultipartReader
    private let begin: @Sendable () -> PayloadUpload
    private var upload: PayloadUpload
    private(set) var properties: PayloadProperties
    private(set) var contentType = ""
    private var chosen: String?
    private var filename = ""
    private var fileParts = 0

    private enum Part { case none, file, ignored, field(String) }
    private var part = Part.none
    private var fieldBytes: [UInt8] = []

    init(
        contentType: String, properties: PayloadProperties, begin: @escaping @Sendable () -> PayloadUpload
    ) throws {
        reader = try Self.inWords { try MultipartReader(contentType: contentType) }
        self.properties = properties
        self.begin = begin
        upload = begin()
    }

    mutating func read(_ chunk: ByteBuffer) async throws {
        let events: [MultipartReader.Event]
        do {
            events = try reader.read(chunk)
        } catch let problem as MultipartReader.Problem {
            throw Fault(.malformed, problem.what)
        }
        for event in events { try await take(event) }
    }

    /// - Throws: `Fault` `.malformed` without a file, or with several and none called `file`.
    mutating func finish() async throws -> PayloadUpload.Payload {
        try Self.inWords { try reader.finish() }
        guard let chosen else { throw Fault(.malformed, "missing multipart file") }
        guard fileParts == 1 || chosen == "file" else {
            throw Fault(.malformed, "several multipart files and none called file")
        }
        try properties.setFilename(filename)
        return try await upload.finish()
    }

    private mutating func take(_ event: MultipartReader.Event) async throws {
        switch event {
        case .partBegins(let headers):
            guard let filename = headers.filename else {
                part = .field(headers.name)
                fieldBytes = []
                return
            }
            fileParts += 1
            part = .ignored
            if chosen == nil || chosen != "file" && headers.name == "file" {
                if chosen != nil { upload = begin() }
                chosen = headers.name
                self.filename = filename
                contentType = headers.contentType ?? "application/octet-stream"
                part = .file
            }
        case .bytes(let bytes):
            switch part {
            case .file:
                try await upload.append(bytes)
            case .field:
                guard fieldBytes.count + bytes.readableBytes <= PayloadProperties.valueLimit else {
                    throw Fault(.malformed, "parameters are too many or too long")
                }
                fieldBytes.append(contentsOf: bytes.readableBytesView)
            case .none, .ignored:
                break
            }
        case .partEnds:
            if case .field(let name) = part, !name.isEmpty {
                guard let value = String(validating: fieldBytes, as: UTF8.self) else {
                    throw Fault(.malformed, "a form field is not UTF-8")
                }
                try properties.add(name, value)
            }
            part = .none
        }
    }

    private static func inWords<T: ~Copyable>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let problem as MultipartReader.Problem {
            throw Fault(.malformed, problem.what)
        }
    }
}

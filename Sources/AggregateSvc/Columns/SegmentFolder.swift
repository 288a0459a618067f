import Foundation
import Glibc

/// Where the segments of one process lie. Everything in it can be made again; nobody else may write there.
final class SegmentFolder: Sendable {
    let path: String
    /// Names this folder to the log, which keeps what it still needs.
    let id: UUID
    private let lock: CInt

    /// - Throws: when the folder cannot be made or another process uses it.
    init(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        lock = Glibc.open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            if lock >= 0 { close(lock) }
            throw FolderProblem("another process uses \(path), or it cannot be written to")
        }
        self.path = path
        let known = (try? String(contentsOfFile: "\(path)/id", encoding: .utf8)).flatMap(UUID.init(uuidString:))
        id = known ?? UUID()
        if known == nil { try write(Array(id.uuidString.utf8), as: "id") }
    }

    deinit { close(lock) }

    /// Lets another one open it, as the end of the process does.
    func unlock() { flock(lock, LOCK_UN) }

    static func name(_ key: SegmentKey, generation: UInt32) -> String {
        "y\(key.year)_a\(key.assessment)_p0_g\(generation).seg"
    }

    /// The newest readable segment of each key. What is older, unreadable or unfinished is removed.
    func open() -> [Segment] {
        var newest: [SegmentKey: Segment] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            guard name.hasSuffix(".seg"), let segment = Segment("\(path)/\(name)") else {
                if name.hasSuffix(".seg") || name.hasSuffix(".tmp") { unlink("\(path)/\(name)") }
                continue
            }
            let older: Segment?
            if let other = newest[segment.header.key], other.header.generation > segment.header.generation {
                older = segment
            } else {
                older = newest.updateValue(segment, forKey: segment.header.key)
            }
            if let older { unlink(older.path) }
        }
        return Array(newest.values)
    }

    /// Writes and opens a segment. It is there as a whole or not at all.
    func publish(_ bytes: [UInt8], _ key: SegmentKey, generation: UInt32) throws -> Segment {
        let name = Self.name(key, generation: generation)
        try write(bytes, as: name)
        guard let segment = Segment("\(path)/\(name)") else { throw FolderProblem("\(name) cannot be read back") }
        return segment
    }

    func remove(_ segment: Segment) { unlink(segment.path) }

    func read(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map(Array.init)
    }

    func write(_ bytes: [UInt8], as name: String) throws {
        let (temporary, target) = ("\(path)/\(name).tmp", "\(path)/\(name)")
        let file = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FolderProblem("\(temporary) cannot be made") }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                unlink(temporary)
                throw FolderProblem("\(temporary) cannot be written: the disk may be full")
            }
            written += count
        }
        guard fdatasync(file) == 0, rename(temporary, target) == 0 else {
            unlink(temporary)
            throw FolderProblem("\(target) cannot be put in place")
        }
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }
}

/// What is wrong with the folder of the segments.
struct FolderProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

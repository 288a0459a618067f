import Contracts
import Foundation
import Glibc

/// A file of JSON lines, one for each change: history and position in one write, so that a crash at any moment neither
/// loses a line nor writes one twice.
public final class Journal {
    /// Behind the last whole line.
    public private(set) var position: EmbargoWatch.Position
    private let descriptor: CInt

    public struct Problem: Error, CustomStringConvertible {
        public let description: String
    }

    /// One line. `begins` stands in the line that says that everything above it is void.
    struct Line: Codable, Equatable {
        var epoch: String
        var sequence: Int64
        var begins: Bool?
        var schoolYear: Int32?
        var level: String?
        var naturalId: String?
        var kind: String?
        var value: String?
        var atMicroseconds: Int64?
    }

    /// The longest line is far shorter.
    private static let tail = 64 << 10

    /// Opens or makes the file. A line that was being written when the process died is cut off: it is asked for again.
    ///
    /// - Throws: `Problem` when the file cannot be used, holds something else, or another process has it open.
    public init(file: String) throws {
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.problem(file) }
        do {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw Problem(description: "\(file): another process writes to it")
            }
            let size = lseek(descriptor, 0, SEEK_END)
            guard size >= 0 else { throw Self.problem(file) }
            let begin = max(0, size - off_t(Self.tail))
            var bytes = [UInt8](repeating: 0, count: Int(size - begin))
            guard pread(descriptor, &bytes, bytes.count, begin) == bytes.count else { throw Self.problem(file) }
            let newline = UInt8(ascii: "\n")
            let end = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
            // Without a whole line it is new, or died in its first line; anything else is not ours to cut.
            guard end > 0 || begin == 0 && [nil, UInt8(ascii: "{")].contains(bytes.first) else {
                throw Problem(description: "\(file): is no journal")
            }
            if end == 0 {
                position = .init()
            } else {
                let start = bytes[..<(end - 1)].lastIndex(of: newline).map { $0 + 1 } ?? 0
                guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes[start..<(end - 1)])),
                    let epoch = Hex.bytes(line.epoch), epoch.count == 16, line.sequence >= 0
                else { throw Problem(description: "\(file): its last line is none of a journal") }
                position = .init(epoch: epoch, sequence: line.sequence)
            }
            guard ftruncate(descriptor, begin + off_t(end)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
                throw Self.problem(file)
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Writes it to the disk before it returns.
    public func take(_ delivery: EmbargoWatch.Delivery) throws {
        let bytes = try Self.line(delivery)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw Self.problem("the journal")
        }
        switch delivery {
        case .change(_, let position), .beginAgain(let position): self.position = position
        }
    }

    /// A delivery as a line, with its end.
    public static func line(_ delivery: EmbargoWatch.Delivery) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line: Line
        switch delivery {
        case .beginAgain(let position):
            line = Line(epoch: Hex.lower(position.epoch), sequence: 0, begins: true)
        case .change(let change, let position):
            line = Line(
                epoch: Hex.lower(position.epoch), sequence: change.sequence, schoolYear: change.schoolYear,
                level: word(change.level), naturalId: change.naturalID, kind: word(change.kind),
                value: word(change.value), atMicroseconds: change.atUs)
        }
        return [UInt8](try encoder.encode(line)) + [UInt8(ascii: "\n")]
    }

    private static func word(_ level: EmbargoLevel) -> String {
        level == .state ? "state" : level == .district ? "district" : "\(level.rawValue)"
    }
    private static func word(_ kind: EmbargoKind) -> String {
        kind == .individual ? "individual" : kind == .aggregate ? "aggregate" : "\(kind.rawValue)"
    }
    private static func word(_ value: EmbargoValue) -> String {
        value == .embargoed ? "embargoed" : value == .released ? "released" : "\(value.rawValue)"
    }

    private static func problem(_ file: String) -> Problem {
        Problem(description: "\(file): \(String(cString: strerror(errno)))")
    }
}

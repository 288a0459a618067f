import Contracts

/// The path and the query of one request, decoded strictly.
///
/// A percent sign without two hex digits, bytes that are no UTF-8, and control characters are refused at once: what
/// comes out may go into a message or a database column.
struct Target: Sendable, Equatable {
    /// Decoded segments; `/a/b` and `/a/b/` differ (the latter ends with an empty one). `/` has none.
    let segments: [String]
    /// In the order given; a name may occur more than once.
    let query: [Pair]

    struct Pair: Sendable, Equatable {
        let name: String
        let value: String
    }

    static let lengthLimit = 8192
    static let pairLimit = 100

    /// - Parameter text: the request target as it came, such as `/api/v1/schools?limit=20`.
    /// - Throws: `Fault` `.malformed`.
    init(_ text: String) throws {
        guard text.utf8.count <= Self.lengthLimit else { throw Fault(.malformed, "The address is too long.") }
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw Fault(.malformed, "The address must begin with a slash.")
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].dropFirst()
        segments =
            path.isEmpty
            ? []
            : try path.split(separator: "/", omittingEmptySubsequences: false).map {
                try Self.decode($0, plusIsBlank: false, "The path")
            }
        query = parts.count == 2 ? try Self.pairs(parts[1], "The query") : []
    }

    /// The pairs of a query, or of a body of the type `application/x-www-form-urlencoded`.
    static func pairs(_ text: Substring, _ what: String) throws -> [Pair] {
        let items = text.split(separator: "&")
        guard items.count <= pairLimit else { throw Fault(.malformed, "\(what) has too many parameters.") }
        return try items.map { item in
            let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Pair(
                name: try decode(sides[0], plusIsBlank: true, what),
                value: sides.count == 2 ? try decode(sides[1], plusIsBlank: true, what) : "")
        }
    }

    private static func decode(_ text: Substring, plusIsBlank: Bool, _ what: String) throws -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next().flatMap(Hex.digit), let low = bytes.next().flatMap(Hex.digit) else {
                    throw Fault(.malformed, "\(what) has a percent sign without two hexadecimal digits.")
                }
                out.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank:
                out.append(UInt8(ascii: " "))
            default:
                out.append(byte)
            }
        }
        guard let decoded = String(validating: out, as: UTF8.self) else {
            throw Fault(.malformed, "\(what) is not UTF-8.")
        }
        guard decoded.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Fault(.malformed, "\(what) has a control character.")
        }
        return decoded
    }
}

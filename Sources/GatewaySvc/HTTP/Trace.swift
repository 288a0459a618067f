import Contracts

/// W3C trace context.
enum Trace {
    /// The caller's context, if it is one; else a new one, sampled.
    static func continued(_ header: String?, requestID: [UInt8]) -> String {
        if let header, isTraceparent(header) { return header }
        let span = (0..<8).map { _ in UInt8.random(in: 1...255) }
        return "00-\(Hex.lower(requestID))-\(Hex.lower(span))-01"
    }

    /// Version 00 in lower case, ids not all zero.
    private static func isTraceparent(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 55, parts.map(\.utf8.count) == [2, 32, 16, 2], parts[0] == "00" else { return false }
        return parts.allSatisfy { $0.utf8.allSatisfy { Hex.digit($0) != nil && !(65...70).contains($0) } }
            && parts[1].contains { $0 != "0" } && parts[2].contains { $0 != "0" }
    }
}

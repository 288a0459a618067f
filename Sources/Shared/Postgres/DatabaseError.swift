import Contracts

/// What PostgreSQL (or the way to it) says went wrong.
///
/// `message` is PostgreSQL's primary line, which names tables and constraints. Messages of class 22 quote values, and
/// details quote rows, so neither is ever kept: this error may be logged.
public struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Five characters; 08006 when the connection was lost before PostgreSQL could say anything.
    public let sqlState: String
    public let message: String
    /// The named constraint that was broken, or empty.
    public let constraint: String

    public init(sqlState: String, message: String, constraint: String = "") {
        self.sqlState = sqlState
        self.message = sqlState.hasPrefix("22") ? "a value does not fit" : message
        self.constraint = constraint
    }

    /// A result is not what the caller's types say; `problem` names columns and types only.
    static func mismatch(_ problem: String) -> DatabaseError { DatabaseError(sqlState: "42804", message: problem) }

    public var description: String {
        "database error \(sqlState): \(message)" + (constraint.isEmpty ? "" : " [\(constraint)]")
    }

    /// The connection is gone or about to go.
    var isLoss: Bool { sqlState.hasPrefix("08") || sqlState.hasPrefix("57P") || sqlState == "25P03" }

    /// Running the whole transaction again may succeed.
    var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// A prepared statement no longer fits the tables (0A000) or is not there (26000): prepare again, run again.
    var isStalePlan: Bool {
        sqlState == "26000" || (sqlState == "0A000" && message.contains("cached plan"))
    }

    /// The server lacks something: disk space (53100), memory (53200), connections (53300), or its disk fails (58030).
    /// An operator mends it; the transaction was right.
    var isShortage: Bool { sqlState.hasPrefix("53") || sqlState == "58030" }

    /// Nothing is wrong with the statement or its values: the same transaction may succeed when it runs again later.
    public var isTransient: Bool {
        isLoss || isSerializationFailure || isStalePlan || isShortage || sqlState == "57014" || sqlState == "55P03"
    }

    /// The fault that somebody can act on, or the error itself when only its handler or a developer can.
    func asFault(cancelled: Bool) -> any Error {
        switch sqlState {
        case "57014":
            return cancelled
                ? Fault(.cancelled, "the caller gave up") : Fault(.deadlinePassed, "the database took too long")
        case "53100":
            return Fault(.unavailable, "the database has no space left on its disk", retryAfterMilliseconds: 5_000)
        case _ where isLoss || isShortage:
            return Fault(.unavailable, "the database is not available", retryAfterMilliseconds: 500)
        case _ where isSerializationFailure:
            return Fault(.conflict, "others kept changing the same data", retryAfterMilliseconds: 100)
        case "22021":
            return Fault(.malformed, "a text holds a character that cannot be stored")
        default:
            return self
        }
    }
}

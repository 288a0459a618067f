/// A failure that somebody acts on: the caller corrects, signs in, waits or gives up.
///
/// `detail` is shown to people, so it holds no name, score or SQL. Anything that nobody can act on is a plain error:
/// logged where it happened and `internalError` to everyone else. `ReplyServer` turns faults into replies and the
/// gateway's `Problem` turns them into HTTP; nothing else does.
public struct Fault: Error, Sendable, Equatable {
    /// The canonical gRPC codes, under the names of this project.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static let cancelled = Code(rawValue: 1)
        /// The request makes no sense; `violations` say which field.
        public static let malformed = Code(rawValue: 3)
        public static let deadlinePassed = Code(rawValue: 4)
        /// No such thing, or the caller may not know that there is.
        public static let notFound = Code(rawValue: 5)
        public static let alreadyExists = Code(rawValue: 6)
        public static let forbidden = Code(rawValue: 7)
        /// A limit is reached; `retryAfterMilliseconds` says when to ask again.
        public static let tooMany = Code(rawValue: 8)
        public static let preconditionFailed = Code(rawValue: 9)
        /// It changed since the caller read it.
        public static let conflict = Code(rawValue: 10)
        public static let unimplemented = Code(rawValue: 12)
        public static let internalError = Code(rawValue: 13)
        /// A neighbour is down; asking again may help.
        public static let unavailable = Code(rawValue: 14)
        public static let unauthenticated = Code(rawValue: 16)
    }

    /// What is wrong with one field of a request.
    public struct Violation: Sendable, Equatable {
        public var field: String
        public var problem: String
        public init(field: String, problem: String) {
            self.field = field
            self.problem = problem
        }
    }

    public var code: Code
    public var detail: String
    public var violations: [Violation]
    /// 0 when the caller should not wait for a set time.
    public var retryAfterMilliseconds: UInt32

    public init(
        _ code: Code, _ detail: String, violations: [Violation] = [], retryAfterMilliseconds: UInt32 = 0
    ) {
        self.code = code
        self.detail = detail
        self.violations = violations
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }
}

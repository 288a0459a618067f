internal import CNNG

/// What libnng answered when an operation failed.
struct NNGError: Error, Equatable, CustomStringConvertible {
    let code: Int32

    init(code: Int32) { self.code = code }
    private init(_ code: nng_errno_enum) { self.code = Int32(bitPattern: code.rawValue) }

    static let timedOut = NNGError(NNG_ETIMEDOUT)
    static let closed = NNGError(NNG_ECLOSED)
    static let cancelled = NNGError(NNG_ECANCELED)
    static let refused = NNGError(NNG_ECONNREFUSED)
    static let reset = NNGError(NNG_ECONNRESET)
    static let outOfMemory = NNGError(NNG_ENOMEM)

    var description: String { String(cString: nng_strerror(code)) }

    /// Throws unless `code` is 0.
    static func check(_ code: Int32) throws(NNGError) {
        if code != 0 { throw NNGError(code: code) }
    }
}

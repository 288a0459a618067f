/// Who made a report, told from the low 3 bits of its id, so that the gateway can route `/reports/{id}`.
public enum ReportOwner: Int64, Sendable, CaseIterable {
    case results = 3
    case aggregate = 4

    private static let bits: Int64 = 3

    /// Nil for an id that no owner gave.
    public init?(ofReport id: Int64) {
        guard id > 0, let owner = ReportOwner(rawValue: id & ((1 << Self.bits) - 1)) else { return nil }
        self = owner
    }

    public func id(number: Int64) -> Int64 { number << Self.bits | rawValue }
}

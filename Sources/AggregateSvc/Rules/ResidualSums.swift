import Contracts

/// What is additive of residuals: exact integers, in millionths of the 0-to-1 item score.
struct ResidualSums: Sendable, Equatable {
    var sum: Int64 = 0
    var squares: Int128 = 0

    mutating func add(_ residual: Int32) {
        sum += Int64(residual)
        squares += Int128(Int64(residual) * Int64(residual))
    }

    /// How a target stands by its residuals (aggregates §2.4). Rule: Aggregate R15.
    ///
    /// With mean S/n and standard error √((Q − S²/n) / (n − 1) / n) the comparisons of the rule are comparisons of integers:
    /// the mean reaches its standard error when S² ≥ Q, whatever n is. So equality is equality (C T5, T6).
    /// - Parameter cutoff: standard errors above it say nothing; in millionths.
    func level(count: Int64, cutoff: Int64) -> TargetLevel {
        guard count >= 2 else { return .insufficientData }
        let (n, sum) = (Int128(count), Int128(sum))
        // Never below 0: Q ≥ S²/n for integers too.
        let spread = n * squares - sum * sum
        if spread > Int128(cutoff) * Int128(cutoff) * n * n * (n - 1) { return .insufficientData }
        guard sum * sum >= squares else { return .near }
        return sum >= 0 ? .above : .below
    }
}

extension TargetLevel {
    /// As files and the API name it; nil for what is no row of a target.
    var code: String? {
        switch self {
        case .above: "Above"
        case .near: "Near"
        case .below: "Below"
        case .insufficientData: "InsufficientData"
        case .excluded: "Excluded"
        default: nil
        }
    }
}

/// What the state has set for target reports (aggregates §2.4).
///
/// `target.insufficientDataCutoff`, a decimal; `target.minimumStudents`, a whole number.
struct TargetSettings: Sendable {
    /// In millionths.
    let cutoff: Int64
    let minimumStudents: Int64

    /// - Parameter values: what is not understood is as if it had not been set.
    init(_ values: [String: String]) {
        let cutoff = values["target.insufficientDataCutoff"].flatMap(Double.init)
        self.cutoff = Int64(((cutoff.flatMap { (0...10).contains($0) ? $0 : nil } ?? 0.2) * 1_000_000).rounded())
        minimumStudents = values["target.minimumStudents"].flatMap { Int64($0) }.map { max(0, $0) } ?? 0
    }
}

extension Duration {
    /// Whole microseconds, cut towards zero; the largest or smallest `Int64` where it does not fit.
    public var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (micros, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflow2) = micros.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        if overflow || overflow2 { return seconds < 0 ? .min : .max }
        return sum
    }

    /// Seconds with a fraction, for metrics.
    public var fractionalSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

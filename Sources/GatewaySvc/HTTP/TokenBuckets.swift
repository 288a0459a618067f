import Clocks
import Synchronization

/// How often somebody may ask: a bucket of tokens for each key, refilled at a steady rate, a minute's worth at most.
///
/// The table is bounded. When it is full, buckets that are full again are dropped (they carry no memory of anything);
/// if none is, the newcomer is refused rather than an old debt forgotten.
final class TokenBuckets: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    /// Nil: no limit.
    private let perMinute: Double?
    private let keyLimit: Int
    private let clocks: Clocks
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameter perMinute: 1 or more, also the size of a bucket; nil for no limit.
    init(perMinute: Int?, keyLimit: Int = 100_000, clocks: Clocks) {
        self.perMinute = perMinute.map { Double(max(1, $0)) }
        self.keyLimit = keyLimit
        self.clocks = clocks
    }

    /// Takes one token.
    ///
    /// - Returns: nil, or how long to wait for the next token.
    func take(_ key: String) -> Duration? {
        guard let perMinute else { return nil }
        let now = clocks.monotonic()
        return buckets.withLock { buckets in
            if buckets[key] == nil, buckets.count >= keyLimit { forgetFull(&buckets, perMinute, now) }
            guard buckets[key] != nil || buckets.count < keyLimit else { return .seconds(1) }
            var bucket = refilled(buckets[key] ?? Bucket(tokens: perMinute, filledAt: now), perMinute, now)
            if bucket.tokens >= 1 {
                bucket.tokens -= 1
                buckets[key] = bucket
                return nil
            }
            buckets[key] = bucket
            return .seconds((1 - bucket.tokens) * 60 / perMinute)
        }
    }

    var count: Int { buckets.withLock { $0.count } }

    private func refilled(_ bucket: Bucket, _ perMinute: Double, _ now: ContinuousClock.Instant) -> Bucket {
        let passed = max(0, bucket.filledAt.duration(to: now).fractionalSeconds)
        return Bucket(tokens: min(perMinute, bucket.tokens + passed * perMinute / 60), filledAt: now)
    }

    private func forgetFull(
        _ buckets: inout [String: Bucket], _ perMinute: Double, _ now: ContinuousClock.Instant
    ) {
        buckets = buckets.filter { refilled($0.value, perMinute, now).tokens < perMinute }
    }
}

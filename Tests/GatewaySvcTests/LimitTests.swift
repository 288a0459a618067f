import Clocks
import Testing

@testable import GatewaySvc

@Suite struct LimitTests {
    @Test func aMinutesWorthAtOnceThenASteadyRate() {
        let clock = HandClock()
        let buckets = TokenBuckets(perMinute: 60, clocks: clock.clocks)
        for _ in 0..<60 { #expect(buckets.take("a") == nil) }
        #expect(buckets.take("a") == .seconds(1))
        #expect(buckets.take("b") == nil)
        clock.advance(.milliseconds(900))
        #expect(buckets.take("a") != nil)
        clock.advance(.milliseconds(101))
        #expect(buckets.take("a") == nil)
        #expect(buckets.take("a") != nil)
        clock.advance(.seconds(3600))
        for _ in 0..<60 { #expect(buckets.take("a") == nil) }
        #expect(buckets.take("a") != nil)
    }

    @Test func theTableIsBoundedAndForgetsNoDebt() {
        let clock = HandClock()
        let buckets = TokenBuckets(perMinute: 2, keyLimit: 10, clocks: clock.clocks)
        for key in 0..<10 { #expect(buckets.take("\(key)") == nil) }
        #expect(buckets.take("new") != nil)
        #expect(buckets.count == 10)
        clock.advance(.seconds(30))
        #expect(buckets.take("new") == nil)
        #expect(buckets.count == 1)
    }

    @Test func noLimit() {
        let buckets = TokenBuckets(perMinute: nil, clocks: HandClock().clocks)
        for _ in 0..<10_000 { #expect(buckets.take("a") == nil) }
    }

    @Test("A clock that goes back gives nothing and takes nothing")
    func clockBack() {
        let clock = HandClock()
        let buckets = TokenBuckets(perMinute: 1, clocks: clock.clocks)
        #expect(buckets.take("a") == nil)
        clock.advance(.seconds(-3600))
        #expect(buckets.take("a") != nil)
    }
}

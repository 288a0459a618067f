import Clocks
import Contracts
import Synchronization
import Testing

@testable import AggregateSvc

@Suite("Threads of scans")
struct ScanThreadsTests {
    private final class Counted: Sendable {
        let tasks = Atomic(0)
        func add() -> Int { tasks.wrappingAdd(1, ordering: .relaxed).newValue }
    }

    @Test("every task once, results in order, with and without helpers", arguments: [0, 3])
    func all(helpers: Int) throws {
        let threads = ScanThreads(helpers: helpers)
        let stop = ScanStop(after: .seconds(60), .system)
        for count in [0, 1, 7, 200] {
            #expect(try threads.run(count, until: stop) { $0 * 2 } == (0..<count).map { $0 * 2 })
        }
    }

    @Test("a report that is not wanted any more begins no further task")
    func cancelled() {
        let (counted, stop) = (Counted(), ScanStop(after: .seconds(60), .system))
        #expect(throws: CancellationError.self) {
            try ScanThreads(helpers: 0).run(100, until: stop) { _ in
                if counted.add() == 3 { stop.cancel() }
            }
        }
        #expect(counted.tasks.load(ordering: .relaxed) == 3)
    }

    @Test("nor one whose time is over")
    func late() {
        let (counted, clock) = (Counted(), HandClock())
        let stop = ScanStop(after: .seconds(60), clock.clocks)
        let fault = #expect(throws: Fault.self) {
            try ScanThreads(helpers: 0).run(100, until: stop) { _ in
                if counted.add() == 5 { clock.advance(.seconds(61)) }
            }
        }
        #expect(fault?.code == .deadlinePassed)
        #expect(counted.tasks.load(ordering: .relaxed) == 5)
    }
}

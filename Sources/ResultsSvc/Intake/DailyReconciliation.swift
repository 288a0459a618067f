import Calendar
import Clocks
import Contracts
import Logging
import ServiceLifecycle

/// Makes the reconciliation report of each day, at a set time of UTC: the 24 hours before it (ingest §13).
///
/// One report a day over all replicas, also when a process was down at that time: it is made when one is up again. Not in
/// a sandbox, whose visitors send nothing.
struct DailyReconciliation: Service {
    let make: MakeReconciliation
    /// Minutes after midnight in UTC.
    let minute: Int
    let clocks: Clocks
    let log: Logger

    private static let poll: Duration = .seconds(30)
    private static let budget: Duration = .seconds(600)
    private static let dayLength: Int64 = 86_400 * 1_000_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Without an import there is no report; that need not be found again and again.
            var done: CalendarDay?
            while !Task.isCancelled {
                do {
                    try await makeIfDue(.starting(budget: Self.budget), done: &done)
                } catch {
                    log.warning(
                        "the reconciliation report waits",
                        metadata: ["cause": "\(String(describing: error).prefix(300))"])
                }
                try? await Task.sleep(for: Self.poll)
            }
        }
    }

    /// Makes the report of today if its time has come and it is not there.
    ///
    /// - Parameter done: the day of the last one.
    /// - Returns: the report; nil when it is not due, was there, or no import came in its window.
    @discardableResult
    func makeIfDue(_ call: Call, done: inout CalendarDay?) async throws -> Reconciliation? {
        let now = Moment(microseconds: clocks.wallMicroseconds())
        guard let day = now.dayInUTC, day != done else { return nil }
        let due = Int64(day.daysSince1970) * Self.dayLength + Int64(minute) * 60 * 1_000_000
        guard now.microseconds >= due else { return nil }
        let report = try await make(
            .with {
                $0.afterUs = due - Self.dayLength
                $0.beforeUs = due
            }, creator: "", day: day, call)
        done = day
        return report.id == 0 ? nil : report
    }
}

import Calendar
import Contracts
import Foundation

/// What a webhook is told: some changes that follow each other, as the log has them, with the position that they end at.
/// Equal changes give equal bytes. docs/asyncapi.json describes it.
struct WebhookBody: Encodable {
    /// Of one body; more follow at once.
    static let batch: Int32 = 100

    private struct Change: Encodable {
        let sequence: Int64
        let schoolYear: Int32
        let level: String
        let naturalId: String
        let kind: String
        let value: String
        let at: String

        init(_ one: EmbargoNotification) {
            (sequence, schoolYear, naturalId) = (one.sequence, one.schoolYear, one.naturalID)
            level = one.level == .state ? "state" : "district"
            kind = one.kind == .individual ? "individual" : "aggregate"
            value = one.value == .released ? "released" : "embargoed"
            at = Moment(microseconds: one.atUs).description
        }
    }

    private let epoch: String
    private let head: Int64
    private let changes: [Change]

    init(_ page: NotificationLog.Page) {
        epoch = Hex.lower(page.epoch)
        head = page.head
        changes = page.notifications.map(Change.init)
    }

    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }
}

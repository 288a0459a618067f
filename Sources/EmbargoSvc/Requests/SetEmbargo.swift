import Access
import Clocks
import Contracts
import EmbargoRule
import Feed
import Postgres

/// Sets one value of one organization, and answers when it is in force everywhere or can be nowhere else.
///
/// The value that is already set changes nothing and leaves no record. Otherwise the change, its history, its
/// notification and its audit record are one transaction. `inForce` is false only when the time to wait was over before the last lease.
///
/// - Throws: `Fault` `.forbidden` without `EMBARGO_WRITE`, for the State without a statewide one, and for a district that
///   the caller sees but does not hold; `.notFound` for a district outside the scope or a year that is not opened;
///   `.conflict` when somebody else changed it since it was read; `.malformed`.
/// - Rule: Embargo R2, R3, R4, R8.
struct SetEmbargo: Sendable {
    let database: Database
    let copies: IdentityCopies
    let holders: Holders
    let trail: EmbargoTrail
    let clocks: Clocks
    /// How long a change waits for its holders: a lease and a half. Shorter where the caller's time is.
    let patience: Duration
    let announce: @Sendable (Int64) -> Void

    /// How often the holders are looked at while waiting.
    static let look: Duration = .milliseconds(20)

    /// What is asked, once it makes sense.
    private struct Wish: Sendable {
        var year: Int32
        var districtID: Int64
        var kind: ResultKind
        var status: ReleaseStatus
        var version: Int64
    }

    private struct Done: Sendable {
        var row: EmbargoRow
        var change: Int64
        var isChanged: Bool
    }

    func callAsFunction(_ ask: SetEmbargoRequest, _ call: Call) async throws -> SetEmbargoReply {
        let caller = try call.person()
        let writer = try caller.requireScope(of: .embargoWrite)
        let wish = try Self.wish(ask)
        if wish.districtID == 0 {
            guard EmbargoRights.mayChangeState(writer) else {
                throw Fault(.forbidden, "the state's row is read-only for you")
            }
        }
        let done = try await copies.knowing(call) {
            try await database.transaction(call) { try set(wish, writer, caller, call, $0) }
        }
        guard let done else { throw Fault(.notFound, "there is no such school year or district") }
        if done.isChanged { announce(done.change) }
        let inForce = try await isInForce(done.change, call)
        return .with {
            $0.row = done.row
            $0.changed = done.isChanged
            $0.inForce = inForce
        }
    }

    private static func wish(_ ask: SetEmbargoRequest) throws -> Wish {
        var problems: [Fault.Violation] = []
        if !SettingTable.years.contains(ask.schoolYear) {
            problems.append(.init(field: "school_year", problem: "must be 2000 to 2100"))
        }
        if ask.districtID < 0 { problems.append(.init(field: "district_id", problem: "must not be negative")) }
        if ask.version < 0 { problems.append(.init(field: "version", problem: "must not be negative")) }
        if ask.kind.resultKind == nil {
            problems.append(.init(field: "kind", problem: "must be INDIVIDUAL or AGGREGATE"))
        }
        if ask.value.status == nil { problems.append(.init(field: "value", problem: "must be EMBARGOED or RELEASED")) }
        guard problems.isEmpty, let kind = ask.kind.resultKind, let status = ask.value.status else {
            throw Fault(.malformed, "the change makes no sense", violations: problems)
        }
        return Wish(
            year: ask.schoolYear, districtID: ask.districtID, kind: kind, status: status, version: ask.version)
    }

    /// Nil when the copies know no such year or district, or the district is not in the caller's scope.
    private func set(
        _ wish: Wish, _ writer: Scope, _ caller: CallerClaims, _ call: Call, _ session: borrowing Session
    ) throws -> Done? {
        // One change at a time: two that begin with "unset" must not both be first.
        try session.run("SELECT pg_advisory_xact_lock(hashtextextended('embargo change', 0))")
        guard var year = try SettingTable.year(wish.year, session),
            let naturalID = try SettingTable.naturalID(of: wish.districtID, session)
        else { return nil }
        var district: EmbargoYear.District?
        if wish.districtID != 0 {
            guard let found = try SettingTable.district(wish.districtID, session),
                EmbargoRights.maySeeDistrict(writer, id: found.id, groupID: found.groupID)
            else { return nil }
            guard EmbargoRights.mayChangeDistrict(writer, id: found.id, groupID: found.groupID) else {
                throw Fault(.forbidden, "this district's row is read-only for you")
            }
            district = found
        }

        let key = EmbargoYear.Key(districtID: wish.districtID, kind: wish.kind)
        let old = year.settings[key]
        func row() -> EmbargoRow { district.map { year.row(of: $0, for: writer) } ?? year.stateRow(for: writer) }
        if old?.status == wish.status {
            let change = try session.row(
                """
                SELECT change FROM embargo.embargo_setting
                 WHERE school_year = \(wish.year) AND district_id = \(wish.districtID) AND kind = \(wish.kind.rawValue)
                """, as: Int64.self)
            return Done(row: row(), change: change ?? 0, isChanged: false)
        }
        guard wish.version == old?.version ?? 0 else {
            throw Fault(.conflict, "somebody changed this embargo meanwhile")
        }

        let oldEffective = year.effective(wish.districtID, wish.kind)
        let version = (old?.version ?? 0) + 1
        year.settings[key] = .init(status: wish.status, version: version)
        let organization = district?.name ?? year.stateName
        let now = Timestamp(microseconds: clocks.wallMicroseconds())
        try session.run(
            """
            INSERT INTO embargo.history
                   (at, user_id, login, school_year, district_id, organization_name, kind, old_value, new_value, old_effective)
            VALUES (\(now), \(caller.userID), \(caller.login), \(wish.year), \(wish.districtID), \(organization),
                    \(wish.kind.rawValue), \(old?.status.rawValue ?? 0), \(wish.status.rawValue), \(oldEffective.rawValue))
            """)
        try trail.changed(
            year: wish.year, districtID: wish.districtID, kind: wish.kind, from: old?.status, to: wish.status,
            effectiveBefore: oldEffective, caller, call, session)
        try NotificationLog.append(
            year: wish.year, districtID: wish.districtID, naturalID: naturalID, kind: wish.kind, status: wish.status,
            at: now, session)
        try Holders.forget(session, schema: "embargo")
        let change = try FeedOwner.stamp(session, schema: "embargo", count: 1)
        try session.run(
            """
            INSERT INTO embargo.embargo_setting
                   (school_year, district_id, kind, value, version, updated, updated_by, change)
            VALUES (\(wish.year), \(wish.districtID), \(wish.kind.rawValue), \(wish.status.rawValue), \(version), \(now),
                    \(caller.userID), \(change))
            ON CONFLICT (school_year, district_id, kind) DO UPDATE
               SET value = EXCLUDED.value, version = EXCLUDED.version, updated = EXCLUDED.updated,
                   updated_by = EXCLUDED.updated_by, change = EXCLUDED.change
            """)
        return Done(row: row(), change: change, isChanged: true)
    }

    private func isInForce(_ change: Int64, _ call: Call) async throws -> Bool {
        let end = clocks.monotonic() + patience
        while true {
            if try await holders.haveReached(change, call) { return true }
            guard clocks.monotonic() < end, call.remaining > Self.look * 3 else { return false }
            try await Task.sleep(for: Self.look)
        }
    }
}

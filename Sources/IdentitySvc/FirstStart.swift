import Calendar
import Clocks
import Contracts
import Feed
import Logging
import Postgres

/// What has to be in the tables before anybody asks: settings, school years, the import client and user.
///
/// Done at every start, by every replica; it changes only what differs from the operator's settings.
struct FirstStart: Sendable {
    let database: Database
    let passwords: PasswordVerifier
    let config: IdentityConfig
    let clocks: Clocks
    let log: Logger

    func callAsFunction() async throws {
        let call = Call.starting(budget: .seconds(30), service: "identity")
        let config = config
        let today = try today()
        let opened = try await database.transaction(call) { session in
            // One replica at a time: two must not open the same year, or take each other's numbers of changes.
            try session.run("SELECT pg_advisory_xact_lock(hashtextextended('identity first start', 0))")
            return try Self.settingsAndYears(config, today, session)
        }
        if !opened.isEmpty {
            log.info("school years opened", metadata: ["years": "\(opened.map(\.year))"])
        }
        for identity in config.importIdentities { try await ensure(identity, call) }
    }

    private func today() throws -> CalendarDay {
        guard let zone = StateTime(config.timeZone),
            let day = zone.day(of: Moment(microseconds: clocks.wallMicroseconds()))
        else { throw Fault(.internalError, "the time zone of the state is unknown") }
        return day
    }

    private static func settingsAndYears(
        _ config: IdentityConfig, _ today: CalendarDay, _ session: borrowing Session
    ) throws -> [SchoolYears.Opened] {
        let existing = try session.rows("SELECT year FROM identity.school_year", as: Int32.self)
        let stored = try SettingTable.read(session)[SettingTable.currentSchoolYear].flatMap(Int32.init)
        let current = config.currentSchoolYear ?? stored ?? SchoolYears.running(on: today)
        _ = try SettingTable.write(
            [
                SettingTable.stateCode: config.stateCode, SettingTable.stateName: config.stateName,
                SettingTable.timeZone: config.timeZone, SettingTable.currentSchoolYear: "\(current)",
                SettingTable.transferAccess: config.transferAccess ? "on" : "off",
            ].merging(config.furtherSettings) { own, _ in own }, session)
        let missing = SchoolYears.missing(existing: Set(existing), current: current)
        guard !missing.isEmpty else { return [] }
        let first = try FeedOwner.stamp(session, schema: "identity", count: missing.count)
        try session.run(
            """
            INSERT INTO identity.school_year (year, embargoed_by_default, change)
            SELECT year, embargoed, \(first) - 1 + number
              FROM unnest(\(missing.map(\.year)), \(missing.map(\.embargoedByDefault)))
                   WITH ORDINALITY AS new (year, embargoed, number)
            """)
        return missing
    }

    /// An account whose password is the one of the operator's secret file. A changed file is a changed password; its
    /// tokens end with it.
    private func ensure(_ identity: IdentityConfig.ImportIdentity, _ call: Call) async throws {
        let login = identity.login
        let stored = try await database.read(call) { session in
            try session.row("SELECT verifier FROM identity.account WHERE login = \(login)", as: String.self)
        }
        if let stored, try await passwords.matches(identity.secret, stored) { return }
        let verifier = try await passwords.verifier(for: identity.secret)
        let stateCode = config.stateCode
        try await database.transaction(call) { session in
            let account = try session.row(
                """
                INSERT INTO identity.account (login, verifier) VALUES (\(login), \(verifier))
                ON CONFLICT (login) DO UPDATE SET verifier = EXCLUDED.verifier
                RETURNING id
                """, as: Int64.self)
            guard let account else { throw Fault(.internalError, "the account was not written") }
            try session.run(
                """
                INSERT INTO identity.granted (account_id, role, level, natural_id)
                SELECT \(account), role, 'STATE', \(stateCode) FROM unnest(\(identity.roles)) AS role
                ON CONFLICT DO NOTHING
                """)
            try session.run("DELETE FROM identity.access_token WHERE account_id = \(account)")
            guard let clientID = identity.clientID else { return }
            try session.run("DELETE FROM identity.access_token WHERE client_id = \(clientID)")
            try session.run(
                """
                INSERT INTO identity.import_client (client_id, verifier, account_id, scopes)
                VALUES (\(clientID), \(verifier), \(account), \(identity.scopes))
                ON CONFLICT (client_id) DO UPDATE SET verifier = EXCLUDED.verifier, scopes = EXCLUDED.scopes
                """)
        }
        log.info("import identity set", metadata: ["kind": "\(identity.clientID == nil ? "user" : "client")"])
    }
}

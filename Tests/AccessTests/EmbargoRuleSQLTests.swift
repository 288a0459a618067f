import Contracts
import EmbargoRule
import Postgres
import Support
import Testing

/// The two forms of the one rule must say the same, whatever is set.
@Suite struct EmbargoRuleSQLTests {
    static let copies = Migrations(
        schema: "copies",
        scripts: [
            (
                "V0001_copies",
                """
                CREATE TABLE copies.school_year (year integer PRIMARY KEY, embargoed_by_default boolean NOT NULL);
                CREATE TABLE copies.embargo_setting (
                    school_year integer, district_id bigint, kind smallint, value smallint,
                    PRIMARY KEY (school_year, district_id, kind));
                """
            )
        ])

    /// Nil is no row at all; 0 is a row that says "unset".
    static let values: [Int16?] = [nil, 0, 1, 2]

    static func isReleased(
        state: Int16?, district: Int16?, embargoedByDefault: Bool?, kind: ResultKind, of otherKind: Int16? = nil,
        in database: Database
    ) async throws -> Bool? {
        try await database.transaction(.starting(budget: .seconds(20))) { session in
            try session.script("TRUNCATE copies.school_year, copies.embargo_setting")
            if let embargoedByDefault {
                try session.run("INSERT INTO copies.school_year VALUES (2020, \(embargoedByDefault))")
            }
            // The last three must not matter: another year, another district, the other kind.
            let settings: [(year: Int32, district: Int64, kind: Int16, value: Int16?)] = [
                (2020, 0, kind.rawValue, state), (2020, 7, kind.rawValue, district), (2019, 0, kind.rawValue, 2),
                (2020, 8, kind.rawValue, 2), (2020, 0, 3 - kind.rawValue, otherKind),
            ]
            for setting in settings {
                guard let value = setting.value else { continue }
                try session.run(
                    """
                    INSERT INTO copies.embargo_setting
                    VALUES (\(setting.year), \(setting.district), \(setting.kind), \(value))
                    """)
            }
            let rule = ReleaseStatusSQL.isReleased(schema: "copies", year: "2020", district: "e.district", kind: kind)
            return try session.row("SELECT \(raw: rule) FROM (VALUES (7::bigint)) AS e (district)", as: Bool?.self)
                ?? nil
        }
    }

    @Test("F329 T87–T92: SQL and Swift agree on all combinations")
    func agree() async throws {
        try await withTemporaryDatabase(Self.copies) { database in
            for kind in ResultKind.allCases {
                for state in Self.values {
                    for district in Self.values {
                        for embargoed in [true, false] {
                            let expected = ReleaseStatus.effective(
                                state: state.flatMap(ReleaseStatus.init(rawValue:)),
                                district: district.flatMap(ReleaseStatus.init(rawValue:)),
                                yearDefault: embargoed ? .embargoed : .released)
                            let released = try await Self.isReleased(
                                state: state, district: district, embargoedByDefault: embargoed, kind: kind,
                                of: embargoed ? 2 : 1, in: database)
                            #expect(
                                released == (expected == .released),
                                "\(kind) state \(state as Any) district \(district as Any) default \(embargoed)")
                        }
                    }
                }
            }
        }
    }

    @Test("a year that the copy does not know is embargoed, until somebody releases it")
    func unknownYear() async throws {
        try await withTemporaryDatabase(Self.copies) { database in
            func released(_ state: Int16?, _ district: Int16?) async throws -> Bool? {
                try await Self.isReleased(
                    state: state, district: district, embargoedByDefault: nil, kind: .individual, in: database)
            }
            let answers = [
                try await released(nil, nil), try await released(1, nil), try await released(2, nil),
                try await released(1, 2),
            ]
            #expect(answers == [false, false, true, true])
        }
    }

    @Test("whatever the caller's tables and columns are called, the rule asks about them and not about its own")
    func namesOfTheCaller() async throws {
        try await withTemporaryDatabase(Self.copies) { database in
            let released = try await database.transaction(.starting(budget: .seconds(20))) { session in
                try session.script(
                    """
                    INSERT INTO copies.school_year VALUES (2019, false), (2020, true);
                    INSERT INTO copies.embargo_setting VALUES (2020, 8, 1, 2);
                    """)
                let rule = { (year: String, district: String) in
                    ReleaseStatusSQL.isReleased(schema: "copies", year: year, district: district, kind: .individual)
                }
                return try session.rows(
                    """
                    SELECT \(raw: rule("y.year", "s.district_id")), \(raw: rule("year", "district_id"))
                      FROM (VALUES (2019), (2020)) AS y (year), (VALUES (7), (8)) AS s (district_id)
                     ORDER BY y.year, s.district_id
                    """, as: (Bool, Bool).self)
            }
            #expect(released.map(\.0) == [true, true, false, true])
            #expect(released.map(\.1) == [true, true, false, true])
        }
    }
}

import Contracts
import Foundation
import Ledger
import Postgres
import Support
import Testing

@testable import IdentitySvc

/// Organizations in the database: matched, moved, and written only where something differs (ingest §6.3, access §1.3).
struct OrganizationStoreTests {
    typealias File = OrganizationFileTests

    static func withDatabase<R: Sendable>(_ body: (Database) async throws -> R) async throws -> R {
        try await withTemporaryServer([.identity]) { temporary in
            let database = temporary.open(as: "identity")
            do {
                let result = try await body(database)
                await database.close()
                return result
            } catch {
                await database.close()
                throw error
            }
        }
    }

    @discardableResult
    static func load(_ payload: String, _ database: Database, importID: Int64 = 9) async throws -> ImportOutcome {
        try await database.transaction(.test()) {
            try OrganizationStore.load(Array(payload.utf8), importID: importID, $0)
        }
    }

    static func list(_ entities: String...) -> String { "[" + entities.joined(separator: ",") + "]" }

    /// Kind, natural id, name, external id and the natural ids of the ancestors of every organization.
    static func tree(_ database: Database) async throws -> [String] {
        try await database.read(.test()) { session in
            try session.rows(
                """
                SELECT concat_ws(' ', o.kind, o.natural_id, '"' || o.name || '"', nullif(o.external_id, ''),
                                 'in ' || g.natural_id, d.natural_id, s.natural_id)
                  FROM identity.organization o
                  LEFT JOIN identity.organization g ON g.id = o.district_group_id
                  LEFT JOIN identity.organization d ON d.id = o.district_id
                  LEFT JOIN identity.organization s ON s.id = o.school_group_id
                 ORDER BY o.kind, o.natural_id
                """, as: String.self)
        }
    }

    static func everything(_ database: Database) async throws -> [String] {
        try await database.read(.test()) { session in
            try session.rows("SELECT o::text FROM identity.organization o ORDER BY o.id", as: String.self)
                + session.rows("SELECT h::text FROM identity.feed_head h", as: String.self)
        }
    }

    /// The natural ids of those that an import has changed, in the order of their change numbers.
    static func changed(by importID: Int64, _ database: Database) async throws -> [String] {
        try await database.read(.test()) { session in
            try session.rows(
                "SELECT natural_id FROM identity.organization WHERE update_import_id = \(importID) ORDER BY natural_id",
                as: String.self)
        }
    }

    static let whole = list(File.group, File.district, File.schoolGroup, File.school)

    @Test func storesTheTreeWithAncestorsOnEachRow() async throws {
        try await Self.withDatabase { database in
            let outcome = try await Self.load(Self.whole, database)
            #expect(outcome == ImportOutcome(.processed, "1 schools processed", promises: 4))
            #expect(
                try await Self.tree(database) == [
                    "District D \"Name D\" in DG", "DistrictGroup DG \"Name DG\"", "School S \"Name S\" N1 in DG D SG",
                    "SchoolGroup SG \"Name SG\" in DG D",
                ])
            let changes = try await database.read(.test()) {
                try $0.rows("SELECT change FROM identity.organization ORDER BY change", as: Int64.self)
            }
            #expect(changes == [1, 2, 3, 4], "numbers of the feed, none left from before")
        }
    }

    @Test func loadingAgainChangesNothing() async throws {
        try await Self.withDatabase { database in
            try await Self.load(Self.whole, database)
            let before = try await Self.everything(database)
            #expect(
                try await Self.load(" \n" + Self.whole, database, importID: 17)
                    == ImportOutcome(.processed, "1 schools processed"))
            #expect(try await Self.everything(database) == before)
        }
    }

    @Test func refusedFilesStoreNothing() async throws {
        try await Self.withDatabase { database in
            let bad = File.entity("INSTITUTION", "S2", under: "DISTRICT none")
            let outcome = try await Self.load(Self.list(File.group, File.district, bad), database)
            #expect(outcome.status == .badData)
            #expect(try await Self.load("nonsense", database).status == .badFormat)
            #expect(try await Self.tree(database).isEmpty)
        }
    }

    @Test func takesOverNamesAndExternalIdsAndWritesOnlyWhatDiffers() async throws {
        try await Self.withDatabase { database in
            let other = File.entity("DISTRICT", "E", under: "STATE CA")
            let second = File.entity("INSTITUTION", "T", under: "DISTRICT E")
            try await Self.load(
                Self.list(File.group, File.district, File.schoolGroup, File.school, other, second), database)
            let renamed = File.school.replacing("Name S", with: "Renamed").replacing("N1", with: "N2")
            try await Self.load(
                Self.list(File.group, File.district, File.schoolGroup, renamed, other, second), database, importID: 17)
            #expect(try await Self.changed(by: 17, database) == ["S"])
            #expect(try await Self.tree(database).contains("School S \"Renamed\" N2 in DG D SG"))
        }
    }

    @Test func aChangeAboveASchoolIsAChangeOfTheSchool() async throws {
        try await Self.withDatabase { database in
            let other = File.entity("DISTRICT", "E", under: "STATE CA")
            let second = File.entity("INSTITUTION", "T", under: "DISTRICT E")
            try await Self.load(
                Self.list(File.group, File.district, File.schoolGroup, File.school, other, second), database)
            // Only the district is named; its group of schools and school are not.
            let renamed = File.district.replacing("Name D", with: "Unified")
            try await Self.load(Self.list(File.group, renamed), database, importID: 17)
            #expect(try await Self.changed(by: 17, database) == ["D", "S", "SG"])
        }
    }

    @Test func schoolsFollowADistrictThatMoves() async throws {
        try await Self.withDatabase { database in
            try await Self.load(Self.whole, database)
            let moved = File.entity("DISTRICT", "D", under: "GROUPOFDISTRICTS G2")
            try await Self.load(Self.list(File.entity("GROUPOFDISTRICTS", "G2", under: "STATE CA"), moved), database)
            #expect(
                try await Self.tree(database).filter { !$0.hasPrefix("DistrictGroup") } == [
                    "District D \"Name D\" in G2", "School S \"Name S\" N1 in G2 D SG",
                    "SchoolGroup SG \"Name SG\" in G2 D",
                ])
            let free = File.entity("DISTRICT", "D", under: "STATE CA")
            try await Self.load(Self.list(free), database)
            #expect(try await Self.tree(database).contains("School S \"Name S\" N1 D SG"))
        }
    }

    @Test func schoolsFollowAGroupThatMoves() async throws {
        try await Self.withDatabase { database in
            try await Self.load(Self.whole, database)
            let other = File.entity("DISTRICT", "E", under: "STATE CA")
            let moved = File.entity("GROUPOFINSTITUTIONS", "SG", under: "DISTRICT E")
            try await Self.load(Self.list(other, moved), database)
            #expect(try await Self.tree(database).contains("School S \"Name S\" N1 E SG"))
            #expect(try await Self.tree(database).contains("SchoolGroup SG \"Name SG\" E"))
        }
    }

    @Test func aSchoolMovesToAnotherDistrict() async throws {
        try await Self.withDatabase { database in
            try await Self.load(Self.whole, database)
            let other = File.entity("DISTRICT", "E", under: "STATE CA")
            try await Self.load(Self.list(other, File.entity("INSTITUTION", "S", under: "DISTRICT E")), database)
            #expect(try await Self.tree(database).contains("School S \"Name S\" E"))
        }
    }

    @Test func theSameNaturalIdOfTwoKindsIsTwoOrganizations() async throws {
        try await Self.withDatabase { database in
            let district = File.entity("DISTRICT", "X", under: "STATE CA")
            try await Self.load(Self.list(district, File.entity("INSTITUTION", "X", under: "DISTRICT X")), database)
            #expect(try await Self.tree(database) == ["District X \"Name X\"", "School X \"Name X\" X"])
        }
    }

    @Test("R30: an extract of CALPADS is stored, and keeps groups and external ids")
    func theExtractKeepsGroupsAndExternalIds() async throws {
        try await Self.withDatabase { database in
            func named(_ text: String) -> String {
                text.replacing("\"D\"", with: "\"00000000\"").replacing("\"Name D\"", with: "\"Dee\"")
            }
            try await Self.load(
                Self.list(File.group, named(File.district), named(File.schoolGroup), File.school), database)
            let before = try await Self.everything(database)
            func extract(_ district: String, _ school: String) -> String {
                File.headings + "\n\(district)^1^S^c^Dee^\(school)^N^^N\n"
            }
            #expect(
                try await Self.load(extract("0", "Name S"), database)
                    == ImportOutcome(.processed, "1 schools processed"))
            #expect(try await Self.everything(database) == before)
            try await Self.load(extract("0", "New"), database)
            #expect(try await Self.tree(database).contains("School S \"New\" N1 in DG 00000000 SG"))
            // In another district it cannot be in the same group of schools.
            try await Self.load(extract("1", "New"), database)
            #expect(try await Self.tree(database).contains("School S \"New\" N1 10000000"))
        }
    }

    @Test(
        .enabled(if: OrganizationFileTests.corpus != nil),
        arguments: ["organizations.json", "organizations.calpads.csv"])
    func loadsTheRealFilesTwiceAndChangesNothing(name: String) async throws {
        let folder = try #require(OrganizationFileTests.corpus)
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")), as: UTF8.self)
        try await Self.withDatabase { database in
            let first = try await Self.load(text, database)
            #expect(first.status == .processed && first.message == "4 schools processed")
            let before = try await Self.everything(database)
            #expect(
                try await Self.load(text.replacing("\n", with: "\r\n"), database)
                    == ImportOutcome(.processed, "4 schools processed"))
            #expect(try await Self.everything(database) == before)
        }
    }
}

import Feed
import Ledger
import Postgres

/// Takes the organizations of a file into the database. Those not named stay as they are; nothing is ever deleted.
///
/// Matched by natural id per kind; only what differs is written, and a change anywhere above a school counts as a change
/// of the school. Rule: ingest §6.3, access §1.3.
enum OrganizationStore {
    static func load(
        _ payload: [UInt8], importID: Int64, _ session: borrowing Session
    ) throws -> ImportOutcome {
        let set: OrganizationSet
        do {
            set = try OrganizationFile.read(payload)
        } catch {
            return ImportOutcome(error.status, error.message)
        }
        let change = try store(set, importID: importID, session)
        return ImportOutcome(.processed, "\(set.schools.count) schools processed", promises: change)
    }

    /// - Returns: the last change of the feed; nil when everything was known already.
    private static func store(
        _ set: OrganizationSet, importID: Int64, _ session: borrowing Session
    ) throws -> Int64? {
        var writing = OrganizationWriting(knowsGroups: set.knowsGroups)
        let groups = try writing.write(
            "DistrictGroup", set.districtGroups.map { .init($0.naturalID, $0.name, $0.externalID) }, session)
        let districts = try writing.write(
            "District",
            set.districts.map { district in
                .init(
                    district.naturalID, district.name, district.externalID,
                    districtGroupID: district.group.flatMap { groups[$0]?.id })
            }, session)
        let schoolGroups = try writing.write(
            "SchoolGroup",
            set.schoolGroups.map { group in
                let district = districts[group.district]
                return .init(
                    group.naturalID, group.name, group.externalID, districtGroupID: district?.districtGroupID,
                    districtID: district?.id)
            }, session)
        _ = try writing.write(
            "School",
            set.schools.map { school in
                let district = districts[school.district]
                return .init(
                    school.naturalID, school.name, school.externalID, districtGroupID: district?.districtGroupID,
                    districtID: district?.id, schoolGroupID: school.group.flatMap { schoolGroups[$0]?.id })
            }, session)
        try moveBelow(&writing, session)
        return try stamp(writing, importID: importID, session)
    }

    /// Schools carry their ancestors. Those of a group or district that moved go along, named by the file or not; and
    /// whatever changed above a school, its own row counts as changed.
    private static func moveBelow(_ writing: inout OrganizationWriting, _ session: borrowing Session) throws {
        let changed = Array(writing.changed)
        guard !changed.isEmpty else { return }
        try session.run(
            """
            UPDATE identity.organization o SET district_group_id = d.district_group_id
              FROM identity.organization d
             WHERE o.kind = 'SchoolGroup' AND d.id = o.district_id AND d.id = ANY (\(changed))
               AND o.district_group_id IS DISTINCT FROM d.district_group_id
            """)
        try session.run(
            """
            UPDATE identity.organization o SET district_id = g.district_id
              FROM identity.organization g
             WHERE o.kind = 'School' AND g.id = o.school_group_id AND g.id = ANY (\(changed))
               AND o.district_id <> g.district_id
            """)
        try session.run(
            """
            UPDATE identity.organization o SET district_group_id = d.district_group_id
              FROM identity.organization d
             WHERE o.kind = 'School' AND d.id = o.district_id
               AND o.district_group_id IS DISTINCT FROM d.district_group_id
               AND (d.id = ANY (\(changed)) OR o.school_group_id = ANY (\(changed)))
            """)
        let below = try session.rows(
            """
            SELECT id FROM identity.organization
             WHERE kind IN ('SchoolGroup', 'School')
               AND (district_group_id = ANY (\(changed)) OR district_id = ANY (\(changed))
                    OR school_group_id = ANY (\(changed)))
            """, as: Int64.self)
        writing.changed.formUnion(below)
    }

    private static func stamp(
        _ writing: OrganizationWriting, importID: Int64, _ session: borrowing Session
    ) throws -> Int64? {
        let changed = writing.changed.sorted()
        guard !changed.isEmpty else { return nil }
        let first = try FeedOwner.stamp(session, schema: "identity", count: changed.count)
        try session.run(
            """
            UPDATE identity.organization o
               SET change = \(first) - 1 + new.number, updated = now(), update_import_id = \(importID)
              FROM unnest(\(changed)) WITH ORDINALITY AS new (id, number) WHERE o.id = new.id
            """)
        return first - 1 + Int64(changed.count)
    }
}

/// What one import has written so far.
struct OrganizationWriting {
    let knowsGroups: Bool
    /// Ids of rows that were made or changed.
    var changed: Set<Int64> = []
    /// Change numbers are given at the end; until then each new row has one that no other row has.
    private var placeholders: Int64 = 0

    init(knowsGroups: Bool) {
        self.knowsGroups = knowsGroups
    }

    /// One organization as its row is to be.
    struct Row: Equatable {
        var naturalID: String
        var name: String
        var externalID: String
        var districtGroupID: Int64?
        var districtID: Int64?
        var schoolGroupID: Int64?

        init(
            _ naturalID: String, _ name: String, _ externalID: String?, districtGroupID: Int64? = nil,
            districtID: Int64? = nil, schoolGroupID: Int64? = nil
        ) {
            self.naturalID = naturalID
            self.name = name
            self.externalID = externalID ?? ""
            self.districtGroupID = districtGroupID
            self.districtID = districtID
            self.schoolGroupID = schoolGroupID
        }
    }

    struct Written {
        var id: Int64
        var districtGroupID: Int64?
    }

    /// Makes and changes the rows of one kind.
    /// - Returns: all of them by natural id, also those that stayed as they were.
    mutating func write(
        _ kind: String, _ rows: [Row], _ session: borrowing Session
    ) throws -> [String: Written] {
        if rows.isEmpty { return [:] }
        let stored = try session.rows(
            """
            SELECT id, natural_id, name, external_id, district_group_id, district_id, school_group_id
              FROM identity.organization WHERE kind = \(kind) AND natural_id = ANY (\(rows.map(\.naturalID)))
             ORDER BY id FOR UPDATE
            """, as: (Int64, String, String, String, Int64?, Int64?, Int64?).self)
        var known: [String: (id: Int64, row: Row)] = [:]
        for (id, naturalID, name, externalID, districtGroupID, districtID, schoolGroupID) in stored {
            let row = Row(
                naturalID, name, externalID, districtGroupID: districtGroupID, districtID: districtID,
                schoolGroupID: schoolGroupID)
            known[naturalID] = (id, row)
        }
        var written: [String: Written] = [:]
        var new: [Row] = []
        var different: [(id: Int64, row: Row)] = []
        for row in rows {
            guard let old = known[row.naturalID] else {
                new.append(row)
                continue
            }
            let row = knowsGroups ? row : keepingGroups(row, of: old.row, kind)
            if row != old.row { different.append((old.id, row)) }
            written[row.naturalID] = Written(id: old.id, districtGroupID: row.districtGroupID)
        }
        for (row, id) in zip(new, try insert(kind, new, session)) {
            written[row.naturalID] = Written(id: id, districtGroupID: row.districtGroupID)
            changed.insert(id)
        }
        try update(different, session)
        changed.formUnion(different.map(\.id))
        return written
    }

    /// The state's extract knows no groups and no external ids: what another file said about them stays, as long as the
    /// school stays in its district.
    private func keepingGroups(_ row: Row, of old: Row, _ kind: String) -> Row {
        var row = row
        row.externalID = old.externalID
        if kind == "District" { row.districtGroupID = old.districtGroupID }
        if kind == "School", row.districtID == old.districtID { row.schoolGroupID = old.schoolGroupID }
        return row
    }

    private mutating func insert(
        _ kind: String, _ rows: [Row], _ session: borrowing Session
    ) throws -> [Int64] {
        if rows.isEmpty { return [] }
        let ids = try session.rows(
            """
            INSERT INTO identity.organization (
                kind, natural_id, name, external_id, district_group_id, district_id, school_group_id, change)
            SELECT \(kind), natural_id, name, external_id, district_group_id, district_id, school_group_id,
                   \(-placeholders) - number
              FROM unnest(\(rows.map(\.naturalID)), \(rows.map(\.name)), \(rows.map(\.externalID)),
                          \(rows.map(\.districtGroupID)), \(rows.map(\.districtID)), \(rows.map(\.schoolGroupID)))
                   WITH ORDINALITY AS new (
                       natural_id, name, external_id, district_group_id, district_id, school_group_id, number)
             ORDER BY number
            RETURNING natural_id, id
            """, as: (String, Int64).self)
        placeholders += Int64(rows.count)
        let byNaturalID = Dictionary(uniqueKeysWithValues: ids)
        return rows.compactMap { byNaturalID[$0.naturalID] }
    }

    private func update(_ rows: [(id: Int64, row: Row)], _ session: borrowing Session) throws {
        if rows.isEmpty { return }
        try session.run(
            """
            UPDATE identity.organization o
               SET name = new.name, external_id = new.external_id, district_group_id = new.district_group_id,
                   district_id = new.district_id, school_group_id = new.school_group_id
              FROM unnest(\(rows.map(\.id)), \(rows.map(\.row.name)), \(rows.map(\.row.externalID)),
                          \(rows.map(\.row.districtGroupID)), \(rows.map(\.row.districtID)),
                          \(rows.map(\.row.schoolGroupID)))
                   AS new (id, name, external_id, district_group_id, district_id, school_group_id)
             WHERE o.id = new.id
            """)
    }
}

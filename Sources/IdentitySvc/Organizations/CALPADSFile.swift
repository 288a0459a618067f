import Ledger
import Tabular

/// Reads the state's extract of schools: districts and schools, no groups and no external ids.
///
/// Rule: ingest §6.2.
enum CALPADSFile {
    private static let districtCode = "County-District Code"
    private static let districtName = "District Name"
    private static let schoolCode = "Auth CDS Code"
    private static let schoolName = "School Name"

    /// - Returns: nil when this is no such file.
    /// - Throws: `ImportRefusal` `BAD_DATA` with the collected errors.
    static func read(_ payload: [UInt8]) throws(ImportRefusal) -> OrganizationSet? {
        var messages = ImportMessages()
        let set: OrganizationSet
        do {
            guard let read = try parse(payload, &messages) else { return nil }
            set = read
        } catch {
            return nil
        }
        guard messages.isEmpty else { throw ImportRefusal(.badData, messages.collectedText()) }
        return set
    }

    private static func parse(_ payload: [UInt8], _ messages: inout ImportMessages) throws -> OrganizationSet? {
        var reader = TableReader(.carets, payload)
        var first = try reader.next()
        while let row = first, row.isBlank { first = try reader.next() }
        guard let first else { return nil }
        let headings = try TableHeadings(first)
        guard headings.missing([districtCode, districtName, schoolCode, schoolName]).isEmpty else { return nil }

        var set = OrganizationSet(knowsGroups: false)
        var districts = Set<String>()
        var schools = Set<String>()
        while let row = try reader.next() {
            if row.isBlank { continue }
            func cell(_ column: String, _ limit: Int) -> String? {
                OrganizationText.check(column, row[headings[column]], limit, &messages)
            }
            guard let code = cell(districtCode, 33) else { continue }
            // A school may stand under a district whose code differs from its own beginning; the row says which.
            let district = code + "0000000"
            if districts.insert(district).inserted, let name = cell(districtName, 100) {
                set.districts.append(.init(naturalID: district, name: name))
            }
            guard let school = cell(schoolCode, 40), schools.insert(school).inserted,
                let name = cell(schoolName, 100)
            else { continue }
            set.schools.append(.init(naturalID: school, name: name, district: district))
        }
        return set
    }
}

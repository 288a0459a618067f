import Contracts

/// The query of a District / School Export as JSON, with the names of the reference (results §7).
enum ExportQueryJSON {
    static let type = "DistrictSchoolExport"
    /// Of the body: a thousand ids of 19 digits and a name.
    static let limit = 64 << 10
    private static let lists = ["districtGroupIds", "districtIds", "schoolGroupIds", "schoolIds"]
    private static let mostIDs = 1_000

    static let schema: Schema = .object(
        [
            Schema.optional("type", .oneOf([type])), Schema.member("name", .text(length: 1...255)),
            Schema.member("schoolYear", Schemas.year),
            Schema.optional("disableTransferAccess", .boolean), Schema.optional("everything", .boolean),
        ] + lists.map { Schema.optional($0, .list(Schemas.id, atMost: mostIDs)) })

    /// - Throws: `Fault` `.malformed` for what is not understood; what makes no sense is judged by the service.
    static func read(_ json: JSONValue) throws -> ExportQuery {
        guard case .object(let members) = json else { throw Fault(.malformed, "The body must be a JSON object.") }
        let known = Set(["type", "name", "schoolYear", "disableTransferAccess", "everything"] + lists)
        guard members.keys.allSatisfy(known.contains) else {
            throw Fault(.malformed, "The body has a member other than \(known.sorted().joined(separator: ", ")).")
        }
        if let given = members["type"], given != .string(type) { throw Ask.violation("type", "must be \(type)") }
        guard case .string(let name)? = members["name"], (1...255).contains(name.unicodeScalars.count),
            name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw Ask.violation("name", "must have 1 to 255 characters") }
        guard case .integer(let year)? = members["schoolYear"], Parameter.years.contains(year) else {
            throw Ask.violation("schoolYear", "must be a school year")
        }
        func flag(_ member: String) throws -> Bool {
            switch members[member] {
            case nil, .null?: return false
            case .bool(let value)?: return value
            default: throw Ask.violation(member, "must be true or false")
            }
        }
        func ids(_ member: String) throws -> [Int64] {
            switch members[member] {
            case nil, .null?: return []
            case .array(let values)? where values.count <= mostIDs:
                return try values.map { value in
                    guard case .integer(let id) = value, id > 0 else {
                        throw Ask.violation(member, "must hold ids")
                    }
                    return id
                }
            default: throw Ask.violation(member, "must be a list of at most \(mostIDs)")
            }
        }
        return try .with {
            $0.name = name
            $0.schoolYear = Int32(clamping: year)
            $0.hideTransfers = try flag("disableTransferAccess")
            $0.everything = try flag("everything")
            $0.districtGroupIDs = try ids("districtGroupIds")
            $0.districtIDs = try ids("districtIds")
            $0.schoolGroupIDs = try ids("schoolGroupIds")
            $0.schoolIDs = try ids("schoolIds")
        }
    }
}

extension JSONWriter {
    mutating func exportQuery(_ query: ExportQuery) {
        object {
            $0.field("type", ExportQueryJSON.type)
            $0.field("name", query.name)
            $0.field("schoolYear", query.schoolYear)
            $0.field("disableTransferAccess", query.hideTransfers)
            $0.field("everything", query.everything)
            $0.array("districtGroupIds", query.districtGroupIDs) { $0.write($1) }
            $0.array("districtIds", query.districtIDs) { $0.write($1) }
            $0.array("schoolGroupIds", query.schoolGroupIDs) { $0.write($1) }
            $0.array("schoolIds", query.schoolIDs) { $0.write($1) }
        }
    }
}

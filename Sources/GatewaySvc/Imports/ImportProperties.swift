import Contracts

/// What is stored beside a payload: every URL parameter and form field, of a repeated one the first (ingest §2.3).
///
/// What the service itself knows about a payload, nobody may say in a parameter: those names are dropped.
struct PayloadProperties {
    static let nameLimit = 250
    static let valueLimit = 8192
    static let countLimit = 100
    static let batchLimit = 250

    /// Known to the gateway or to the ledger, in lower case. `filename` is added by whoever knows it.
    private static let reserved: Set<String> = [
        "content-type", "content-length", "username", "tenancy-chain", "filename",
    ]

    private(set) var list: [ImportProperty] = []
    private(set) var batch = ""
    private var names: Set<String> = []

    /// - Throws: `Fault` `.malformed` for a name, value or number of them beyond the limits.
    mutating func add(_ name: String, _ value: String) throws {
        guard !Self.reserved.contains(name.lowercased()), names.insert(name).inserted else { return }
        guard (1...Self.nameLimit).contains(name.utf8.count), value.utf8.count <= Self.valueLimit,
            list.count < Self.countLimit
        else { throw Fault(.malformed, "parameters are too many or too long") }
        guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !value.utf8.contains(0) else {
            throw Fault(.malformed, "a parameter has a control character")
        }
        if name == "batch" {
            guard value.unicodeScalars.count <= Self.batchLimit else {
                throw Fault(.malformed, "batch must have at most \(Self.batchLimit) characters")
            }
            batch = value
        }
        append(name, value)
    }

    /// The file's own name: of the part of a form, or the parameter of a raw body, which has no other.
    mutating func setFilename(_ filename: String) throws {
        guard !filename.isEmpty else { return }
        guard filename.utf8.count <= Self.nameLimit, filename.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Fault(.malformed, "the file name is too long or has a control character")
        }
        list.removeAll { $0.name == "filename" }
        append("filename", filename)
    }

    /// With which rights the payload came (ingest §2.8), as the records of access §3.4.
    mutating func setGrants(of bearer: Bearer) {
        append("tenancy-chain", bearer.tenancyChain)
    }

    private mutating func append(_ name: String, _ value: String) {
        list.append(
            .with {
                $0.name = name
                $0.value = value
            })
    }
}

/// The grants behind a token as a sign-on server would write them: one record each, joined with commas (access §3.4).
enum TenancyChainText {
    /// Fields of a record, the empty ones outside the first and the last bar included.
    private static let fields = 19

    static func text(of view: AccessTokenView) -> String {
        let state = view.grants.first { $0.level.uppercased() == "STATE" }
        return view.grants.map { record($0, client: view.clientID, state: state) }.joined(separator: ",")
    }

    private static func record(_ grant: ImportGrant, client: String, state: ImportGrant?) -> String {
        var record = [String](repeating: "", count: fields)
        record[1] = grant.entityID
        record[2] = grant.role
        record[3] = grant.level
        record[4] = client
        for grant in [state, grant].compactMap(\.self) {
            guard let position = position(of: grant.level) else { continue }
            record[position] = grant.entityID
            record[position + 1] = grant.entityName
        }
        // A bar inside a name would shift the fields behind it.
        return record.map { $0.replacing("|", with: " ") }.joined(separator: "|")
    }

    /// Where the id of an organization of this level stands, its name behind it.
    private static func position(of level: String) -> Int? {
        switch level.uppercased() {
        case "STATE_GROUP": 6
        case "STATE": 8
        case "DISTRICT_GROUP": 10
        case "DISTRICT": 12
        case "INSTITUTION_GROUP": 14
        case "INSTITUTION": 16
        default: nil
        }
    }
}

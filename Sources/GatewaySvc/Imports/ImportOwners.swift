import Contracts

/// The service that owns an import: by content when it comes in, by the low bits of its id ever after (DESIGN §2).
struct ImportOwners: Sendable {
    struct Owner: Sendable {
        let imports: ImportsClient
        let blobs: BlobsClient

        init(_ channel: any RPCChannel) {
            imports = ImportsClient(channel)
            blobs = BlobsClient(channel)
        }
    }

    /// Content by scope of the path (ingest §1).
    static let contents: [(scope: String, content: String)] = [
        ("exams", exams), ("packages", "PACKAGE"), ("accommodations", "CODES"),
        ("organizations", "ORGANIZATION"), ("groups", groups), ("norms", "NORMS"), ("subjects", "SUBJECT"),
        ("students", "STUDENTS"),
    ]

    /// Every scope of the import API (ingest §2.2).
    static let scopes = contents.map(\.scope)

    static let exams = "EXAM"
    static let groups = "GROUPS"

    /// Low 3 bits of an id: 1 Identity, 2 Group, 3 Results.
    let identity: Owner
    let group: Owner
    let results: Owner

    /// - Throws: `Fault` `.notFound` for a scope that is none.
    func owner(ofScope scope: String) throws -> (owner: Owner, content: String) {
        guard let content = Self.contents.first(where: { $0.scope == scope })?.content else {
            throw Fault(.notFound, "no such element")
        }
        switch content {
        case "ORGANIZATION": return (identity, content)
        case Self.groups: return (group, content)
        default: return (results, content)
        }
    }

    /// - Throws: `Fault` `.notFound` for an id that no service gives.
    func owner(ofImport id: Int64) throws -> Owner {
        switch id & 7 {
        case 1: return identity
        case 2: return group
        case 3: return results
        default: throw Fault(.notFound, "no such element")
        }
    }
}

extension Parameter {
    static let importScope = path("scope", .choice(ImportOwners.scopes), "Kind of content.")
    static let importID = id("id", "Id of an import.")
}

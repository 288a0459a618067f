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
        list.append(
            .with {
                $0.name = name
                $0.value = value
            })
    }

    /// The file's own name: of the part of a form, or the parameter of a raw body, which has no other.
    mutating func setFilename(_ filename: String) throws {
        guard !filename.isEmpty else { return }
        guard filename.utf8.count <= Self.nameLimit, filename.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Fault(.malformed, "the file name is too long or has a control character")
        }
        list.removeAll { $0.name == "filename" }
        list.append(
            .with {
                $0.name = "filename"
                $0.value = filename
            })
    }
}

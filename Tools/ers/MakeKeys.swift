import Credentials
import Foundation

/// `ers keys FOLDER`: the key pairs of all processes, as far as they are missing. Existing keys are never touched.
///
/// `<id>.key` is the private half, for its owner alone; `<id>.pub` the public one, for everybody.
struct MakeKeys {
    static let ids =
        ["gateway", "identity", "group", "results", "aggregate", "embargo", "ers"].map { "service-\($0)" } + [
            "caller-1"
        ]

    let directory: String

    /// - Returns: a line for each key: what was done.
    func callAsFunction() throws -> [String] {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return try Self.ids.map { id in
            let privateFile = "\(directory)/\(id).key"
            let publicFile = "\(directory)/\(id).pub"
            let hasPublic = FileManager.default.fileExists(atPath: publicFile)
            if FileManager.default.fileExists(atPath: privateFile) {
                let key = try SigningKey(id: id, file: privateFile)
                if hasPublic { return "\(id): there already" }
                try key.savePublicKey(to: publicFile)
                return "\(id): public key written again"
            }
            // Somebody else holds the private half; a new pair would shut that process out.
            if hasPublic { return "\(id): public key only, left alone" }
            let key = SigningKey.generate(id: id)
            try key.savePrivateKey(to: privateFile)
            try key.savePublicKey(to: publicFile)
            return "\(id): made"
        }
    }
}

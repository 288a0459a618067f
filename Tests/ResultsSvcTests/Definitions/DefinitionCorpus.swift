import Foundation

/// The public files that real senders use, kept beside the checkout; `ERS_CORPUS` names their folder.
enum DefinitionCorpus {
    static let folder: String? = {
        var checkout = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { checkout.deleteLastPathComponent() }
        var candidates = [checkout.deletingLastPathComponent().appendingPathComponent("shared/corpus").path]
        if let named = ProcessInfo.processInfo.environment["ERS_CORPUS"] { candidates.insert(named, at: 0) }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/README.md") }
    }()

    /// For `.enabled(if:)`: such a test is skipped where the files are not there.
    static var isThere: Bool { folder != nil }

    static func bytes(_ name: String) throws -> [UInt8] {
        struct Missing: Error {}
        guard let folder else { throw Missing() }
        return Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
}

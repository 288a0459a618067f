import Foundation

/// The transmissions as archives `trt/{school year}-{number}.zip`, in which they are added as they are made.
struct ResultArchives {
    private let folder: URL
    private var open: [Int: ZipFile] = [:]
    private var parts: [Int: Int] = [:]
    private var count = 0

    init(folder: URL) { self.folder = folder }

    mutating func add(_ result: DemoResult) throws {
        let year = result.assessment.year
        let archive: ZipFile
        if let current = open[year] {
            archive = current
        } else {
            let part = parts[year, default: 0] + 1
            parts[year] = part
            let digits = String(part)
            let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
            archive = try ZipFile(at: folder.appendingPathComponent("\(year)-\(padded).zip"))
            open[year] = archive
        }
        let xml = TransmissionFile(result: result).xml
        try archive.add("\(year)/\(result.place.school.id)/\(result.opportunity).xml", Array(xml.utf8))
        count += 1
        if archive.count == Sandbox.archiveLimit {
            try archive.finish()
            open[year] = nil
        }
    }

    /// - Returns: how many results there are.
    consuming func finish() throws -> Int {
        for archive in open.values { try archive.finish() }
        return count
    }
}

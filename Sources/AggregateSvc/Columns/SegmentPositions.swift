/// Up to which number of the log each segment of a folder is right, kept in a file of the folder: a segment that does not
/// change does not hold back the log.
struct SegmentPositions: Sendable, Equatable {
    struct One: Sendable, Equatable {
        var generation: UInt32
        var covers: Int64
    }

    static let name = "positions"
    var epoch: [UInt8]
    var all: [SegmentKey: One]

    /// Lines of numbers; the last one is the checksum of those before.
    func bytes() -> [UInt8] {
        var text = epoch.map { String($0) }.joined(separator: " ") + "\n"
        for (key, one) in all.sorted(by: { $0.key < $1.key }) {
            text += "\(key.year) \(key.assessment) \(one.generation) \(one.covers)\n"
        }
        let checksum = Array(text.utf8).withUnsafeBytes { Checksum.of($0) }
        return Array("\(text)\(checksum)\n".utf8)
    }

    init(epoch: [UInt8], all: [SegmentKey: One]) {
        self.epoch = epoch
        self.all = all
    }

    /// - Returns: nil for bytes that are not whole.
    init?(_ bytes: [UInt8]) {
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard let last = lines.popLast(), let checksum = UInt32(last), lines.count >= 1 else { return nil }
        let text = lines.map { $0 + "\n" }.joined()
        guard Array(text.utf8).withUnsafeBytes({ Checksum.of($0) }) == checksum else { return nil }
        epoch = lines[0].split(separator: " ").compactMap { UInt8($0) }
        all = [:]
        for line in lines.dropFirst() {
            let word = line.split(separator: " ")
            guard word.count == 4, let year = Int16(word[0]), let assessment = Int32(word[1]),
                let generation = UInt32(word[2]), let covers = Int64(word[3])
            else { return nil }
            all[SegmentKey(year: year, assessment: assessment)] = One(generation: generation, covers: covers)
        }
    }
}

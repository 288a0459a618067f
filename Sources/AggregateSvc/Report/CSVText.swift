import Tabular

/// A file of comma-separated values as spreadsheets read it (RFC 4180).
struct CSVText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// Text that people wrote.
    mutating func text(_ value: String) { raw(CSVCell.harmless(value, guardsNumbers: true)) }

    mutating func number(_ value: Int64?) { raw(value.map(String.init) ?? "") }

    /// Text of ours.
    mutating func raw(_ value: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        let isPlain = !value.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        bytes.append(contentsOf: (isPlain ? value : CSVCell.quoted(value)).utf8)
    }

    mutating func endLine() {
        bytes.append(contentsOf: [0x0D, 0x0A])
        isFirst = true
    }
}

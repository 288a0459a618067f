/// A file of comma-separated values as spreadsheets read it (RFC 4180).
struct CSVText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// Text that people wrote: what a spreadsheet would take for a formula is made harmless by an apostrophe in front.
    mutating func text(_ value: String) {
        let isFormula = value.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
        raw(isFormula ? "'" + value : value)
    }

    mutating func number(_ value: Int64?) { raw(value.map(String.init) ?? "") }

    /// Text of ours.
    mutating func raw(_ value: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        guard value.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
            bytes.append(contentsOf: value.utf8)
            return
        }
        bytes.append(0x22)
        for byte in value.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    mutating func endLine() {
        bytes.append(contentsOf: [0x0D, 0x0A])
        isFirst = true
    }
}

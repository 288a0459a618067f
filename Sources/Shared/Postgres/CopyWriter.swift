import CPostgres

/// Takes the rows of a `COPY … FROM STDIN (FORMAT binary)`; see `Session.copyIn`.
public struct CopyWriter: ~Copyable {
    private let connection: Connection
    private let columns: Int
    private var buffer: [UInt8]

    /// What is sent at once.
    private static let chunk = 65_536
    static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]

    init(_ connection: Connection, columns: Int) {
        self.connection = connection
        self.columns = columns
        buffer = Self.signature + [UInt8](repeating: 0, count: 8)  // no flags, no further header
        buffer.reserveCapacity(Self.chunk + 4_096)
    }

    /// One row. The types must be exactly those of the table's columns: PostgreSQL converts nothing here.
    public mutating func row<each C: Column>(_ values: repeat each C) throws {
        let start = buffer.count
        buffer.append(bigEndian: Int16(0))
        var count = 0
        for value in repeat each values {
            append(value)
            count += 1
        }
        guard count == columns else { throw DatabaseError.mismatch("\(count) values for \(columns) columns") }
        buffer[start] = UInt8(truncatingIfNeeded: count >> 8)
        buffer[start + 1] = UInt8(truncatingIfNeeded: count)
        if buffer.count >= Self.chunk { try flush() }
    }

    private mutating func append<C: Column>(_ value: C) {
        let lengthAt = buffer.count
        buffer.append(bigEndian: Int32(-1))
        guard value.write(to: &buffer) else { return }
        let length = Int32(clamping: buffer.count - lengthAt - 4).bigEndian
        withUnsafeBytes(of: length) { buffer.replaceSubrange(lengthAt..<lengthAt + 4, with: $0) }
    }

    private mutating func flush() throws {
        let sent = buffer.withUnsafeBytes { bytes in
            PQputCopyData(connection.raw, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count))
        }
        guard sent == 1 else { throw connection.noteFailure(connection.lossError()) }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() throws {
        buffer.append(bigEndian: Int16(-1))
        try flush()
    }
}

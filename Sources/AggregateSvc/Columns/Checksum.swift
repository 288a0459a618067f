/// CRC-32C, eight bytes at a time by table.
enum Checksum {
    /// `tables[k * 256 + b]`: byte `b` with `k` zero bytes behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1 }
            tables[byte] = value
        }
        for byte in 0..<256 {
            for k in 1..<8 {
                let before = tables[(k - 1) * 256 + byte]
                tables[k * 256 + byte] = (before >> 8) ^ tables[Int(before & 0xFF)]
            }
        }
        return tables
    }()

    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let table = tables.span
        var value = UInt32.max
        var position = 0
        while bytes.count - position >= 8 {
            let word =
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(value)
            var next: UInt32 = 0
            for k in 0..<8 { next ^= table[(7 - k) &* 256 &+ Int((word >> (8 &* UInt64(k))) & 0xFF)] }
            value = next
            position += 8
        }
        while position < bytes.count {
            value = (value >> 8) ^ table[Int((value ^ UInt32(bytes[position])) & 0xFF)]
            position += 1
        }
        return ~value
    }
}

import XML

/// Finds what a name of a document stands for without making a string of it.
struct NameTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let name: [UInt8]
        let value: Value
    }

    /// Open addressing over a power of two, at most half full.
    private let slots: [Entry?]
    private let mask: Int

    init(_ entries: [(String, Value)]) {
        var size = 4
        while size < entries.count * 2 { size *= 2 }
        var slots = [Entry?](repeating: nil, count: size)
        let mask = size - 1
        for (name, value) in entries {
            let bytes = Array(name.utf8)
            var slot = bytes.withUnsafeBufferPointer { Self.hash($0) } & mask
            while slots[slot] != nil { slot = (slot + 1) & mask }
            slots[slot] = Entry(name: bytes, value: value)
        }
        self.slots = slots
        self.mask = mask
    }

    func find(_ name: UnsafeBufferPointer<UInt8>) -> Value? {
        var slot = Self.hash(name) & mask
        while let entry = slots[slot] {
            if entry.name.count == name.count && entry.name.elementsEqual(name) { return entry.value }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & 0x7FFF_FFFF)
    }
}

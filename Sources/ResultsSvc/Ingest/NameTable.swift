/// Finds what a name of a document stands for without making a string of it.
struct NameTable<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var start = 0
        /// 0: the slot is free.
        var count = 0
        var value: Value?
    }

    /// Open addressing over a power of two, at most half full.
    private let slots: [Slot]
    /// All names one behind the other.
    private let names: [UInt8]
    private let mask: Int

    /// - Parameter entries: names of at least one byte, each once.
    init(_ entries: [(String, Value)]) {
        var size = 4
        while size < entries.count * 2 { size *= 2 }
        var slots = [Slot](repeating: Slot(), count: size)
        var names: [UInt8] = []
        let mask = size - 1
        for (name, value) in entries {
            let bytes = Array(name.utf8)
            precondition(!bytes.isEmpty, "a name has at least one byte")
            var slot = bytes.withUnsafeBufferPointer { Self.hash($0) } & mask
            while slots[slot].count > 0 { slot = (slot + 1) & mask }
            slots[slot] = Slot(start: names.count, count: bytes.count, value: value)
            names += bytes
        }
        self.slots = slots
        self.names = names
        self.mask = mask
    }

    func find(_ name: UnsafeBufferPointer<UInt8>) -> Value? {
        slots.withUnsafeBufferPointer { slots in
            names.withUnsafeBufferPointer { names in
                var index = Self.hash(name) & mask
                while slots[index].count > 0 {
                    let slot = slots[index]
                    if slot.count == name.count && Self.isEqual(names, from: slot.start, to: name) { return slot.value }
                    index = (index + 1) & mask
                }
                return nil
            }
        }
    }

    private static func isEqual(
        _ names: UnsafeBufferPointer<UInt8>, from start: Int, to name: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for index in name.indices where names[start + index] != name[index] { return false }
        return true
    }

    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & 0x7FFF_FFFF)
    }
}

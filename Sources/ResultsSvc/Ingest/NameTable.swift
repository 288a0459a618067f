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

    /// Of the length and the first and last eight bytes: names of a document differ there, and to go through all bytes takes
    /// several times as long.
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        let first: UInt64
        let last: UInt64
        if name.count >= 8 {
            let raw = UnsafeRawBufferPointer(name)
            first = raw.loadUnaligned(as: UInt64.self)
            last = raw.loadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self)
        } else {
            first = name.reduce(0) { $0 << 8 | UInt64($1) }
            last = 0
        }
        var hash = (first ^ UInt64(name.count)) &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ (hash >> 32) ^ last) &* 0xFF51_AFD7_ED55_8CCD
        return Int(truncatingIfNeeded: hash >> 33)
    }
}

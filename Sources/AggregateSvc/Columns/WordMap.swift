/// Numbers words from 0 on in the order in which they first come: a hash table of one array, for loops over many rows.
struct WordMap: Sendable {
    private(set) var words: [UInt64] = []
    /// Numbers plus one by place; 0 is free.
    private var places: [UInt32]
    private var mask: Int

    init(expecting count: Int = 1_024) {
        var size = 2_048
        while size < count * 2 { size *= 2 }
        places = [UInt32](repeating: 0, count: size)
        mask = size - 1
    }

    init(_ words: [UInt64]) {
        self.init(expecting: words.count)
        for word in words { _ = number(word) }
    }

    var count: Int { words.count }

    private static func hash(_ word: UInt64) -> Int {
        let mixed = (word ^ (word >> 32)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 29)
    }

    /// The number of a word, a new one if it has none.
    mutating func number(_ word: UInt64) -> Int {
        var place = Self.hash(word) & mask
        while true {
            let found = places[place]
            if found == 0 { break }
            if words[Int(found) - 1] == word { return Int(found) - 1 }
            place = (place &+ 1) & mask
        }
        words.append(word)
        places[place] = UInt32(words.count)
        if words.count * 2 > places.count { grow() }
        return words.count - 1
    }

    func known(_ word: UInt64) -> Int? {
        var place = Self.hash(word) & mask
        while true {
            let found = places[place]
            if found == 0 { return nil }
            if words[Int(found) - 1] == word { return Int(found) - 1 }
            place = (place &+ 1) & mask
        }
    }

    private mutating func grow() {
        let size = places.count * 2
        places = [UInt32](repeating: 0, count: size)
        mask = size - 1
        for (number, word) in words.enumerated() {
            var place = Self.hash(word) & mask
            while places[place] != 0 { place = (place &+ 1) & mask }
            places[place] = UInt32(number + 1)
        }
    }
}

/// The codes of one bucket as they occur in a segment: which slices each of them feeds.
struct SliceCodes {
    private let bucket: SliceBuckets.Bucket
    /// Part of a word → its code less one.
    private var keys = WordMap()
    private var codeOfKey: [UInt16] = []
    private var codeOfSet: [UInt128: UInt16] = [:]
    /// The slices of all codes one after the other; those of code `c` from `starts[c]` to `starts[c + 1]`.
    private(set) var slices: [UInt16] = []
    private(set) var starts: [Int] = [0, 0]
    /// The slices of each code as bits.
    private(set) var sets: [UInt128] = [0]

    init(_ bucket: SliceBuckets.Bucket) { self.bucket = bucket }

    /// Codes are 1 … count.
    var count: Int { starts.count - 2 }

    /// The code of a word.
    mutating func code(of word: UInt64) -> UInt16 {
        let key = keys.number(word & bucket.bits)
        if key < codeOfKey.count { return codeOfKey[key] }
        // Not seen yet: which slices does it feed?
        var set: UInt128 = 0
        for (place, one) in bucket.tests.enumerated() where one.test.passes(word) { set |= 1 << UInt128(place) }
        if let known = codeOfSet[set] {
            codeOfKey.append(known)
            return known
        }
        let code = UInt16(count + 1)
        codeOfSet[set] = code
        codeOfKey.append(code)
        for slice in bucket.everybody { slices.append(UInt16(slice)) }
        for (place, one) in bucket.tests.enumerated() where (set >> UInt128(place)) & 1 == 1 {
            slices.append(UInt16(one.slice))
        }
        sets.append(slices[starts[Int(code)]...].reduce(0) { $0 | 1 << UInt128($1) })
        starts.append(slices.count)
        return code
    }
}

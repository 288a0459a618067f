/// All segments in one state of the log. Whoever holds it reads that state, however many others are published meanwhile.
final class Catalogue: Sendable {
    enum State: Sendable {
        case ready(ReadySegment)
        /// Written when schools were in other districts; to be written again.
        case unsorted(ReadySegment)
        /// To be built from the facts.
        case missing
        /// The facts do not fit into a segment.
        case unfit(SegmentProblem, hasChanged: Bool)

        var source: ReadySegment? {
            switch self {
            case .ready(let source), .unsorted(let source): source
            case .missing, .unfit: nil
            }
        }
    }

    let epoch: [UInt8]
    /// Everything up to this number of the log is in it.
    let seq: Int64
    let directory: SchoolDirectory
    /// Without a key there are no counted facts of it.
    let states: [SegmentKey: State]

    init(epoch: [UInt8], seq: Int64, directory: SchoolDirectory, states: [SegmentKey: State]) {
        self.epoch = epoch
        self.seq = seq
        self.directory = directory
        self.states = states
    }

    func covers(_ head: FactLog.Head) -> Bool {
        epoch == head.epoch && seq >= head.seq && directory.version >= head.schools
    }

    func with(_ key: SegmentKey, _ state: State?) -> Catalogue {
        var states = states
        states[key] = state
        return Catalogue(epoch: epoch, seq: seq, directory: directory, states: states)
    }
}

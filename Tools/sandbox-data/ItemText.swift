/// What an item shows and how it is scored: our own words, for the sandbox's item viewer.
struct ItemText: Sendable {
    /// What has to be read first; empty without one.
    var passage = ""
    let stem: String
    /// Lettered from A; for two parts those of the first, then those of the second.
    var choices: [String] = []
    /// `B`, `A,C`, or `B;A,D` for two parts; empty where people score.
    var answer = ""
    /// What each number of points means, from none to the most.
    var rubric: [String] = []
    /// A response with full points.
    let exemplar: String
}

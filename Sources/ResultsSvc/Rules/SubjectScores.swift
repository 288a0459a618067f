import Contracts

/// How one subject scores one assessment type: what a screen needs to name, colour and order its numbers.
struct SubjectScores: Sendable {
    let overallLevels: Int
    let alternateLevels: Int
    let claimLevels: Int
    let alternates: [Code]
    let claims: [Code]

    /// A claim or alternate score; `position` is its place in an exam's arrays.
    ///
    /// Data order and display order differ; scores are therefore always found by code (results trap 3).
    struct Code: Sendable {
        let code: String
        let position: Int
    }
}

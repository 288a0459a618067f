/// Rule: ingest §3.11, "content equal".
extension ExamDraft {
    /// How far two decimals may be apart, relative to the greater, to be the same.
    private static let tolerance = 1e-5

    /// Is every stored value the same, decimals within the tolerance?
    func hasContent(of other: ExamDraft) -> Bool {
        var near = other
        near.overall = Self.nearest(other.overall, to: overall)
        near.claims = zip(other.claims, claims).map { Self.nearest($0, to: $1) } + other.claims.dropFirst(claims.count)
        near.alternates =
            zip(other.alternates, alternates).map { Self.nearest($0, to: $1) }
            + other.alternates.dropFirst(alternates.count)
        for (index, target) in targets.enumerated() where near.targets.indices.contains(index) {
            near.targets[index].studentRelative = Self.nearest(
                near.targets[index].studentRelative, to: target.studentRelative)
            near.targets[index].standardMet = Self.nearest(near.targets[index].standardMet, to: target.standardMet)
        }
        return near == self
    }

    private static func nearest(_ score: ScoreDraft, to other: ScoreDraft) -> ScoreDraft {
        ScoreDraft(
            scaleMilli: nearest(score.scaleMilli, to: other.scaleMilli),
            errorMilli: nearest(score.errorMilli, to: other.errorMilli),
            theta: nearest(score.theta, to: other.theta),
            thetaError: nearest(score.thetaError, to: other.thetaError),
            level: score.level)
    }

    /// `other` if the two are the same decimal, else `number`.
    private static func nearest(_ number: Double?, to other: Double?) -> Double? {
        guard let number, let other, abs(number - other) <= tolerance * max(abs(number), abs(other)) else {
            return number
        }
        return other
    }

    private static func nearest(_ number: Int64?, to other: Int64?) -> Int64? {
        guard let number, let other else { return number }
        return nearest(Double(number), to: Double(other)) == Double(other) ? other : number
    }
}

/// Whether summative results are held back, as set for one organization or as it takes effect (access §6.3).
///
/// Raw values are those of `EmbargoValue` on the wire and of the column `value` in every copy. "Unset" is nil.
public enum ReleaseStatus: Int16, Sendable, CaseIterable {
    case embargoed = 1
    case released = 2

    /// What holds in a district, from the State's setting, its own, and the default of the school year.
    ///
    /// A district may release ahead of the State; the State's release overrides every district; an embargo of the State
    /// does not pull back a district that released by itself. The default counts only while neither has set anything.
    public static func effective(
        state: ReleaseStatus?, district: ReleaseStatus?, yearDefault: ReleaseStatus
    ) -> ReleaseStatus {
        if state == .released || district == .released { return .released }
        return state == nil && district == nil ? yearDefault : .embargoed
    }

    /// What holds for the State as an organization of its own: its setting, else the default of the school year.
    public static func effective(state: ReleaseStatus?, yearDefault: ReleaseStatus) -> ReleaseStatus {
        effective(state: state, district: nil, yearDefault: yearDefault)
    }
}

/// The two things that are held back independently of each other (access §6.3).
///
/// Raw values are those of `EmbargoKind` on the wire and of the column `kind` in every copy.
public enum ResultKind: Int16, Sendable, CaseIterable {
    /// Every view that shows single students or is computed on the fly from them.
    case individual = 1
    /// Custom aggregate reports.
    case aggregate = 2
}

import Access
import Contracts

/// Who may look behind an embargo and who may change one (access §6.4, §6.5).
public enum EmbargoRights {
    /// `embargoedFor(u, e)` of access §6.5: true when this result must be absent for the reader.
    ///
    /// - Parameters:
    ///   - isSummative: interim results are never held back.
    ///   - status: the effective status of the exam's school year and of the district where it was administered.
    ///   - reader: the caller's scope of `EMBARGO_READ`; nil when there is none.
    public static func isHeldBack(
        isSummative: Bool, status: ReleaseStatus, districtID: Int64, districtGroupID: Int64?, from reader: Scope?
    ) -> Bool {
        guard isSummative, status == .embargoed else { return false }
        return reader?.containsDistrict(id: districtID, groupID: districtGroupID) != true
    }

    /// The State's row is changed by whoever holds `EMBARGO_WRITE` statewide.
    public static func mayChangeState(_ writer: Scope?) -> Bool {
        writer?.statewide == true
    }

    /// A district's row is changed by whoever holds `EMBARGO_WRITE` for the district or its group. Statewide does not
    /// imply districts.
    public static func mayChangeDistrict(_ writer: Scope?, id: Int64, groupID: Int64?) -> Bool {
        writer?.listsDistrict(id: id, groupID: groupID) == true
    }

    /// Which districts a writer sees on the page: all when statewide, read-only unless listed.
    public static func maySeeDistrict(_ writer: Scope?, id: Int64, groupID: Int64?) -> Bool {
        writer?.containsDistrict(id: id, groupID: groupID) == true
    }
}

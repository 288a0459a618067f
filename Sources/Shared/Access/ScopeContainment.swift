import Contracts

/// Whether an organization lies in a scope (access §1.4, §2.3).
///
/// Inheritance is strictly downward: a scope that names a school never contains the district of that school.
extension Scope {
    /// True when the scope contains no organization at all. A permission with such a scope does not exist.
    public var isEmpty: Bool {
        !statewide && districtGroupIDs.isEmpty && districtIDs.isEmpty && schoolGroupIDs.isEmpty && schoolIDs.isEmpty
    }

    /// The State as an organization of its own is in a statewide scope only.
    public var containsState: Bool { statewide }

    public func containsDistrictGroup(id: Int64) -> Bool {
        statewide || districtGroupIDs.contains(id)
    }

    /// - Parameter groupID: the district's group of districts, if it has one.
    public func containsDistrict(id: Int64, groupID: Int64?) -> Bool {
        statewide || listsDistrict(id: id, groupID: groupID)
    }

    /// The same with `statewide` switched off: embargoes of districts are changed only by whoever holds the district
    /// itself or its group (access §6.4).
    public func listsDistrict(id: Int64, groupID: Int64?) -> Bool {
        districtIDs.contains(id) || groupID.map(districtGroupIDs.contains) == true
    }

    public func containsSchoolGroup(id: Int64, districtID: Int64, districtGroupID: Int64?) -> Bool {
        containsDistrict(id: districtID, groupID: districtGroupID) || schoolGroupIDs.contains(id)
    }

    /// `inScope(P, s)` of access §2.3.
    public func contains(_ school: SchoolPlace) -> Bool {
        containsDistrict(id: school.districtID, groupID: school.districtGroupID)
            || school.schoolGroupID.map(schoolGroupIDs.contains) == true
            || schoolIDs.contains(school.schoolID)
    }

    /// Both scopes together, each id once, ids ascending: the same rights always look the same.
    public func union(_ other: Scope) -> Scope {
        func merged(_ a: [Int64], _ b: [Int64]) -> [Int64] { Set(a).union(b).sorted() }
        return .with {
            $0.statewide = statewide || other.statewide
            $0.districtGroupIDs = merged(districtGroupIDs, other.districtGroupIDs)
            $0.districtIDs = merged(districtIDs, other.districtIDs)
            $0.schoolGroupIDs = merged(schoolGroupIDs, other.schoolGroupIDs)
            $0.schoolIDs = merged(schoolIDs, other.schoolIDs)
        }
    }
}

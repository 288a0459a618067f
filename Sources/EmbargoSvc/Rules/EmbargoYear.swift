import Access
import Contracts
import EmbargoRule

/// All settings of one school year, and the page rows made of them (access §6.3, §6.4, §6.8). Rule: Embargo R1, R2.
struct EmbargoYear: Sendable {
    struct Key: Hashable, Sendable {
        /// 0 is the State.
        var districtID: Int64
        var kind: ResultKind
    }
    struct Setting: Sendable, Equatable {
        var status: ReleaseStatus
        var version: Int64
    }
    struct District: Sendable, Equatable {
        var id: Int64
        var name: String
        var groupID: Int64?
    }

    var year: Int32
    var yearDefault: ReleaseStatus
    var stateName: String
    var settings: [Key: Setting] = [:]

    func status(of districtID: Int64, _ kind: ResultKind) -> ReleaseStatus? {
        settings[Key(districtID: districtID, kind: kind)]?.status
    }

    /// For district 0 that of the State itself.
    func effective(_ districtID: Int64, _ kind: ResultKind) -> ReleaseStatus {
        let state = status(of: 0, kind)
        if districtID == 0 { return .effective(state: state, yearDefault: yearDefault) }
        return .effective(state: state, district: status(of: districtID, kind), yearDefault: yearDefault)
    }

    func stateRow(for writer: Scope) -> EmbargoRow {
        row(0, stateName, mayChange: EmbargoRights.mayChangeState(writer))
    }

    func row(of district: District, for writer: Scope) -> EmbargoRow {
        row(
            district.id, district.name,
            mayChange: EmbargoRights.mayChangeDistrict(writer, id: district.id, groupID: district.groupID))
    }

    private func row(_ districtID: Int64, _ name: String, mayChange: Bool) -> EmbargoRow {
        .with {
            $0.districtID = districtID
            $0.name = name
            $0.cells = ResultKind.allCases.map { kind in
                .with {
                    $0.kind = EmbargoKind(kind)
                    $0.value = EmbargoValue(status(of: districtID, kind))
                    $0.effective = EmbargoValue(effective(districtID, kind))
                    $0.mayChange = mayChange
                    $0.version = settings[Key(districtID: districtID, kind: kind)]?.version ?? 0
                    $0.releasedByState = districtID != 0 && status(of: 0, kind) == .released
                }
            }
        }
    }
}

extension EmbargoValue {
    init(_ status: ReleaseStatus?) { self.init(rawValue: Int32(status?.rawValue ?? 0)) }

    /// Nil for unset and for anything unknown.
    var status: ReleaseStatus? { Int16(exactly: rawValue).flatMap(ReleaseStatus.init(rawValue:)) }
}

extension EmbargoKind {
    init(_ kind: ResultKind) { self.init(rawValue: Int32(kind.rawValue)) }

    var resultKind: ResultKind? { Int16(exactly: rawValue).flatMap(ResultKind.init(rawValue:)) }
}

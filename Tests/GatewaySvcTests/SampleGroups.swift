import Contracts

struct SampleGroups: GroupsService {
    let all: Neighbours

    func listAssignedGroups(_ ask: Empty, _ call: Call) async throws -> AssignedGroupList {
        try all.ask("listAssignedGroups", call)
        return .with {
            $0.groups = [
                .with {
                    ($0.id, $0.name, $0.schoolID, $0.schoolName) = (70, "Period \"1\"", 5, "Demo School")
                    ($0.schoolYear, $0.subject) = (2026, "Math")
                },
                .with { ($0.id, $0.name, $0.schoolID, $0.schoolYear) = (71, "Homeroom", 5, 2025) },
            ]
        }
    }

    func listGroupFilters(_ ask: Empty, _ call: Call) async throws -> GroupFilters {
        try all.ask("listGroupFilters", call)
        return .with {
            $0.schoolYears = [2026, 2025]
            $0.subjects = ["ELA", "Math"]
        }
    }

    func listManagedGroups(_ ask: ListManagedGroupsRequest, _ call: Call) async throws -> ManagedGroupList {
        try all.ask("listManagedGroups", call)
        guard ask.schoolID == 5 else { throw Fault(.notFound, "there is no such school") }
        return .with {
            $0.groups = [
                .with {
                    ($0.id, $0.name, $0.schoolName) = (70, "\(ask.schoolYear)|\(ask.subject)", "Demo School")
                    ($0.schoolYear, $0.students) = (ask.schoolYear, 31)
                }
            ]
        }
    }

    func deleteGroup(_ ask: DeleteGroupRequest, _ call: Call) async throws -> Empty {
        try all.ask("deleteGroup", call)
        guard ask.groupID == 70 else { throw Fault(.notFound, "there is no such group") }
        return Empty()
    }

    func uploadGroups(_ ask: UploadGroupsRequest, _ call: Call) async throws -> GroupUpload {
        try all.ask("uploadGroups", call)
        all.state.withLock { $0.groupUploads.append(ask) }
        return .with {
            ($0.id, $0.fileName, $0.status, $0.message) = (82, ask.fileName, "BAD_DATA", "Row: 0 Failure: Empty file")
            $0.createdAtUs = 1_767_225_600_123_456
        }
    }

    func listGroupUploads(_ ask: ListGroupUploadsRequest, _ call: Call) async throws -> GroupUploadList {
        try all.ask("listGroupUploads", call)
        return .with {
            $0.uploads = (ask.ids.isEmpty ? [90, 82] : ask.ids).map { id in
                .with { ($0.id, $0.fileName, $0.status, $0.uploader) = (id, "groups.csv", "PROCESSED", "lea@x.org") }
            }
        }
    }

    func membershipChanges(_ ask: ChangesRequest, _ call: Call) async throws -> MembershipChangesPage {
        throw Fault(.unimplemented, "the gateway does not read memberships")
    }
}

/// What results tell of groups.
extension SampleResults {
    private static let group = StudentGroup.with {
        ($0.id, $0.name, $0.schoolID, $0.schoolName, $0.schoolYear, $0.students) = (70, "Period 1", 5, "Demo", 2026, 31)
    }

    func listGroupAssessments(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupAssessmentList {
        try all.ask("listGroupAssessments", call)
        guard ask.groupID == 70 else { throw Fault(.notFound, "This group is unavailable.") }
        return .with {
            $0.group = Self.group
            $0.schoolYear = ask.schoolYear
            $0.assessments = [Self.assessment]
        }
    }

    func getGroupResults(_ ask: GetGroupResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        try all.ask("getGroupResults", call)
        return all.state.withLock {
            $0.groupAsks.append(ask)
            var list = $0.schoolResults
            list.group = Self.group
            return list
        }
    }

    func getGroupDashboard(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupDashboard {
        try all.ask("getGroupDashboard", call)
        return .with {
            $0.group = Self.group
            $0.schoolYear = 2026
            $0.cards = [
                .with {
                    $0.assessment = Self.assessment
                    ($0.tested, $0.averageRounded, $0.participationPercent) = (1, 2450, 3)
                    ($0.levelCounts, $0.levelPercents) = ([1, 0, 0], [100, 0, 0])
                },
                .with {
                    $0.assessment = Self.assessment
                    $0.standardErrorRounded = 12
                },
            ]
        }
    }

    func ensureStudents(_ ask: EnsureStudentsRequest, _ call: Call) async throws -> EnsuredStudents {
        throw Fault(.unimplemented, "the gateway makes no students")
    }

    func subjectCodeChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectCodeChangesPage {
        throw Fault(.unimplemented, "the gateway does not read subjects")
    }

    func foundGroupChanges(_ ask: ChangesRequest, _ call: Call) async throws -> FoundGroupChangesPage {
        throw Fault(.unimplemented, "the gateway does not read groups")
    }
}

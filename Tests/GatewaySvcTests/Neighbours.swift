import Contracts
import Synchronization

/// The neighbours as the gateway's tests need them: each answer is one closure that a test may replace.
///
/// They remember what they were asked, and with whose caller.
final class Neighbours: Sendable {
    struct State {
        var faults: [String: Fault] = [:]
        var asked: [(method: String, call: Call)] = []
        var sessions: [[UInt8]: CallerClaims] = [:]
        var ended: [SessionEndRow] = []
        var settings: [SettingRow] = []
        var accessTokens: [String: CallerClaims] = [:]
        var tokenLife: Int64 = 60
        var resumed = 0
        var touched = 0
        var previousSecret: [UInt8] = []
        var imports: [Int64: (item: Import, body: [UInt8], properties: [ImportProperty])] = [:]
        var submitted: [SubmitImportRequest] = []
        /// How many payloads came with each question for many.
        var groups: [Int] = []
        var blobs: [[UInt8]: [[UInt8]]] = [:]
        var sealed: Set<[UInt8]> = []
        var filters: [ImportFilter] = []
        var pageSize = 100
        var schoolAsks: [GetSchoolResultsRequest] = []
        /// The pages of the next file, and what was asked for them.
        var filePages: [ExportedExams] = [ExportedExams()]
        var fileAsks: [ExportExamsRequest] = []
        var groupAsks: [GetGroupResultsRequest] = []
        var groupUploads: [UploadGroupsRequest] = []
        var embargoAsks: [SetEmbargoRequest] = []
        var schoolResults = AssessmentResultsList()
        var unready: Set<String> = []
    }

    let state = Mutex(State())
    let aggregateQueries = Mutex<[AggregateQuery]>([])
    let exportQueries = Mutex<[ExportQuery]>([])
    let now: @Sendable () -> Int64

    init(now: @escaping @Sendable () -> Int64) {
        self.now = now
    }

    /// - Throws: the fault that a test has put in the way of this method.
    func ask(_ method: String, _ call: Call) throws {
        try state.withLock {
            $0.asked.append((method, call))
            if let fault = $0.faults[method] { throw fault }
        }
    }

    func fail(_ method: String, _ fault: Fault?) { state.withLock { $0.faults[method] = fault } }

    func asked(_ method: String) -> [Call] { state.withLock { $0.asked.filter { $0.method == method }.map(\.call) } }

    /// A session whose secret the test may use as a cookie.
    func signIn(_ secret: [UInt8], _ permissions: [String], user: Int64 = 7, statewide: Bool = true) {
        let claims = claims(user: user, session: Array(secret.reversed()), permissions, statewide: statewide)
        state.withLock { $0.sessions[secret] = claims }
    }

    func claims(user: Int64, session: [UInt8], _ permissions: [String], statewide: Bool) -> CallerClaims {
        .with {
            $0.userID = user
            $0.login = "user#\(user)"
            $0.role = "SCHOOL_ADMIN"
            $0.sessionID = session
            $0.sandbox = true
            $0.permissions = permissions.map { name in
                .with {
                    $0.permission = name
                    $0.scope = .with { statewide ? ($0.statewide = true) : ($0.schoolIDs = [5]) }
                }
            }
        }
    }

    func fresh(_ claims: CallerClaims) -> CallerClaims {
        var claims = claims
        claims.issuedAtUs = now()
        claims.expiresAtUs = now() + state.withLock { $0.tokenLife } * 1_000_000
        return claims
    }
}

struct SampleIdentity: IdentityService {
    let all: Neighbours

    func listSandboxEntries(_ ask: Empty, _ call: Call) async throws -> SandboxEntries {
        try all.ask("listSandboxEntries", call)
        return .with {
            $0.entries = [
                .with {
                    $0.key = "district"; $0.label = "District Admin: Demo District"
                }
            ]
        }
    }

    func enterSandbox(_ ask: EnterSandboxRequest, _ call: Call) async throws -> NewSession {
        try all.ask("enterSandbox", call)
        guard ask.entry == "district" else { throw Fault(.malformed, "no such entry") }
        all.state.withLock { $0.previousSecret = ask.previousSecret }
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255) }
        all.signIn(secret, ["INDIVIDUAL_PII_READ"])
        let view = try await resumeSession(.with { $0.sessionSecret = secret }, call)
        return .with {
            $0.sessionSecret = secret; $0.session = view
        }
    }

    func resumeSession(_ ask: ResumeSessionRequest, _ call: Call) async throws -> SessionView {
        try all.ask("resumeSession", call)
        let claims = all.state.withLock { state in
            state.resumed += 1
            if ask.touch { state.touched += 1 }
            return state.sessions[ask.sessionSecret]
        }
        guard let claims else { throw Fault(.unauthenticated, "no such session") }
        return .with {
            $0.claims = all.fresh(claims)
            $0.callerToken = [1, 2, 3]
            $0.idleSeconds = 1200
            $0.idleSecondsLeft = 1200
            $0.displayName = "District Admin"
            $0.organizationName = "Demo \"District\" <1>"
        }
    }

    func endSession(_ ask: EndSessionRequest, _ call: Call) async throws -> Empty {
        try all.ask("endSession", call)
        all.state.withLock { $0.sessions[ask.sessionSecret] = nil }
        return Empty()
    }

    func issueAccessToken(_ ask: AccessTokenRequest, _ call: Call) async throws -> AccessToken {
        try all.ask("issueAccessToken", call)
        guard ask.clientID == "delivery", ask.clientSecret == "s3cret" else {
            throw Fault(.unauthenticated, "invalid_client")
        }
        guard ask.grantType == "client_credentials" || ask.password == "right" else {
            throw Fault(.unauthenticated, "invalid_grant")
        }
        return .with {
            $0.token = "token-1"
            $0.expiresInSeconds = 3600
            $0.scopes = ask.scope.split(separator: " ").filter { $0 == "embargo.events" }.map(String.init)
        }
    }

    func resumeAccessToken(_ ask: ResumeAccessTokenRequest, _ call: Call) async throws -> AccessTokenView {
        try all.ask("resumeAccessToken", call)
        guard let claims = all.state.withLock({ $0.accessTokens[ask.token] }) else {
            throw Fault(.unauthenticated, "no such token")
        }
        return .with {
            $0.claims = all.fresh(claims)
            $0.callerToken = [9]
            $0.clientID = "delivery"
            $0.secondsLeft = 3600
            $0.grants = [
                .with {
                    $0.role = "ASMTDATALOAD"
                    $0.level = "STATE"
                    $0.entityID = "CA"
                    $0.entityName = "California"
                }
            ]
        }
    }

    func listSchools(_ ask: ListSchoolsRequest, _ call: Call) async throws -> SchoolList {
        try all.ask("listSchools", call)
        return .with {
            $0.schools = [
                .with {
                    $0.id = 5
                    $0.naturalID = "88800120012001"
                    $0.name = "\(ask.search)|\(ask.limit)"
                    $0.districtID = 3
                    $0.districtName = "Demo District"
                    $0.districtNaturalID = "88800120000000"
                }
            ]
            $0.total = 1
        }
    }

    func organizationChanges(_ ask: ChangesRequest, _ call: Call) async throws -> OrganizationChangesPage {
        throw Fault(.unimplemented, "the gateway does not read organizations")
    }

    func settingChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SettingChangesPage {
        try all.ask("settingChanges", call)
        return all.state.withLock { state in
            .with {
                let rows = state.settings.filter { $0.change > ask.after }
                $0.page = page(head: state.settings.last?.change ?? 0, through: rows.last?.change ?? ask.after)
                $0.rows = rows
            }
        }
    }

    func sessionChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SessionChangesPage {
        try all.ask("sessionChanges", call)
        return all.state.withLock { state in
            .with {
                let rows = state.ended.filter { $0.change > ask.after }
                $0.page = page(head: state.ended.last?.change ?? 0, through: rows.last?.change ?? ask.after)
                $0.rows = rows
            }
        }
    }

    private func page(head: Int64, through: Int64) -> FeedPage {
        .with {
            $0.epoch = Array(repeating: 1, count: 16)
            $0.head = head
            $0.through = through
        }
    }
}

struct SampleResults: ResultsService {
    let all: Neighbours

    func listSubjects(_ ask: Empty, _ call: Call) async throws -> SubjectList {
        try all.ask("listSubjects", call)
        let definition = ScoreDefinition.with {
            $0.name = "Overall"
            $0.levels = [
                .with {
                    $0.level = 1; $0.name = "Below"; $0.shortName = "B"; $0.suffix = ""; $0.color = "#123456"
                }
            ]
            $0.standardCutoff = 3
        }
        return .with {
            $0.subjects = [
                .with {
                    $0.id = 1
                    $0.code = "ELA"
                    $0.name = "ELA/Literacy"
                    $0.types = [
                        .with {
                            $0.code = "sum"; $0.name = "Summative"; $0.longName = "Summative"; $0.overall = definition
                        }
                    ]
                    $0.claims = [
                        .with {
                            $0.code = "1"; $0.name = "Reading"; $0.displayOrder = 1
                        }
                    ]
                }
            ]
        }
    }

    func listGrades(_ ask: ListGradesRequest, _ call: Call) async throws -> GradeList {
        try all.ask("listGrades", call)
        return .with {
            $0.grades = ["03", "KG"]; $0.notice = .preview
        }
    }

    func listSchoolAssessments(_ ask: SchoolGradeRequest, _ call: Call) async throws -> AssessmentList {
        try all.ask("listSchoolAssessments", call)
        return .with {
            $0.assessments = [Self.assessment]; $0.notice = .withheld
        }
    }

    static let assessment = Assessment.with {
        $0.id = 11
        $0.naturalID = "SBAC-1"
        $0.label = "Grade 3 ELA"
        $0.grade = "03"
        $0.type = "sum"
        $0.subject = "ELA"
        $0.schoolYear = 2026
    }

    func getSchoolResults(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        try all.ask("getSchoolResults", call)
        return all.state.withLock {
            $0.schoolAsks.append(ask)
            return $0.schoolResults
        }
    }

    func listFilters(_ ask: Empty, _ call: Call) async throws -> FilterFieldList {
        try all.ask("listFilters", call)
        return .with {
            $0.fields = [
                .with {
                    $0.field = "gender"; $0.codes = ["Female", "none"]
                }
            ]
        }
    }

    func exportExams(_ ask: ExportExamsRequest, _ call: Call) async throws -> ExportedExams {
        try all.ask("exportExams", call)
        return all.state.withLock { state in
            state.fileAsks.append(ask)
            return state.filePages[min(state.fileAsks.count, state.filePages.count) - 1]
        }
    }

    func findStudent(_ ask: FindStudentRequest, _ call: Call) async throws -> StudentFound {
        try all.ask("findStudent", call)
        guard ask.ssid == "1234567890" else { throw Fault(.notFound, "nobody") }
        return .with { $0.studentID = 99 }
    }

    func getStudentHistory(_ ask: GetStudentHistoryRequest, _ call: Call) async throws -> StudentHistory {
        try all.ask("getStudentHistory", call)
        return .with {
            $0.studentID = ask.studentID
            $0.ssid = "1234567890"
            $0.lastName = "Ångström"
        }
    }

    func countSummatives(_ ask: CountSummativesRequest, _ call: Call) async throws -> SummativeCounts {
        try all.ask("countSummatives", call)
        return .with {
            $0.subjects = ["ELA", "Math"]
            $0.counts = [
                // The state has ten more in a district that this caller does not see.
                .with {
                    $0.subject = "ELA"; $0.exams = 130
                },
                .with {
                    $0.subject = "Math"; $0.exams = 1
                },
                .with {
                    $0.districtID = 3; $0.subject = "ELA"; $0.exams = 100
                },
                .with {
                    $0.districtID = 4; $0.subject = "ELA"; $0.exams = 20
                },
                .with {
                    $0.districtID = 4; $0.subject = "Math"; $0.exams = 1
                },
            ]
        }
    }
}

struct SampleEmbargo: EmbargoService {
    let all: Neighbours

    /// A log of three changes; positions of another epoch begin again.
    static let epoch = [UInt8](repeating: 0xAB, count: 16)

    func embargoNews(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage {
        try all.ask("embargoNews", call)
        let isKnown = ask.after <= 3 && (ask.after == 0 || ask.epoch == Self.epoch)
        return .with {
            $0.epoch = Self.epoch
            $0.head = 3
            $0.beginAgain = !isKnown
            guard isKnown, ask.after < 3 else { return }
            $0.notifications = ((ask.after + 1)...3).map { sequence in
                .with {
                    $0.sequence = sequence
                    $0.schoolYear = 2026
                    $0.level = sequence == 1 ? .state : .district
                    $0.naturalID = sequence == 1 ? "CA" : "88800120000000"
                    $0.kind = .individual
                    $0.value = sequence == 3 ? .released : .embargoed
                    $0.atUs = 1_780_000_000_000_000
                }
            }
        }
    }

    private func row(_ id: Int64, _ name: String) -> EmbargoRow {
        .with {
            $0.districtID = id
            $0.name = name
            $0.cells = [EmbargoKind.individual, .aggregate].map { kind in
                .with {
                    $0.kind = kind
                    $0.effective = .embargoed
                    $0.mayChange = true
                }
            }
        }
    }

    func listEmbargoes(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoList {
        try all.ask("listEmbargoes", call)
        return .with {
            $0.schoolYear = ask.schoolYear
            $0.years = [2026, 2025]
            $0.state = row(0, "California")
            $0.districts = [row(3, "Demo District"), row(4, "Other District")]
        }
    }

    func setEmbargo(_ ask: SetEmbargoRequest, _ call: Call) async throws -> SetEmbargoReply {
        try all.ask("setEmbargo", call)
        all.state.withLock { $0.embargoAsks.append(ask) }
        return .with {
            $0.row = row(ask.districtID, "Demo District")
            $0.changed = true
            $0.inForce = true
        }
    }

    func listEmbargoHistory(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoHistory {
        try all.ask("listEmbargoHistory", call)
        return .with {
            $0.entries = [
                .with {
                    $0.atUs = 1_767_225_600_000_000
                    $0.login = "admin"
                    $0.schoolYear = 2026
                    $0.kind = .individual
                    $0.newValue = .released
                    $0.oldEffective = .embargoed
                }
            ]
        }
    }

    /// Two pages: the first says where the second begins.
    func readEmbargoHistory(_ ask: ReadEmbargoHistoryRequest, _ call: Call) async throws -> EmbargoHistory {
        try all.ask("readEmbargoHistory", call)
        return .with {
            $0.entries = [
                .with {
                    ($0.atUs, $0.login, $0.schoolYear) = (1_767_225_600_000_000, "=admin", 2026)
                    ($0.districtID, $0.organizationName, $0.naturalID) = (
                        ask.before == 0 ? 3 : 0, "Demo, \"D\"", "0012"
                    )
                    ($0.kind, $0.newValue, $0.oldEffective) = (.individual, .released, .embargoed)
                }
            ]
            $0.nextBefore = ask.before == 0 ? 8 : 0
        }
    }

    func embargoChanges(_ ask: ChangesRequest, _ call: Call) async throws -> EmbargoChangesPage {
        throw Fault(.unimplemented, "the gateway does not read the embargo")
    }
}

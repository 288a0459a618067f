/**
 * What the JSON API answers, as the pages use it.
 * @module
 */

/** @typedef {"none" | "preview" | "withheld"} Notice */

/**
 * @typedef {object} Context What anyone may know before a session exists.
 * @property {"sandbox" | "production"} mode
 * @property {string} title
 * @property {string} stateName
 * @property {{ key: string, label: string }[]} sandboxEntries
 */

/**
 * @typedef {object} Session
 * @property {{ displayName: string, login: string, organizationName: string }} user
 * @property {string} role
 * @property {string[]} permissions
 * @property {string} csrf
 * @property {number} idleSecondsLeft
 * @property {number} idleSeconds
 * @property {boolean} sandbox
 * @property {string} stateName
 * @property {number} currentSchoolYear
 * @property {number[]} schoolYears
 * @property {boolean} transferAccess
 */

/** @typedef {{ level: number, name: string, shortName: string, suffix: string, color: string }} Level */
/** @typedef {{ name: string, levels: Level[], standardCutoff?: number | null }} ScoreDefinition */
/** @typedef {{ code: string, name: string, icon: string, displayOrder: number }} ScoreCode */

/**
 * @typedef {object} AssessmentType
 * @property {string} code
 * @property {string} name
 * @property {string} longName
 * @property {ScoreDefinition | null} overall
 * @property {ScoreDefinition | null} [alternate]
 * @property {ScoreDefinition | null} [claim]
 */

/**
 * @typedef {object} Subject
 * @property {string} code
 * @property {string} name
 * @property {AssessmentType[]} types
 * @property {ScoreCode[]} alternates
 * @property {ScoreCode[]} claims
 */

/** @typedef {{ id: number, naturalId: string, name: string, districtId: number, districtName: string }} School */

/**
 * @typedef {object} Assessment
 * @property {number} id
 * @property {string} naturalId
 * @property {string} label
 * @property {string} grade
 * @property {string} type
 * @property {string} subject
 * @property {number} schoolYear
 */

/**
 * @typedef {object} Statistics
 * @property {string} [code]
 * @property {number} results
 * @property {number | null} [averageRounded]
 * @property {number | null} [standardErrorRounded]
 * @property {number[]} levelCounts
 * @property {number[]} levelPercents
 */

/**
 * @typedef {object} Score
 * @property {string} [code]
 * @property {number | null} [scaleScore]
 * @property {number | null} [standardError]
 * @property {number | null} [level]
 */

/**
 * @typedef {object} Exam
 * @property {number} id
 * @property {number} assessmentId
 * @property {{ id: number, ssid: string, firstName?: string | null, lastName?: string | null }} student
 * @property {{ id: number, name: string }} school
 * @property {number} schoolYear
 * @property {string} enrolledGrade
 * @property {string} completedAt
 * @property {string} date
 * @property {string | null} [session]
 * @property {string} status
 * @property {Score | null} [overall]
 * @property {Score[]} claims
 * @property {Score[]} alternates
 * @property {boolean} fromPreviousSchool
 * @property {boolean} embargoed seen only by those who may look through the embargo
 */

/**
 * @typedef {object} AssessmentResults
 * @property {Assessment} assessment
 * @property {Statistics} overall
 * @property {Statistics[]} alternates
 * @property {Statistics[]} claims
 * @property {number} examCount
 * @property {number} unfilteredCount rows without the filter
 * @property {number} embargoedCount
 * @property {TestSession[]} sessions of interims, where sessions are chosen; the newest first
 * @property {string | null} [nextPageToken]
 * @property {Exam[]} exams
 */

/** @typedef {{ schoolName: string, notice: Notice, results: AssessmentResults[] }} SchoolResults */

/**
 * @typedef {object} History
 * @property {{ id: number, ssid: string, firstName?: string | null, lastName?: string | null }} student
 * @property {Notice} notice
 * @property {number[]} schoolYears of all results, also of those that the filter leaves out
 * @property {string[]} subjects
 * @property {string[]} types
 * @property {boolean} groupsOff what only a group opens is not here
 * @property {Assessment[]} assessments
 * @property {Exam[]} exams
 */

/** @typedef {{ session: string | null, date: string | null, chosen: boolean }} TestSession */

/** @typedef {{ field: string, codes: string[] }} FilterField a student field that one may filter by */
/**
 * @typedef {object} Group A group that is assigned to the user.
 * @property {number} id
 * @property {string} name
 * @property {{ id: number, name: string }} school
 * @property {number} schoolYear
 * @property {string | null} subject code; null: all subjects
 * @property {number} [students]
 */

/** @typedef {{ group: Group, notice: Notice, results: AssessmentResults[] }} GroupResults */

/**
 * @typedef {object} DashboardCard
 * @property {Assessment} assessment
 * @property {number} tested
 * @property {number[]} levelPercents
 * @property {number} participationPercent
 */

/**
 * @typedef {object} ManagedGroup
 * @property {number} id
 * @property {string} name
 * @property {string} schoolName
 * @property {number} schoolYear
 * @property {string | null} subject code; null: all subjects
 * @property {number} students
 */

/**
 * @typedef {object} GroupUpload
 * @property {number} id
 * @property {string} fileName
 * @property {string} created
 * @property {string} status
 * @property {string | null} message
 * @property {string | null} uploader login of somebody else; null: the user
 */

/** @typedef {"unset" | "embargoed" | "released"} EmbargoValue */
/** @typedef {"individual" | "aggregate"} EmbargoKind */

/**
 * @typedef {object} EmbargoCell
 * @property {EmbargoValue} value
 * @property {"embargoed" | "released"} effective
 * @property {boolean} mayChange
 * @property {number} version
 * @property {boolean} releasedByState
 */

/**
 * @typedef {object} EmbargoRow
 * @property {number | null} districtId
 * @property {string} name
 * @property {Record<string, number>} counts
 * @property {Record<EmbargoKind, EmbargoCell>} cells
 */

/**
 * @typedef {object} EmbargoChange
 * @property {string} at an instant in UTC
 * @property {string} login
 * @property {string} organizationName
 * @property {EmbargoKind} kind
 * @property {EmbargoValue} oldValue
 * @property {EmbargoValue} newValue
 */

/**
 * @typedef {object} EmbargoList
 * @property {number} schoolYear
 * @property {number[]} years
 * @property {string[]} subjects
 * @property {EmbargoRow | null} state null where this user may not see it
 * @property {EmbargoRow[]} districts
 */

/** @typedef {Record<string, string[]>} StudentFilters member of a filter object to codes */

/**
 * @typedef {object} AggregateQuery
 * @property {string} type
 * @property {string} name
 * @property {string} assessmentTypeCode
 * @property {string[]} subjectCodes
 * @property {string[]} assessmentGradeCodes
 * @property {number[]} schoolYears
 * @property {boolean} includeState
 * @property {boolean} includeAllDistricts
 * @property {boolean} includeAllSchoolsOfDistricts
 * @property {boolean} includeAllDistrictsOfSchools
 * @property {number[]} districtIds
 * @property {number[]} schoolIds
 * @property {string[]} completenessCodes
 * @property {string[]} administrativeConditionCodes
 * @property {string[]} dimensionTypes
 * @property {StudentFilters} studentFilters
 * @property {Record<string, StudentFilters>} subgroups
 * @property {boolean} showEmpty
 * @property {"Percent" | "Number"} valueDisplayType
 * @property {"Separate" | "Grouped"} achievementLevelDisplayType
 * @property {string[]} columnOrder
 */

/**
 * @typedef {object} ReportOrganization
 * @property {number} [id] none for the State
 * @property {string} [naturalId]
 * @property {string} name
 * @property {"State" | "District" | "School"} organizationType
 */

/**
 * @typedef {object} ReportOptions
 * @property {string[]} assessmentTypes
 * @property {string[]} stateTypes
 * @property {{ code: string, name: string, assessmentType: string, targetReport: boolean }[]} subjects
 * @property {string[]} assessmentGrades
 * @property {number[]} schoolYears
 * @property {string[]} completenesses
 * @property {string[]} interimAdministrationConditions
 * @property {string[]} summativeAdministrationConditions
 * @property {string[]} dimensionTypes
 * @property {{ id: string, member: string, values: string[] }[]} studentFilters
 * @property {boolean} statewideReporter
 * @property {ReportOrganization | null} defaultOrganization
 * @property {boolean} onlyOrganization
 * @property {Notice} notice
 */

/** @typedef {{ type: string, code: string, filter: StudentFilters }} ReportSlice */

/**
 * @typedef {object} ReportRow
 * @property {ReportOrganization} organization
 * @property {{ id: number, label: string, gradeCode: string, subjectCode: string, examSchoolYear: number }} assessment
 * @property {number} slice
 * @property {{ studentCount: number, avgScaleScore?: number, avgStdErr?: number, levelCounts: number[] }} measures
 * @property {"embargo" | "small-n"} [suppressed]
 */

/**
 * @typedef {object} Report
 * @property {number} id
 * @property {string} name
 * @property {string} type
 * @property {string} assessmentType
 * @property {string[]} subjects
 * @property {number[]} schoolYears
 * @property {string} status
 * @property {number} progress
 * @property {string} created
 * @property {string | null} dataAsOf
 * @property {{ totalCount: number, emptyCount: number, onlineOnly: boolean }} metadata
 * @property {AggregateQuery | null} query
 */

/**
 * @typedef {object} ReportView
 * @property {Report} report
 * @property {{ subject: string, rows: number, emptyRows: number, namedAssessments: boolean }[]} tables
 * @property {ReportSlice[]} slices
 * @property {ReportOrganization[]} organizations
 * @property {boolean} printsFilters
 * @property {Notice} notice
 */

/**
 * @typedef {object} SavedQuery
 * @property {number} id
 * @property {string} name
 * @property {string} type
 * @property {string} assessmentType
 * @property {string[]} subjects
 * @property {number[]} schoolYears
 * @property {string} created
 * @property {string} updated
 * @property {AggregateQuery | null} query
 */

/**
 * @typedef {object} ImportRow
 * @property {number} id
 * @property {string} content
 * @property {string} status
 * @property {string} [batch]
 * @property {string} [creator]
 * @property {string} created
 * @property {string} updated
 * @property {string} [message]
 */

/**
 * @typedef {object} ImportSummary
 * @property {{ scope: string, status: string, imports: number }[]} counts
 * @property {{ reason: string, wanted: string, results: number, since: string }[]} waiting
 * @property {boolean} moreWaiting
 * @property {boolean} incomplete
 */

/**
 * @typedef {object} CoverageRow
 * @property {string} assessment
 * @property {string} label
 * @property {string} subject
 * @property {string} grade
 * @property {string} type
 * @property {number} schoolYear
 * @property {number} results
 * @property {string | null} lastLoad
 */

/**
 * @typedef {object} Reconciliation
 * @property {number} id
 * @property {string} name
 * @property {string} created
 * @property {string} after
 * @property {string} before
 * @property {number} rows
 * @property {string | null} creator null: made by the clock
 */

export {};

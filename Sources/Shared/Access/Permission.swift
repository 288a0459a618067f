/// What a session may do, by the names of access §2.2 and §2.5; each holds only within its own `Scope`.
///
/// The raw value is the name on the wire and in Identity's tables. A name that is not listed here opens nothing.
public enum Permission: String, CaseIterable, Sendable {
    /// Individual results by district, school and grade.
    case individualPIIRead = "INDIVIDUAL_PII_READ"
    /// Results of assigned groups; needs the group as well.
    case groupPIIRead = "GROUP_PII_READ"
    /// Own groups ("My Groups"): derived, never granted (access §2.4).
    case teacherGroupRead = "TEACHER_GROUP_READ"
    case teacherGroupWrite = "TEACHER_GROUP_WRITE"
    case groupRead = "GROUP_READ"
    case groupWrite = "GROUP_WRITE"
    case customAggregateRead = "CUSTOM_AGGREGATE_READ"
    case instructionalResourceWrite = "INSTRUCTIONAL_RESOURCE_WRITE"
    /// Online preview of embargoed results that the caller could see anyway; gives no access by itself.
    case embargoRead = "EMBARGO_READ"
    case embargoWrite = "EMBARGO_WRITE"
    /// The import API except groups.
    case dataWrite = "DATA_WRITE"
    case auditXMLRead = "AUDIT_XML_READ"
    case isrTemplateRead = "ISR_TEMPLATE_READ"
    case isrTemplateWrite = "ISR_TEMPLATE_WRITE"
    case pipelineRead = "PIPELINE_READ"
    case pipelineWrite = "PIPELINE_WRITE"
    case tenantRead = "TENANT_READ"
    case tenantWrite = "TENANT_WRITE"
    case populationAggregateRead = "POPULATION_AGGREGATE_READ"
    case allStatesRead = "ALL_STATES_READ"
    case iirdExtractsRead = "IIRD_EXTRACTS_READ"
}

-- Why:    every row of the guide's role and function tables (access §2.1, §2.2), shipped as data that operators may edit.
-- Order:  after V0001.
-- Locks:  none; the tables are small and new.

INSERT INTO identity.function (name, aliases, web_logon, import_logon) VALUES
    ('PII', '{}', true, false),
    ('PII_GROUP', '{}', true, false),
    ('GROUP_ADMIN', '{}', true, true),
    ('CUSTOM_AGGREGATE_REPORTER', '{Custom Aggregate Reporter}', true, false),
    ('Instructional Resource Admin', '{INSTRUCTIONAL_RESOURCE_ADMIN}', true, false),
    ('EMBARGO_ADMIN', '{}', true, false),
    ('DL_EndUser', '{}', false, false),
    ('ASMTDATALOAD', '{}', false, true),
    ('AUDITXML', '{}', false, false),
    ('ISR_TEMPLATE_ADMIN', '{}', true, false),
    ('ISR_TEMPLATE_READONLY', '{}', true, false),
    ('PIPELINE_ADMIN', '{}', true, false),
    ('TENANT_ADMIN', '{}', true, false),
    ('DevOps', '{}', true, false),
    ('GENERAL', '{}', true, false),
    ('ALLSTATES', '{}', false, false),
    ('IIRDEXTRACTS', '{}', false, false),
    ('SandboxTeacher', '{}', false, false),
    ('SandboxSchoolAdmin', '{}', false, false),
    ('SandboxDistrictAdmin', '{}', false, true);

INSERT INTO identity.function_permission (function, permission) VALUES
    ('PII', 'INDIVIDUAL_PII_READ'), ('PII', 'GROUP_PII_READ'), ('PII', 'GROUP_READ'),
    ('PII_GROUP', 'GROUP_PII_READ'), ('PII_GROUP', 'GROUP_READ'),
    ('GROUP_ADMIN', 'GROUP_READ'), ('GROUP_ADMIN', 'GROUP_WRITE'),
    ('CUSTOM_AGGREGATE_REPORTER', 'CUSTOM_AGGREGATE_READ'),
    ('Instructional Resource Admin', 'INSTRUCTIONAL_RESOURCE_WRITE'),
    ('EMBARGO_ADMIN', 'EMBARGO_READ'), ('EMBARGO_ADMIN', 'EMBARGO_WRITE'),
    ('ASMTDATALOAD', 'DATA_WRITE'),
    ('AUDITXML', 'AUDIT_XML_READ'),
    ('ISR_TEMPLATE_ADMIN', 'ISR_TEMPLATE_READ'), ('ISR_TEMPLATE_ADMIN', 'ISR_TEMPLATE_WRITE'),
    ('ISR_TEMPLATE_READONLY', 'ISR_TEMPLATE_READ'),
    ('PIPELINE_ADMIN', 'PIPELINE_READ'), ('PIPELINE_ADMIN', 'PIPELINE_WRITE'),
    ('TENANT_ADMIN', 'TENANT_READ'), ('TENANT_ADMIN', 'TENANT_WRITE'),
    ('DevOps', 'ISR_TEMPLATE_READ'), ('DevOps', 'ISR_TEMPLATE_WRITE'), ('DevOps', 'PIPELINE_READ'),
    ('DevOps', 'PIPELINE_WRITE'), ('DevOps', 'TENANT_READ'), ('DevOps', 'TENANT_WRITE'),
    ('GENERAL', 'POPULATION_AGGREGATE_READ'),
    ('ALLSTATES', 'ALL_STATES_READ'),
    ('IIRDEXTRACTS', 'IIRD_EXTRACTS_READ'),
    ('SandboxTeacher', 'GROUP_PII_READ'), ('SandboxTeacher', 'GROUP_READ'),
    ('SandboxSchoolAdmin', 'INDIVIDUAL_PII_READ'), ('SandboxSchoolAdmin', 'GROUP_PII_READ'),
    ('SandboxSchoolAdmin', 'GROUP_READ'), ('SandboxSchoolAdmin', 'CUSTOM_AGGREGATE_READ'),
    ('SandboxDistrictAdmin', 'INDIVIDUAL_PII_READ'), ('SandboxDistrictAdmin', 'GROUP_PII_READ'),
    ('SandboxDistrictAdmin', 'GROUP_READ'), ('SandboxDistrictAdmin', 'GROUP_WRITE'),
    ('SandboxDistrictAdmin', 'CUSTOM_AGGREGATE_READ'), ('SandboxDistrictAdmin', 'INSTRUCTIONAL_RESOURCE_WRITE'),
    ('SandboxDistrictAdmin', 'EMBARGO_READ'), ('SandboxDistrictAdmin', 'EMBARGO_WRITE'),
    ('SandboxDistrictAdmin', 'ISR_TEMPLATE_READ');

-- Functions that the table of levels leaves out (AUDITXML, GENERAL, ALLSTATES, IIRDEXTRACTS) are held at the State only.
INSERT INTO identity.function_level (function, level)
SELECT f, l FROM (VALUES
    ('PII', '{CLIENT,STATE,DISTRICT_GROUP,DISTRICT,INSTITUTION_GROUP,INSTITUTION}'::text[]),
    ('PII_GROUP', '{CLIENT,STATE,DISTRICT_GROUP,DISTRICT,INSTITUTION_GROUP,INSTITUTION}'),
    ('GROUP_ADMIN', '{STATE,DISTRICT,INSTITUTION_GROUP,INSTITUTION}'),
    ('CUSTOM_AGGREGATE_REPORTER', '{STATE,DISTRICT,INSTITUTION_GROUP,INSTITUTION}'),
    ('Instructional Resource Admin', '{STATE,DISTRICT,INSTITUTION_GROUP,INSTITUTION}'),
    ('EMBARGO_ADMIN', '{STATE,DISTRICT}'),
    ('DL_EndUser', '{STATE,DISTRICT_GROUP,DISTRICT,INSTITUTION_GROUP,INSTITUTION}'),
    ('ASMTDATALOAD', '{STATE}'),
    ('AUDITXML', '{STATE}'),
    ('ISR_TEMPLATE_ADMIN', '{STATE}'),
    ('ISR_TEMPLATE_READONLY', '{STATE}'),
    ('PIPELINE_ADMIN', '{STATE}'),
    ('TENANT_ADMIN', '{CLIENT}'),
    ('DevOps', '{CLIENT}'),
    ('GENERAL', '{STATE}'),
    ('ALLSTATES', '{STATE}'),
    ('IIRDEXTRACTS', '{STATE}'),
    ('SandboxTeacher', '{INSTITUTION}'),
    ('SandboxSchoolAdmin', '{INSTITUTION}'),
    ('SandboxDistrictAdmin', '{DISTRICT}')) AS row (f, levels), unnest(levels) AS l;

INSERT INTO identity.role (name, display_name, program, sandbox) VALUES
    ('LEA CAASPP Coordinator', 'LEA CAASPP Coordinator', 'CAASPP', false),
    ('LEA ELPAC Coordinator', 'LEA ELPAC Coordinator', 'ELPAC', false),
    ('Educator - District', 'Educator - District', 'CAASPP', false),
    ('LST Correspondence Administrator', 'LST Correspondence Administrator', 'ELPAC', false),
    ('Site CAASPP Coordinator', 'Site CAASPP Coordinator', 'CAASPP', false),
    ('Site ELPAC Coordinator', 'Site ELPAC Coordinator', 'ELPAC', false),
    ('Educator - Test Site', 'Educator - Test Site', 'CAASPP', false),
    ('CAASPP Test Administrator', 'CAASPP Test Administrator', 'CAASPP', false),
    ('CAASPP Test Examiner', 'CAASPP Test Examiner', 'CAASPP', false),
    ('CAASPP IA Administrator Only', 'CAASPP IA Administrator Only', 'CAASPP', false),
    ('ELPAC Test Examiner', 'ELPAC Test Examiner', 'ELPAC', false),
    ('LST Data Entry', 'LST Data Entry', 'ELPAC', false),
    ('Educator - Roster', 'Educator - Roster', 'CAASPP', false),
    ('Tools for Teachers User', 'Tools for Teachers User', 'CAASPP', false),
    -- The guide names no role at the State; these two are shipped (access §2.1, decision).
    ('State Administrator', 'State Administrator', '', false),
    ('State Aggregate User', 'State Aggregate User', '', false),
    -- The ways into the sandbox (access §7).
    ('SandboxTeacher', 'Teacher', '', true),
    ('SandboxSchoolAdmin', 'School Admin', '', true),
    ('SandboxDistrictAdmin', 'District Admin', '', true),
    ('SandboxStateAdmin', 'State Admin', '', true);

INSERT INTO identity.role_function (role, function)
SELECT r, f FROM (VALUES
    ('LEA CAASPP Coordinator', 'all'), ('LEA ELPAC Coordinator', 'all'), ('Educator - District', 'all'),
    ('LST Correspondence Administrator', 'group'),
    ('Site CAASPP Coordinator', 'all'), ('Site ELPAC Coordinator', 'all'), ('Educator - Test Site', 'all'),
    ('CAASPP Test Administrator', 'group'), ('CAASPP Test Examiner', 'group'),
    ('CAASPP IA Administrator Only', 'group'), ('ELPAC Test Examiner', 'group'), ('LST Data Entry', 'group'),
    ('Educator - Roster', 'group'),
    ('Tools for Teachers User', 'tools'),
    ('State Administrator', 'state'), ('SandboxStateAdmin', 'state'),
    ('State Aggregate User', 'aggregate'),
    ('SandboxTeacher', 'teacher'), ('SandboxSchoolAdmin', 'school'),
    ('SandboxDistrictAdmin', 'district')) AS row (r, bundle)
JOIN (VALUES
    ('all', '{PII,PII_GROUP,GROUP_ADMIN,CUSTOM_AGGREGATE_REPORTER,Instructional Resource Admin,DL_EndUser}'::text[]),
    ('group', '{PII_GROUP,DL_EndUser}'),
    ('tools', '{DL_EndUser}'),
    ('state', '{PII,PII_GROUP,GROUP_ADMIN,CUSTOM_AGGREGATE_REPORTER,Instructional Resource Admin,EMBARGO_ADMIN}'),
    ('aggregate', '{CUSTOM_AGGREGATE_REPORTER}'),
    ('teacher', '{SandboxTeacher}'),
    ('school', '{SandboxSchoolAdmin}'),
    ('district', '{SandboxDistrictAdmin}')) AS bundle (name, functions) ON bundle.name = row.bundle,
    unnest(bundle.functions) AS f;

INSERT INTO identity.role_level (role, level)
SELECT r, l FROM (VALUES
    ('LEA CAASPP Coordinator', '{DISTRICT}'::text[]), ('LEA ELPAC Coordinator', '{DISTRICT}'),
    ('Educator - District', '{DISTRICT}'), ('LST Correspondence Administrator', '{DISTRICT}'),
    ('Site CAASPP Coordinator', '{INSTITUTION}'), ('Site ELPAC Coordinator', '{INSTITUTION}'),
    ('Educator - Test Site', '{INSTITUTION}'), ('CAASPP Test Administrator', '{INSTITUTION}'),
    ('CAASPP Test Examiner', '{INSTITUTION}'), ('CAASPP IA Administrator Only', '{INSTITUTION}'),
    ('ELPAC Test Examiner', '{INSTITUTION}'), ('LST Data Entry', '{INSTITUTION}'),
    ('Educator - Roster', '{INSTITUTION}'),
    ('Tools for Teachers User', '{STATE,DISTRICT_GROUP,DISTRICT,INSTITUTION_GROUP,INSTITUTION}'),
    ('State Administrator', '{STATE}'), ('State Aggregate User', '{STATE}'),
    ('SandboxTeacher', '{INSTITUTION}'), ('SandboxSchoolAdmin', '{INSTITUTION}'),
    ('SandboxDistrictAdmin', '{DISTRICT}'), ('SandboxStateAdmin', '{STATE}')) AS row (r, levels),
    unnest(levels) AS l;

/**
 * The query of an aggregate report as the form holds it: defaults, what is missing, what has changed, an example of its rows.
 * @module
 */
import { schoolYear } from "./dates.js";
import { gradeOrder } from "./sorting.js";
import { label, t } from "./texts.js";

/** @typedef {import("./types.js").AggregateQuery} AggregateQuery */
/** @typedef {import("./types.js").ReportOptions} ReportOptions */
/** @typedef {import("./types.js").ReportOrganization} ReportOrganization */
/** @typedef {import("./types.js").StudentFilters} StudentFilters */

/** The identity columns of a type in their first order. @param {string} type */
export function identityColumns(type) {
    return type === "iab"
        ? ["organization", "assessmentGrade", "assessmentLabel", "schoolYear", "dimension"]
        : ["organization", "assessmentGrade", "schoolYear", "dimension"];
}

/** The subjects that have assessments of a type. @param {ReportOptions} options @param {string} type */
export function subjectsOf(options, type) {
    return options.subjects.filter((subject) => subject.assessmentType === type);
}

/** The condition that is chosen first: what was given as it should be. @param {ReportOptions} options @param {string} type */
export function firstConditions(options, type) {
    return conditionsOf(options, type).slice(0, 1);
}

/** @param {ReportOptions} options @param {string} type */
export function conditionsOf(options, type) {
    return options.stateTypes.includes(type)
        ? options.summativeAdministrationConditions
        : options.interimAdministrationConditions;
}

/** @param {ReportOptions} options @param {number} currentYear @returns {AggregateQuery} */
export function firstQuery(options, currentYear) {
    const type = options.assessmentTypes[0] ?? "";
    const usual = options.defaultOrganization;
    const years = options.schoolYears;
    return {
        type: "CustomAggregate",
        name: "",
        assessmentTypeCode: type,
        subjectCodes: subjectsOf(options, type).map((subject) => subject.code),
        assessmentGradeCodes: [],
        schoolYears: years.includes(currentYear) ? [currentYear] : years.slice(0, 1),
        includeState: options.stateTypes.includes(type),
        includeAllDistricts: false,
        includeAllSchoolsOfDistricts: false,
        includeAllDistrictsOfSchools: true,
        districtIds: usual?.organizationType === "District" && usual.id ? [usual.id] : [],
        schoolIds: usual?.organizationType === "School" && usual.id ? [usual.id] : [],
        completenessCodes: options.completenesses.slice(0, 1),
        administrativeConditionCodes: firstConditions(options, type),
        dimensionTypes: [],
        studentFilters: {},
        subgroups: {},
        showEmpty: true,
        valueDisplayType: "Percent",
        achievementLevelDisplayType: "Separate",
        columnOrder: identityColumns(type),
    };
}

/**
 * What keeps a query from being a report, by section; the service judges again.
 * @param {AggregateQuery} query
 * @returns {{ section: string, text: string }[]}
 */
export function missing(query) {
    const found = [];
    if (!query.includeState && !query.includeAllDistricts && !query.districtIds.length && !query.schoolIds.length) {
        found.push({ section: "organizations", text: t("aggregate.error.organization") });
    }
    if (!query.subjectCodes.length) found.push({ section: "assessment", text: t("aggregate.error.subject") });
    if (!query.assessmentGradeCodes.length) found.push({ section: "assessment", text: t("aggregate.error.grade") });
    if (!query.schoolYears.length) found.push({ section: "assessment", text: t("aggregate.error.year") });
    return found;
}

/** Filters that narrow something. @param {StudentFilters | undefined} filters */
export function narrowed(filters) {
    return Object.entries(filters ?? {}).filter(([, codes]) => codes.length > 0);
}

/**
 * A filter in words, as in the cell of a customized subgroup.
 * @param {StudentFilters} filters
 * @param {{ id: string, member: string }[]} fields
 */
export function filterText(filters, fields) {
    return fields.filter((field) => filters[field.member]?.length).map((field) =>
        `${label("field", field.id, "short")}: ${
            filters[field.member].map((code) => label(`field.${field.id}`, code)).join(", ")
        }`
    ).join(", ");
}

/** Two queries say the same: lists are sets except the order of columns. @param {AggregateQuery} a @param {AggregateQuery} b */
export function sameQuery(a, b) {
    return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** @param {AggregateQuery} query */
function plain(query) {
    const { columnOrder, subgroups, studentFilters, ...rest } = query;
    const filters = (/** @type {StudentFilters} */ all) =>
        narrowed(all).map(([member, codes]) => [member, [...codes].sort()]).sort();
    return [
        Object.entries(rest).map(([name, value]) => [
            name,
            Array.isArray(value) ? [...value].map(String).sort() : value || null,
        ]).sort(),
        columnOrder,
        filters(studentFilters),
        Object.values(subgroups).map(filters),
    ];
}

/** "Name" → "Name (1)" → "Name (2)". @param {string} name */
export function nextName(name) {
    const found = /^(.*?)\s*\((\d{1,3})\)$/.exec(name);
    const [stem, number] = found ? [found[1], Number(found[2])] : [name, 0];
    const suffix = ` (${number + 1})`;
    return stem.slice(0, 255 - suffix.length) + suffix;
}

/**
 * Rows as the report will have them, made up here: nothing of them is real.
 * @param {AggregateQuery} query
 * @param {ReportOptions} options
 * @param {number} levels
 * @returns {{ rows: import("./types.js").ReportRow[], slices: import("./types.js").ReportSlice[] }}
 */
export function exampleRows(query, options, levels) {
    /** @type {ReportOrganization[]} */
    const organizations = [];
    if (query.includeState) organizations.push({ name: t("aggregate.preview.state"), organizationType: "State" });
    if (
        query.includeAllDistricts || query.districtIds.length ||
        query.includeAllDistrictsOfSchools && query.schoolIds.length
    ) {
        organizations.push({ id: 1, name: t("aggregate.preview.district", { n: 1 }), organizationType: "District" });
    }
    if (
        query.schoolIds.length ||
        query.includeAllSchoolsOfDistricts && (query.districtIds.length || query.includeAllDistricts)
    ) {
        organizations.push({ id: 2, name: t("aggregate.preview.school", { n: 1 }), organizationType: "School" });
    }
    const slices = exampleSlices(query, options);
    const subject = query.subjectCodes[0] ?? "";
    const counts = Array.from({ length: levels }, () => Math.floor(100 / Math.max(1, levels)));
    const rows = [];
    for (const organization of organizations.slice(0, 3)) {
        for (const grade of [...query.assessmentGradeCodes].sort((a, b) => gradeOrder(a) - gradeOrder(b))) {
            for (const year of [...query.schoolYears].sort()) {
                for (let slice = 0; slice < slices.length; slice++) {
                    if (rows.length >= 100) return { rows, slices };
                    rows.push({
                        organization,
                        assessment: {
                            id: 1,
                            label: t("aggregate.preview.assessment", { n: 1 }),
                            gradeCode: grade,
                            subjectCode: subject,
                            examSchoolYear: year,
                        },
                        slice,
                        measures: { studentCount: 100, avgScaleScore: 2500, avgStdErr: 50, levelCounts: counts },
                    });
                }
            }
        }
    }
    return { rows, slices };
}

/** @param {AggregateQuery} query @param {ReportOptions} options */
function exampleSlices(query, options) {
    /** @type {import("./types.js").ReportSlice[]} */
    const slices = [{ type: "Overall", code: "", filter: {} }];
    const custom = Object.entries(query.subgroups);
    if (custom.length) {
        return slices.concat(custom.map(([code, filter]) => ({ type: "Custom", code, filter })));
    }
    for (const field of options.studentFilters.filter((one) => query.dimensionTypes.includes(one.id))) {
        const chosen = query.studentFilters[field.member]?.length ? query.studentFilters[field.member] : field.values;
        // Languages have rows only where there are students: a few stand for them.
        const shown = chosen.length > 20 ? chosen.slice(0, 4) : chosen;
        for (const code of shown) slices.push({ type: field.id, code, filter: {} });
    }
    return slices;
}

/**
 * The settings of a query in words, for the review and the report.
 * @param {AggregateQuery} query
 * @param {ReportOptions | null} options
 * @param {ReportOrganization[]} chosen
 * @returns {{ name: string, value: string }[]}
 */
export function summary(query, options, chosen) {
    const all = (/** @type {unknown[]} */ some, /** @type {unknown[] | undefined} */ every) =>
        every && every.length > 0 && some.length === every.length;
    const words = (/** @type {string[]} */ list) => list.length ? list.join(", ") : t("aggregate.summary.none");
    const type = query.assessmentTypeCode;
    const count = query.districtIds.length + query.schoolIds.length;
    const include = [
        query.includeState && "state",
        query.includeAllDistricts && "allDistricts",
        query.includeAllSchoolsOfDistricts && "schoolsOfDistricts",
        query.includeAllDistrictsOfSchools && "districtsOfSchools",
    ].filter(Boolean).map((key) => t(`aggregate.include.${key}.short`));
    const fields = options?.studentFilters ?? [];
    const custom = Object.values(query.subgroups);
    const conditions = query.administrativeConditionCodes.map((code) => label("condition", code));
    const lines = [
        { name: t("aggregate.summary.type"), value: t(`aggregate.type.${query.type}.name`) },
        {
            name: t("aggregate.summary.organizations"),
            value: count === 0
                ? t("aggregate.summary.none")
                : count === 1 && chosen.length === 1
                ? chosen[0].name
                : t("aggregate.summary.organizations.n", { n: count }),
        },
        { name: t("aggregate.summary.include"), value: words(include) },
        { name: t("aggregate.summary.assessmentType"), value: label("type", type) },
        {
            name: t("aggregate.summary.subjects"),
            value: options && all(query.subjectCodes, subjectsOf(options, type))
                ? t("aggregate.all")
                : words(query.subjectCodes),
        },
        {
            name: t("aggregate.summary.grades"),
            value: words(query.assessmentGradeCodes.map((code) => label("grade", code))),
        },
        { name: t("aggregate.summary.years"), value: words(query.schoolYears.map(schoolYear)) },
        {
            name: t(options?.stateTypes.includes(type) ?? true ? "aggregate.validity" : "aggregate.manner"),
            value: conditions.length ? conditions.join(", ") : t("aggregate.all"),
        },
        {
            name: t("aggregate.completeness"),
            value: query.completenessCodes.length
                ? query.completenessCodes.map((code) => label("completeness", code)).join(", ")
                : t("aggregate.all"),
        },
        {
            name: t("aggregate.summary.subgroups"),
            value: custom.length > 1
                ? t("aggregate.summary.subgroups.n", { n: custom.length })
                : custom.length === 1
                ? filterText(custom[0], fields)
                : words(query.dimensionTypes.map((field) => label("field", field))),
        },
    ];
    const filters = custom.length ? "" : filterText(query.studentFilters, fields);
    if (filters) lines.push({ name: t("aggregate.summary.filters"), value: filters });
    return lines;
}

import {
    exampleRows,
    firstQuery,
    missing,
    nextName,
    sameQuery,
} from "../../Sources/GatewaySvc/Web/lib/report-query.js";
import { arrange, grouped, levelValues, percent } from "../../Sources/GatewaySvc/Web/lib/report-rows.js";
import { useTexts } from "../../Sources/GatewaySvc/Web/lib/texts.js";
import { ensure, equal } from "./check.js";

const catalogue = JSON.parse(
    await Deno.readTextFile(new URL("../../Sources/Shared/Texts/catalogue.en.json", import.meta.url)),
);
useTexts(catalogue);

/** @type {any} */
const options = {
    assessmentTypes: ["sum", "iab"],
    stateTypes: ["sum"],
    subjects: [{ code: "ELA", name: "ELA", assessmentType: "sum" }, {
        code: "Math",
        name: "Math",
        assessmentType: "iab",
    }],
    assessmentGrades: ["03", "04"],
    schoolYears: [2026, 2025],
    completenesses: ["Complete", "Partial"],
    interimAdministrationConditions: ["SD", "NS"],
    summativeAdministrationConditions: ["Valid", "IN"],
    dimensionTypes: ["Ethnicity", "ELAS"],
    studentFilters: [{ id: "Ethnicity", member: "ethnicityCodes", values: ["Asian", "White"] }, {
        id: "ELAS",
        member: "elasCodes",
        values: ["EO", "EL"],
    }],
    statewideReporter: false,
    defaultOrganization: { id: 11, name: "Alder", organizationType: "District" },
};

/** @param {string} type @param {number} id @param {number} slice @param {number} students @param {number} score */
function row(type, id, slice, students, score) {
    return /** @type {import("../../Sources/GatewaySvc/Web/lib/types.js").ReportRow} */ ({
        organization: { organizationType: /** @type {"District"} */ (type), id, name: `${type} ${id}` },
        assessment: { id: 1, label: "A", gradeCode: "03", subjectCode: "ELA", examSchoolYear: 2026 },
        slice,
        measures: { studentCount: students, avgScaleScore: score, levelCounts: [students, 0, 0, 0] },
    });
}

Deno.test("F236 F240 F242 F244 a new query has the usual choices and lacks a grade", () => {
    const query = firstQuery(options, 2025);
    equal(query.assessmentTypeCode, "sum");
    equal(query.schoolYears.join(), "2025");
    equal(query.completenessCodes.join(), "Complete");
    equal(query.administrativeConditionCodes.join(), "Valid");
    equal(query.districtIds.join(), "11");
    ensure(query.includeState && query.includeAllDistrictsOfSchools && query.showEmpty, "switches");
    equal(missing(query).map((one) => one.text).join(), "Please select an assessment grade.");
    equal(
        missing({ ...query, includeState: false, districtIds: [], schoolYears: [] }).map((one) => one.text).join("|"),
        "Please select a school, district or include state results.|Please select an assessment grade.|Please select a school year.",
    );
});

Deno.test("Q-2 F290 a query has changed when its lists differ as sets, its name or its column order", () => {
    const query = { ...firstQuery(options, 2026), assessmentGradeCodes: ["03", "04"], name: "A" };
    ensure(sameQuery(query, { ...query, assessmentGradeCodes: ["04", "03"] }), "the order of grades does not matter");
    ensure(sameQuery(query, { ...query, studentFilters: { elasCodes: [] } }), "an empty filter is none");
    ensure(!sameQuery(query, { ...query, name: "B" }), "the name matters");
    ensure(
        !sameQuery(query, { ...query, columnOrder: [...query.columnOrder].reverse() }),
        "the order of columns matters",
    );
    ensure(!sameQuery(query, { ...query, studentFilters: { elasCodes: ["EL"] } }), "a filter matters");
});

Deno.test("Q-1 T34 the name of a copy", () => {
    equal(nextName("Sample Report"), "Sample Report (1)");
    equal(nextName("Sample Report (1)"), "Sample Report (2)");
    equal(nextName("Results (2022)"), "Results (2022) (1)");
    equal(nextName("x".repeat(255)).length, 255);
});

Deno.test("T9 T10 percents are cut, groups come from counts", () => {
    equal(percent(29, 100), 29);
    equal(percent(0, 0), 0);
    equal(grouped([2, 2, 3, 1], 3).join(), "4,4");
    const shown = row("State", 0, 0, 8, 2400);
    shown.measures.levelCounts = [2, 2, 3, 1];
    equal(levelValues(shown, { levels: 4, cutoff: null, numbers: false }).join(), "25,25,37,12");
    equal(levelValues(shown, { levels: 4, cutoff: 3, numbers: false }).join(), "50,50");
    equal(levelValues(shown, { levels: 4, cutoff: 3, numbers: true }).join(), "4,4");
});

Deno.test("Q-13 T36 F269 rows without students are last in both directions, the third press restores the order", () => {
    const rows = [
        row("State", 0, 0, 11, 2417),
        row("State", 0, 1, 0, 0),
        row("District", 11, 0, 8, 2390),
        row("District", 11, 1, 3, 2450),
    ];
    const columns = ["organization", "assessmentGrade", "schoolYear", "dimension"];
    const value = (/** @type {any} */ one) => one.measures.avgScaleScore;
    const places = (/** @type {any} */ order) => arrange(rows, columns, order, value).map((one) => one.place).join();
    equal(places({ column: "", direction: "ascending" }), "0,1,2,3");
    equal(places({ column: "avgScaleScore", direction: "ascending" }), "2,0,3,1");
    equal(places({ column: "avgScaleScore", direction: "descending" }), "3,0,2,1");
    equal(places({ column: "dimension", direction: "descending" }), "1,3,0,2");
    const tree = arrange(rows, columns, { column: "", direction: "ascending" }, value);
    equal([...tree[1].blank].join(), "organization,assessmentGrade,schoolYear");
    equal(tree[2].blank.size, 0);
});

Deno.test("F256 the example has made-up rows for the choices, and no more than a hundred", () => {
    const query = {
        ...firstQuery(options, 2026),
        assessmentGradeCodes: ["03"],
        dimensionTypes: ["ELAS"],
        includeAllSchoolsOfDistricts: true,
    };
    const { rows, slices } = exampleRows(query, options, 4);
    equal(slices.map((slice) => slice.code).join(), ",EO,EL");
    equal(rows.length, 9);
    equal(rows[0].measures.levelCounts.join(), "25,25,25,25");
    const years = Array.from({ length: 20 }, (_, index) => 2000 + index);
    equal(exampleRows({ ...query, schoolYears: years }, options, 4).rows.length, 100);
});

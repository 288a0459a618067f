/**
 * Results by School and Grade: choice of school, grade, year and assessments; a panel of results for each.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { useAnswerInForce } from "../lib/embargo-events.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { go } from "../lib/router.js";
import { SchoolPicker } from "../lib/school-picker.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { label, t } from "../lib/texts.js";
import { html, useEffect, useState } from "../lib/ui.js";
import { filterQuery, noFilters } from "./filters.js";
import { ResultsArea } from "./results-area.js";

/** @typedef {import("../lib/types.js").Assessment} Assessment */
/** @typedef {import("../lib/types.js").SchoolResults} SchoolResults */
/** @typedef {import("../lib/types.js").Notice} Notice */
/** @typedef {import("../lib/types.js").Subject} Subject */

/**
 * The address of this page for a choice; nothing personal stands in it.
 * @param {string | number} id
 * @param {{ grade: string, year: string | number, assessments?: number[] }} choice
 */
function addressOf(id, { grade, year, assessments = [] }) {
    const query = new URLSearchParams({ grade, year: String(year) });
    for (const assessment of assessments) query.append("assessment", String(assessment));
    return `/schools/${id}?${query}`;
}

/** @param {{ id: string, query: URLSearchParams }} props */
export function SchoolPage({ id, query }) {
    const session = useSession();
    const subjects = useAnswer((signal) => api.get("/subjects", { signal }), []);
    const grades = useAnswer((signal) => api.get(`/schools/${id}/grades`, { signal }), [id]);
    const offered = /** @type {{ grades: string[], notice: Notice } | null} */ (grades.data)?.grades ?? [];
    const grade = query.get("grade") ?? "";
    const year = Number(query.get("year")) || session.currentSchoolYear;

    // A grade that this school does not have gives way to the first one that it has.
    useEffect(() => {
        if (!grades.loading && offered.length && !offered.includes(grade)) {
            go(addressOf(id, { grade: offered[0], year }), { replace: true });
        }
    }, [grades.loading, grades.data]);

    const failed = [grades.error, subjects.error].find((error) => error);
    if (failed instanceof ApiError && failed.status === 404) return html`<${Unavailable} />`;
    if (failed) {
        const retry = () => [grades, subjects].forEach((answer) => answer.error && answer.reload());
        return html`
            <${PageHead} title=${t("school.title")} crumbs=${[{ text: t("school.title") }]} />
            <${Failure} error=${failed} retry=${retry} />
        `;
    }
    const { subjects: list } = /** @type {{ subjects: Subject[] }} */ (subjects.data ?? { subjects: [] });
    return html`
        <${SchoolGrade} id=${id} grade=${grade} year=${year} grades=${offered} subjects=${list}
            ready=${!grades.loading && subjects.data !== null} chosen=${query.getAll("assessment").map(Number).filter(
                Number.isSafeInteger,
            )} />
    `;
}

function Unavailable() {
    return html`
        <${PageHead} title=${t("school.title")} crumbs=${[{ text: t("school.title") }]} />
        <${Empty} text=${t("school.unavailable")} />
    `;
}

/**
 * @param {{ id: string, grade: string, year: number, grades: string[], subjects: Subject[], ready: boolean,
 *   chosen: number[] }} props chosen: none means the most recent one
 */
function SchoolGrade({ id, grade, year, grades, subjects, ready, chosen }) {
    const session = useSession();
    // They stay while this page is open, and begin anew when it is left.
    const [filters, setFilters] = useState(noFilters);
    const filterAnswer = useAnswer((signal) => api.get("/filters", { signal }), []);
    const valid = ready && grades.includes(grade);

    const listAnswer = useAnswerInForce(
        (signal) => (valid ? api.get(`/schools/${id}/assessments`, { query: { grade, year }, signal }) : null),
        [id, grade, year, valid],
    );
    const resultsAnswer = useAnswerInForce(
        (signal) =>
            valid
                ? api.get(`/schools/${id}/results`, {
                    query: { grade, year, assessment: chosen, ...filterQuery(filters) },
                    signal,
                })
                : null,
        [id, grade, year, valid, chosen.join(), filters],
    );
    const list =
        /** @type {{ assessments: Assessment[], mostRecentId: number | null, notice: Notice } | null} */ (listAnswer
            .data);
    const results = /** @type {SchoolResults | null} */ (resultsAnswer.data);
    const failed = resultsAnswer.error ?? listAnswer.error ?? filterAnswer.error;
    const offered = /** @type {{ fields: import("../lib/types.js").FilterField[] } | null} */ (filterAnswer.data);
    const notFound = failed instanceof ApiError && failed.status === 404;

    // The name stays while another answer is on its way, also when that answer is a failure.
    const [name, setName] = useState("");
    useEffect(() => {
        if (results?.schoolName) setName(results.schoolName);
    }, [results]);
    const title = name ? t("school.title.of", { school: name, grade: label("grade", grade) }) : t("school.title");
    const school = { id: Number(id), naturalId: "", name, districtId: 0, districtName: "" };
    /** @param {number[]} assessments */
    const choose = (assessments) => go(addressOf(id, { grade, year, assessments }), { replace: true });
    /** @type {import("./results-area.js").MoreRows} */
    const more = (assessment, pageToken, signal) =>
        api.get(`/schools/${id}/results`, {
            query: { grade, year, assessment, ...filterQuery(filters), pageToken },
            signal,
        });

    return html`
        <${PageHead} title=${title} crumbs=${[{ text: t("school.title") }]} />
        <section class="card selectors" aria-label=${t("school.selectors")}>
            <${SchoolPicker} value=${school} choose=${(/** @type {{ id: number }} */ other) =>
                go(addressOf(other.id, { grade, year }))} />
            <${Select} label=${t("school.grade")} value=${grade} disabled=${grades.length === 0}
                choose=${(/** @type {string} */ value) => go(addressOf(id, { grade: value, year }), { replace: true })}
                options=${grades.map((code) => ({ value: code, text: label("grade", code) }))} />
            <${Select} label=${t("school.year")} value=${String(year)}
                choose=${(/** @type {string} */ value) => go(addressOf(id, { grade, year: value }), { replace: true })}
                options=${session.schoolYears.map((value) => ({ value: String(value), text: schoolYear(value) }))} />
        </section>
        ${notFound
            ? html`<${Empty} text=${t("school.unavailable")} />`
            : ready && grades.length === 0
            ? html`<${Empty} text=${t("school.noResults")} />`
            : failed
            ? html`<${Failure} error=${failed} retry=${() => {
                listAnswer.reload();
                resultsAnswer.reload();
                filterAnswer.reload();
            }} />`
            : !results || !list || !offered
            ? html`<${Loading} />`
            : html`
                <${ResultsArea} list=${list} results=${results} subjects=${subjects} chosen=${chosen}
                    choose=${choose} more=${more} loading=${resultsAnswer.loading} filters=${filters}
                    changeFilters=${setFilters} fields=${offered.fields} transfers=${session.transferAccess}
                    file=${{ path: `/schools/${id}/results.csv`, query: { grade, year, assessment: chosen } }} />
            `}
    `;
}

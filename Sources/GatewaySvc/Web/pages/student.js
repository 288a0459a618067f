/**
 * The Student Test History Report: every result of one student that the user may see, by subject and assessment.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select, Toggle } from "../lib/controls.js";
import { dayText, schoolYear } from "../lib/dates.js";
import { GradeTag, LevelText } from "../lib/distribution.js";
import { useAnswerInForce } from "../lib/embargo-events.js";
import { ExportButton } from "../lib/export-button.js";
import { Banner, EmbargoNotice, Empty, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { findLevel, gradeColor, scoreViews } from "../lib/levels.js";
import { studentName } from "../lib/numbers.js";
import { useId } from "../lib/popover.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { Table } from "../lib/table.js";
import { label, plural, t } from "../lib/texts.js";
import { html, useMemo, useState } from "../lib/ui.js";
import { AdvancedFilters, filterQuery, noFilters } from "./filters.js";
import { examColumns, scoreColumns, TransferNote } from "./student-table.js";

/** @typedef {import("../lib/types.js").Assessment} Assessment */
/** @typedef {import("../lib/types.js").Exam} Exam */
/** @typedef {import("../lib/types.js").History} History */
/** @typedef {import("../lib/types.js").Subject} Subject */
/** @typedef {{ exam: Exam, assessment: Assessment }} Result */

const all = "";
/** The order of assessment types in selectors. */
const typeOrder = ["sum", "ica", "iab"];

/** @param {{ id: string }} props */
export function StudentPage({ id }) {
    const session = useSession();
    const [filters, setFilters] = useState(noFilters);
    const subjects = useAnswer((signal) => api.get("/subjects", { signal }), []);
    const answer = useAnswerInForce(
        (signal) => api.get(`/students/${id}/history`, { query: filterQuery(filters), signal }),
        [id, filters],
    );
    const crumbs = [{ text: t("history.title") }];
    const failed = answer.error ?? subjects.error;
    if (failed) {
        const unavailable = failed instanceof ApiError && failed.status === 404;
        return html`
            <${PageHead} title=${t("history.title")} crumbs=${crumbs} />
            ${unavailable
                ? html`<${Empty} text=${t("student.unavailable")} />`
                : html`<${Failure} error=${failed} retry=${() => {
                    answer.reload();
                    subjects.reload();
                }} />`}
        `;
    }
    const history = /** @type {History | null} */ (answer.data);
    const definitions = /** @type {{ subjects: Subject[] } | null} */ (subjects.data);
    if (!history || !definitions) return html`<${Loading} />`;
    return html`
        <${PageHead} title=${studentName(history.student)} crumbs=${crumbs}>
            <p class="lead">${t("history.ssid", { ssid: history.student.ssid })}</p>
            <//>
            <${EmbargoNotice} notice=${history.notice} />
            ${history.groupsOff && html`<${Banner} kind="caution" text=${t("groups.off")} />`}
            <${HistoryReport} id=${id} history=${history} subjects=${definitions.subjects} filters=${filters}
                changeFilters=${setFilters} transfers=${session.transferAccess} />
    `;
}

/**
 * @param {{ id: string, history: History, subjects: Subject[], filters: import("./filters.js").Filters,
 *   changeFilters: (filters: import("./filters.js").Filters) => void, transfers: boolean }} props
 */
function HistoryReport({ id, history, subjects, filters, changeFilters, transfers }) {
    const results = useMemo(() => {
        const byId = new Map(history.assessments.map((assessment) => [assessment.id, assessment]));
        return history.exams.flatMap((exam) => {
            const assessment = byId.get(exam.assessmentId);
            return assessment ? [{ exam, assessment }] : [];
        });
    }, [history]);
    const years = history.schoolYears;
    const codes = subjects.map((subject) => subject.code).filter((code) => history.subjects.includes(code));
    const types = typeOrder.filter((code) => history.types.includes(code));

    const [year, setYear] = useState(String(years[0] ?? all));
    const [subject, setSubject] = useState(all);
    const [type, setType] = useState(all);
    /** The open card, "subject/label"; one at a time, none after any change of a filter. */
    const [open, setOpen] = useState("");
    const filter = (/** @type {(value: string) => void} */ set) => (/** @type {string} */ value) => {
        setOpen("");
        set(value);
    };
    const shown = results.filter(({ exam, assessment }) =>
        (year === all || String(exam.schoolYear) === year) &&
        (subject === all || assessment.subject === subject) &&
        (type === all || assessment.type === type)
    );
    const name = (/** @type {string} */ code) => subjects.find((one) => one.code === code)?.name ?? code;
    const everything = { value: all, text: t("filter.all") };
    return html`
        <section class="card selectors" aria-label=${t("history.selectors")}>
            <${Select} label=${t("school.year")} value=${year} choose=${filter(setYear)}
                options=${[everything, ...years.map((one) => ({ value: String(one), text: schoolYear(one) }))]} />
            <${Select} label=${t("history.subject")} value=${subject} choose=${filter(setSubject)}
                options=${[everything, ...codes.map((code) => ({ value: code, text: name(code) }))]} />
            <${Select} label=${t("history.type")} value=${type} choose=${filter(setType)}
                options=${[
                    everything,
                    ...types.map((code) => ({ value: code, text: label("type", code, "short") })),
                ]} />
            <${ExportButton} path=${`/students/${id}/history.csv`} none=${shown.length === 0}
                query=${{ year: year || undefined, subject, type, ...filterQuery(filters) }}
                embargoed=${shown.length > 0 && shown.every(({ exam }) => exam.embargoed)} />
        </section>
        <${AdvancedFilters} filters=${filters} fields=${[]} types=${types} transfers=${transfers}
            change=${(/** @type {import("./filters.js").Filters} */ value) => {
                setOpen("");
                changeFilters(value);
            }} />
        <p class="visually-hidden" role="status">${plural("history.count", shown.length)}</p>
        ${shown.length === 0
            ? html`<${Empty} text=${t("history.none")} />`
            : codes.filter((code) => shown.some((one) => one.assessment.subject === code)).map((code) =>
                html`
                    <${SubjectSection} key=${code} code=${code} name=${name(code)} subjects=${subjects}
                        results=${shown.filter((one) =>
                            one.assessment.subject === code
                        )} open=${open} changeOpen=${setOpen} />
                `
            )}
    `;
}

/**
 * @param {{ code: string, name: string, subjects: Subject[], results: Result[], open: string,
 *   changeOpen: (key: string) => void }} props
 */
function SubjectSection({ code, name, subjects, results, open, changeOpen }) {
    const id = useId("subject");
    const [expanded, setExpanded] = useState(true);
    /** @type {Map<string, Result[]>} */
    const cards = new Map();
    for (const result of results) {
        cards.set(result.assessment.label, [...(cards.get(result.assessment.label) ?? []), result]);
    }
    return html`
        <section aria-labelledby="${id}-title" class="subject">
            <div class="section-head">
                <h2 id="${id}-title">${name}</h2>
                <span class="spread"></span>
                <button type="button" class="button quiet" aria-expanded=${String(expanded)} aria-controls=${id}
                    aria-label=${t(expanded ? "history.collapse.of" : "history.expand.of", { subject: name })}
                    onClick=${() => setExpanded(!expanded)}>${t(
                        expanded ? "history.collapse" : "history.expand",
                    )}</button>
            </div>
            <div id=${id} class="history-cards" hidden=${!expanded}>
                ${[...cards].map(([cardLabel, list]) => {
                    const key = `${code}/${cardLabel}`;
                    const card = { id: `${id}-${list[0].exam.id}`, results: list, subjects };
                    const toggle = () => changeOpen(open === key ? "" : key);
                    return html`
                        <${HistoryCard} key=${key} ...${card} open=${open === key} toggle=${toggle} />
                        ${open === key && html`<${CardTable} key=${`${key}/table`} ...${card} />`}
                    `;
                })}
            </div>
        </section>
    `;
}

/**
 * The newest result of an assessment label; pressing it opens the table of all of them.
 * @param {{ id: string, results: Result[], subjects: Subject[], open: boolean, toggle: () => void }} props
 */
function HistoryCard({ id, results, subjects, open, toggle }) {
    const { exam, assessment } = results[0];
    const [overall] = scoreViews(subjects, assessment);
    const level = exam.overall?.level;
    return html`
        <button type="button" class=${`history-card ${open ? "open" : ""}`} aria-expanded=${String(
            open,
        )} aria-controls=${id} onClick=${toggle}>
            <span class="card-top">
                <${Icon} name=${assessment.type} size=${22} />
                <span class="card-type">${label("type", assessment.type, "short")}</span>
                <span class="spread"></span>
                <span>${dayText(exam.date)}</span>
            </span>
            <span class="card-name">
                <${GradeTag} text=${label("grade", assessment.grade, "short")} color=${gradeColor(assessment.grade)} />
                <b>${assessment.label}</b>
            </span>
            <span class="card-bottom">
                ${level
                    ? html`<${LevelText} level=${findLevel(overall.definition, level)} raw=${level} />`
                    : html`<span class="none">${t("history.noScore")}</span>`}
                <span class="card-count">${plural("history.results", results.length)}</span>
            </span>
        </button>
    `;
}

/** @param {{ id: string, results: Result[], subjects: Subject[] }} props */
function CardTable({ id, results, subjects }) {
    const { assessment } = results[0];
    const views = scoreViews(subjects, assessment);
    const [kind, setKind] = useState(/** @type {import("../lib/levels.js").ScoreKind} */ ("overall"));
    const view = views.find((one) => one.kind === kind) ?? views[0];
    const columns = useMemo(() => {
        const { date, grade, school, status } = examColumns();
        /** @type {import("../lib/table.js").Column<Exam>[]} */
        const about = [
            date,
            { id: "assessment", title: t("column.assessment"), width: 12, key: () => assessment.label },
            {
                id: "year",
                title: t("column.year"),
                width: 6.5,
                key: (exam) => exam.schoolYear,
                cell: (exam) => schoolYear(exam.schoolYear),
            },
            school,
            grade,
        ];
        return view.kind === "overall"
            ? [...about, status, ...scoreColumns(view, assessment.type)]
            : [...about, ...scoreColumns(view, assessment.type)];
    }, [view.kind, assessment]);
    const exams = useMemo(() => results.map((result) => result.exam), [results]);
    return html`
        <div id=${id} class="card card-table">
            ${views.length > 1 && html`
                <${Toggle} label=${t("results.scores")} value=${view.kind} choose=${setKind}
                    options=${views.map((one) => ({ value: one.kind, text: one.definition.name }))} />
            `}
            <${TransferNote} exams=${exams} />
            <${Table} label=${t("history.table", { assessment: assessment.label })} rows=${exams} columns=${columns}
                sort=${{ column: "date", direction: "descending" }} rowKey=${(/** @type {Exam} */ exam) => exam.id}
                rowClass=${(/** @type {Exam} */ exam) => (exam.fromPreviousSchool ? "transfer" : "")} />
        </div>
    `;
}

/**
 * The table of an aggregate report: identity columns as a tree, students, the comparison of levels, average, levels.
 * @module
 */
import { Toggle } from "./controls.js";
import { schoolYear } from "./dates.js";
import { Icon } from "./icons.js";
import { colorOf, inkOn } from "./levels.js";
import { whole } from "./numbers.js";
import { Info } from "./popover.js";
import { arrange, grouped, isBlank, levelValues, percent } from "./report-rows.js";
import { filterText } from "./report-query.js";
import { Table } from "./table.js";
import { label, t } from "./texts.js";
import { html, useMemo } from "./ui.js";

/** @typedef {import("./types.js").ReportRow} ReportRow */
/** @typedef {import("./report-rows.js").Order} Order */
/** @typedef {{ columns: string[], order: Order, showEmpty: boolean, numbers: boolean, group: boolean }} Display */
/** @typedef {{ row: ReportRow, place: number, blank: Set<string> }} Arranged */

/** The words of a row's subgroup. @param {import("./types.js").ReportSlice} slice @param {{ id: string, member: string }[]} fields */
export function sliceText(slice, fields) {
    if (slice.type === "Custom") return filterText(slice.filter, fields);
    if (slice.type === "Overall") return t("aggregate.overall");
    return `${label("field", slice.type, "short")}: ${label(`field.${slice.type}`, slice.code)}`;
}

/**
 * @param {{ name: string, rows: ReportRow[], slices: import("./types.js").ReportSlice[],
 *   fields: { id: string, member: string }[], definition: import("./types.js").ScoreDefinition, display: Display,
 *   named: boolean, sort: (order: Order) => void }} props named: a column tells the assessments of one grade and year apart
 */
export function ReportGrid({ name, rows, slices, fields, definition, display, named, sort }) {
    const levels = definition.levels.length;
    const cutoff = display.group ? definition.standardCutoff ?? null : null;
    const value = (/** @type {ReportRow} */ row, /** @type {string} */ column) => {
        if (column === "studentCount") return row.measures.studentCount;
        if (column === "avgScaleScore") return row.measures.avgScaleScore ?? 0;
        return levelValues(row, { levels, cutoff, numbers: display.numbers })[Number(column.slice(5)) - 1] ?? 0;
    };
    const identities = named && !display.columns.includes("assessmentLabel")
        ? display.columns.flatMap((column) => column === "assessmentGrade" ? [column, "assessmentLabel"] : [column])
        : display.columns;
    const shown = useMemo(
        () =>
            arrange(
                display.showEmpty ? rows : rows.filter((row) => !isBlank(row) || row.suppressed),
                identities,
                display.order,
                value,
            ),
        [rows, identities.join(), display.order, display.showEmpty, display.numbers, cutoff],
    );
    const columns = [
        ...identities.map((column) => identityColumn(column, slices, fields)),
        {
            id: "studentCount",
            title: t("aggregate.column.students"),
            info: t("aggregate.column.students.info"),
            width: 8,
            numeric: true,
            key: () => 0,
            cell: (/** @type {Arranged} */ { row }) =>
                row.suppressed ? html`<${Withheld} row=${row} />` : whole(row.measures.studentCount),
        },
        {
            id: "comparison",
            title: t("aggregate.column.comparison"),
            info: t("aggregate.column.comparison.info"),
            width: 9,
            fixed: true,
            key: () => 0,
            cell: (/** @type {Arranged} */ { row }) =>
                html`<${Comparison} row=${row} definition=${definition} group=${cutoff !== null} />`,
        },
        {
            id: "avgScaleScore",
            title: t("aggregate.column.average"),
            info: t("aggregate.column.average.info"),
            width: 11,
            numeric: true,
            key: () => 0,
            cell: (/** @type {Arranged} */ { row }) => averageOf(row),
        },
        ...levelNames(definition, cutoff).map((title, index) => ({
            id: `level${index + 1}`,
            title,
            info: t("aggregate.column.level.info"),
            width: 8,
            numeric: true,
            key: () => 0,
            cell: (/** @type {Arranged} */ { row }) =>
                levelText(row, index, { levels, cutoff, numbers: display.numbers }),
        })),
    ];
    return html`
        <${Table} label=${name} rows=${shown} columns=${columns} sort=${display.order} onSort=${sort}
            rowKey=${(/** @type {Arranged} */ one) => one.place} />
    `;
}

/** In rem; what is wider scrolls. @type {Record<string, number>} */
const widths = { organization: 12, assessmentGrade: 7, assessmentLabel: 10, schoolYear: 6, dimension: 18 };

/** @param {import("./types.js").ScoreDefinition} definition @param {number | null} cutoff */
function levelNames(definition, cutoff) {
    if (cutoff !== null) return [t("aggregate.level.below"), t("aggregate.level.atOrAbove")];
    return definition.levels.map((level) => [level.shortName, level.suffix].filter(Boolean).join(" "));
}

/**
 * @param {string} column
 * @param {import("./types.js").ReportSlice[]} slices
 * @param {{ id: string, member: string }[]} fields
 */
function identityColumn(column, slices, fields) {
    const words = {
        organization: (/** @type {ReportRow} */ row) =>
            html`<span class="organization-cell"><span class="badge">${
                t(`aggregate.badge.${row.organization.organizationType}`)
            }</span> ${row.organization.name}</span>`,
        assessmentGrade: (/** @type {ReportRow} */ row) => label("grade", row.assessment.gradeCode),
        assessmentLabel: (/** @type {ReportRow} */ row) => row.assessment.label,
        schoolYear: (/** @type {ReportRow} */ row) => schoolYear(row.assessment.examSchoolYear),
        dimension: (/** @type {ReportRow} */ row) => sliceText(slices[row.slice], fields),
    };
    const text = /** @type {Record<string, (row: ReportRow) => import("./ui.js").Node>} */ (words)[column];
    return {
        id: column,
        title: t(`aggregate.column.${column}`),
        width: widths[column],
        header: column === "organization",
        key: () => 0,
        // Repeated words are hidden from sight; a screen reader still hears whose row it is.
        cell: (/** @type {Arranged} */ { row, blank }) =>
            blank.has(column) ? html`<span class="visually-hidden">${text(row)}</span>` : text(row),
    };
}

/** Why a row shows no numbers. @param {ReportRow} row */
function withheldText(row) {
    return t(row.suppressed === "small-n" ? "aggregate.tooFew" : "aggregate.notReleased");
}

/** Under embargo, or of few students: nothing is said about how many there are. @param {{ row: ReportRow }} props */
function Withheld({ row }) {
    return html`<span class="not-released"><${Icon} name="lock" size=${14} />${withheldText(row)}</span>`;
}

/** @param {ReportRow} row */
function averageOf(row) {
    if (row.suppressed) return withheldText(row);
    const { studentCount, avgScaleScore, avgStdErr } = row.measures;
    if (studentCount === 0 || avgScaleScore === undefined) return t("value.none");
    return avgStdErr === undefined
        ? String(avgScaleScore)
        : t("value.band", { score: avgScaleScore, error: avgStdErr });
}

/** @param {ReportRow} row @param {number} index @param {{ levels: number, cutoff: number | null, numbers: boolean }} display */
function levelText(row, index, display) {
    if (row.suppressed) return withheldText(row);
    if (isBlank(row)) return t("value.none");
    const value = levelValues(row, display)[index] ?? 0;
    return display.numbers ? whole(value) : t("value.percent", { n: value });
}

/**
 * The shares of the levels as a bar, centred on the standard where there is one. The numbers stand in their own columns.
 * @param {{ row: ReportRow, definition: import("./types.js").ScoreDefinition, group: boolean }} props
 */
function Comparison({ row, definition, group }) {
    if (isBlank(row)) return t("value.none");
    const counts = definition.levels.map((_, index) => row.measures.levelCounts[index] ?? 0);
    const total = row.measures.studentCount;
    const cutoff = definition.standardCutoff ?? null;
    const parts = group && cutoff
        ? grouped(counts, cutoff).map((count, index) => ({
            count,
            color: definition.levels[index === 0 ? Math.max(0, cutoff - 2) : definition.levels.length - 1].color,
        }))
        : definition.levels.map((level, index) => ({ count: counts[index], color: level.color }));
    // Twice as wide as the whole, so that either side has room beside the line in the middle.
    const below = cutoff ? grouped(counts, cutoff)[0] / total : 0;
    return html`
        <div class=${cutoff ? "comparison centred" : "comparison"} aria-hidden="true">
            <div class="bar" style=${{
                marginLeft: cutoff ? `${(1 - below) * 50}%` : "0",
                width: cutoff ? "50%" : "100%",
            }}>
                ${parts.filter((part) => part.count > 0).map((part) =>
                    html`
                        <span class="part" style=${{
                            flexGrow: percent(part.count, total) || 1,
                            background: colorOf(part.color),
                            color: inkOn(part.color),
                        }}></span>
                    `
                )}
            </div>
        </div>
    `;
}

/**
 * What can be chosen about how a table is shown.
 * @param {{ display: Display, change: (part: Partial<Display>) => void, mayGroup: boolean, empty?: number }} props
 *   empty: how many rows have no student, where that is known
 */
export function DisplayControls({ display, change, mayGroup, empty }) {
    /** @param {number} at @param {number} step */
    const move = (at, step) => {
        const columns = [...display.columns];
        const [moved] = columns.splice(at, 1);
        columns.splice(at + step, 0, moved);
        change({ columns });
    };
    return html`
        <div class="display-controls" role="group" aria-label=${t("aggregate.report.controls")}>
            <${Toggle} labelled label=${empty === undefined
                ? t("aggregate.preview.emptyRows")
                : t("aggregate.report.emptyRows", { n: whole(empty) })}
                value=${display.showEmpty ? "show" : "hide"}
                options=${[{ value: "show", text: t("aggregate.preview.show") }, {
                    value: "hide",
                    text: t("aggregate.preview.hide"),
                }]}
                choose=${(/** @type {string} */ choice) => change({ showEmpty: choice === "show" })} />
            <${Toggle} labelled label=${t("aggregate.preview.display")} value=${display.numbers ? "number" : "percent"}
                options=${[{ value: "percent", text: t("results.percent") }, {
                    value: "number",
                    text: t("results.number"),
                }]}
                choose=${(/** @type {string} */ choice) => change({ numbers: choice === "number" })} />
            ${mayGroup && html`
                <${Toggle} labelled label=${t("aggregate.preview.levels")} value=${display.group ? "grouped" : "all"}
                    options=${[{ value: "all", text: t("aggregate.preview.levels.all") }, {
                        value: "grouped",
                        text: t("aggregate.preview.levels.grouped"),
                    }]}
                    choose=${(/** @type {string} */ choice) => change({ group: choice === "grouped" })} />
            `}
            <fieldset class="column-order">
                <legend>${t("aggregate.preview.columnOrder")}</legend>
                <ol>
                    ${display.columns.map((column, index) =>
                        html`
                            <li key=${column} class="tag">
                                <button type="button" class="icon-button" disabled=${index === 0}
                                    aria-label="${t("aggregate.preview.left")}: ${t(`aggregate.column.${column}`)}"
                                    onClick=${() => move(index, -1)}><span aria-hidden="true">‹</span></button>
                                <span>${t(`aggregate.column.${column}`)}</span>
                                <button type="button" class="icon-button"
                                    disabled=${index === display.columns.length - 1}
                                    aria-label="${t("aggregate.preview.right")}: ${t(`aggregate.column.${column}`)}"
                                    onClick=${() => move(index, 1)}><span aria-hidden="true">›</span></button>
                            </li>
                        `
                    )}
                </ol>
            </fieldset>
        </div>
    `;
}

/** The settings of a query, as a list. @param {{ lines: { name: string, value: string }[] }} props */
export function QuerySummary({ lines }) {
    return html`
        <dl class="query-summary">
            ${lines.map((line) =>
                html`
                    <div key=${line.name}>
                        <dt>${line.name}</dt>
                        <dd>${line.value}</dd>
                    </div>
                `
            )}
        </dl>
    `;
}

/** A heading with an explanation. @param {{ text: string, info?: string }} props */
export function WithInfo({ text, info }) {
    return html`<span class="head">${text} ${info && html`<${Info} about=${text} text=${info} />`}</span>`;
}

/**
 * Data coverage: how many results each assessment has, by school year, and when the last one was loaded.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select } from "../lib/controls.js";
import { instantText, schoolYear } from "../lib/dates.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { whole } from "../lib/numbers.js";
import { Table } from "../lib/table.js";
import { label, t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").CoverageRow & { id: number }} Row */

/** @returns {import("../lib/table.js").Column<Row>[]} */
function columns() {
    return [
        {
            id: "label",
            title: t("coverage.column.assessment"),
            width: 22,
            header: true,
            key: (row) => row.label,
            cell: (row) => html`<span title=${row.assessment}>${row.label}</span>`,
        },
        {
            id: "year",
            title: t("school.year"),
            width: 8,
            key: (row) => row.schoolYear,
            cell: (row) => schoolYear(row.schoolYear),
        },
        { id: "subject", title: t("coverage.column.subject"), width: 8, key: (row) => row.subject },
        { id: "grade", title: t("coverage.column.grade"), width: 8, key: (row) => label("grade", row.grade) },
        { id: "type", title: t("coverage.column.type"), width: 9, key: (row) => label("type", row.type) },
        {
            id: "results",
            title: t("coverage.column.results"),
            width: 8,
            numeric: true,
            key: (row) => row.results,
            cell: (row) => whole(row.results),
        },
        {
            id: "last",
            title: t("coverage.column.last"),
            width: 14,
            key: (row) => row.lastLoad ?? "",
            cell: (row) => (row.lastLoad ? instantText(row.lastLoad) : t("value.none")),
        },
    ];
}

export function CoverageTab() {
    const { data, error, reload } = useAnswer((signal) => api.get("/coverage", { signal }), []);
    const [year, setYear] = useState("");
    const [subject, setSubject] = useState("");
    if (error) return html`<${Failure} error=${error} retry=${reload} />`;
    if (!data) return html`<${Loading} />`;
    const answer = /** @type {{ rows: import("../lib/types.js").CoverageRow[], more: boolean }} */ (data);
    const all = answer.rows.map((row, id) => ({ ...row, id }));
    const rows = all.filter((row) =>
        (!year || String(row.schoolYear) === year) && (!subject || row.subject === subject)
    );
    const years = [...new Set(all.map((row) => row.schoolYear))];
    const subjects = [...new Set(all.map((row) => row.subject))].sort();
    return html`
        <p class="lead">${t("coverage.text")}</p>
        ${all.length === 0 ? html`<${Empty} text=${t("coverage.none")} />` : html`
            <section class="card selectors" aria-label=${t("coverage.selectors")}>
                <${Select} label=${t("school.year")} value=${year} choose=${setYear}
                    options=${[
                        { value: "", text: t("filter.all") },
                        ...years.map((one) => ({ value: String(one), text: schoolYear(one) })),
                    ]} />
                <${Select} label=${t("coverage.column.subject")} value=${subject} choose=${setSubject}
                    options=${[
                        { value: "", text: t("filter.all") },
                        ...subjects.map((one) => ({ value: one, text: one })),
                    ]} />
            </section>
            <p role="status">${t("coverage.total", {
                results: whole(rows.reduce((sum, row) => sum + row.results, 0)),
                assessments: whole(rows.length),
            })}</p>
            <${Table} key=${`${year}/${subject}`} label=${t("coverage.table")} rows=${rows} columns=${columns()}
                sort=${{ column: "year", direction: "descending" }}
                rowKey=${(/** @type {Row} */ row) => row.id} />
            ${answer.more && html`<p>${t("coverage.more")}</p>`}
        `}
    `;
}

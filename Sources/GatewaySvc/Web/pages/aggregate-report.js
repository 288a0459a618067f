/**
 * A custom aggregate report: waiting for it, then its tables, one for each subject.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { instantText } from "../lib/dates.js";
import { Banner, EmbargoNotice, Empty, Failure, Loading } from "../lib/feedback.js";
import { whole } from "../lib/numbers.js";
import { DisplayControls, QuerySummary, ReportGrid } from "../lib/report-grid.js";
import { filterText, summary } from "../lib/report-query.js";
import { isBlank } from "../lib/report-rows.js";
import { PageHead } from "../lib/shell.js";
import { label, plural, t } from "../lib/texts.js";
import { html, useEffect, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").Report} Report */
/** @typedef {import("../lib/types.js").ReportView} ReportView */
/** @typedef {import("../lib/types.js").ReportRow} ReportRow */

/** More rows are a question first. */
const large = 4_000;
/** Between two looks at a report that is being made: shorter at first, as most take less than a second. */
const pauses = [300, 600, 1_000, 2_000, 4_000];
const pending = ["PENDING", "RUNNING"];

/** @param {{ id: string }} props */
export function AggregateReportPage({ id }) {
    const [report, setReport] = useState(/** @type {Report | null} */ (null));
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const [looks, setLooks] = useState(0);
    useEffect(() => {
        const abort = new AbortController();
        const pause = looks === 0 ? 0 : pauses[Math.min(looks - 1, pauses.length - 1)];
        const timer = setTimeout(() => {
            api.get(`/reports/${id}`, { signal: abort.signal, quiet: looks > 0 }).then((answer) => {
                const found = /** @type {Report} */ (answer);
                setReport(found);
                if (pending.includes(found.status)) setLooks(looks + 1);
            }, (problem) => abort.signal.aborted || setError(problem));
        }, pause);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [id, looks]);
    const title = report?.name ?? t("aggregate.title");
    return html`
        <${PageHead} title=${title}
            crumbs=${[{ text: t("reports.title"), href: "/reports" }, { text: title }]}>
            ${report &&
                html`<a class="button" href="/aggregate-reports?report=${report.id}">${
                    t("aggregate.report.newQuery")
                }</a>`}
        <//>
        ${error
            ? html`<${Failure} error=${error} retry=${() => {
                setError(null);
                setLooks(looks + 1);
            }} />`
            : !report
            ? html`<${Loading} />`
            : pending.includes(report.status)
            ? html`
                <div class="card report-waiting" role="status">
                    <p><span class="spinner" aria-hidden="true"></span>${t("aggregate.report.pending")}</p>
                    ${report.status === "RUNNING" && report.progress > 0 &&
                        html`<p class="fine">${t("aggregate.report.progress", { n: report.progress })}</p>`}
                </div>
            `
            : report.status === "NO_RESULTS"
            ? html`<${Empty} text=${t("aggregate.report.none")} />`
            : report.status !== "COMPLETED"
            ? html`<${Empty} text=${t("aggregate.report.unavailable")} />`
            : html`<${Finished} id=${id} />`}
    `;
}

/** @param {{ id: string }} props */
function Finished({ id }) {
    const { data, error, reload } = useAnswer(
        (signal) =>
            Promise.all([
                api.get(`/aggregate/reports/${id}`, { signal }),
                api.get("/aggregate/options", { signal }),
                api.get("/subjects", { signal }),
            ]),
        [id],
    );
    const [settings, setSettings] = useState(false);
    const [confirmed, setConfirmed] = useState(false);
    if (error) {
        return error instanceof ApiError && error.status === 412
            ? html`<${Empty} text=${t("aggregate.report.unavailable")} />`
            : html`<${Failure} error=${error} retry=${reload} />`;
    }
    if (!data) return html`<${Loading} />`;
    const [view, options, subjects] =
        /** @type {[ReportView, import("../lib/types.js").ReportOptions, { subjects: import("../lib/types.js").Subject[] }]} */ (data);
    const query = view.report.query;
    if (!query) return html`<${Empty} text=${t("aggregate.report.unavailable")} />`;
    const stored = view.report.metadata.totalCount + (query.showEmpty ? view.report.metadata.emptyCount : 0);
    const filters = Object.keys(query.subgroups).length ? "" : filterText(query.studentFilters, options.studentFilters);
    return html`
        <${EmbargoNotice} notice=${view.notice} />
        ${view.printsFilters && filters && html`<${Banner} text=${t("aggregate.report.filtered", { filters })} />`}
        <section class="card" aria-label=${t("aggregate.report.settings")}>
            <div class="section-head">
                <p class="fine">${view.report.dataAsOf &&
                    t("aggregate.report.asOf", { time: instantText(view.report.dataAsOf) })}</p>
                <button type="button" class="button quiet" aria-expanded=${String(settings)}
                    aria-label="${t("aggregate.report.settings")}: ${t(
                        settings ? "aggregate.report.hide" : "aggregate.report.show",
                    )}"
                    onClick=${() => setSettings(!settings)}>${t("aggregate.report.settings")}: ${t(
                        settings ? "aggregate.report.hide" : "aggregate.report.show",
                    )}</button>
            </div>
            ${settings && html`<${QuerySummary} lines=${summary(query, options, view.organizations)} />`}
        </section>
        ${stored > large && !confirmed
            ? html`
                <div class="card" role="alert">
                    <p>${t("aggregate.report.large")}</p>
                    <div class="actions">
                        <button type="button" class="button" onClick=${() => setConfirmed(true)}>${t(
                            "aggregate.report.large.display",
                        )}</button>
                        ${!view.report.metadata.onlineOnly && html`
                            <a class="button primary" href="/api/v1/reports/${id}/file" download="">${t(
                                "aggregate.report.large.download",
                            )}</a>
                        `}
                    </div>
                </div>
            `
            : view.tables.map((table) =>
                html`
                    <${SubjectTable} key=${table.subject} view=${view} query=${query} table=${table}
                        fields=${options.studentFilters}
                        subject=${subjects.subjects.find((one) => one.code === table.subject)} />
                `
            )}
    `;
}

/**
 * @param {{ view: ReportView, query: import("../lib/types.js").AggregateQuery, table: ReportView["tables"][number],
 *   fields: { id: string, member: string }[], subject: import("../lib/types.js").Subject | undefined }} props
 */
function SubjectTable({ view, query, table, fields, subject }) {
    const [rows, setRows] = useState(/** @type {ReportRow[]} */ ([]));
    const [done, setDone] = useState(false);
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const [attempt, setAttempt] = useState(0);
    const [display, setDisplay] = useState(
        /** @type {import("../lib/report-grid.js").Display} */ ({
            columns: query.columnOrder,
            order: { column: "", direction: "ascending" },
            showEmpty: query.showEmpty,
            numbers: query.valueDisplayType === "Number",
            group: query.achievementLevelDisplayType === "Grouped",
        }),
    );
    const id = view.report.id;
    const empty = query.showEmpty;
    useEffect(() => {
        const abort = new AbortController();
        const load = async () => {
            /** @type {ReportRow[]} */
            const all = [];
            let pageToken = "";
            do {
                const page = /** @type {{ rows: ReportRow[], nextPageToken: string | null }} */ (
                    await api.get(`/aggregate/reports/${id}/rows`, {
                        query: { subject: table.subject, empty: empty ? "show" : "hide", limit: 2000, pageToken },
                        signal: abort.signal,
                        quiet: pageToken !== "",
                    })
                );
                all.push(...page.rows);
                pageToken = page.nextPageToken ?? "";
                setRows([...all]);
            } while (pageToken !== "");
            setDone(true);
        };
        load().catch((problem) => abort.signal.aborted || setError(problem));
        return () => abort.abort();
    }, [id, table.subject, attempt]);

    const definition = subject?.types.find((one) => one.code === query.assessmentTypeCode)?.overall;
    const name = subject?.name ?? table.subject;
    if (error) {
        return html`<${Failure} error=${error} retry=${() => {
            setError(null);
            setAttempt(attempt + 1);
        }} />`;
    }
    if (!definition || (rows.length === 0 && !done)) return html`<${Loading} />`;
    const blank = rows.filter((row) => isBlank(row) && !row.suppressed).length;
    const shown = display.showEmpty ? rows.length : rows.length - blank;
    // A table with nothing but empty rows goes when they are hidden; the way back stays.
    if (shown === 0) {
        return blank > 0 && html`
            <p class="fine">${t("aggregate.report.sectionsNone", { subject: name })}
                <button type="button" class="button quiet" onClick=${() =>
                    setDisplay((before) => ({ ...before, showEmpty: true }))}>${t(
                        "aggregate.report.showEmpty",
                    )}</button>
            </p>
        `;
    }
    const total = table.rows + (empty ? table.emptyRows : 0);
    const mayGroup = query.assessmentTypeCode !== "iab" && (definition.standardCutoff ?? null) !== null;
    const online = view.report.metadata.onlineOnly;
    const link = new URLSearchParams({
        subject: table.subject,
        columns: display.columns.join(","),
        empty: display.showEmpty ? "show" : "hide",
        display: display.numbers ? "number" : "percent",
        levels: display.group && mayGroup ? "grouped" : "separate",
        ...(display.order.column && { sort: display.order.column, direction: display.order.direction }),
    });
    const why = `export-${table.subject}`;
    return html`
        <section class="card report-table" aria-labelledby="subject-${table.subject}" aria-busy=${String(!done)}>
            <div class="section-head">
                <h2 id="subject-${table.subject}">${t("aggregate.report.section", {
                    type: label("type", query.assessmentTypeCode),
                    subject: name,
                })}</h2>
                <p role="status">${done
                    ? plural("aggregate.report.rows", shown)
                    : t("aggregate.report.loading", { n: whole(rows.length), total: whole(total) })}</p>
                ${online
                    ? html`
                        <span title=${t("aggregate.report.export.embargoed")}>
                            <button type="button" class="button" disabled aria-describedby=${why}>${t(
                                "aggregate.report.export",
                            )}</button>
                            <span id=${why} class="visually-hidden">${t("aggregate.report.export.embargoed")}</span>
                        </span>
                    `
                    : html`<a class="button" download="" href="/api/v1/aggregate/reports/${id}/table?${link}">${
                        t("aggregate.report.export")
                    }</a>`}
            </div>
            <${DisplayControls} display=${display} mayGroup=${mayGroup} empty=${blank}
                change=${(/** @type {Partial<import("../lib/report-grid.js").Display>} */ part) =>
                    setDisplay((before) => ({ ...before, ...part }))} />
            ${rows.some((row) => row.suppressed === "embargo") &&
                html`<p class="fine">${t("aggregate.notReleased.info")}</p>`}
            <${ReportGrid} name=${t("aggregate.report.table", { subject: name })} rows=${rows} slices=${view.slices}
                fields=${fields} definition=${definition} display=${display} named=${table.namedAssessments}
                sort=${(/** @type {import("../lib/report-rows.js").Order} */ order) =>
                    setDisplay((before) => ({ ...before, order }))} />
        </section>
    `;
}

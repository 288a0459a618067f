/**
 * Imports, for those who load data: what was received, where it stands, what waits; data coverage; reconciliation.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select, Toggle } from "../lib/controls.js";
import { instantText } from "../lib/dates.js";
import { Dialog } from "../lib/dialog.js";
import { Banner, Empty, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { whole } from "../lib/numbers.js";
import { useId } from "../lib/popover.js";
import { go } from "../lib/router.js";
import { save } from "../lib/save.js";
import { PageHead } from "../lib/shell.js";
import { Table } from "../lib/table.js";
import { label, plural, t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useEffect, useState } from "../lib/ui.js";
import { CoverageTab } from "./coverage.js";
import { ReconciliationTab } from "./reconciliation.js";
import { RemovalTab } from "./removal.js";

/** @typedef {import("../lib/types.js").ImportRow} ImportRow */
/** @typedef {import("../lib/types.js").ImportSummary} ImportSummary */
/** @typedef {{ imports: ImportRow[], more: boolean }} ImportPage */
/** @typedef {{ scope: string, status: string, batch: string, creator: string, after: string }} Filter */

const scopes = ["exams", "packages", "accommodations", "organizations", "norms", "subjects", "students"];
/** In the order of the import API's numbers. */
const statuses = [
    "ACCEPTED",
    "PROCESSED",
    "NO_UPDATE",
    "UNKNOWN_SCHOOL",
    "UNKNOWN_ASMT",
    "BAD_DATA",
    "BAD_FORMAT",
    "PIPELINE_FAILURE",
];
const done = ["PROCESSED", "NO_UPDATE"];
const spans = ["", "-PT1H", "-PT24H", "-P7D"];
const tabs = ["imports", "coverage", "reconciliation", "removal"];
/** As many are queued again at once. */
const resubmitLimit = 100;

/** @param {{ query: URLSearchParams }} props */
export function ImportsPage({ query }) {
    const tab = tabs.find((one) => one === query.get("tab")) ?? "imports";
    return html`
        <${PageHead} title=${t("imports.title")} crumbs=${[{ text: t("imports.title") }]} />
        <${Toggle} label=${t("imports.tabs")} value=${tab}
            options=${tabs.map((one) => ({ value: one, text: t(`imports.tab.${one}`) }))}
            choose=${(/** @type {string} */ next) => go(`/data-imports?tab=${next}`, { replace: true })} />
        ${tab === "coverage"
            ? html`<${CoverageTab} />`
            : tab === "reconciliation"
            ? html`<${ReconciliationTab} />`
            : tab === "removal"
            ? html`<${RemovalTab} />`
            : html`<${ImportsTab} query=${query} />`}
    `;
}

/** @param {Filter} filter */
function addressOf(filter) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) {
        if (value) query.append(name, value);
    }
    return `/data-imports?${query}`;
}

/** @param {{ query: URLSearchParams }} props */
function ImportsTab({ query }) {
    /** @type {Filter} */
    const filter = {
        scope: scopes.find((one) => one === query.get("scope")) ?? "exams",
        status: query.get("status") ?? "",
        batch: query.get("batch") ?? "",
        creator: query.get("creator") ?? "",
        after: query.get("after") ?? "",
    };
    const [version, setVersion] = useState(0);
    const refresh = () => setVersion((before) => before + 1);
    return html`
        <${Summary} version=${version} />
        <${FilterForm} filter=${filter} />
        <${ImportList} key=${addressOf(filter)} filter=${filter} version=${version} refresh=${refresh} />
    `;
}

/** The words for a status. @param {string} status */
function statusText(status) {
    return label("imports.status", status);
}

/** The words for a kind of content. @param {string} scope */
function scopeText(scope) {
    return label("imports.scope", scope);
}

/** @param {{ version: number }} props */
function Summary({ version }) {
    const { data, error, reload } = useAnswer((signal) => api.get("/imports/summary", { signal }), [version]);
    const summary = /** @type {ImportSummary | null} */ (data);
    if (error) return html`<${Failure} error=${error} retry=${reload} />`;
    if (!summary) return html`<${Loading} />`;
    const rows = summary.counts.map((count, id) => ({ ...count, id }));
    const waiting = summary.waiting.map((one, id) => ({ ...one, id }));
    return html`
        ${summary.incomplete && html`<${Banner} kind="caution" text=${t("imports.incomplete")} />`}
        <section aria-labelledby="imports-summary">
            <h2 id="imports-summary">${t("imports.summary")}</h2>
            <p>${t("imports.summary.text")}</p>
            ${rows.length === 0 ? html`<${Empty} text=${t("imports.summary.none")} />` : html`
                <${Table} label=${t("imports.summary")} rows=${rows} columns=${summaryColumns()}
                    sort=${{ column: "content", direction: "ascending" }}
                    rowKey=${(/** @type {{ id: number }} */ row) => row.id} />
            `}
        </section>
        ${waiting.length > 0 && html`
            <section aria-labelledby="imports-waiting">
                <h2 id="imports-waiting">${t("imports.waiting")}</h2>
                <p>${t("imports.waiting.text")}</p>
                <${Table} label=${t("imports.waiting")} rows=${waiting} columns=${waitingColumns()}
                    sort=${{ column: "results", direction: "descending" }}
                    rowKey=${(/** @type {{ id: number }} */ row) => row.id} />
                ${summary.moreWaiting && html`<p>${t("imports.waiting.more")}</p>`}
            </section>
        `}
    `;
}

/** @typedef {ImportSummary["counts"][number] & { id: number }} CountRow */
/** @typedef {ImportSummary["waiting"][number] & { id: number }} WaitingRow */

/** @returns {import("../lib/table.js").Column<CountRow>[]} */
function summaryColumns() {
    return [
        {
            id: "content",
            title: t("imports.column.content"),
            width: 16,
            header: true,
            key: (row) => scopeText(row.scope),
        },
        { id: "status", title: t("imports.column.status"), width: 14, key: (row) => statusText(row.status) },
        {
            id: "imports",
            title: t("imports.column.imports"),
            width: 9,
            numeric: true,
            key: (row) => row.imports,
            cell: (row, tabIndex) =>
                scopes.includes(row.scope)
                    ? html`
                        <a data-control="show" tabindex=${tabIndex}
                            href=${addressOf({
                                scope: row.scope,
                                status: row.status,
                                batch: "",
                                creator: "",
                                after: "",
                            })}
                            aria-label=${t("imports.show", {
                                n: whole(row.imports),
                                content: scopeText(row.scope),
                                status: statusText(row.status),
                            })}>${whole(row.imports)}</a>
                    `
                    : whole(row.imports),
        },
    ];
}

/** @returns {import("../lib/table.js").Column<WaitingRow>[]} */
function waitingColumns() {
    return [
        {
            id: "wanted",
            title: t("imports.waiting.wanted"),
            width: 20,
            header: true,
            key: (row) => row.wanted,
        },
        { id: "reason", title: t("imports.waiting.reason"), width: 14, key: (row) => statusText(row.reason) },
        {
            id: "results",
            title: t("imports.waiting.results"),
            width: 9,
            numeric: true,
            key: (row) => row.results,
            cell: (row) => whole(row.results),
        },
        {
            id: "since",
            title: t("imports.waiting.since"),
            width: 14,
            key: (row) => row.since,
            cell: (row) => instantText(row.since),
        },
    ];
}

/** @param {{ filter: Filter }} props */
function FilterForm({ filter }) {
    const change = (/** @type {Partial<Filter>} */ part) => go(addressOf({ ...filter, ...part }));
    return html`
        <section class="card selectors" aria-label=${t("imports.filters")}>
            <${Select} label=${t("imports.column.content")} value=${filter.scope}
                choose=${(/** @type {string} */ scope) => change({ scope })}
                options=${scopes.map((value) => ({ value, text: scopeText(value) }))} />
            <${Select} label=${t("imports.column.status")} value=${filter.status}
                choose=${(/** @type {string} */ status) => change({ status })}
                options=${["", ...statuses].map((value) => ({
                    value,
                    text: value ? statusText(value) : t("filter.all"),
                }))} />
            <${Select} label=${t("imports.filter.changed")} value=${filter.after}
                choose=${(/** @type {string} */ after) => change({ after })}
                options=${spans.map((value) => ({ value, text: t(`imports.after.${value || "any"}`) }))} />
            <${TextFilter} label=${t("imports.column.batch")} value=${filter.batch}
                choose=${(/** @type {string} */ batch) => change({ batch })} />
            <${TextFilter} label=${t("imports.column.creator")} value=${filter.creator}
                choose=${(/** @type {string} */ creator) => change({ creator })} />
        </section>
    `;
}

/** Takes effect when it is left, or by Enter. @param {{ label: string, value: string, choose: (value: string) => void }} props */
function TextFilter({ label: name, value, choose }) {
    const id = useId("filter");
    const take = (/** @type {Event} */ event) => {
        const next = /** @type {HTMLInputElement} */ (event.target).value.trim();
        if (next !== value) choose(next);
    };
    return html`
        <div class="field">
            <label for=${id}>${name}</label>
            <input id=${id} type="text" maxlength="250" autocomplete="off" value=${value} onChange=${take} />
        </div>
    `;
}

/** @param {{ filter: Filter, version: number, refresh: () => void }} props */
function ImportList({ filter, version, refresh }) {
    const [pages, setPages] = useState(/** @type {ImportPage[]} */ ([]));
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const rows = pages.flatMap((page) => page.imports);
    const last = pages.at(-1);
    const load = (/** @type {number | undefined} */ beforeId) => {
        setError(null);
        return api.get("/imports", { query: { ...filter, beforeId } }).then(
            (page) => setPages((before) => [...(beforeId ? before : []), /** @type {ImportPage} */ (page)]),
            setError,
        );
    };
    useEffect(() => {
        load(undefined);
    }, [version]);
    if (error) return html`<${Failure} error=${error} retry=${() => load(rows.at(-1)?.id)} />`;
    if (!last) return html`<${Loading} />`;
    return html`
        <section aria-labelledby="imports-list">
            <div class="section-head">
                <h2 id="imports-list">${t("imports.list")}</h2>
                <div class="head-buttons">
                    <button type="button" class="button" onClick=${refresh}>${t("imports.refresh")}</button>
                    ${filter.status && !done.includes(filter.status) && rows.length > 0 && html`
                        <${Again} filter=${filter} refresh=${refresh} />
                    `}
                </div>
            </div>
            ${rows.length === 0 ? html`<${Empty} text=${t("imports.none")} />` : html`<${ImportTable} rows=${rows} />`}
            ${last.more && html`
                <button type="button" class="button" onClick=${() => load(rows.at(-1)?.id)}>${t(
                    "imports.more",
                )}</button>
            `}
        </section>
    `;
}

/** @param {{ rows: ImportRow[] }} props */
function ImportTable({ rows }) {
    const columns = ["id", "created", "updated", "status", "batch", "creator", "payload"];
    return html`
        <div class="table-region" role="region" tabindex="0" aria-label=${t("imports.list")}>
            <table class="plain uploads imports-table" aria-label=${t("imports.list")}>
                <thead>
                    <tr>${columns.map((column) => html`<th scope="col">${t(`imports.column.${column}`)}</th>`)}</tr>
                </thead>
                <tbody>
                    ${rows.map((row) => html`<${ImportLine} key=${row.id} row=${row} columns=${columns.length} />`)}
                </tbody>
            </table>
        </div>
    `;
}

/** @param {{ row: ImportRow, columns: number }} props */
function ImportLine({ row, columns }) {
    const id = useId("import");
    const [open, setOpen] = useState(false);
    const isBad = row.status !== "ACCEPTED" && !done.includes(row.status);
    const lines = open ? messageLines(row.message ?? "") : [];
    return html`
        <tr>
            <th scope="row">${row.id}</th>
            <td>${instantText(row.created)}</td>
            <td>${instantText(row.updated)}</td>
            <td>
                <span class=${isBad ? "upload-status bad" : "upload-status"}>
                    <${Icon} name=${isBad ? "warning" : row.status === "ACCEPTED" ? "notice" : "check"} size=${18} />
                    ${statusText(row.status)}
                </span>
                ${row.message && html`
                    <button type="button" class="link-button" aria-expanded=${String(open)} aria-controls=${id}
                        aria-label=${t("imports.message.of", { id: row.id })} onClick=${() => setOpen(!open)}>
                        <${Icon} name=${open ? "down" : "right"} size=${16} />${t("imports.message")}
                    </button>
                `}
            </td>
            <td>${row.batch ?? t("value.none")}</td>
            <td>${row.creator ?? t("value.none")}</td>
            <td>
                <button type="button" class="link-button" aria-label=${t("imports.payload.of", { id: row.id })}
                    onClick=${() => save(`/imports/${row.id}/file`)}>${t("imports.payload")}</button>
            </td>
        </tr>
        ${open && html`
            <tr id=${id} class="upload-lines">
                <td colspan=${columns}>${lines.map((line) => html`<p><span>${line}</span></p>`)}</td>
            </tr>
        `}
    `;
}

/** The lines of a message: collected errors are JSON, others text. @param {string} message @returns {string[]} */
export function messageLines(message) {
    try {
        const parsed = JSON.parse(message);
        const entries = Array.isArray(parsed) ? parsed : parsed.messages;
        if (Array.isArray(entries)) {
            return entries.map((/** @type {{ elementName: string, value?: string, error: string }} */ entry) =>
                entry.value === undefined
                    ? t("imports.message.line", { element: entry.elementName, error: entry.error })
                    : t("imports.message.line.value", {
                        element: entry.elementName,
                        value: entry.value,
                        error: entry.error,
                    })
            );
        }
    } catch {
        // plain text
    }
    return message.split("\n").filter((line) => line);
}

/** The button that has refused payloads processed again. @param {{ filter: Filter, refresh: () => void }} props */
function Again({ filter, refresh }) {
    const [asking, setAsking] = useState(false);
    const send = async () => {
        setAsking(false);
        const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
        try {
            const { queued } = /** @type {{ queued: number }} */ (await api.post(`/imports/resubmit?${query}`));
            const text = plural("imports.again.done", queued);
            toast(queued === resubmitLimit ? `${text} ${t("imports.again.more")}` : text);
            refresh();
        } catch (error) {
            toast(t("imports.again.failed", { reason: /** @type {Error} */ (error).message }), "error");
        }
    };
    return html`
        <button type="button" class="button primary" onClick=${() => setAsking(true)}>${t("imports.again")}</button>
        ${asking && html`
            <${Dialog} title=${t("imports.again.title")} onCancel=${() => setAsking(false)}
                actions=${[
                    { text: t("imports.again"), primary: true, action: send },
                    { text: t("cancel"), focus: true, action: () => setAsking(false) },
                ]}>
                <p>${t("imports.again.text", { status: statusText(filter.status), n: resubmitLimit })}</p>
                <//>
        `}
    `;
}

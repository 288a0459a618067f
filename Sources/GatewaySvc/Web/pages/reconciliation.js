/**
 * Reconciliation reports: what became of each import of a window, for the sender to compare with what was sent.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select } from "../lib/controls.js";
import { instantText } from "../lib/dates.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { whole } from "../lib/numbers.js";
import { save } from "../lib/save.js";
import { Table } from "../lib/table.js";
import { t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").Reconciliation} Reconciliation */

/** The windows that may be asked for, in hours. */
const windows = ["24", "168"];

/** @returns {import("../lib/table.js").Column<Reconciliation>[]} */
function columns() {
    return [
        {
            id: "name",
            title: t("reconciliation.column.name"),
            width: 20,
            header: true,
            key: (row) => row.name,
            cell: (row, tabIndex) =>
                html`
                    <button type="button" class="link-button" data-control="save" tabindex=${tabIndex}
                        onClick=${() => save(`/reconciliations/${row.id}/file`)}>${row.name}</button>
                `,
        },
        {
            id: "created",
            title: t("reconciliation.column.created"),
            width: 13,
            key: (row) => row.created,
            cell: (row) => instantText(row.created),
        },
        {
            id: "after",
            title: t("reconciliation.column.after"),
            width: 13,
            key: (row) => row.after,
            cell: (row) => instantText(row.after),
        },
        {
            id: "before",
            title: t("reconciliation.column.before"),
            width: 13,
            key: (row) => row.before,
            cell: (row) => instantText(row.before),
        },
        {
            id: "rows",
            title: t("reconciliation.column.rows"),
            width: 8,
            numeric: true,
            key: (row) => row.rows,
            cell: (row) => whole(row.rows),
        },
        {
            id: "creator",
            title: t("reconciliation.column.creator"),
            width: 14,
            key: (row) => row.creator ?? t("reconciliation.clock"),
            cell: (row) => html`<span class="wrap-anywhere">${row.creator ?? t("reconciliation.clock")}</span>`,
        },
    ];
}

export function ReconciliationTab() {
    const { data, error, reload } = useAnswer((signal) => api.get("/reconciliations", { signal }), []);
    const [hours, setHours] = useState(windows[0]);
    const [busy, setBusy] = useState(false);
    const make = async () => {
        setBusy(true);
        try {
            const { report } = /** @type {{ report: Reconciliation | null }} */ (
                await api.post(`/reconciliations?hours=${hours}`)
            );
            toast(report ? t("reconciliation.made", { name: report.name }) : t("reconciliation.empty"));
            reload();
        } catch (problem) {
            toast(t("reconciliation.failed", { reason: /** @type {Error} */ (problem).message }), "error");
        }
        setBusy(false);
    };
    const reports = /** @type {{ reports: Reconciliation[] } | null} */ (data)?.reports ?? [];
    return html`
        <p class="lead">${t("reconciliation.text")}</p>
        <section class="card choice-line" aria-label=${t("reconciliation.new")}>
            <${Select} label=${t("reconciliation.window")} value=${hours} choose=${setHours}
                options=${windows.map((value) => ({ value, text: t(`reconciliation.window.${value}`) }))} />
            <button type="button" class="button primary" disabled=${busy} onClick=${make}>
                ${t(busy ? "reconciliation.making" : "reconciliation.make")}
            </button>
        </section>
        ${error
            ? html`<${Failure} error=${error} retry=${reload} />`
            : !data
            ? html`<${Loading} />`
            : reports.length === 0
            ? html`<${Empty} text=${t("reconciliation.none")} />`
            : html`
                <${Table} label=${t("reconciliation.table")} rows=${reports} columns=${columns()}
                    sort=${{ column: "created", direction: "descending" }}
                    rowKey=${(/** @type {Reconciliation} */ row) => row.id} />
            `}
    `;
}

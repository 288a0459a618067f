/**
 * Who changed the embargo of a school year, and when; fetched when somebody opens it.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { instantText } from "../lib/dates.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { Table } from "../lib/table.js";
import { t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").EmbargoChange} EmbargoChange */
/** @typedef {EmbargoChange & { id: number }} Row */

/** @returns {import("../lib/table.js").Column<Row>[]} */
function columns() {
    return [
        { id: "at", title: t("changes.at"), width: 13, key: (row) => row.at, cell: (row) => instantText(row.at) },
        { id: "organization", title: t("changes.organization"), width: 14, key: (row) => row.organizationName },
        { id: "kind", title: t("changes.kind"), width: 13, key: (row) => t(`embargo.${row.kind}`) },
        { id: "change", title: t("changes.change"), width: 14, key: (row) => changeText(row) },
        { id: "login", title: t("changes.login"), width: 16, key: (row) => row.login },
    ];
}

/** @param {EmbargoChange} change */
function changeText(change) {
    return t("changes.from", { old: t(`embargo.${change.oldValue}`), new: t(`embargo.${change.newValue}`) });
}

/** @param {{ year: number, version: unknown }} props version: another one means that there is something new */
export function EmbargoChanges({ year, version }) {
    const [open, setOpen] = useState(false);
    const { data, error, reload } = useAnswer(
        (signal) => (open ? api.get("/embargo/history", { query: { year }, signal }) : null),
        [year, open, version],
    );
    const { entries } = /** @type {{ entries: EmbargoChange[] }} */ (data ?? { entries: [] });
    const rows = entries.map((entry, index) => ({ ...entry, id: index }));
    return html`
        <details
            class="card changes"
            onToggle=${(/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.target).open)}>
            <summary>${t("changes.title")}</summary>
            <p class="actions">
                <a class="button" download href="/api/v1/embargo/history.csv?year=${year}">${t("changes.download")}</a>
                <a class="button" download href="/api/v1/embargo/history.csv">${t("changes.downloadAll")}</a>
            </p>
            ${error && html`<${Failure} error=${error} retry=${reload} />`}
            ${open && !data && !error && html`<${Loading} />`}
            ${data && rows.length === 0 && html`<${Empty} text=${t("changes.none")} />`}
            ${rows.length > 0 && html`
                <${Table}
                    label=${t("changes.title")}
                    rows=${rows}
                    columns=${columns()}
                    sort=${{ column: "at", direction: "descending" }}
                    rowKey=${(/** @type {Row} */ row) => row.id} />
            `}
        </details>
    `;
}

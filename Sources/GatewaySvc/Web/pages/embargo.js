/**
 * Manage Embargo: what is released and what is held back, by state and district, for one school year.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select, Toggle } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { Dialog } from "../lib/dialog.js";
import { useAnswerInForce } from "../lib/embargo-events.js";
import { Banner, Empty, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { whole } from "../lib/numbers.js";
import { Info } from "../lib/popover.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { sorted } from "../lib/sorting.js";
import { t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useState } from "../lib/ui.js";
import { EmbargoChanges } from "./embargo-changes.js";

/** @typedef {import("../lib/types.js").EmbargoCell} EmbargoCell */
/** @typedef {import("../lib/types.js").EmbargoKind} EmbargoKind */
/** @typedef {import("../lib/types.js").EmbargoList} EmbargoList */
/** @typedef {import("../lib/types.js").EmbargoRow} EmbargoRow */
/** @typedef {{ row: EmbargoRow, kind: EmbargoKind, value: "embargoed" | "released" }} Change */

/** @type {EmbargoKind[]} */
const kinds = ["individual", "aggregate"];

export function EmbargoPage() {
    const session = useSession();
    const [year, setYear] = useState(session.currentSchoolYear);
    const { data, error, loading, reload } = useAnswerInForce(
        (signal) => api.get("/embargo", { query: { year }, signal }),
        [
            year,
        ],
    );
    const subjects = useAnswer((signal) => api.get("/subjects", { signal }), []);
    const [change, setChange] = useState(/** @type {Change | null} */ (null));
    const list = /** @type {EmbargoList | null} */ (data);
    const definitions =
        /** @type {{ subjects: import("../lib/types.js").Subject[] } | null} */ (subjects.data)?.subjects ?? [];
    const name = (/** @type {string} */ code) => definitions.find((one) => one.code === code)?.name ?? code;
    const years = [...new Set([...(list?.years ?? []), session.currentSchoolYear])].sort((a, b) => b - a);

    /** Nothing changed before this; a failure leaves the old value where it was. @param {Change} wanted */
    const confirm = async (wanted) => {
        const { row, kind, value } = wanted;
        try {
            const answer = /** @type {{ inForce: boolean }} */ (
                await api.put(`/embargo/${year}/${row.districtId ?? "state"}/${kind}`, {
                    value,
                    version: row.cells[kind].version,
                })
            );
            const values = { kind: t(`embargo.${kind}`), organization: row.name };
            toast(t(`embargo.done.${value}`, values) + (answer.inForce ? "" : ` ${t("embargo.done.soon")}`));
        } catch (problem) {
            const reason = problem instanceof Error ? problem.message : t("error.internal");
            toast(t("embargo.failed", { organization: row.name, reason }), "error");
        }
        setChange(null);
        reload();
    };
    const districts = sorted(list?.districts ?? [], (row) => row.name, "ascending");
    const columns = { codes: list?.subjects ?? [], name, change: setChange };
    const close = () => setChange(null);
    const chooseYear = (/** @type {string} */ value) => setYear(Number(value));
    return html`
        <${PageHead} title=${t("embargo.title")} crumbs=${[{ text: t("embargo.title") }]} />
        ${session.sandbox && html`<${Banner} kind="caution" text=${t("sandbox.shared")} />`}
        <section class="card selectors" aria-label=${t("embargo.selectors")}>
            <${Select} label=${t("school.year")} value=${String(year)} choose=${chooseYear}
                options=${years.map((one) => ({ value: String(one), text: schoolYear(one) }))} />
            <p class="explain">${t("embargo.explain")}</p>
        </section>
        ${error
            ? html`<${Failure} error=${error} retry=${reload} />`
            : !list || (!subjects.data && !subjects.error)
            ? html`<${Loading} />`
            : html`
                <div aria-busy=${String(loading)} class="embargo">
                    ${list.state && html`
                        <${EmbargoTable} rows=${[list.state]} header=${t("embargo.state")} ...${columns} />
                    `}
                    <${EmbargoTable} rows=${districts} header=${t("embargo.district")} ...${columns} />
                </div>
                <${EmbargoChanges} year=${year} version=${list} />
                ${change &&
                    html`<${Confirmation} change=${change} state=${list.state} close=${close} confirm=${confirm} />`}
            `}
    `;
}

/**
 * @param {{ rows: EmbargoRow[], header: string, codes: string[], name: (code: string) => string,
 *   change: (change: Change) => void }} props
 */
function EmbargoTable({ rows, header, codes, name, change }) {
    if (rows.length === 0) {
        return html`<${Empty} text=${t("embargo.none")} />`;
    }
    return html`
        <div class="table-region" role="region" tabindex="0" aria-label=${t("embargo.table", { header })}>
            <table class="plain" aria-label=${t("embargo.table", { header })} style=${{
                minWidth: `${12 + 7.5 * codes.length + 2 * 13.5}rem`,
            }}>
                <colgroup>
                    <col />
                    ${codes.map(() => html`<col style=${{ width: "7.5rem" }} />`)}
                    ${kinds.map(() => html`<col style=${{ width: "13.5rem" }} />`)}
                </colgroup>
                <thead>
                    <tr>
                        <th scope="col">${header}</th>
                        ${codes.map(name).map((subject) =>
                            html`
                                <th scope="col" class="numeric"><span class="head">${subject}
                                    <${Info} about=${subject} text=${t("embargo.count.info", {
                                        subject,
                                    })} /></span></th>
                            `
                        )}
                        ${kinds.map((kind) =>
                            html`
                                <th scope="col"><span class="head">${t(`embargo.${kind}`)}
                                    <${Info} about=${t(`embargo.${kind}`)} text=${t(
                                        `embargo.${kind}.info`,
                                    )} /></span></th>
                            `
                        )}
                    </tr>
                </thead>
                <tbody>
                    ${rows.map((row) =>
                        html`
                            <tr key=${row.districtId ?? 0}>
                                <th scope="row">${row.name}</th>
                                ${codes.map((code) => html`<td class="numeric">${whole(row.counts[code] ?? 0)}</td>`)}
                                ${kinds.map((kind) =>
                                    html`
                                        <td>
                                            <${Cell} row=${row} kind=${kind} change=${change} />
                                        </td>
                                    `
                                )}
                            </tr>
                        `
                    )}
                </tbody>
            </table>
        </div>
    `;
}

/**
 * A toggle where the user may change the value, else the value.
 * @param {{ row: EmbargoRow, kind: EmbargoKind, change: (change: Change) => void }} props
 */
function Cell({ row, kind, change }) {
    const cell = row.cells[kind];
    if (cell.releasedByState || !cell.mayChange) {
        const released = cell.releasedByState || cell.effective === "released";
        const text = t(cell.releasedByState ? "embargo.releasedByState" : `embargo.${cell.effective}`);
        return html`
            <span class=${released ? "value released" : "value embargoed"}>
                <${Icon} name=${released ? "check" : "lock"} size=${18} />${text}
            </span>
        `;
    }
    return html`
        <${Toggle} label=${t(`embargo.${kind}.of`, { organization: row.name })} value=${cell.effective}
            options=${[{ value: "embargoed", text: t("embargo.embargoed") }, {
                value: "released",
                text: t("embargo.released"),
            }]}
            choose=${(/** @type {"embargoed" | "released"} */ value) => change({ row, kind, value })} />
    `;
}

/**
 * Says what stands now and what the step would do; nothing happens before the button.
 * @param {{ change: Change, state: EmbargoRow | null, close: () => void, confirm: (change: Change) => Promise<void> }} props
 */
function Confirmation({ change, state, close, confirm }) {
    const [busy, setBusy] = useState(false);
    const { row, kind, value } = change;
    const organization = row.name;
    const n = whole(Object.values(row.counts).reduce((sum, count) => sum + count, 0));
    const level = row.districtId === null ? "state" : "district";
    return html`
        <${Dialog} title=${t(`embargo.${kind}.of`, { organization })} onCancel=${close}
            actions=${[
                {
                    text: t(`embargo.action.${value}`),
                    primary: true,
                    disabled: busy,
                    action: () => {
                        setBusy(true);
                        confirm(change);
                    },
                },
                { text: t("cancel"), focus: true, action: close },
            ]}>
            ${state && html`<p>${t(`embargo.now.${kind}.${state.cells[kind].effective}`, { state: state.name })}</p>`}
            <p>${t(`embargo.consequence.${level}.${kind}.${value}`, { n, organization })}</p>
            <//>
    `;
}

/**
 * District / School Exports: all results of a school year in chosen organizations, as a file that lands in My Reports.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select, Toggle } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { Banner, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { OrganizationPicker } from "../lib/organization-picker.js";
import { Info, useId } from "../lib/popover.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").ExportQuery} ExportQuery */
/** @typedef {import("../lib/types.js").ReportOrganization} ReportOrganization */
/** @typedef {{ organizations: ReportOrganization[], total: number, districts: number, onlySchool: ReportOrganization | null }} Found */
/** @typedef {"districtGroupIds" | "districtIds" | "schoolGroupIds" | "schoolIds"} ListName */

/** Kind of organization to the list of a query that holds it, in the order of the page. @type {[string, ListName][]} */
const kinds = [
    ["DistrictGroup", "districtGroupIds"],
    ["District", "districtIds"],
    ["SchoolGroup", "schoolGroupIds"],
    ["School", "schoolIds"],
];
/** What a picker can name at once; more are kept, but without their names. */
const named = 500;

/** @param {{ query: URLSearchParams }} props `?query=ID` opens a saved query, `?report=ID` that of an export. */
export function ExportsPage({ query }) {
    const saved = query.get("query");
    const report = query.get("report");
    const { data, error, loading, reload } = useAnswer(async (signal) => {
        const from = saved ? `/queries/${encodeURIComponent(saved)}` : `/reports/${encodeURIComponent(report ?? "")}`;
        const stored = saved || report
            ? /** @type {{ query: ExportQuery }} */ (await api.get(from, { signal })).query
            : null;
        const ids = stored ? kinds.flatMap(([, list]) => stored[list]).slice(0, named) : [];
        const found = await api.get("/exports/organizations", {
            query: ids.length ? { id: ids, limit: 1000 } : { limit: 1 },
            signal,
        });
        return { stored, found, ids };
    }, [saved, report]);
    const all = /** @type {{ stored: ExportQuery | null, found: Found, ids: number[] } | null} */ (data);
    return html`
        <${PageHead} title=${t("exports.title")} crumbs=${[{ text: t("exports.title") }]}>
            <p class="lead">${t("exports.lead")}</p>
        <//>
        ${error ? html`<${Failure} error=${error} retry=${reload} />` : !all || loading ? html`<${Loading} />` : html`
            <${ExportForm} key="${saved}-${report}" stored=${all.stored} found=${all.found}
                known=${all.ids.length ? all.found.organizations : []} savedId=${saved ? Number(saved) : 0} />
        `}
    `;
}

/**
 * @param {{ stored: ExportQuery | null, found: Found, known: ReportOrganization[], savedId: number }} props known: those of
 *   the stored query that may still be chosen
 */
function ExportForm({ stored, found, known, savedId }) {
    const session = useSession();
    const id = useId("export");
    const only = found.onlySchool;
    const [name, setName] = useState(stored?.name ?? t("exports.name.default"));
    const [year, setYear] = useState(stored?.schoolYear ?? session.currentSchoolYear);
    const [hides, setHides] = useState(stored?.disableTransferAccess ?? false);
    const [everything, setEverything] = useState(!only && (stored?.everything ?? false));
    const [chosen, setChosen] = useState(only ? [only] : known);
    const [busy, setBusy] = useState(false);
    // One key for one press: pressing twice, or asking again after a lost answer, makes one export.
    const [key, setKey] = useState(() => crypto.randomUUID());
    const dropped = !only && stored !== null && kinds.flatMap(([, list]) => stored[list]).length > known.length;

    const query = {
        type: "DistrictSchoolExport",
        name: name.trim(),
        schoolYear: year,
        disableTransferAccess: session.transferAccess && hides,
        everything,
        .../** @type {Record<ListName, number[]>} */ (Object.fromEntries(
            kinds.map(([kind, list]) => [
                list,
                everything ? [] : chosen.filter((one) => one.organizationType === kind).map((one) => one.id),
            ]),
        )),
    };
    const [savedText, setSavedText] = useState(() => JSON.stringify(query));
    const ready = query.name !== "" && (everything || chosen.length > 0);

    /** @param {() => Promise<void>} work @param {string} failure */
    const attempt = async (work, failure) => {
        if (busy) return;
        setBusy(true);
        try {
            await work();
        } catch (problem) {
            const said = problem instanceof ApiError && [400, 403, 404, 429].includes(problem.status);
            toast(said ? `${failure} ${/** @type {ApiError} */ (problem).detail}` : failure, "error");
        }
        setBusy(false);
    };
    const create = (/** @type {Event} */ event) => {
        event.preventDefault();
        attempt(async () => {
            await api.post("/exports", query, { headers: { "Idempotency-Key": key } });
            setKey(crypto.randomUUID());
            toast(t("exports.creating"));
        }, t("exports.failed"));
    };
    const save = () =>
        attempt(async () => {
            await api.put(`/exports/queries/${savedId}`, query);
            setSavedText(JSON.stringify(query));
            toast(t("aggregate.saved"));
        }, t("aggregate.saveFailed"));
    /** A change asks for another export. @param {() => void} set */
    const change = (set) => {
        set();
        setKey(crypto.randomUUID());
    };
    return html`
        ${dropped && html`<${Banner} kind="caution" text=${t("exports.dropped")} />`}
        <form class="card export-form" onSubmit=${create} aria-label=${t("exports.title")}>
            <div class="field">
                <label for="${id}-name">${t("exports.name")} <small class="fine">${t(
                    "aggregate.required",
                )}</small></label>
                <input id="${id}-name" type="text" maxlength="255" required autocomplete="off" value=${name}
                    aria-invalid=${String(name.trim() === "")} aria-describedby="${id}-problem"
                    onInput=${(/** @type {Event} */ event) =>
                        change(() => setName(/** @type {HTMLInputElement} */ (event.target).value))} />
                <p id="${id}-problem" class="problem" role="alert">${name.trim() === ""
                    ? t("exports.name.needed")
                    : ""}</p>
            </div>
            <${Select} label=${t("exports.year")} value=${String(year)}
                choose=${(/** @type {string} */ value) => change(() => setYear(Number(value)))}
                options=${[...session.schoolYears].sort((a, b) => b - a).map((one) => ({
                    value: String(one),
                    text: schoolYear(one),
                }))} />
            ${session.transferAccess && html`
                <${Toggle} labelled label=${t("transfers.label")} value=${hides ? "hide" : "show"}
                    options=${[{ value: "show", text: t("transfers.show") }, {
                        value: "hide",
                        text: t("transfers.hide"),
                    }]}
                    choose=${(/** @type {string} */ value) => change(() => setHides(value === "hide"))}>
                    <${Info} about=${t("transfers.label")} text=${t("transfers.info")} />
                    <//>
            `}
            ${!only && html`
                <${OrganizationPicker} label=${t("exports.search")} path="/exports/organizations" parameter="search"
                    chosen=${everything ? [] : chosen}
                    add=${(/** @type {ReportOrganization} */ one) =>
                        change(() => {
                            setEverything(false);
                            setChosen((all) => [...all.filter((other) => other.id !== one.id), one]);
                        })} />
                ${found.districts < 2 && html`
                    <div class="actions">
                        <button type="button" class="button" aria-pressed=${String(everything)}
                            onClick=${() => change(() => setEverything(true))}>${t("exports.selectAll")}</button>
                    </div>
                `}
            `}
            <section aria-labelledby="${id}-selected">
                <h2 id="${id}-selected">${t("exports.selected")}</h2>
                ${everything
                    ? html`
                        <ul class="tags">
                            <${Chosen} name=${t("exports.everything")}
                                remove=${() => change(() => setEverything(false))} />
                        </ul>
                    `
                    : chosen.length === 0
                    ? html`<p class="fine">${t("aggregate.organizations.empty")}</p>`
                    : kinds.map(([kind]) => {
                        const mine = chosen.filter((one) => one.organizationType === kind);
                        return mine.length > 0 && html`
                            <h3>${t(`exports.kind.${kind}`)}</h3>
                            <ul class="tags">
                                ${mine.map((one) =>
                                    html`
                                        <${Chosen} key=${one.id} name=${one.name} remove=${only
                                            ? null
                                            : () =>
                                                change(() =>
                                                    setChosen((all) => all.filter((other) => other.id !== one.id))
                                                )} />
                                    `
                                )}
                            </ul>
                        `;
                    })}
            </section>
            <div class="actions">
                ${savedId > 0 && html`
                    <button type="button" class="button" disabled=${!ready || busy ||
                        JSON.stringify(query) === savedText}
                        onClick=${save}>${t("aggregate.saveQuery")}</button>
                `}
                <button type="submit" class="button primary" disabled=${!ready || busy}
                    title=${ready ? undefined : t("exports.needed")}>${t("aggregate.create")}</button>
                <a class="button" href="/reports">${t("reports.title")}</a>
            </div>
        </form>
    `;
}

/** @param {{ name: string, remove: (() => void) | null }} props remove: null where it stays */
function Chosen({ name, remove }) {
    return html`
        <li class="tag"><span>${name}</span>
            ${remove && html`
                <button type="button" class="icon-button" aria-label=${t("aggregate.organizations.remove", { name })}
                    onClick=${remove}>
                    <${Icon} name="close" size=${16} />
                </button>
            `}
        </li>
    `;
}

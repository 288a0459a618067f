/**
 * Custom Aggregate Report: what a report is to be about, an example of it, and its creation.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Toggle } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { Banner, EmbargoNotice, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { whole } from "../lib/numbers.js";
import { OrganizationPicker } from "../lib/organization-picker.js";
import { Info, useId } from "../lib/popover.js";
import { DisplayControls, QuerySummary, ReportGrid, WithInfo } from "../lib/report-grid.js";
import {
    conditionsOf,
    exampleRows,
    filterText,
    firstConditions,
    firstQuery,
    identityColumns,
    missing,
    narrowed,
    nextName,
    sameQuery,
    subjectsOf,
    summary,
} from "../lib/report-query.js";
import { go } from "../lib/router.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { label, t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useEffect, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").AggregateQuery} AggregateQuery */
/** @typedef {import("../lib/types.js").ReportOptions} ReportOptions */
/** @typedef {import("../lib/types.js").ReportOrganization} ReportOrganization */
/** @typedef {import("../lib/types.js").StudentFilters} StudentFilters */
/** @typedef {(part: Partial<AggregateQuery>) => void} Change */

/** @param {{ query: URLSearchParams }} props `?query=ID` opens a saved query, `?report=ID` that of a report. */
export function AggregateQueryPage({ query }) {
    const saved = query.get("query");
    const report = query.get("report");
    const { data, error, loading, reload } = useAnswer(async (signal) => {
        const [options, subjects, origin] = await Promise.all([
            api.get("/aggregate/options", { signal }),
            api.get("/subjects", { signal }),
            saved
                ? api.get(`/queries/${encodeURIComponent(saved)}`, { signal })
                : report
                ? api.get(`/reports/${encodeURIComponent(report)}`, { signal })
                : null,
        ]);
        const stored = /** @type {{ id: number, query: AggregateQuery } | null} */ (origin);
        const ids = [...(stored?.query.districtIds ?? []), ...(stored?.query.schoolIds ?? [])];
        const known = ids.length
            ? await api.get("/aggregate/organizations", { query: { id: ids.slice(0, 100), limit: 100 }, signal })
            : { organizations: [] };
        return { options, subjects, stored, known };
    }, [saved, report]);
    const all =
        /** @type {{ options: ReportOptions, subjects: { subjects: import("../lib/types.js").Subject[] }, stored: { id: number, query: AggregateQuery } | null, known: { organizations: ReportOrganization[] } } | null} */ (data);
    return html`
        <${PageHead} title=${t("aggregate.title")} crumbs=${[{ text: t("aggregate.title") }]}>
            <p class="lead">${t("aggregate.lead")}</p>
        <//>
        ${error ? html`<${Failure} error=${error} retry=${reload} />` : !all || loading ? html`<${Loading} />` : html`
            <${EmbargoNotice} notice=${all.options.notice} />
            <${QueryForm} key="${saved}-${report}" options=${all.options} subjects=${all.subjects.subjects}
                stored=${all.stored} savedId=${saved ? Number(saved) : 0} known=${all.known.organizations} />
        `}
    `;
}

/**
 * A stored query with what its maker may not use any more left out.
 * @param {AggregateQuery} query @param {ReportOptions} options @param {ReportOrganization[]} known
 */
function usable(query, options, known) {
    const ids = new Set(known.map((one) => one.id));
    const fields = new Set(options.studentFilters.map((field) => field.member));
    const only = (/** @type {StudentFilters} */ filters) =>
        Object.fromEntries(narrowed(filters).filter(([member]) => fields.has(member)));
    const kept = {
        ...query,
        districtIds: query.districtIds.filter((id) => ids.has(id)),
        schoolIds: query.schoolIds.filter((id) => ids.has(id)),
        includeAllDistricts: query.includeAllDistricts && options.statewideReporter,
        dimensionTypes: query.dimensionTypes.filter((field) => options.dimensionTypes.includes(field)),
        studentFilters: only(query.studentFilters),
        subgroups: Object.fromEntries(
            Object.entries(query.subgroups).map(([key, filters]) => [key, only(filters)]).filter(([, filters]) =>
                narrowed(/** @type {StudentFilters} */ (filters)).length > 0
            ),
        ),
    };
    return { query: kept, dropped: !sameQuery(kept, query) };
}

/**
 * @param {{ options: ReportOptions, subjects: import("../lib/types.js").Subject[],
 *   stored: { id: number, query: AggregateQuery } | null, savedId: number, known: ReportOrganization[] }} props
 */
function QueryForm({ options, subjects, stored, savedId, known }) {
    const session = useSession();
    const [start] = useState(() => {
        const usual = options.defaultOrganization ? [options.defaultOrganization] : [];
        if (!stored) {
            return { query: firstQuery(options, session.currentSchoolYear), organizations: usual, dropped: false };
        }
        const { query, dropped } = usable(stored.query, options, known);
        return { query: savedId ? query : { ...query, name: nextName(query.name) }, organizations: known, dropped };
    });
    const [query, setQuery] = useState(start.query);
    const [organizations, setOrganizations] = useState(start.organizations);
    const [custom, setCustom] = useState(Object.keys(start.query.subgroups).length > 0);
    const [draft, setDraft] = useState(/** @type {StudentFilters} */ ({}));
    const [problems, setProblems] = useState(/** @type {{ section: string, text: string }[]} */ ([]));
    const [busy, setBusy] = useState(false);
    const [savedQuery, setSavedQuery] = useState(start.query);
    // One key for one press: pressing twice, or asking again after a lost answer, makes one report.
    const [key, setKey] = useState(() => crypto.randomUUID());

    /** @type {Change} */
    const change = (part) => {
        setQuery((before) => ({ ...before, ...part }));
        setProblems([]);
        setKey(crypto.randomUUID());
    };
    // The tab that is in sight decides; what is on the other one stays for coming back.
    const wanted = custom ? { ...query, dimensionTypes: [], studentFilters: {} } : { ...query, subgroups: {} };
    const lacks = missing(wanted);

    const create = async () => {
        setProblems(lacks);
        for (const lack of lacks) toast(lack.text, "error");
        if (lacks.length > 0 || busy) return;
        setBusy(true);
        try {
            const report = /** @type {{ id: number }} */ (
                await api.post("/aggregate/reports", wanted, { headers: { "Idempotency-Key": key } })
            );
            go(`/aggregate-reports/${report.id}`);
        } catch (problem) {
            const said = problem instanceof ApiError && [400, 403, 422, 429].includes(problem.status);
            toast(said ? /** @type {ApiError} */ (problem).detail : t("aggregate.error.create"), "error");
            setBusy(false);
        }
    };
    const save = async () => {
        try {
            const answer = /** @type {{ query: AggregateQuery }} */ (
                await api.put(`/aggregate/queries/${savedId}`, wanted)
            );
            setSavedQuery({ ...wanted, name: answer.query.name });
            setQuery((before) => ({ ...before, name: answer.query.name }));
            toast(t("aggregate.saved"));
        } catch {
            toast(t("aggregate.saveFailed"), "error");
        }
    };
    const problemOf = (/** @type {string} */ section) => problems.filter((one) => one.section === section);
    const chosen = organizations.filter((one) =>
        one.id && (query.districtIds.includes(one.id) || query.schoolIds.includes(one.id))
    );
    const unchanged = sameQuery(wanted, savedQuery);
    const parts = ["type", "organizations", "assessment", "subgroups", "review", "preview"];
    return html`
        ${start.dropped && html`<${Banner} kind="caution" text=${t("aggregate.dropped")} />`}
        <div class="query-page">
            <nav class="query-rail" aria-label=${t("aggregate.sections")}>
                <ul>
                    ${parts.map((part) =>
                        html`<li key=${part}><a href="#section-${part}">${t(`aggregate.section.${part}`)}</a></li>`
                    )}
                </ul>
                <button type="button" class="button primary wide" disabled=${busy} onClick=${create}>${t(
                    busy ? "aggregate.creating" : "aggregate.create",
                )}</button>
            </nav>
            <div class="query-sections">
                <${Section} id="type">
                    <p class="type-card"><b>${t("aggregate.type.CustomAggregate.name")}</b>
                        <span>${t("aggregate.type.CustomAggregate.description")}</span></p>
                    <//>
                    <${Section} id="organizations" required problems=${problemOf("organizations")}>
                        <${Organizations} query=${query} options=${options} chosen=${chosen} change=${change}
                            add=${(/** @type {ReportOrganization} */ one) => {
                                setOrganizations((all) => [...all.filter((other) => other.id !== one.id), one]);
                                const list = one.organizationType === "District" ? "districtIds" : "schoolIds";
                                if (one.id) change({ [list]: [...query[list], one.id] });
                            }} />
                        <//>
                        <${Section} id="assessment" problems=${problemOf("assessment")}>
                            <${Assessment} query=${query} options=${options} change=${change} />
                            <//>
                            <${Section} id="subgroups">
                                <${Subgroups} query=${query} options=${options} change=${change} custom=${custom}
                                    setCustom=${(/** @type {boolean} */ on) => {
                                        setCustom(on);
                                        setKey(crypto.randomUUID());
                                    }} draft=${draft} setDraft=${setDraft} />
                                <//>
                                <${Section} id="review">
                                    <${Estimate} query=${wanted} ready=${lacks.length === 0} />
                                    <${QuerySummary} lines=${summary(wanted, options, chosen)} />
                                    <${NameField} name=${query.name} change=${change} />
                                    <div class="actions">
                        ${savedId > 0 && html`
                            <button type="button" class="button" disabled=${unchanged} onClick=${save}>${t(
                                "aggregate.saveQuery",
                            )}</button>
                        `}
                        <button type="button" class="button primary" disabled=${busy} onClick=${create}>${t(
                            busy ? "aggregate.creating" : "aggregate.create",
                        )}</button>
                    </div>
                                    <//>
                                    <${Section} id="preview">
                                        <${Preview} query=${wanted} options=${options} subjects=${subjects}
                                            ready=${lacks.length === 0}
                                            change=${change} />
                                        <//>
                                        </div>
                                        </div>
    `;
}

/** @param {{ id: string, required?: boolean, problems?: { text: string }[], children?: import("../lib/ui.js").Node }} props */
function Section({ id, required = false, problems = [], children }) {
    return html`
        <section class="card query-section" id="section-${id}" aria-labelledby="title-${id}">
            <h2 id="title-${id}">${t(`aggregate.section.${id}`)}
                ${required && html`<small class="fine">${t("aggregate.required")}</small>`}</h2>
            <div role="alert">${problems.map((one) => html`<p class="problem">${one.text}</p>`)}</div>
            ${children}
        </section>
    `;
}

/** @param {{ label: string, checked: boolean, change: (on: boolean) => void, disabled?: boolean }} props */
function Check({ label, checked, change, disabled = false }) {
    return html`
        <label class="choice">
            <input type="checkbox" checked=${checked} disabled=${disabled}
                onChange=${(/** @type {Event} */ event) =>
                    change(/** @type {HTMLInputElement} */ (event.target).checked)} />
            <span>${label}</span>
        </label>
    `;
}

/**
 * Check boxes for several of a few codes, with one for all of them.
 * @param {{ title: string, info?: string, required?: boolean, all?: boolean, options: { value: string, text: string }[],
 *   values: string[], change: (values: string[]) => void }} props
 */
function Several({ title, info, required = false, all = false, options, values, change }) {
    const every = options.length > 0 && options.every((one) => values.includes(one.value));
    /** @param {string} value @param {boolean} on */
    const flip = (value, on) =>
        change(options.map((one) => one.value).filter((one) => one === value ? on : values.includes(one)));
    return html`
        <fieldset class="several">
            <legend><${WithInfo} text=${title} info=${info} />
                ${required && html`<small class="fine">${t("aggregate.required")}</small>`}</legend>
            <div class="several-choices">
                ${all && options.length > 1 && html`
                    <${Check} label=${t("aggregate.all")} checked=${every}
                        change=${(/** @type {boolean} */ on) => change(on ? options.map((one) => one.value) : [])} />
                `}
                ${options.map((one) =>
                    html`
                        <${Check} key=${one.value} label=${one.text} checked=${values.includes(one.value)}
                            change=${(/** @type {boolean} */ on) => flip(one.value, on)} />
                    `
                )}
            </div>
        </fieldset>
    `;
}

/**
 * @param {{ query: AggregateQuery, options: ReportOptions, chosen: ReportOrganization[], change: Change,
 *   add: (organization: ReportOrganization) => void }} props
 */
function Organizations({ query, options, chosen, change, add }) {
    const remove = (/** @type {number} */ id) =>
        change({
            districtIds: query.districtIds.filter((one) => one !== id),
            schoolIds: query.schoolIds.filter((one) => one !== id),
        });
    const list = (/** @type {"District" | "School"} */ type, /** @type {string} */ title) => {
        const mine = chosen.filter((one) => one.organizationType === type);
        return html`
            <div>
                <h3>${title}</h3>
                ${mine.length === 0 ? html`<p class="fine">${t("aggregate.organizations.empty")}</p>` : html`
                    <ul class="tags">
                        ${mine.map((one) =>
                            html`
                                <li key=${one.id} class="tag"><span>${one.name}</span>
                                    ${!options.onlyOrganization && html`
                                        <button type="button" class="icon-button"
                                            aria-label=${t("aggregate.organizations.remove", { name: one.name })}
                                            onClick=${() => one.id && remove(one.id)}>
                                            <${Icon} name="close" size=${16} />
                                        </button>
                                    `}
                                </li>
                            `
                        )}
                    </ul>
                `}
            </div>
        `;
    };
    const state = options.stateTypes.includes(query.assessmentTypeCode);
    return html`
        ${!options.onlyOrganization && html`<${OrganizationPicker} chosen=${chosen} add=${add} />`}
        <div class="query-columns">
            ${list("District", t("aggregate.organizations.districts"))}
            ${list("School", t("aggregate.organizations.schools"))}
        </div>
        <fieldset class="several">
            <legend>
                <${WithInfo} text=${t("aggregate.organizations.include")} info=${t("aggregate.include.info")} />
            </legend>
            <div class="several-choices">
                <${Check} label=${t("aggregate.include.state")} checked=${query.includeState} disabled=${!state}
                    change=${(/** @type {boolean} */ on) => change({ includeState: on })} />
                ${options.statewideReporter && html`
                    <${Check} label=${t("aggregate.include.allDistricts")} checked=${query.includeAllDistricts}
                        change=${(/** @type {boolean} */ on) => change({ includeAllDistricts: on })} />
                `}
                <${Check} label=${t("aggregate.include.schoolsOfDistricts")}
                    checked=${query.includeAllSchoolsOfDistricts}
                    change=${(/** @type {boolean} */ on) => change({ includeAllSchoolsOfDistricts: on })} />
                <${Check} label=${t("aggregate.include.districtsOfSchools")}
                    checked=${query.includeAllDistrictsOfSchools}
                    change=${(/** @type {boolean} */ on) => change({ includeAllDistrictsOfSchools: on })} />
            </div>
        </fieldset>
    `;
}

/** @param {{ query: AggregateQuery, options: ReportOptions, change: Change }} props */
function Assessment({ query, options, change }) {
    const type = query.assessmentTypeCode;
    const summative = options.stateTypes.includes(type);
    const chooseType = (/** @type {string} */ next) => {
        const offered = subjectsOf(options, next).map((subject) => subject.code);
        const kept = query.subjectCodes.filter((code) => offered.includes(code));
        change({
            assessmentTypeCode: next,
            subjectCodes: kept.length ? kept : offered,
            includeState: options.stateTypes.includes(next) && query.includeState,
            administrativeConditionCodes: firstConditions(options, next),
            columnOrder: identityColumns(next),
            achievementLevelDisplayType: next === "iab" ? "Separate" : query.achievementLevelDisplayType,
        });
    };
    /** One of a few codes, or all of them and what is unknown. @param {string[]} codes @param {string} list */
    const choices = (codes, list) => [
        ...codes.map((code) => ({ value: code, text: label(list, code) })),
        { value: "", text: t("aggregate.all") },
    ];
    return html`
        <${Toggle} labelled label=${t("aggregate.assessmentType")} value=${type}
            options=${options.assessmentTypes.map((code) => ({ value: code, text: label("type", code) }))}
            choose=${chooseType} />
        <${Several} title=${t("aggregate.subjects")} required all values=${query.subjectCodes}
            options=${subjectsOf(options, type).map((subject) => ({ value: subject.code, text: subject.name }))}
            change=${(/** @type {string[]} */ codes) => change({ subjectCodes: codes })} />
        <${Several} title=${t("aggregate.grades")} required all values=${query.assessmentGradeCodes}
            options=${options.assessmentGrades.map((code) => ({ value: code, text: label("grade", code) }))}
            change=${(/** @type {string[]} */ codes) => change({ assessmentGradeCodes: codes })} />
        <${Several} title=${t("aggregate.years")} required values=${query.schoolYears.map(String)}
            options=${options.schoolYears.map((year) => ({ value: String(year), text: schoolYear(year) }))}
            change=${(/** @type {string[]} */ years) => change({ schoolYears: years.map(Number) })} />
        <div class="query-columns">
            <${Toggle} labelled label=${t(summative ? "aggregate.validity" : "aggregate.manner")}
                value=${query.administrativeConditionCodes[0] ?? ""}
                options=${choices(conditionsOf(options, type), "condition")}
                choose=${(/** @type {string} */ code) => change({ administrativeConditionCodes: code ? [code] : [] })}>
                <${Info} about=${t(summative ? "aggregate.validity" : "aggregate.manner")}
                    text=${t(summative ? "aggregate.validity.info" : "aggregate.manner.info")} />
                <//>
                <${Toggle} labelled label=${t("aggregate.completeness")} value=${query.completenessCodes[0] ?? ""}
                    options=${choices(options.completenesses, "completeness")}
                    choose=${(/** @type {string} */ code) => change({ completenessCodes: code ? [code] : [] })}>
                    <${Info} about=${t("aggregate.completeness")} text=${t("aggregate.completeness.info")} />
                    <//>
                    </div>
    `;
}

/**
 * @param {{ query: AggregateQuery, options: ReportOptions, change: Change, custom: boolean,
 *   setCustom: (on: boolean) => void, draft: StudentFilters, setDraft: (filters: StudentFilters) => void }} props
 */
function Subgroups({ query, options, change, custom, setCustom, draft, setDraft }) {
    const [open, setOpen] = useState(narrowed(query.studentFilters).length > 0);
    const fields = options.studentFilters;
    const id = useId("filters");
    const groups = Object.values(query.subgroups);
    const same = (/** @type {StudentFilters} */ a) =>
        JSON.stringify(narrowed(a).map(([m, c]) => [m, [...c].sort()]).sort());
    const isKnown = groups.some((one) => same(one) === same(draft));
    const number = (/** @type {StudentFilters[]} */ list) =>
        Object.fromEntries(list.map((filters, index) => [String(index + 1), filters]));
    return html`
        <${Toggle} label=${t("aggregate.tabs")} value=${custom ? "custom" : "filters"}
            options=${[{ value: "filters", text: t("aggregate.tab.filters") }, {
                value: "custom",
                text: t("aggregate.tab.custom"),
            }]}
            choose=${(/** @type {string} */ tab) => setCustom(tab === "custom")} />
        ${custom
            ? html`
                <p class="explain">${t("aggregate.custom.lead")}</p>
                <${Filters} fields=${fields} filters=${draft} change=${setDraft} />
                <div class="actions">
                    <button type="button" class="button" disabled=${narrowed(draft).length === 0 || isKnown}
                        onClick=${() =>
                            change({ subgroups: number([...groups, Object.fromEntries(narrowed(draft))]) })}>
                        <${Icon} name="plus" size=${18} />${t("aggregate.custom.create")}</button>
                </div>
                <h3>${t("aggregate.custom.list")}</h3>
                ${groups.length === 0 ? html`<p class="fine">${t("aggregate.custom.none")}</p>` : html`
                    <ol class="tags">
                        ${groups.map((filters, index) =>
                            html`
                                <li class="tag"><span>${filterText(filters, fields)}</span>
                                    <button type="button" class="icon-button"
                                        aria-label=${t("aggregate.custom.remove", {
                                            name: filterText(filters, fields),
                                        })}
                                        onClick=${() =>
                                            change({ subgroups: number(groups.filter((_, at) => at !== index)) })}>
                                        <${Icon} name="close" size=${16} />
                                    </button>
                                </li>
                            `
                        )}
                    </ol>
                `}
            `
            : html`
                <${Several} title=${t("aggregate.compare")} info=${t("aggregate.compare.info")}
                    values=${query.dimensionTypes}
                    options=${options.dimensionTypes.map((field) => ({ value: field, text: label("field", field) }))}
                    change=${(/** @type {string[]} */ names) => change({ dimensionTypes: names })} />
                <div class="section-head">
                    <h3>
                        <${WithInfo} text=${t("aggregate.filters")} info=${t("aggregate.filters.info")} />
                    </h3>
                    <button type="button" class="button quiet" aria-expanded=${String(open)} aria-controls=${id}
                        aria-label="${t("aggregate.filters")}: ${t(
                            open ? "aggregate.filters.hide" : "aggregate.filters.show",
                        )}"
                        onClick=${() => setOpen(!open)}>${t(
                            open ? "aggregate.filters.hide" : "aggregate.filters.show",
                        )}</button>
                </div>
                <div id=${id} hidden=${!open}>
                    <${Filters} fields=${fields} filters=${query.studentFilters}
                        change=${(/** @type {StudentFilters} */ filters) => change({ studentFilters: filters })} />
                </div>
            `}
    `;
}

/**
 * @param {{ fields: { id: string, member: string, values: string[] }[], filters: StudentFilters,
 *   change: (filters: StudentFilters) => void }} props
 */
function Filters({ fields, filters, change }) {
    return html`
        <div class="filter-fields">
            ${fields.map((field) =>
                html`
                    <${Several} key=${field.id} title=${label("field", field.id)} values=${filters[field.member] ?? []}
                        options=${field.values.map((code) => ({
                            value: code,
                            text: label(`field.${field.id}`, code),
                        }))}
                        change=${(/** @type {string[]} */ codes) => change({ ...filters, [field.member]: codes })} />
                `
            )}
        </div>
    `;
}

/** @param {{ query: AggregateQuery, ready: boolean }} props */
function Estimate({ query, ready }) {
    const asked = JSON.stringify({ ...query, name: "" });
    const [estimate, setEstimate] = useState(/** @type {{ rows: number, large: boolean } | null} */ (null));
    const [problem, setProblem] = useState("");
    useEffect(() => {
        setProblem("");
        if (!ready) return setEstimate(null);
        const abort = new AbortController();
        const timer = setTimeout(() => {
            api.post("/aggregate/estimate", JSON.parse(asked), { signal: abort.signal }).then(
                (answer) => setEstimate(/** @type {{ rows: number, large: boolean }} */ (answer)),
                (error) => abort.signal.aborted || setProblem(error.message),
            );
        }, 300);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [asked, ready]);
    return html`
        <div class="estimate" role="status">
            ${ready && html`
                <p>${estimate
                    ? html`${t("aggregate.estimate")}<b>${whole(estimate.rows)}</b> <${Info} about=${
                        t("aggregate.estimate")
                    } text=${t("aggregate.estimate.info")} />`
                    : !problem && t("aggregate.estimate.waiting")}</p>
            `}
            ${estimate?.large && html`<p class="problem">${t("aggregate.estimate.large")}</p>`}
            ${problem && html`<p class="problem">${problem}</p>`}
        </div>
    `;
}

/** @param {{ name: string, change: Change }} props */
function NameField({ name, change }) {
    const id = useId("report-name");
    return html`
        <div class="field">
            <span class="head"><label for=${id}>${t("aggregate.name")}</label>
                <${Info} about=${t("aggregate.name")} text=${t("aggregate.name.info")} /></span>
            <input id=${id} type="text" maxlength="255" value=${name} placeholder=${t("aggregate.defaultName")}
                onInput=${(/** @type {Event} */ event) =>
                    change({ name: /** @type {HTMLInputElement} */ (event.target).value })} />
        </div>
    `;
}

/**
 * @param {{ query: AggregateQuery, options: ReportOptions, subjects: import("../lib/types.js").Subject[], ready: boolean,
 *   change: Change }} props
 */
function Preview({ query, options, subjects, ready, change }) {
    const subject = subjects.find((one) => one.code === query.subjectCodes[0]);
    const definition = subject?.types.find((one) => one.code === query.assessmentTypeCode)?.overall ??
        { name: "", levels: [] };
    const { rows, slices } = exampleRows(query, options, definition.levels.length);
    const display = {
        columns: query.columnOrder,
        order: /** @type {import("../lib/report-rows.js").Order} */ ({ column: "", direction: "ascending" }),
        showEmpty: query.showEmpty,
        numbers: query.valueDisplayType === "Number",
        group: query.achievementLevelDisplayType === "Grouped",
    };
    return html`
        <${DisplayControls} display=${display} mayGroup=${query.assessmentTypeCode !== "iab"}
            change=${(/** @type {Partial<import("../lib/report-grid.js").Display>} */ part) =>
                change({
                    ...(part.columns && { columnOrder: part.columns }),
                    ...(part.showEmpty !== undefined && { showEmpty: part.showEmpty }),
                    ...(part.numbers !== undefined && {
                        valueDisplayType: /** @type {"Number" | "Percent"} */ (part.numbers ? "Number" : "Percent"),
                    }),
                    ...(part.group !== undefined && {
                        achievementLevelDisplayType:
                            /** @type {"Grouped" | "Separate"} */ (part.group ? "Grouped" : "Separate"),
                    }),
                })} />
        <${Banner} text="${t("aggregate.preview.note")} ${t("aggregate.preview.note2")}" />
        ${ready && definition.levels.length > 0
            ? html`
                <${ReportGrid} name=${t("aggregate.preview.table")} rows=${rows} slices=${slices}
                    fields=${options.studentFilters} definition=${definition} display=${display} named=${false}
                    sort=${() => {}} />
            `
            : html`<p class="fine">${t("aggregate.preview.needs")}</p>`}
    `;
}

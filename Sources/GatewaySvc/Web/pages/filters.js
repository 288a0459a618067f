/**
 * The advanced filters of a results page (results §4.3). What they mean is the server's business; here they are chosen.
 * @module
 */
import { Select, Toggle } from "../lib/controls.js";
import { Icon } from "../lib/icons.js";
import { Info, useId } from "../lib/popover.js";
import { label, plural, t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").FilterField} FilterField */

/**
 * @typedef {object} Filters What is chosen; empty means all.
 * @property {"show" | "hide"} transfers
 * @property {"show" | "hide"} offGrade
 * @property {string} manner
 * @property {string} validity
 * @property {string} completeness
 * @property {Record<string, string[]>} fields codes by student field
 */

/** @type {Filters} */
export const noFilters = {
    transfers: "show",
    offGrade: "show",
    manner: "",
    validity: "",
    completeness: "",
    fields: {},
};

/** As parameters of a question. @param {Filters} filters */
export function filterQuery({ transfers, offGrade, manner, validity, completeness, fields }) {
    const hide = (/** @type {string} */ value) => (value === "hide" ? "hide" : undefined);
    return { transfers: hide(transfers), offGrade: hide(offGrade), manner, validity, completeness, ...fields };
}

const flags = ["yes", "no"];
/** A field that is yes or no. @param {FilterField} field */
const isFlag = (field) => field.codes.length === 2 && field.codes.every((code) => flags.includes(code));

/** @param {string} field @param {string} code */
function codeLabel(field, code) {
    return flags.includes(code) ? label("flag", code) : label(field, code);
}

/**
 * One chip for every choice that leaves something out.
 * @param {Filters} filters
 * @returns {{ key: string, label: string, value: string, without: Filters }[]}
 */
function chips(filters) {
    const choices = [
        { key: "offGrade", value: filters.offGrade === "hide" && t("filters.hide"), name: t("filters.offGrade") },
        { key: "transfers", value: filters.transfers === "hide" && t("transfers.hide"), name: t("transfers.label") },
        {
            key: "manner",
            value: filters.manner && label("condition", filters.manner),
            name: t("filters.manner"),
        },
        {
            key: "validity",
            value: filters.validity && label("condition", filters.validity),
            name: t("filters.validity"),
        },
        {
            key: "completeness",
            value: filters.completeness && label("completeness", filters.completeness),
            name: t("filters.completeness"),
        },
    ].flatMap(({ key, value, name }) =>
        value
            ? [{
                key,
                label: name,
                value,
                without: { ...filters, [key]: noFilters[/** @type {"manner"} */ (key)] },
            }]
            : []
    );
    const codes = Object.entries(filters.fields).flatMap(([field, codes]) =>
        codes.map((code) => ({
            key: `${field}/${code}`,
            label: label("field", field),
            value: codeLabel(field, code),
            without: withCodes(filters, field, codes.filter((other) => other !== code)),
        }))
    );
    return [...choices, ...codes];
}

/** @param {Filters} filters @param {string} field @param {string[]} codes @returns {Filters} */
function withCodes(filters, field, codes) {
    const { [field]: _, ...others } = filters.fields;
    return { ...filters, fields: codes.length > 0 ? { ...others, [field]: codes } : others };
}

/**
 * @param {{ filters: Filters, change: (filters: Filters) => void, fields: FilterField[], types: string[],
 *   transfers: boolean }} props
 *   fields: of students, none on the page of one student; types: of the assessments that there are; transfers: whether this
 *   site shows results of other schools at all
 */
export function AdvancedFilters({ filters, change, fields, types, transfers }) {
    const id = useId("filters");
    const [shown, setShown] = useState(false);
    const [expanded, setExpanded] = useState(true);
    const active = chips(filters);
    return html`
        <section class="card filters" aria-labelledby="${id}-title">
            <div class="section-head">
                <h2 id="${id}-title">${t("filters.title")}</h2>
                <span class="filter-count" role="status">${active.length > 0
                    ? plural("filters.active", active.length)
                    : ""}</span>
                <span class="spread"></span>
                <button type="button" class="button quiet" aria-expanded=${String(shown)} aria-controls=${id}
                    aria-label=${t(shown ? "filters.hide.of" : "filters.show.of")}
                    onClick=${() => setShown(!shown)}>${t(shown ? "filters.hide" : "filters.show")}</button>
            </div>
            <div id=${id} hidden=${!shown}>
                ${active.length > 0 && html`
                    <ul class="tags" aria-label=${t("filters.selected")}>
                        ${active.map((chip) =>
                            html`
                                <li key=${chip.key}>
                                    <button type="button" class="tag filter-chip" onClick=${() => change(chip.without)}
                                        aria-label=${t("filters.remove", { label: chip.label, value: chip.value })}>
                                        <span>${t("filters.chip", { label: chip.label, value: chip.value })}</span>
                                        <${Icon} name="close" size=${16} />
                                    </button>
                                </li>
                            `
                        )}
                        <li>
                            <button type="button" class="button quiet" onClick=${() => change(noFilters)}>${t(
                                "filters.clear",
                            )}</button>
                        </li>
                    </ul>
                `}
                <div class="section-head filter-head">
                    <h3>${t("filters.options")}</h3>
                    <span class="spread"></span>
                    <button type="button" class="button quiet" aria-expanded=${String(expanded)}
                        aria-controls="${id}-options"
                        aria-label=${t(expanded ? "filters.collapse.of" : "filters.expand.of")}
                        onClick=${() => setExpanded(!expanded)}>${t(
                            expanded ? "filters.collapse" : "filters.expand",
                        )}</button>
                </div>
                <div id="${id}-options" class="filter-options" hidden=${!expanded}>
                    <${TestFilters} filters=${filters} change=${change} types=${types} transfers=${transfers} />
                    ${fields.filter((field) => !isFlag(field)).map((field) =>
                        html`<${CodeFilter} key=${field.field} field=${field} filters=${filters} change=${change} />`
                    )}
                    ${fields.some(isFlag) && html`
                        <div class="filter-group">
                            ${fields.filter(isFlag).map((field) =>
                                html`
                                    <${Toggle} key=${field.field} labelled label=${label("field", field.field)}
                                        value=${filters.fields[field.field]?.[0] ?? ""}
                                        choose=${(/** @type {string} */ code) =>
                                            change(withCodes(filters, field.field, code ? [code] : []))}
                                        options=${["", ...field.codes].map((code) => ({
                                            value: code,
                                            text: code ? label("flag", code) : t("filter.all"),
                                        }))} />
                                `
                            )}
                        </div>
                    `}
                </div>
            </div>
        </section>
    `;
}

/**
 * How the test was taken.
 * @param {{ filters: Filters, change: (filters: Filters) => void, types: string[], transfers: boolean }} props
 */
function TestFilters({ filters, change, types, transfers }) {
    const interims = types.includes("iab") || types.includes("ica");
    const summatives = types.includes("sum");
    const showOrHide = ["show", "hide"].map((value) => ({ value, text: t(`filters.${value}`) }));
    const set = (/** @type {string} */ key) => (/** @type {string} */ value) => change({ ...filters, [key]: value });
    return html`
        <div class="filter-group">
            <${Toggle} labelled label=${t("filters.offGrade")} value=${filters.offGrade} options=${showOrHide}
                choose=${set("offGrade")}>
                <${Info} about=${t("filters.offGrade")} text=${t("filters.offGrade.info")} />
            <//>
            ${transfers && html`
                <${Toggle} labelled label=${t("transfers.label")} value=${filters.transfers} choose=${set("transfers")}
                    options=${[{ value: "show", text: t("transfers.show") }, {
                        value: "hide",
                        text: t("transfers.hide"),
                    }]}>
                    <${Info} about=${t("transfers.label")} text=${t("transfers.info")} />
                    <//>
            `}
            <div class="with-info">
                <${Select} label=${t("filters.manner")} value=${filters.manner} disabled=${!interims}
                    choose=${set("manner")} options=${choices("condition", ["SD", "NS"])} />
                <${Info} about=${t("filters.manner")} text=${t(
                    interims ? "filters.manner.info" : "filters.manner.none",
                )} />
            </div>
            ${summatives && html`
                <div class="with-info">
                    <${Select} label=${t("filters.validity")} value=${filters.validity} choose=${set("validity")}
                        options=${choices("condition", ["Valid", "IN"])} />
                    <${Info} about=${t("filters.validity")} text=${t("filters.validity.info")} />
                </div>
            `}
            <div class="with-info">
                <${Select} label=${t("filters.completeness")} value=${filters.completeness}
                    choose=${set("completeness")} options=${choices("completeness", ["Complete", "Partial"])} />
                <${Info} about=${t("filters.completeness")} text=${t("filters.completeness.info")} />
            </div>
        </div>
    `;
}

/** @param {string} list @param {string[]} codes */
function choices(list, codes) {
    return [
        { value: "", text: t("filter.all") },
        ...codes.map((code) => ({ value: code, text: label(list, code) })),
    ];
}

/** From this many codes on, the list is searched instead of read. */
const searchFrom = 12;

/**
 * Any number of the codes of one field; none means all.
 * @param {{ field: FilterField, filters: Filters, change: (filters: Filters) => void }} props
 */
function CodeFilter({ field: { field, codes }, filters, change }) {
    const id = useId("codes");
    const [search, setSearch] = useState("");
    const chosen = filters.fields[field] ?? [];
    const flip = (/** @type {string} */ code) =>
        change(
            withCodes(filters, field, chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]),
        );
    const long = codes.length >= searchFrom;
    const named = codes.map((code) => ({ code, name: label(field, code) }));
    const found = long
        ? named.filter(({ code, name }) =>
            chosen.includes(code) || name.toLowerCase().includes(search.trim().toLowerCase())
        ).sort((a, b) => a.name.localeCompare(b.name, "en"))
        : named;
    return html`
        <fieldset class="filter-codes">
            <legend>${label("field", field)}</legend>
            ${long && html`
                <div class="field">
                    <label for=${id} class="visually-hidden">${t("filters.language.search")}</label>
                    <input id=${id} type="text" autocomplete="off" value=${search} maxlength="40"
                        placeholder=${t("filters.language.search")}
                        onInput=${(/** @type {Event} */ event) =>
                            setSearch(/** @type {HTMLInputElement} */ (event.target).value)} />
                </div>
            `}
            <div class=${long ? "filter-list long" : "filter-list"}>
                <label class="choice">
                    <input type="checkbox" checked=${chosen.length === 0} disabled=${chosen.length === 0}
                        onChange=${() => change(withCodes(filters, field, []))} />
                    <span>${t("filter.all")}</span>
                </label>
                ${found.map(({ code, name }) =>
                    html`
                        <label key=${code} class="choice">
                            <input type="checkbox" checked=${chosen.includes(code)} onChange=${() => flip(code)} />
                            <span>${name}</span>
                        </label>
                    `
                )}
                ${found.length === 0 && html`<p class="fine">${t("filters.language.none")}</p>`}
            </div>
        </fieldset>
    `;
}

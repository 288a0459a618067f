/**
 * The choice of a school: a plain list for up to ten schools, else a box that searches while one types.
 * @module
 */
import { api } from "./api.js";
import { useAnswer } from "./async.js";
import { Select } from "./controls.js";
import { Failure } from "./feedback.js";
import { useId } from "./popover.js";
import { sorted } from "./sorting.js";
import { plural, t } from "./texts.js";
import { html, useEffect, useRef, useState } from "./ui.js";

/** @typedef {import("./types.js").School} School */
/** @typedef {{ schools: School[], total: number }} SchoolList */

/** Up to this many schools stand in a plain list. */
const listLimit = 10;
/** The rows of a type-ahead list. */
const suggestionLimit = 20;

/**
 * How schools are found and written: in the scope of which address, by which text, under their districts or by name.
 * @typedef {{ path: string, textOf: (school: School) => string, byDistrict: boolean, prompt: string }} Manner
 */

/** @type {Manner} */
const ofResults = {
    path: "/schools",
    textOf: (school) => school.name,
    byDistrict: true,
    prompt: "schools.prompt",
};

/**
 * @param {{ value: School | null, choose: (school: School) => void, preselect?: boolean, manner?: Manner }} props
 *   preselect: a user with one school need not choose
 */
export function SchoolPicker({ value, choose, preselect = false, manner = ofResults }) {
    const { data, error, reload } = useAnswer(
        (signal) => api.get(manner.path, { query: { limit: suggestionLimit }, signal }),
        [],
    );
    const list = /** @type {SchoolList | null} */ (data);
    useEffect(() => {
        if (preselect && list?.total === 1 && !value) choose(list.schools[0]);
    }, [list]);
    if (error) return html`<${Failure} error=${error} retry=${reload} />`;
    if (list && list.total > listLimit) {
        return html`<${SchoolSearch} value=${value} choose=${choose} first=${list} manner=${manner} />`;
    }

    const schools = list?.schools ?? [];
    const listed = schools.some((school) => school.id === value?.id);
    const known = value?.name && !listed ? [...schools, value] : schools;
    const options = grouped(known, manner).flatMap(({ name, schools }) =>
        schools.map((school) => ({ value: String(school.id), text: manner.textOf(school), group: name }))
    );
    const chosen = listed || Boolean(value?.name);
    const prompt = list && schools.length === 0 ? t("schools.none") : t("schools.choose");
    return html`
        <${Select} label=${t("schools.label")} value=${chosen ? String(value?.id) : ""} disabled=${!list ||
            known.length === 0}
            options=${chosen ? options : [{ value: "", text: prompt }, ...options]}
            choose=${(/** @type {string} */ id) => {
                const school = known.find((one) => String(one.id) === id);
                if (school) choose(school);
            }} />
    `;
}

/** @param {School[]} schools @param {Manner} manner */
function grouped(schools, manner) {
    if (!manner.byDistrict) return [{ name: "", schools: sorted(schools, manner.textOf, "ascending") }];
    /** @type {Map<number, { name: string, schools: School[] }>} */
    const groups = new Map();
    for (const school of schools) {
        const group = groups.get(school.districtId) ?? { name: school.districtName, schools: [] };
        group.schools.push(school);
        groups.set(school.districtId, group);
    }
    return [...groups.values()].sort((a, b) => a.name.localeCompare(b.name, "en"));
}

/** @param {{ value: School | null, choose: (school: School) => void, first: SchoolList, manner: Manner }} props */
function SchoolSearch({ value, choose, first, manner }) {
    const written = value?.name ? manner.textOf(value) : "";
    const id = useId("school");
    const [text, setText] = useState(written);
    const [open, setOpen] = useState(false);
    const [at, setAt] = useState(-1);
    const [list, setList] = useState(first);
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const box = useRef(/** @type {HTMLElement | null} */ (null));

    useEffect(() => setText(written), [value?.id, written]);
    useEffect(() => {
        if (!open) return;
        const search = text.trim() === written ? "" : text.trim();
        if (search === "") return setList(first);
        const abort = new AbortController();
        const timer = setTimeout(() => {
            api.get(manner.path, { query: { search, limit: suggestionLimit }, signal: abort.signal }).then((answer) => {
                setList(/** @type {SchoolList} */ (answer));
                setAt(-1);
                setError(null);
            }, (problem) => abort.signal.aborted || setError(problem));
        }, 150);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [text, open]);

    const groups = grouped(list.schools, manner);
    const flat = groups.flatMap((group) => group.schools);
    /** @param {School} school */
    const take = (school) => {
        setText(manner.textOf(school));
        setOpen(false);
        choose(school);
    };
    const close = () => {
        setOpen(false);
        setText(written);
    };
    /** @param {KeyboardEvent} event */
    const key = (event) => {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            setOpen(true);
            setAt(flat.length ? (at + step + flat.length + (at < 0 && step < 0 ? 1 : 0)) % flat.length : -1);
        } else if (event.key === "Enter" && open && flat.length) {
            event.preventDefault();
            if (at >= 0) take(flat[at]);
            else if (flat.length === 1) take(flat[0]);
        } else if (event.key === "Escape" && open) {
            event.preventDefault();
            close();
        }
    };
    useEffect(() => {
        if (open && at >= 0) document.getElementById(`${id}-${flat[at]?.id}`)?.scrollIntoView({ block: "nearest" });
    }, [at, open]);

    return html`
        <div class="field combobox" ref=${box}
            onFocusOut=${(/** @type {FocusEvent} */ event) => {
                if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) close();
            }}>
            <label for=${id}>${t("schools.label")}</label>
            <input id=${id} type="text" role="combobox" autocomplete="off" spellcheck=${false}
                placeholder=${t(manner.prompt)}
                aria-expanded=${String(open)} aria-controls="${id}-list" aria-autocomplete="list"
                aria-activedescendant=${open && flat[at] ? `${id}-${flat[at].id}` : undefined}
                value=${text} onKeyDown=${key} onClick=${() => setOpen(true)}
                onFocus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}
                onInput=${(/** @type {Event} */ event) => {
                    setText(/** @type {HTMLInputElement} */ (event.target).value);
                    setOpen(true);
                }} />
            <div id="${id}-list" class="suggestions" role="listbox" aria-label=${t("schools.list")} hidden=${!open}>
                ${groups.map((group) =>
                    html`
                        <div role=${group.name ? "group" : "presentation"} aria-label=${group.name || undefined}>
                            ${group.name &&
                                html`<span class="suggestion-group" aria-hidden="true">${group.name}</span>`}
                            ${group.schools.map((school) =>
                                html`
                                    <div role="option" id="${id}-${school.id}" class="suggestion"
                                        aria-selected=${String(flat[at]?.id === school.id)}
                                        onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}
                                        onClick=${() => take(school)}>${manner.textOf(school)}</div>
                                `
                            )}
                        </div>
                    `
                )}
                ${flat.length === 0 &&
                    html`<div class="suggestion-note">${error ? error.message : t("schools.notFound")}</div>`}
                ${list.total > flat.length && html`
                    <div class="suggestion-note" aria-hidden="true">
                        ${t("schools.more", { shown: flat.length, total: list.total })}
                    </div>
                `}
            </div>
            <span class="visually-hidden" role="status">
                ${open ? (flat.length ? plural("schools.found", list.total) : t("schools.notFound")) : ""}
            </span>
        </div>
    `;
}

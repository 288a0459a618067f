/**
 * The choice of districts and schools for a report: a box that searches while one types.
 * @module
 */
import { api } from "./api.js";
import { useId } from "./popover.js";
import { t } from "./texts.js";
import { html, useEffect, useRef, useState } from "./ui.js";

/** @typedef {import("./types.js").ReportOrganization} ReportOrganization */

const suggestionLimit = 20;

/**
 * @param {{ chosen: ReportOrganization[], add: (organization: ReportOrganization) => void, label?: string, path?: string,
 *   parameter?: string }} props path: where to search, with the text as this parameter
 */
export function OrganizationPicker({
    chosen,
    add,
    label = t("aggregate.organizations.search"),
    path = "/aggregate/organizations",
    parameter = "name",
}) {
    const id = useId("organization");
    const [text, setText] = useState("");
    const [open, setOpen] = useState(false);
    const [at, setAt] = useState(-1);
    const [list, setList] = useState(
        /** @type {{ organizations: ReportOrganization[], total: number } | null} */ (null),
    );
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const box = useRef(/** @type {HTMLElement | null} */ (null));

    useEffect(() => {
        if (!open) return;
        const abort = new AbortController();
        const timer = setTimeout(() => {
            const query = { [parameter]: text.trim(), limit: suggestionLimit };
            api.get(path, { query, signal: abort.signal }).then((answer) => {
                setList(/** @type {{ organizations: ReportOrganization[], total: number }} */ (answer));
                setAt(-1);
                setError(null);
            }, (problem) => abort.signal.aborted || setError(problem));
        }, 150);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [text, open]);

    const found = (list?.organizations ?? []).filter((one) => !chosen.some((other) => other.id === one.id));
    /** @param {ReportOrganization} organization */
    const take = (organization) => {
        add(organization);
        setText("");
        setOpen(false);
    };
    /** @param {KeyboardEvent} event */
    const key = (event) => {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            setOpen(true);
            setAt(found.length ? (at + step + found.length + (at < 0 && step < 0 ? 1 : 0)) % found.length : -1);
        } else if (event.key === "Enter" && open && found.length) {
            event.preventDefault();
            if (at >= 0) take(found[at]);
            else if (found.length === 1) take(found[0]);
        } else if (event.key === "Escape" && open) {
            event.preventDefault();
            setOpen(false);
        }
    };
    useEffect(() => {
        if (open && at >= 0) document.getElementById(`${id}-${found[at]?.id}`)?.scrollIntoView({ block: "nearest" });
    }, [at, open]);

    return html`
        <div class="field combobox" ref=${box}
            onFocusOut=${(/** @type {FocusEvent} */ event) => {
                if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) {
                    setOpen(false);
                }
            }}>
            <label for=${id}>${label}</label>
            <input id=${id} type="text" role="combobox" autocomplete="off" spellcheck=${false}
                placeholder=${t("aggregate.organizations.placeholder")} aria-expanded=${String(open)}
                aria-controls="${id}-list" aria-autocomplete="list"
                aria-activedescendant=${open && found[at] ? `${id}-${found[at].id}` : undefined}
                value=${text} onKeyDown=${key} onClick=${() => setOpen(true)}
                onInput=${(/** @type {Event} */ event) => {
                    setText(/** @type {HTMLInputElement} */ (event.target).value);
                    setOpen(true);
                }} />
            <div id="${id}-list" class="suggestions" role="listbox" aria-label=${t("aggregate.organizations.results")}
                hidden=${!open || (!list && !error)}>
                ${found.map((one, index) =>
                    html`
                        <div role="option" key=${one.id} id="${id}-${one.id}" class="suggestion"
                            aria-selected=${String(index === at)}
                            onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}
                            onClick=${() => take(one)}>
                            ${t("aggregate.organizations.type", {
                                name: one.name,
                                type: t(`aggregate.badge.${one.organizationType}`),
                            })}
                        </div>
                    `
                )}
                ${found.length === 0 &&
                    html`<div class="suggestion-note">${
                        error ? error.message : t("aggregate.organizations.none")
                    }</div>`}
                ${list && list.total > list.organizations.length && html`
                    <div class="suggestion-note" aria-hidden="true">
                        ${t("aggregate.organizations.more", { shown: list.organizations.length, total: list.total })}
                    </div>
                `}
            </div>
            <span class="visually-hidden" role="status">
                ${open && list && found.length === 0 ? t("aggregate.organizations.none") : ""}
            </span>
        </div>
    `;
}

/**
 * Small things that open above the page at their button: explanations and menus, on the browser's own popover.
 * @module
 */
import { Icon } from "./icons.js";
import { t } from "./texts.js";
import { html, useEffect, useRef, useState } from "./ui.js";

let count = 0;

/** An id that no other element of the page has. @param {string} prefix */
export function useId(prefix) {
    const [id] = useState(() => `${prefix}-${++count}`);
    return id;
}

/**
 * Puts an open popover below its button, or above when there is no room, and inside the window.
 * @param {HTMLElement} popover
 * @param {HTMLElement} button
 */
function place(popover, button) {
    const at = button.getBoundingClientRect();
    const { width, height } = popover.getBoundingClientRect();
    const fits = at.left + width <= document.documentElement.clientWidth - 8;
    const left = Math.max(8, fits ? at.left : at.right - width);
    const below = at.bottom + 6;
    const top = below + height > innerHeight && at.top - height - 6 > 0 ? at.top - height - 6 : below;
    popover.style.left = `${left}px`;
    popover.style.top = `${top}px`;
}

/**
 * What button and popover share: placing, state for screen readers, closing when the page scrolls away under it.
 * @returns {{ button: { current: HTMLElement | null }, popover: { current: HTMLElement | null }, open: boolean }}
 */
function usePopover() {
    const button = useRef(/** @type {HTMLElement | null} */ (null));
    const popover = useRef(/** @type {HTMLElement | null} */ (null));
    const [open, setOpen] = useState(false);
    useEffect(() => {
        const element = popover.current;
        if (!element) return;
        const toggled = (/** @type {Event} */ event) => {
            const opened = /** @type {ToggleEvent} */ (event).newState === "open";
            setOpen(opened);
            if (opened && button.current) {
                place(element, button.current);
                /** @type {HTMLElement | null} */ (element.querySelector("[role=menuitem]"))?.focus();
            }
        };
        const scrolled = (/** @type {Event} */ event) => {
            if (!(event.target instanceof Node && element.contains(event.target))) element.hidePopover();
        };
        element.addEventListener("toggle", toggled);
        addEventListener("scroll", scrolled, { capture: true, passive: true });
        return () => {
            element.removeEventListener("toggle", toggled);
            removeEventListener("scroll", scrolled, { capture: true });
        };
    }, []);
    return { button, popover, open };
}

/**
 * The i-icon: a button that opens an explanation.
 * @param {{ about: string, text: string }} props about: what is explained, for the button's name
 */
export function Info({ about, text }) {
    const id = useId("info");
    const { button, popover, open } = usePopover();
    return html`
        <span class="info">
            <button ref=${button} type="button" class="info-button" popovertarget=${id} aria-expanded=${String(open)}
                aria-label=${t("info.about", { about })}><span aria-hidden="true">i</span></button>
            <span ref=${popover} id=${id} popover="auto" class="popover info-text" role="note">${text}</span>
        </span>
    `;
}

/**
 * A menu of actions.
 * @param {{ name: string, trigger: import("./ui.js").Node, className?: string, tabIndex?: number, control?: string,
 *   head?: import("./ui.js").Node,
 *   items: { text: string, href?: string, action?: () => void, disabled?: string }[] }} props
 *   name: the button's name when the trigger has no text; disabled: why an item cannot be chosen now
 */
export function Menu({ name, trigger, className = "", tabIndex, control, head, items }) {
    const id = useId("menu");
    const { button, popover, open } = usePopover();
    /** @param {KeyboardEvent} event */
    const move = (event) => {
        const all = [
            .../** @type {NodeListOf<HTMLElement>} */ (popover.current?.querySelectorAll("[role=menuitem]") ?? []),
        ];
        const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
        const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
        if (event.key === "Tab") popover.current?.hidePopover();
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        all[(step + all.length) % all.length]?.focus();
    };
    return html`
        <span class="menu">
            <button ref=${button} type="button" class=${className} popovertarget=${id} aria-haspopup="menu"
                tabIndex=${tabIndex}
                aria-expanded=${String(open)} aria-label=${name ||
                    undefined} data-control=${control}>${trigger}</button>
            <span ref=${popover} id=${id} popover="auto" class="popover menu-list" onKeyDown=${move}>
                ${head}
                <span role="menu" aria-label=${name || undefined} class="menu-items">
                    ${items.map((item) =>
                        item.disabled
                            ? html`
                                <button role="menuitem" tabindex="-1" type="button" aria-disabled="true"
                                    title=${item.disabled}>${item.text}
                                                                <span class="visually-hidden">${item
                                                                    .disabled}</span></button>
                            `
                            : item.href
                            ? html`
                                <a role="menuitem" tabindex="-1" href=${item.href}
                                    onClick=${() => popover.current?.hidePopover()}>${item.text}</a>
                            `
                            : html`<button role="menuitem" tabindex="-1" type="button" onClick=${() => {
                                popover.current?.hidePopover();
                                item.action?.();
                            }}>${item.text}</button>`
                    )}
                </span>
            </span>
        </span>
    `;
}

/** The three dots that open the actions of a row. */
export function dots() {
    return html`<${Icon} name="dots" size=${18} />`;
}

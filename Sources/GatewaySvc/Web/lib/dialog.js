/**
 * Questions that must be answered before the page goes on.
 * @module
 */
import { useId } from "./popover.js";
import { html, useLayoutEffect, useRef } from "./ui.js";

/**
 * A modal dialog: focus goes in, stays in, and goes back to where it came from.
 * @param {{ title: string, role?: "dialog" | "alertdialog", onCancel?: () => void, children?: import("./ui.js").Node,
 *   actions: { text: string, action: () => void, primary?: boolean, focus?: boolean, disabled?: boolean }[] }} props
 *   onCancel: what Escape does; without it the dialog stays until a button is pressed. focus: the button that Enter
 *   presses at first; for a grave step that is the way back
 */
export function Dialog({ title, role = "dialog", onCancel, children, actions }) {
    const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
    const id = useId("dialog");
    useLayoutEffect(() => {
        const before = document.activeElement;
        dialog.current?.showModal();
        return () => {
            dialog.current?.close();
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return html`
        <dialog ref=${dialog} role=${role} class="dialog" aria-labelledby="${id}-title"
            aria-describedby="${id}-text"
            onCancel=${(/** @type {Event} */ event) => {
                event.preventDefault();
                onCancel?.();
            }}>
            <h2 id="${id}-title">${title}</h2>
            <div id="${id}-text" class="dialog-text">${children}</div>
            <div class="actions">
                ${actions.map(({ text, action, primary, focus, disabled }) =>
                    html`
                        <button type="button" class=${primary ? "button primary" : "button"} disabled=${disabled}
                            autofocus=${focus} onClick=${action}>${text}</button>
                    `
                )}
            </div>
        </dialog>
    `;
}

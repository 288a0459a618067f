/**
 * Short messages that tell what just happened. They stay until they are closed or ten others came; a screen reader says
 * them without moving the focus.
 * @module
 */
import { Icon } from "./icons.js";
import { t } from "./texts.js";
import { html, useEffect, useState } from "./ui.js";

/** @typedef {{ id: number, text: string, kind: "success" | "error" }} Toast */

const added = new EventTarget();
let next = 1;
/** How long a good message stays in sight; a bad one stays until it is closed. */
const shownFor = 10_000;

/** @param {string} text @param {"success" | "error"} [kind] */
export function toast(text, kind = "success") {
    added.dispatchEvent(new CustomEvent("toast", { detail: { id: next++, text, kind } }));
}

/** The place of the messages at the upper right; drawn once, so that its live region exists before the first message. */
export function Toasts() {
    const [toasts, setToasts] = useState(/** @type {Toast[]} */ ([]));
    const remove = (/** @type {number} */ id) => setToasts((all) => all.filter((one) => one.id !== id));
    useEffect(() => {
        const add = (/** @type {Event} */ event) => {
            const one = /** @type {CustomEvent<Toast>} */ (event).detail;
            setToasts((all) => [...all, one].slice(-10));
            if (one.kind === "success") setTimeout(() => remove(one.id), shownFor);
        };
        added.addEventListener("toast", add);
        return () => added.removeEventListener("toast", add);
    }, []);
    return html`
        <div class="toasts" role="status" aria-live="polite">
            ${toasts.map((one) =>
                html`
                    <div key=${one.id} class="toast ${one.kind}">
                        <${Icon} name=${one.kind === "success" ? "check" : "warning"} />
                        <span>${one.text}</span>
                        <button type="button" class="icon-button" aria-label=${t("toast.close")} onClick=${() =>
                            remove(one.id)}>
                            <${Icon} name="close" size=${16} />
                        </button>
                    </div>
                `
            )}
        </div>
    `;
}

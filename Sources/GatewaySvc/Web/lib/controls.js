/**
 * Controls that several pages use.
 * @module
 */
import { useId } from "./popover.js";
import { html } from "./ui.js";

/**
 * A choice of one among few, all in sight.
 * @template {string} Value
 * @param {{ label: string, labelled?: boolean, value: Value, options: { value: Value, text: string }[],
 *   choose: (value: Value) => void, children?: import("./ui.js").Node }} props labelled: the label is written beside it
 */
export function Toggle({ label, labelled = false, value, options, choose, children }) {
    const id = useId("toggle");
    return html`
        <div class="toggle-line">
            ${labelled && html`<span id=${id} class="toggle-label">${label}</span>`}
            ${children}
            <div class="toggle" role="group" aria-labelledby=${labelled ? id : undefined}
                aria-label=${labelled ? undefined : label}>
                ${options.map((option) =>
                    html`
                        <button type="button" aria-pressed=${String(option.value === value)}
                            onClick=${() => option.value !== value && choose(option.value)}>${option.text}</button>
                    `
                )}
            </div>
        </div>
    `;
}

/**
 * A labelled drop-down.
 * @param {{ label: string, value: string, choose: (value: string) => void, disabled?: boolean,
 *   options: { value: string, text: string, group?: string }[] }} props options of one group must be neighbours
 */
export function Select({ label, value, choose, disabled = false, options }) {
    const id = useId("select");
    /** @type {{ name: string, options: typeof options }[]} */
    const groups = [];
    for (const option of options) {
        const name = option.group ?? "";
        if (groups.at(-1)?.name !== name) groups.push({ name, options: [] });
        groups.at(-1)?.options.push(option);
    }
    const items = (/** @type {typeof options} */ list) =>
        list.map((option) =>
            html`<option value=${option.value} selected=${option.value === value}>${option.text}</option>`
        );
    return html`
        <div class="field">
            <label for=${id}>${label}</label>
            <select id=${id} value=${value} disabled=${disabled}
                onChange=${(/** @type {Event} */ event) =>
                    choose(/** @type {HTMLSelectElement} */ (event.target).value)}>
                ${groups.map((group) =>
                    group.name
                        ? html`<optgroup label=${group.name}>${items(group.options)}</optgroup>`
                        : items(group.options)
                )}
            </select>
        </div>
    `;
}

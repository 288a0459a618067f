/**
 * Selected Assessments: the most recent one, or a choice of all of the year.
 * @module
 */
import { Toggle } from "../lib/controls.js";
import { GradeTag } from "../lib/distribution.js";
import { Icon } from "../lib/icons.js";
import { gradeColor } from "../lib/levels.js";
import { Info, useId } from "../lib/popover.js";
import { gradeOrder, sorted } from "../lib/sorting.js";
import { label, t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").Assessment} Assessment */

/**
 * @param {{ assessments: Assessment[], selected: Assessment[], selecting: boolean, limit: number,
 *   choose: (ids: number[]) => void }} props
 *   selecting: the choice is the user's; choose: no ids mean the most recent one
 */
export function AssessmentPicker({ assessments, selected, selecting, limit, choose }) {
    const [open, setOpen] = useState(false);
    const id = useId("assessments");
    const ids = selected.map((assessment) => assessment.id);
    const full = ids.length >= limit;
    const remove = (/** @type {number} */ one) => ids.length > 1 && choose(ids.filter((other) => other !== one));
    const flip = (/** @type {number} */ one) => ids.includes(one) ? remove(one) : full || choose([...ids, one]);
    const startSelecting = () => {
        setOpen(true);
        if (!selecting && ids.length) choose(ids);
    };
    const ordered = sorted(assessments, (one) => [gradeOrder(one.grade), one.label], "ascending");
    const grades = [...new Set(ordered.map((one) => one.grade))];
    if (assessments.length === 0) return null;
    return html`
        <section class="card" aria-labelledby=${id}>
            <div class="section-head">
                <h2 id=${id}>${t("picker.title")}</h2>
                <${Info} about=${t("picker.title")} text=${t("picker.info")} />
                <span class="spread"></span>
                <${Toggle} label=${t("picker.mode")} value=${selecting || open ? "select" : "recent"}
                    options=${[{ value: "recent", text: t("picker.mostRecent") }, {
                        value: "select",
                        text: t("picker.select"),
                    }]}
                    choose=${(/** @type {string} */ mode) => {
                        if (mode === "select") return startSelecting();
                        setOpen(false);
                        choose([]);
                    }} />
            </div>
            ${selecting && ids.length > 1 && html`<p class="fine">${t("picker.prompt")}</p>`}
            <ul class="tags">
                ${selected.map((one) =>
                    html`
                        <li key=${one.id}>
                            ${selecting
                                ? html`
                                    <button type="button" class="tag" disabled=${ids.length === 1} onClick=${() =>
                                        remove(one.id)}
                                        title=${ids.length === 1 ? t("picker.last") : undefined}
                                        aria-label=${t("picker.remove", {
                                            assessment: `${label("grade", one.grade, "short")} ${one.label}`,
                                        })}>
                                                                    <${GradeTag} text=${label(
                                                                        "grade",
                                                                        one.grade,
                                                                        "short",
                                                                    )} color=${gradeColor(one.grade)} />
                                                                    <span>${one.label}</span>
                                                                    ${ids.length > 1 &&
                                                                        html`<${Icon} name="close" size=${16} />`}
                                                                </button>
                                `
                                : html`
                                    <span class="tag">
                                        <${GradeTag} text=${label("grade", one.grade, "short")} color=${gradeColor(
                                            one.grade,
                                        )} />
                                        <span>${one.label}</span>
                                    </span>
                                `}
                        </li>
                    `
                )}
                <li>
                    <button type="button" class="icon-button add" aria-label=${t(open ? "picker.close" : "picker.add")}
                        aria-expanded=${String(open)} aria-controls="${id}-list"
                        onClick=${() => (open ? setOpen(false) : startSelecting())}>
                        <${Icon} name=${open ? "close" : "plus"} size=${18} />
                    </button>
                </li>
            </ul>
            <div id="${id}-list" class="choices" hidden=${!open}>
                ${grades.map((grade) =>
                    html`
                        <fieldset key=${grade}>
                            <legend>${label("grade", grade)}</legend>
                            ${ordered.filter((one) => one.grade === grade).map((one) => {
                                const on = ids.includes(one.id);
                                const fixed = (on && ids.length === 1) || (!on && full);
                                const why = fixed ? t(on ? "picker.last" : "picker.full", { limit }) : undefined;
                                const kind = { subject: one.subject, type: label("type", one.type, "short") };
                                const change = () => flip(one.id);
                                return html`
                                    <label key=${one.id} class="choice" title=${why}>
                                        <input type="checkbox" checked=${on} disabled=${fixed} onChange=${change} />
                                        <span>${one.label}</span>
                                        <small>${t("picker.kind", kind)}</small>
                                    </label>
                                `;
                            })}
                        </fieldset>
                    `
                )}
            </div>
        </section>
    `;
}

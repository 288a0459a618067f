/**
 * Removing many results at once: a choice, how many it holds, and after a question their removal.
 * @module
 */
import { api } from "../lib/api.js";
import { Select } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { Dialog } from "../lib/dialog.js";
import { Banner } from "../lib/feedback.js";
import { whole } from "../lib/numbers.js";
import { useId } from "../lib/popover.js";
import { useSession } from "../lib/session.js";
import { plural, t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {{ year: string, assessment: string, school: string, district: string, condition: string,
 *   completedFrom: string, completedTo: string }} Choice */
/** @typedef {{ results: number, students: number, limit: number }} Count */

/** @type {Choice} */
const nothing = {
    year: "",
    assessment: "",
    school: "",
    district: "",
    condition: "",
    completedFrom: "",
    completedTo: "",
};
/** @type {(keyof Choice)[]} */
const texts = ["assessment", "school", "district", "condition"];
/** @type {(keyof Choice)[]} */
const days = ["completedFrom", "completedTo"];

/** What is given of a choice. @param {Choice} choice @returns {Record<string, string>} */
function given(choice) {
    return Object.fromEntries(Object.entries(choice).filter(([, value]) => value));
}

export function RemovalTab() {
    const session = useSession();
    const [choice, setChoice] = useState(nothing);
    const [count, setCount] = useState(/** @type {Count | null} */ (null));
    const [problem, setProblem] = useState("");
    const [asking, setAsking] = useState(false);
    const change = (/** @type {Partial<Choice>} */ part) => {
        setChoice({ ...choice, ...part });
        setCount(null);
        setProblem("");
    };
    const look = async (/** @type {Event} */ event) => {
        event.preventDefault();
        setProblem("");
        try {
            setCount(/** @type {Count} */ (await api.get("/exam-removals/count", { query: given(choice) })));
        } catch (error) {
            setCount(null);
            setProblem(/** @type {Error} */ (error).message);
        }
    };
    const remove = async (/** @type {string} */ reason) => {
        setAsking(false);
        const query = new URLSearchParams({ ...given(choice), expected: String(count?.results ?? 0), reason });
        try {
            const { removed } = /** @type {{ removed: number }} */ (await api.post(`/exam-removals?${query}`));
            toast(plural("removal.done", removed));
            setChoice(nothing);
            setCount(null);
        } catch (error) {
            setCount(null);
            setProblem(/** @type {Error} */ (error).message);
        }
    };
    const tooMany = count !== null && count.results > count.limit;
    const isEmpty = Object.keys(given(choice)).length === 0;
    return html`
        <p class="lead">${t("removal.text")}</p>
        ${session.sandbox && html`<${Banner} kind="caution" text=${t("sandbox.shared")} />`}
        <form class="card" aria-label=${t("removal.choice")} onSubmit=${look}>
            <div class="choice-grid">
                <${Select} label=${t("school.year")} value=${choice.year}
                    choose=${(/** @type {string} */ year) => change({ year })}
                    options=${[
                        { value: "", text: t("filter.all") },
                        ...session.schoolYears.map((one) => ({ value: String(one), text: schoolYear(one) })),
                    ]} />
                ${texts.map((name) =>
                    html`<${Field} name=${name} type="text" value=${choice[name]} change=${change} />`
                )}
                ${days.map((name) =>
                    html`<${Field} name=${name} type="date" value=${choice[name]} change=${change} />`
                )}
            </div>
            <button type="submit" class="button" disabled=${isEmpty}
                title=${isEmpty ? t("removal.choice.needed") : undefined}>${t("removal.count")}</button>
        </form>
        <p class="problem" role="alert">${problem}</p>
        <div role="status">
            ${count && html`
                <p>${t("removal.found", { results: whole(count.results), students: whole(count.students) })}</p>
                ${tooMany && html`<p>${t("removal.tooMany", { n: whole(count.limit) })}</p>`}
            `}
        </div>
        ${count && count.results > 0 && !tooMany && html`
            <button type="button" class="button primary" onClick=${() => setAsking(true)}>${t(
                "removal.remove",
            )}</button>
        `}
        ${asking && count && html`
            <${Question} count=${count} remove=${remove} cancel=${() => setAsking(false)} />
        `}
    `;
}

/** @param {{ name: keyof Choice, type: "text" | "date", value: string, change: (part: Partial<Choice>) => void }} props */
function Field({ name, type, value, change }) {
    const id = useId("removal");
    return html`
        <div class="field">
            <label for=${id}>${t(`removal.field.${name}`)}</label>
            <input id=${id} type=${type} maxlength="250" autocomplete="off" value=${value}
                onInput=${(/** @type {Event} */ event) =>
                    change({ [name]: /** @type {HTMLInputElement} */ (event.target).value.trim() })} />
        </div>
    `;
}

/** @param {{ count: Count, remove: (reason: string) => void, cancel: () => void }} props */
function Question({ count, remove, cancel }) {
    const id = useId("reason");
    const [reason, setReason] = useState("");
    return html`
        <${Dialog} role="alertdialog" title=${plural("removal.title", count.results)} onCancel=${cancel}
            actions=${[
                { text: t("removal.remove"), primary: true, action: () => remove(reason) },
                { text: t("cancel"), focus: true, action: cancel },
            ]}>
            <p>${t("removal.sure")}</p>
            <div class="field">
                <label for=${id}>${t("removal.reason")}</label>
                <input id=${id} type="text" maxlength="250" autocomplete="off" value=${reason}
                    onInput=${(/** @type {Event} */ event) =>
                        setReason(/** @type {HTMLInputElement} */ (event.target).value)} />
            </div>
            <//>
    `;
}

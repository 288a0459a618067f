/**
 * The testing sessions of an interim assessment as cards to switch on and off (results §4.4.2).
 * @module
 */
import { dayText } from "../lib/dates.js";
import { Info } from "../lib/popover.js";
import { t } from "../lib/texts.js";
import { html } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").TestSession} TestSession */
/**
 * Session ids by assessment, an empty one for results without a session. An assessment that is not there shows its newest.
 * @typedef {Record<number, string[]>} ChosenSessions
 */

/** As parameters: `12:ABC` for a session of assessment 12, `12` for none of its sessions. @param {ChosenSessions} chosen */
export function sessionQuery(chosen) {
    return Object.entries(chosen).flatMap(([assessment, ids]) =>
        ids.length > 0 ? ids.map((id) => `${assessment}:${id}`) : [assessment]
    );
}

/** @param {{ sessions: TestSession[], choose: (ids: string[]) => void }} props */
export function SessionCards({ sessions, choose }) {
    if (sessions.length === 0) return null;
    const on = sessions.filter((one) => one.chosen).map((one) => one.session ?? "");
    const flip = (/** @type {string} */ id) => choose(on.includes(id) ? on.filter((one) => one !== id) : [...on, id]);
    return html`
        <section class="sessions">
            <h4>${t("sessions.title")} <${Info} about=${t("sessions.title")} text=${t("sessions.info")} /></h4>
            <ul class="tags" aria-label=${t("sessions.title")}>
                ${sessions.map((one) => {
                    const id = one.session ?? "";
                    const name = one.session ?? t("session.notProvided");
                    return html`
                        <li key=${id}>
                            <button type="button" class="session-card" aria-pressed=${String(one.chosen)}
                                aria-label=${t("sessions.card", { date: dayText(one.date), session: name })}
                                onClick=${() => flip(id)}>
                                <span>${dayText(one.date)}</span>
                                <b>${name}</b>
                            </button>
                        </li>
                    `;
                })}
            </ul>
        </section>
    `;
}

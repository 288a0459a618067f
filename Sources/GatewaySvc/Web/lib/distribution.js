/**
 * How results spread over the levels of a score: one bar and, beneath it, the same as text, highest level first.
 * @module
 */
import { colorOf, inkOn } from "./levels.js";
import { shareText } from "./numbers.js";
import { t } from "./texts.js";
import { html } from "./ui.js";

/** The share from which a part of the bar has room for its number, in percent. */
const roomForNumber = 9;

/**
 * @param {{ statistics: import("./types.js").Statistics, levels: import("./types.js").Level[], display: "percent" | "number",
 *   legend?: boolean, label: string }} props legend: names beside the values; without them the legend stands elsewhere
 */
export function Distribution({ statistics, levels, display, legend = true, label }) {
    if (statistics.results === 0) return html`<p class="no-scores">${t("results.noScores")}</p>`;
    const parts = levels.map((level, index) => ({
        level,
        percent: statistics.levelPercents[index] ?? 0,
        text: shareText(statistics, index, display),
    })).reverse();
    const told = parts.every((part) => part.percent === 0 || part.percent >= roomForNumber);
    return html`
        <div class="distribution">
            <div class="bar" aria-hidden="true">
                ${parts.filter((part) => part.percent > 0).map(({ level, percent, text }) =>
                    html`
                        <span class="part" style=${{
                            flexGrow: percent,
                            background: colorOf(level.color),
                            color: inkOn(level.color),
                        }}>
                            ${percent >= roomForNumber ? text : ""}
                        </span>
                    `
                )}
            </div>
            <ul class=${legend ? "legend" : told ? "visually-hidden" : "legend values"} aria-label=${label}>
                ${parts.map(({ level, text }) =>
                    html`
                        <li>
                            <span class="swatch" aria-hidden="true" style=${{
                                background: colorOf(level.color),
                            }}></span>
                            <span class=${legend ? "" : "visually-hidden"}>${level.name}</span>
                            <b>${text}</b>
                        </li>
                    `
                )}
            </ul>
        </div>
    `;
}

/** The names of levels with their colours, once for several bars. @param {{ levels: import("./types.js").Level[] }} props */
export function Legend({ levels }) {
    return html`
        <ul class="legend shared" aria-label=${t("distribution.legend")}>
            ${[...levels].reverse().map((level) =>
                html`
                    <li><span class="swatch" aria-hidden="true" style=${{
                        background: colorOf(level.color),
                    }}></span>${level.name}</li>
                `
            )}
        </ul>
    `;
}

/**
 * A level in a table cell or card: colour and name. A level the definition does not know shows its number.
 * @param {{ level: import("./types.js").Level | undefined, raw: number | null | undefined }} props
 */
export function LevelText({ level, raw }) {
    if (!raw) return html`<span class="none">${t("value.none")}</span>`;
    return html`
        <span class="level"><span class="swatch" aria-hidden="true" style=${{
            background: colorOf(level?.color),
        }}></span>
            <span>${level ? level.name : t("level.unknown", { level: raw })}</span></span>
    `;
}

/** The coloured short name of a grade, "G3". @param {{ grade: string, text: string, color: string }} props */
export function GradeTag({ text, color }) {
    return html`<span class="grade-tag" style=${{ background: colorOf(color) }}>${text}</span>`;
}

/**
 * How numbers are written.
 * @module
 */
import { t } from "./texts.js";

/** Half up, also for negative numbers: 2.5 → 3, -0.5 → 0. @param {number} x */
export function roundHalfUp(x) {
    return Math.floor(x + 0.5);
}

/** @param {number} n */
export function whole(n) {
    return n.toLocaleString("en-US");
}

/**
 * A score with its error band, "2450 ± 20": no band without a standard error, a dash without a score.
 * @param {import("./types.js").Score | null | undefined} score
 */
export function scoreText(score) {
    if (!score || score.scaleScore === null || score.scaleScore === undefined) return t("value.none");
    if (score.standardError === null || score.standardError === undefined) return String(score.scaleScore);
    return t("value.band", { score: score.scaleScore, error: roundHalfUp(score.standardError) });
}

/**
 * The average of a table with the standard error of the mean; a dash when no result counts.
 * @param {import("./types.js").Statistics} statistics
 */
export function averageText(statistics) {
    if (statistics.results === 0 || statistics.averageRounded === null || statistics.averageRounded === undefined) {
        return t("value.none");
    }
    return t("value.band", { score: statistics.averageRounded, error: statistics.standardErrorRounded ?? 0 });
}

/**
 * What a distribution says of one level, in the chosen display.
 * @param {import("./types.js").Statistics} statistics
 * @param {number} index
 * @param {"percent" | "number"} display
 */
export function shareText(statistics, index, display) {
    return display === "percent"
        ? t("value.percent", { n: statistics.levelPercents[index] ?? 0 })
        : whole(statistics.levelCounts[index] ?? 0);
}

/**
 * "{last}, {first}" with what is there; the SSID when nothing is.
 * @param {{ ssid: string, firstName?: string | null, lastName?: string | null }} student
 */
export function studentName(student) {
    const names = [student.lastName, student.firstName].filter((name) => name);
    return names.length ? names.join(", ") : student.ssid;
}

/** The name used in a sentence: the first name, else the SSID. @param {{ ssid: string, firstName?: string | null }} student */
export function shortName(student) {
    return student.firstName || student.ssid;
}

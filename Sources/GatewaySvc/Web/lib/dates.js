/**
 * How days and school years are written.
 * @module
 */
import { t } from "./texts.js";

/**
 * A school year by its last calendar year: 2018 → "2017-18".
 * @param {number} year
 */
export function schoolYear(year) {
    return t("schoolYear.pattern", { start: year - 1, end: String(year % 100).padStart(2, "0") });
}

/**
 * An instant, as day and time of the place where it is read, with the name of its time zone.
 * @param {string} instant
 */
export function instantText(instant) {
    const date = new Date(instant);
    if (Number.isNaN(date.getTime())) return t("value.none");
    return new Intl.DateTimeFormat("en-US", {
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "numeric",
        minute: "2-digit",
        timeZoneName: "short",
    }).format(date);
}

/**
 * A day of the state's calendar as the API writes it, "2026-03-14" → "03/14/2026". No time zone takes part.
 * @param {string | null | undefined} day
 */
export function dayText(day) {
    const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? "");
    return parts ? t("date.pattern", { year: parts[1], month: parts[2], day: parts[3] }) : t("value.none");
}

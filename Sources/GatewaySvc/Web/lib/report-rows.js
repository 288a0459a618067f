/**
 * The rows of an aggregate report: their order, their tree, their percents. Numbers come from the service; here they are only
 * arranged and written.
 * @module
 */
import { gradeOrder } from "./sorting.js";

/** @typedef {import("./types.js").ReportRow} ReportRow */
/** @typedef {{ row: ReportRow, place: number }} PlacedRow place: in the default order of the service */
/** @typedef {{ column: string, direction: "ascending" | "descending" }} Order */

/** The floor of a share in whole numbers; the shares need not add up to 100. @param {number} part @param {number} whole */
export function percent(part, whole) {
    return whole === 0 ? 0 : Math.floor((part * 100) / whole);
}

/**
 * Counts below, and at or above, the cutoff level: from counts, never from percents.
 * @param {number[]} counts
 * @param {number} cutoff
 */
export function grouped(counts, cutoff) {
    const sum = (/** @type {number[]} */ some) => some.reduce((total, one) => total + one, 0);
    return [sum(counts.slice(0, cutoff - 1)), sum(counts.slice(cutoff - 1))];
}

/**
 * What the level columns of a row show.
 * @param {ReportRow} row
 * @param {{ levels: number, cutoff: number | null, numbers: boolean }} display cutoff: null: every level for itself
 */
export function levelValues(row, { levels, cutoff, numbers }) {
    const counts = Array.from({ length: levels }, (_, index) => row.measures.levelCounts[index] ?? 0);
    const shown = cutoff ? grouped(counts, cutoff) : counts;
    return numbers ? shown : shown.map((count) => percent(count, row.measures.studentCount));
}

/** A row without anything to show in its value columns. @param {ReportRow} row */
export function isBlank(row) {
    return row.measures.studentCount === 0 || row.suppressed !== undefined;
}

/**
 * The order of two rows by one identity column.
 * @param {PlacedRow} a
 * @param {PlacedRow} b
 * @param {string} column
 * @param {Map<string, number>} organizations place of each organization
 */
function compare(a, b, column, organizations) {
    const [x, y] = [a.row, b.row];
    switch (column) {
        case "organization":
            return (organizations.get(organizationKey(x)) ?? 0) - (organizations.get(organizationKey(y)) ?? 0);
        case "assessmentGrade":
            return gradeOrder(x.assessment.gradeCode) - gradeOrder(y.assessment.gradeCode);
        case "schoolYear":
            return x.assessment.examSchoolYear - y.assessment.examSchoolYear;
        case "dimension":
            return x.slice - y.slice;
        default:
            return x.assessment.label.localeCompare(y.assessment.label, "en", { sensitivity: "base" }) ||
                x.assessment.id - y.assessment.id;
    }
}

/** @param {ReportRow} row */
export function organizationKey(row) {
    return `${row.organization.organizationType} ${row.organization.id ?? 0}`;
}

/** What an identity cell stands for, to find equal neighbours. @param {ReportRow} row @param {string} column */
function identity(row, column) {
    switch (column) {
        case "organization":
            return organizationKey(row);
        case "assessmentGrade":
            return row.assessment.gradeCode;
        case "schoolYear":
            return row.assessment.examSchoolYear;
        case "dimension":
            return row.slice;
        default:
            return row.assessment.id;
    }
}

/**
 * Rows in the order that is asked for, with the leading identity cells that repeat the row above left blank. Ties fall back
 * to the default order; rows without students are last by any value, in both directions.
 * @param {ReportRow[]} rows in the order of the service
 * @param {string[]} columns identity columns in their order
 * @param {Order} order column "": the default
 * @param {(row: ReportRow, column: string) => number} value what a value column sorts by
 * @returns {{ row: ReportRow, place: number, blank: Set<string> }[]}
 */
export function arrange(rows, columns, order, value) {
    /** @type {Map<string, number>} */
    const organizations = new Map();
    for (const row of rows) {
        const key = organizationKey(row);
        if (!organizations.has(key)) organizations.set(key, organizations.size);
    }
    const sign = order.direction === "descending" ? -1 : 1;
    const byValue = order.column !== "" && !columns.includes(order.column);
    const placed = rows.map((row, place) => ({
        row,
        place,
        key: byValue ? value(row, order.column) : 0,
        last: byValue && isBlank(row),
    }));
    placed.sort((a, b) => {
        if (a.last !== b.last) return a.last ? 1 : -1;
        if (byValue && !a.last && a.key !== b.key) return sign * (a.key - b.key);
        if (!byValue && order.column !== "") {
            const first = sign * compare(a, b, order.column, organizations);
            if (first !== 0) return first;
        }
        for (const column of columns) {
            const next = compare(a, b, column, organizations);
            if (next !== 0) return next;
        }
        return a.place - b.place;
    });
    return placed.map(({ row, place }, index) => {
        /** @type {Set<string>} */
        const blank = new Set();
        const above = placed[index - 1]?.row;
        for (const column of columns) {
            if (!above || identity(above, column) !== identity(row, column)) break;
            blank.add(column);
        }
        return { row, place, blank };
    });
}

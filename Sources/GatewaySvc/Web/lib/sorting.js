/**
 * The order of rows in tables: stable, case-insensitive, empty cells first when ascending.
 * @module
 */

const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

/** @typedef {string | number | null | undefined} Cell */

/** @param {Cell} value */
function isEmpty(value) {
    return value === null || value === undefined || value === "";
}

/**
 * @param {Cell} a
 * @param {Cell} b
 * @returns {number}
 */
export function compareCells(a, b) {
    if (isEmpty(a) || isEmpty(b)) return Number(isEmpty(b)) - Number(isEmpty(a));
    if (typeof a === "number" && typeof b === "number") return a - b;
    return collator.compare(String(a), String(b));
}

/**
 * A sorted copy. Rows that compare equal keep their order in both directions.
 * @template Row
 * @param {readonly Row[]} rows
 * @param {(row: Row) => Cell | Cell[]} key a cell, or cells compared one after the other
 * @param {"ascending" | "descending"} direction
 * @returns {Row[]}
 */
export function sorted(rows, key, direction) {
    const sign = direction === "ascending" ? 1 : -1;
    const keyed = rows.map((row) => ({ row, cells: [key(row)].flat() }));
    keyed.sort((a, b) => {
        for (let i = 0; i < a.cells.length; i++) {
            const order = compareCells(a.cells[i], b.cells[i]);
            if (order !== 0) return sign * order;
        }
        return 0;
    });
    return keyed.map(({ row }) => row);
}

const grades = ["PR", "IT", "PK", "TK", "KG"];

/**
 * The place of a grade in school order: before first grade, the grades, what has no place in the row of years.
 * @param {string} code
 */
export function gradeOrder(code) {
    const early = grades.indexOf(code);
    if (early >= 0) return early - grades.length;
    const number = Number.parseInt(code, 10);
    return Number.isNaN(number) ? 100 : number;
}

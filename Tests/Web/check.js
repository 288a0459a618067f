/**
 * The few assertions the unit tests need.
 * @module
 */

/** @param {unknown} actual @param {unknown} expected @param {string} [about] */
export function equal(actual, expected, about = "") {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a !== b) throw new Error(`${about} expected ${b}, got ${a}`);
}

/** @param {boolean} fact @param {string} about */
export function ensure(fact, about) {
    if (!fact) throw new Error(about);
}

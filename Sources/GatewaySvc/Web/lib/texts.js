/**
 * The text catalogue: every text a person sees comes from here by key.
 * @module
 */

/** @type {Record<string, string>} */
let catalogue = {};

/** @param {Record<string, string>} texts */
export function useTexts(texts) {
    catalogue = texts;
}

/**
 * The text of a key with `{name}` replaced by values. A key that is not there is an error in the console, which no test
 * lets pass.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
    const text = catalogue[key];
    if (text === undefined) {
        console.error(`No text for ${key}`);
        return key;
    }
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The text for one or for several: `key.one` or `key.other`, with `{n}`.
 * @param {string} key
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function plural(key, n, values = {}) {
    return t(`${key}.${n === 1 ? "one" : "other"}`, { n: n.toLocaleString("en-US"), ...values });
}

/**
 * The label of a code of a list that data may extend: the code itself where the catalogue does not know it.
 * @param {string} list
 * @param {string} code
 * @param {string} [form] "name" or "short"
 * @returns {string}
 */
export function label(list, code, form = "name") {
    return catalogue[`${list}.${code}.${form}`] ?? code;
}

/**
 * What the subject definitions say of an assessment's scores: names, levels and colours are data.
 * @module
 */

/** @typedef {"overall" | "alternate" | "claim"} ScoreKind */
/** @typedef {{ kind: ScoreKind, definition: import("./types.js").ScoreDefinition, codes: import("./types.js").ScoreCode[] }} ScoreView */

/**
 * The kinds of score an assessment has, in the order of the toggle: overall, alternate, claim.
 * @param {import("./types.js").Subject[]} subjects
 * @param {{ subject: string, type: string }} assessment
 * @returns {ScoreView[]}
 */
export function scoreViews(subjects, assessment) {
    const subject = subjects.find((s) => s.code === assessment.subject);
    const type = subject?.types.find((candidate) => candidate.code === assessment.type);
    /** @type {ScoreView[]} */
    const views = [{ kind: "overall", definition: type?.overall ?? { name: "", levels: [] }, codes: [] }];
    if (!subject || !type) return views;
    if (type.alternate?.levels.length && subject.alternates.length) {
        views.push({ kind: "alternate", definition: type.alternate, codes: subject.alternates });
    }
    if (type.claim?.levels.length && subject.claims.length) {
        views.push({ kind: "claim", definition: type.claim, codes: subject.claims });
    }
    return views;
}

/**
 * @param {import("./types.js").ScoreDefinition} definition
 * @param {number | null | undefined} level
 * @returns {import("./types.js").Level | undefined}
 */
export function findLevel(definition, level) {
    return level ? definition.levels.find((candidate) => candidate.level === level) : undefined;
}

/**
 * The CSS value of a colour token. A token that is no plain word cannot name a colour.
 * @param {string | undefined} token
 */
export function colorOf(token) {
    return token && /^[a-z][a-z0-9-]*$/.test(token)
        ? `var(--color-${token}, var(--color-unknown))`
        : "var(--color-unknown)";
}

/** The ink that reads well on a colour token. @param {string | undefined} token */
export function inkOn(token) {
    return token && /^[a-z][a-z0-9-]*$/.test(token) ? `var(--ink-${token}, var(--ink-light))` : "var(--ink-light)";
}

const gradeSequence = ["KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13"].concat(
    ["PS", "UG", "IT", "PR", "PK", "TK"],
);
const gradeColors = ["teal", "green", "orange", "blue-dark", "maroon", "green-dark", "blue-dark"];

/** The colour token of a grade tag. @param {string} grade */
export function gradeColor(grade) {
    return gradeColors[Math.max(0, gradeSequence.indexOf(grade)) % gradeColors.length];
}

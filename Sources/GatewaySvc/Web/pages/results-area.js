/**
 * What the results page of a school and that of a group have in common: the choice of assessments, how values are shown, and
 * a panel of results for each assessment.
 * @module
 */
import { Toggle } from "../lib/controls.js";
import { EmbargoNotice, Empty } from "../lib/feedback.js";
import { Info } from "../lib/popover.js";
import { gradeOrder, sorted } from "../lib/sorting.js";
import { plural, t } from "../lib/texts.js";
import { html, useMemo, useState } from "../lib/ui.js";
import { AssessmentPicker } from "./assessment-picker.js";
import { ResultsPanel } from "./results-panel.js";

/** @typedef {import("../lib/types.js").Assessment} Assessment */
/** @typedef {import("../lib/types.js").AssessmentResults} AssessmentResults */
/** @typedef {import("../lib/types.js").Notice} Notice */
/** @typedef {{ assessments: Assessment[], notice: Notice }} AssessmentList */
/** @typedef {{ results: AssessmentResults[], notice: Notice }} Results */
/**
 * Fetches further rows of one assessment.
 * @typedef {(assessment: number, pageToken: string, signal: AbortSignal) => Promise<Results>} MoreRows
 */

/** The server's limit of assessments in one answer. */
const assessmentLimit = 30;

/**
 * @param {{ list: AssessmentList, results: Results, subjects: import("../lib/types.js").Subject[], chosen: number[],
 *   choose: (assessments: number[]) => void, more: MoreRows, loading: boolean, openAtFirst?: boolean }} props
 *   chosen: none means the most recent one; openAtFirst: whether a panel is open before anybody touched it
 */
export function ResultsArea({ list, results, subjects, chosen, choose, more, loading, openAtFirst = false }) {
    const [display, setDisplay] = useState(/** @type {"percent" | "number"} */ ("percent"));
    const [openPanels, setOpenPanels] = useState(/** @type {Record<number, boolean>} */ ({}));
    const panels = useMemo(
        () =>
            sorted(
                results.results,
                ({ assessment }) => [gradeOrder(assessment.grade), assessment.label],
                "ascending",
            ),
        [results],
    );
    const selecting = chosen.length > 0;
    // The user's choice shows at once; its results follow.
    const selected = selecting
        ? list.assessments.filter((assessment) => chosen.includes(assessment.id))
        : panels.map((panel) => panel.assessment);
    const open = (/** @type {number} */ assessment) => openPanels[assessment] ?? openAtFirst;
    const openAll = (/** @type {boolean} */ value) =>
        setOpenPanels(Object.fromEntries(panels.map((panel) => [panel.assessment.id, value])));
    return html`
        <${EmbargoNotice} notice=${results.notice === "none" ? list.notice : results.notice} />
        <${AssessmentPicker} assessments=${list.assessments} selected=${selected}
            selecting=${selecting} limit=${assessmentLimit} choose=${choose} />
        ${panels.length === 0 ? html`<${Empty} text=${t("school.noneForSelection")} />` : html`
            <section aria-labelledby="results" aria-busy=${String(loading)}>
                <div class="section-head">
                    <h2 id="results">${t("results.title")}</h2>
                    <${Toggle} labelled label=${t("results.display")} value=${display} choose=${setDisplay}
                        options=${[{ value: "percent", text: t("results.percent") }, {
                            value: "number",
                            text: t("results.number"),
                        }]}>
                        <${Info} about=${t("results.display")} text=${t("results.display.info")} />
                    <//>
                    <span class="spread"></span>
                    <button type="button" class="button quiet" onClick=${() => openAll(false)}>${t(
                        "results.collapseAll",
                    )}</button>
                    <button type="button" class="button quiet" onClick=${() => openAll(true)}>${t(
                        "results.expandAll",
                    )}</button>
                </div>
                <p class="visually-hidden" role="status">${plural("results.count", panels.length)}</p>
                ${panels.map((panel) =>
                    html`
                        <${ResultsPanel} key=${panel.assessment.id} results=${panel} subjects=${subjects}
                            display=${display} more=${more} open=${open(panel.assessment.id)}
                            toggle=${() =>
                                setOpenPanels({
                                    ...openPanels,
                                    [panel.assessment.id]: !open(panel.assessment.id),
                                })} />
                    `
                )}
            </section>
        `}
    `;
}

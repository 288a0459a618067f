/**
 * What the results page of a school and that of a group have in common: the choice of assessments, how values are shown, and
 * a panel of results for each assessment.
 * @module
 */
import { Toggle } from "../lib/controls.js";
import { ExportButton } from "../lib/export-button.js";
import { EmbargoNotice, Empty } from "../lib/feedback.js";
import { whole } from "../lib/numbers.js";
import { Info } from "../lib/popover.js";
import { gradeOrder, sorted } from "../lib/sorting.js";
import { plural, t } from "../lib/texts.js";
import { html, useMemo, useState } from "../lib/ui.js";
import { AssessmentPicker } from "./assessment-picker.js";
import { AdvancedFilters, filterQuery, noFilters } from "./filters.js";
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
 *   choose: (assessments: number[]) => void, more: MoreRows, loading: boolean, openAtFirst?: boolean,
 *   filters: import("./filters.js").Filters, changeFilters: (filters: import("./filters.js").Filters) => void,
 *   fields: import("../lib/types.js").FilterField[], transfers: boolean,
 *   chooseSessions?: (assessment: number, ids: string[]) => void,
 *   file: { path: string, query: Record<string, unknown> } }} props
 *   chosen: none means the most recent one; openAtFirst: whether a panel is open before anybody touched it; transfers:
 *   whether this site shows results of other schools; file: where the results come from as a file, without filters
 */
export function ResultsArea(
    {
        list,
        results,
        subjects,
        chosen,
        choose,
        more,
        loading,
        openAtFirst = false,
        filters,
        changeFilters,
        fields,
        transfers,
        chooseSessions,
        file,
    },
) {
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
    const shown = panels.reduce((sum, panel) => sum + panel.examCount, 0);
    const total = panels.reduce((sum, panel) => sum + panel.unfilteredCount, 0);
    const filtered = filters !== noFilters && JSON.stringify(filters) !== JSON.stringify(noFilters);
    return html`
        <${EmbargoNotice} notice=${results.notice === "none" ? list.notice : results.notice} />
        <${AssessmentPicker} assessments=${list.assessments} selected=${selected}
            selecting=${selecting} limit=${assessmentLimit} choose=${choose} />
        <${AdvancedFilters} filters=${filters} change=${changeFilters} fields=${fields} transfers=${transfers}
            types=${[...new Set(list.assessments.map((assessment) => assessment.type))]} />
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
                    <${ExportButton} path=${file.path} none=${shown === 0}
                        query=${{ ...file.query, ...filterQuery(filters) }} all=${filtered ? file.query : null}
                        embargoed=${shown > 0 && panels.every((panel) => panel.examCount === panel.embargoedCount)} />
                    <button type="button" class="button quiet" onClick=${() => openAll(false)}>${t(
                        "results.collapseAll",
                    )}</button>
                    <button type="button" class="button quiet" onClick=${() => openAll(true)}>${t(
                        "results.expandAll",
                    )}</button>
                </div>
                <p class="visually-hidden" role="status">${plural("results.count", panels.length)}</p>
                ${shown < total && html`
                    <p class="fine" role="status">${t("filters.of", { shown: whole(shown), total: whole(total) })}</p>
                `}
                ${shown === 0 && html`<${Empty} text=${t("filters.none")} />`}
                ${panels.map((panel) =>
                    html`
                        <${ResultsPanel} key=${panel.assessment.id} results=${panel} subjects=${subjects}
                            display=${display} more=${more} chooseSessions=${chooseSessions} open=${open(
                                panel.assessment.id,
                            )}
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

/**
 * The results of one assessment: summary, distribution, and the students behind them.
 * @module
 */
import { Toggle } from "../lib/controls.js";
import { Distribution, GradeTag, Legend } from "../lib/distribution.js";
import { Failure } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { gradeColor, scoreViews } from "../lib/levels.js";
import { averageText, whole } from "../lib/numbers.js";
import { Info, useId } from "../lib/popover.js";
import { label, t } from "../lib/texts.js";
import { html, useEffect, useState } from "../lib/ui.js";
import { StudentTable } from "./student-table.js";

/** @typedef {import("../lib/types.js").AssessmentResults} AssessmentResults */
/** @typedef {import("../lib/types.js").Exam} Exam */
/** @typedef {import("../lib/levels.js").ScoreView} ScoreView */
/** @typedef {import("../lib/levels.js").ScoreKind} ScoreKind */
/** @typedef {import("./results-area.js").MoreRows} MoreRows */

/**
 * @param {{ results: AssessmentResults, subjects: import("../lib/types.js").Subject[], display: "percent" | "number",
 *   more: MoreRows, open: boolean, toggle: () => void }} props
 */
export function ResultsPanel({ results, subjects, display, more, open, toggle }) {
    const { assessment } = results;
    const id = useId("panel");
    const views = scoreViews(subjects, assessment);
    const [kind, setKind] = useState(/** @type {ScoreKind} */ ("overall"));
    const view = views.find((one) => one.kind === kind) ?? views[0];
    const short = label("grade", assessment.grade, "short");
    return html`
        <article class="card results-panel" aria-labelledby="${id}-title">
            <h3 id="${id}-title">
                <button type="button" class="panel-button" aria-expanded=${String(open)} aria-controls=${id}
                    onClick=${toggle}>
                    <${Icon} name=${open ? "down" : "right"} />
                    <${GradeTag} text=${short} color=${gradeColor(assessment.grade)} />
                    <span class="panel-label">${assessment.label}</span>
                    ${!open &&
                        html`<span class="panel-glance">${
                            results.overall.results === 0 ? t("results.noScores") : t("results.glance", {
                                average: averageText(results.overall),
                                n: whole(results.overall.results),
                            })
                        }</span>`}
                </button>
            </h3>
            <div id=${id} class="panel-body" hidden=${!open}>
                ${open && html`
                    ${views.length > 1 && html`
                        <${Toggle} label=${t("results.scores")} value=${view.kind} choose=${setKind}
                            options=${views.map((one) => ({ value: one.kind, text: one.definition.name }))} />
                    `}
                    <${Summary} results=${results} view=${view} />
                    <${Spread} results=${results} view=${view} display=${display} />
                    <${Students} results=${results} view=${view} more=${more} />
                `}
            </div>
        </article>
    `;
}

/**
 * Average and count; the claim view has neither, its categories have no average.
 * @param {{ results: AssessmentResults, view: ScoreView }} props
 */
function Summary({ results, view }) {
    if (view.kind === "claim") return null;
    const rows = view.kind === "overall" ? [{ name: "", statistics: results.overall }] : view.codes.flatMap((code) => {
        const statistics = results.alternates.find((one) => one.code === code.code);
        return statistics ? [{ name: code.name, statistics }] : [];
    });
    return html`
        <section class="summary">
            <h4>${t("results.summary")}</h4>
            ${rows.map(({ name, statistics }) =>
                html`
                    <dl class="facts" key=${name}>
                        ${name && html`
                            <dt class="visually-hidden">${view.definition.name}</dt>
                            <dd class="fact-name">${name}</dd>
                        `}
                        <div class="fact">
                            <dt>${t("results.average")} <${Info} about=${t("results.average")}
                                text=${t("results.average.info")} /></dt>
                            <dd>${averageText(statistics)}</dd>
                        </div>
                        <div class="fact">
                            <dt>${t("results.number.of")} <${Info} about=${t("results.number.of")}
                                text=${t(view.kind === "overall" ? "results.number.info" : "results.number.info.all", {
                                    score: view.definition.name,
                                })} /></dt>
                            <dd>${whole(statistics.results)}</dd>
                        </div>
                    </dl>
                `
            )}
        </section>
    `;
}

/** @param {{ results: AssessmentResults, view: ScoreView, display: "percent" | "number" }} props */
function Spread({ results, view, display }) {
    const title = view.kind === "overall"
        ? t("distribution.overall")
        : t("distribution.named", { name: view.definition.name });
    const info = view.kind === "overall"
        ? t("distribution.info")
        : t("distribution.info.all", { score: view.definition.name });
    const levels = view.definition.levels;
    const several = view.kind === "claim" ? results.claims : results.alternates;
    return html`
        <section class="spread-section">
            <h4>${title} <${Info} about=${title} text=${info} /></h4>
            ${view.kind === "overall"
                ? html`<${Distribution} statistics=${results.overall} levels=${levels} display=${display} label=${title} />`
                : html`
                    <${Legend} levels=${levels} />
                    <div class="spread-rows">
                        ${view.codes.map((code) => {
                            const statistics = several.find((one) => one.code === code.code);
                            return html`
                                <div class="spread-row" key=${code.code}>
                                    <span class="spread-name">${code.name}</span>
                                    ${statistics
                                        ? html`
                                            <${Distribution} statistics=${statistics} levels=${levels} display=${display}
                                                legend=${false} label=${t("distribution.of", {
                                                    title,
                                                    name: code.name,
                                                })} />
                                        `
                                        : html`<p class="no-scores">${t("results.noScores")}</p>`}
                                </div>
                            `;
                        })}
                    </div>
                    ${view.kind === "claim" && several.length > 0 && html`
                        <p class="fine">${t("results.number.of")}: ${whole(several[0].results)}
                            <${Info} about=${t("results.number.of")} text=${t("results.number.info.all", {
                                score: view.definition.name,
                            })} /></p>
                    `}
                `}
        </section>
    `;
}

/**
 * Results By Student. The first rows came with the statistics; the others are fetched page by page while these are shown.
 * @param {{ results: AssessmentResults, view: ScoreView, more: MoreRows }} props
 */
function Students({ results, view, more }) {
    const id = useId("students");
    const [shown, setShown] = useState(true);
    const [exams, setExams] = useState(results.exams);
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const [attempt, setAttempt] = useState(0);
    useEffect(() => {
        const abort = new AbortController();
        (async () => {
            let all = results.exams;
            setExams(all);
            setError(null);
            for (let pageToken = results.nextPageToken; pageToken;) {
                const answer = await more(results.assessment.id, pageToken, abort.signal);
                const page = answer.results[0];
                if (!page) break; // taken back while we were reading: what was read stays until the next look
                all = [...all, ...page.exams];
                setExams(all);
                pageToken = page.nextPageToken;
            }
        })().catch((problem) => abort.signal.aborted || setError(problem));
        return () => abort.abort();
    }, [results, attempt]);
    return html`
        <section class="students">
            <div class="section-head">
                <h4>${t("students.title")}</h4>
                <span class="fine" role="status">${exams.length < results.examCount
                    ? t("students.loading", { n: whole(exams.length), total: whole(results.examCount) })
                    : ""}</span>
                <span class="spread"></span>
                <button type="button" class="button quiet" aria-expanded=${String(shown)} aria-controls=${id}
                    onClick=${() => setShown(!shown)}>${t(shown ? "results.hide" : "results.show")}</button>
            </div>
            <div id=${id} class="students-body" hidden=${!shown}>
                ${error && html`<${Failure} error=${error} retry=${() => setAttempt(attempt + 1)} />`}
                ${shown &&
                    html`<${StudentTable} exams=${exams} total=${results.examCount} view=${view} assessment=${results.assessment} />`}
            </div>
        </section>
    `;
}

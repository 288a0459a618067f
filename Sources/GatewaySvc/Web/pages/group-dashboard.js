/**
 * The IAB Dashboard of a group: who has taken which interim block, and how that went.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { GradeTag } from "../lib/distribution.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { colorOf, gradeColor, scoreViews } from "../lib/levels.js";
import { go } from "../lib/router.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { gradeOrder, sorted } from "../lib/sorting.js";
import { label, plural, t } from "../lib/texts.js";
import { html, useEffect, useMemo, useState } from "../lib/ui.js";
import { groupAddress, GroupSelect } from "./group.js";

/** @typedef {import("../lib/types.js").DashboardCard} DashboardCard */
/** @typedef {import("../lib/types.js").Group} Group */
/** @typedef {import("../lib/types.js").Subject} Subject */

/** The server's limit of assessments in one answer. */
const assessmentLimit = 30;

/** @param {string} id @param {{ year?: number | string, subject?: string }} choice */
function addressOf(id, { year, subject }) {
    const query = new URLSearchParams();
    if (year) query.append("year", String(year));
    if (subject) query.append("subject", subject);
    return `/groups/${id}/dashboard${query.size ? `?${query}` : ""}`;
}

/** @param {{ id: string, query: URLSearchParams }} props */
export function GroupDashboardPage({ id, query }) {
    const session = useSession();
    const asked = Number(query.get("year")) || undefined;
    const subject = query.get("subject") ?? "";
    const [selected, setSelected] = useState(/** @type {number[]} */ ([]));
    const subjects = useAnswer((signal) => api.get("/subjects", { signal }), []);
    const groupsAnswer = useAnswer((signal) => api.get("/groups", { signal }), []);
    const answer = useAnswer(
        (signal) => api.get(`/groups/${id}/dashboard`, { query: { year: asked, subject }, signal }),
        [id, asked, subject],
    );
    // Another group, year or subject: another choice.
    useEffect(() => setSelected([]), [id, asked, subject]);

    const dashboard =
        /** @type {{ group: Group, schoolYear: number | null, cards: DashboardCard[] } | null} */ (answer.data);
    const { groups } = /** @type {{ groups: Group[] }} */ (groupsAnswer.data ?? { groups: [] });
    const definitions = /** @type {{ subjects: Subject[] } | null} */ (subjects.data)?.subjects ?? [];
    const year = asked ?? dashboard?.schoolYear ?? session.currentSchoolYear;
    const cards = useMemo(
        () =>
            sorted(
                dashboard?.cards ?? [],
                ({ assessment }) => [gradeOrder(assessment.grade), assessment.label],
                "ascending",
            ),
        [dashboard],
    );
    const group = dashboard?.group;
    const offered = definitions.filter((one) => !group?.subject || one.code === group.subject);
    const failed = answer.error ?? subjects.error;
    const unavailable = failed instanceof ApiError && failed.status === 404;
    const full = selected.length >= assessmentLimit;
    const flip = (/** @type {number} */ assessment) =>
        setSelected(
            selected.includes(assessment)
                ? selected.filter((other) => other !== assessment)
                : full
                ? selected
                : [...selected, assessment],
        );
    return html`
        <${PageHead} title=${t("dashboard.title")} crumbs=${[{ text: t("dashboard.crumb") }]} />
        <section class="card selectors" aria-label=${t("dashboard.selectors")}>
            <${GroupSelect} groups=${groups} id=${id} choose=${(/** @type {string} */ other) =>
                go(addressOf(other, { year: asked }))} />
            <${Select} label=${t("school.year")} value=${String(year)}
                choose=${(/** @type {string} */ value) =>
                    go(addressOf(id, { year: value, subject }), { replace: true })}
                options=${session.schoolYears.map((value) => ({ value: String(value), text: schoolYear(value) }))} />
            <${Select} label=${t("history.subject")} value=${subject}
                choose=${(/** @type {string} */ value) =>
                    go(addressOf(id, { year: asked, subject: value }), { replace: true })}
                options=${[
                    { value: "", text: t("filter.all") },
                    ...offered.map((one) => ({ value: one.code, text: one.name })),
                ]} />
            <div class="selector-buttons">
                <button type="button" class="button primary" disabled=${selected.length === 0}
                    title=${selected.length ? undefined : t("dashboard.view.needed")}
                    onClick=${() => go(groupAddress(id, { year, assessments: selected }))}>${t(
                        "dashboard.view",
                    )}</button>
            </div>
        </section>
        ${unavailable
            ? html`<${Empty} text=${t("group.unavailable")} />`
            : failed
            ? html`<${Failure} error=${failed} retry=${() =>
                [answer, subjects].forEach((one) => one.error && one.reload())} />`
            : !dashboard || !subjects.data
            ? html`<${Loading} />`
            : cards.length === 0
            ? html`<${Empty} text=${t("dashboard.none")} />`
            : html`
                <p class="visually-hidden" role="status">${plural("dashboard.count", cards.length)}</p>
                <ul class="dashboard-cards" aria-busy=${String(answer.loading)}>
                    ${cards.map((card) =>
                        html`
                            <li key=${card.assessment.id}>
                                <${Card} card=${card} students=${dashboard.group.students ?? 0} subjects=${definitions}
                                    on=${selected.includes(card.assessment.id)}
                                    full=${full} flip=${() => flip(card.assessment.id)} />
                            </li>
                        `
                    )}
                </ul>
            `}
    `;
}

/**
 * @param {{ card: DashboardCard, students: number, subjects: Subject[], on: boolean, full: boolean,
 *   flip: () => void }} props
 */
function Card({ card, students, subjects, on, full, flip }) {
    const { assessment } = card;
    const [overall] = scoreViews(subjects, assessment);
    return html`
        <button type="button" class=${`history-card dashboard-card ${on ? "open" : ""}`} aria-pressed=${String(on)}
            disabled=${full && !on} title=${full && !on
                ? t("picker.full", { limit: assessmentLimit })
                : undefined} onClick=${flip}>
            <span class="card-top">
                <${Icon} name="iab" size=${22} />
                <span class="card-type">${assessment.subject}</span>
                <span class="spread"></span>
                ${on && html`<${Icon} name="check" size=${22} />`}
            </span>
            <span class="card-name">
                <${GradeTag} text=${label("grade", assessment.grade, "short")} color=${gradeColor(assessment.grade)} />
                <b>${assessment.label}</b>
            </span>
            <span class="participation" aria-hidden="true">
                <span class="participation-fill" style=${{ width: `${card.participationPercent}%` }}></span>
            </span>
            <span>${t("dashboard.tested", { tested: card.tested, group: students })}</span>
            <span class="dashboard-levels">
                ${overall.definition.levels.map((level, index) =>
                    html`
                        <span class="dashboard-level">
                            <b>${t("value.percent", { n: card.levelPercents[index] ?? 0 })}</b>
                            <span class="swatch" aria-hidden="true" style=${{
                                background: colorOf(level.color),
                            }}></span>
                            <span>${level.name}</span>
                        </span>
                    `
                )}
            </span>
        </button>
    `;
}

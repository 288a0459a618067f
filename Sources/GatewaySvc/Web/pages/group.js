/**
 * The results of one group: choice of group, year and assessments; a panel of results for each.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select, Toggle } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { Info } from "../lib/popover.js";
import { go } from "../lib/router.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";
import { groupName, subjectText } from "./group-search.js";
import { ResultsArea } from "./results-area.js";

/** @typedef {import("../lib/types.js").Assessment} Assessment */
/** @typedef {import("../lib/types.js").Group} Group */
/** @typedef {import("../lib/types.js").GroupResults} GroupResults */
/** @typedef {import("../lib/types.js").Notice} Notice */
/** @typedef {import("../lib/types.js").Subject} Subject */

/**
 * The address of a group's results; nothing personal stands in it.
 * @param {string | number} id
 * @param {{ year?: number | string, assessments?: number[] }} [choice]
 */
export function groupAddress(id, { year, assessments = [] } = {}) {
    const query = new URLSearchParams();
    if (year) query.append("year", String(year));
    for (const assessment of assessments) query.append("assessment", String(assessment));
    return `/groups/${id}${query.size ? `?${query}` : ""}`;
}

/**
 * The choice of one of the user's groups, and what is said when there is none to choose.
 * @param {{ groups: Group[], id: string, choose: (id: string) => void }} props
 */
export function GroupSelect({ groups, id, choose }) {
    return html`
        <${Select} label=${t("groups.label")} value=${id} choose=${choose}
            options=${groups.map((group) => ({ value: String(group.id), text: groupName(group, groups) }))} />
    `;
}

/** @param {{ id: string, query: URLSearchParams }} props */
export function GroupPage({ id, query }) {
    const session = useSession();
    const [transfers, setTransfers] = useState(/** @type {"show" | "hide"} */ ("show"));
    const asked = Number(query.get("year")) || undefined;
    const chosen = query.getAll("assessment").map(Number).filter(Number.isSafeInteger);
    const hidden = transfers === "hide" ? "hide" : undefined;

    const subjects = useAnswer((signal) => api.get("/subjects", { signal }), []);
    const groupsAnswer = useAnswer((signal) => api.get("/groups", { signal }), []);
    const listAnswer = useAnswer(
        (signal) => api.get(`/groups/${id}/assessments`, { query: { year: asked }, signal }),
        [id, asked],
    );
    const list =
        /** @type {{ group: Group, schoolYear: number | null, assessments: Assessment[], notice: Notice } | null} */ (
            listAnswer.data
        );
    // Without a year in the address it is that of the newest result.
    const year = asked ?? list?.schoolYear ?? session.currentSchoolYear;
    const ready = asked !== undefined || list !== null;
    const resultsAnswer = useAnswer(
        (signal) =>
            ready
                ? api.get(`/groups/${id}/results`, {
                    query: { year, assessment: chosen, transfers: hidden },
                    signal,
                })
                : null,
        [id, year, ready, chosen.join(), transfers],
    );
    const results = /** @type {GroupResults | null} */ (resultsAnswer.data);
    const { groups } = /** @type {{ groups: Group[] }} */ (groupsAnswer.data ?? { groups: [] });
    const { subjects: definitions } = /** @type {{ subjects: Subject[] }} */ (subjects.data ?? { subjects: [] });
    const answers = [listAnswer, resultsAnswer, subjects];
    const failed = answers.map((answer) => answer.error).find((error) => error);
    const unavailable = failed instanceof ApiError && failed.status === 404;
    const group = list?.group ?? results?.group;

    /** @type {import("./results-area.js").MoreRows} */
    const more = (assessment, pageToken, signal) =>
        api.get(`/groups/${id}/results`, {
            query: { year, assessment, transfers: hidden, pageToken },
            signal,
        });
    const title = group ? groupName(group, groups) : t("group.title");
    const known = groups.some((one) => String(one.id) === id) || !group ? groups : [group, ...groups];
    const dashboard = `/groups/${id}/dashboard?year=${year}`;
    return html`
        <${PageHead} title=${title} crumbs=${[{ text: t("group.title") }]}>
            ${group && html`
                <p class="lead">${t("group.about", {
                    school: group.school.name,
                    subject: subjectText(group.subject),
                })}</p>
            `}
        <//>
        <section class="card selectors" aria-label=${t("group.selectors")}>
            <${GroupSelect} groups=${known} id=${id} choose=${(/** @type {string} */ other) =>
                go(groupAddress(other, { year: asked }))} />
            <${Select} label=${t("school.year")} value=${String(year)}
                choose=${(/** @type {string} */ value) => go(groupAddress(id, { year: value }), { replace: true })}
                options=${session.schoolYears.map((value) => ({ value: String(value), text: schoolYear(value) }))} />
            ${session.transferAccess && html`
                <${Toggle} labelled label=${t("transfers.label")} value=${transfers} choose=${setTransfers}
                    options=${[{ value: "show", text: t("transfers.show") }, {
                        value: "hide",
                        text: t("transfers.hide"),
                    }]}>
                    <${Info} about=${t("transfers.label")} text=${t("transfers.info")} />
                    <//>
            `}
            <div class="selector-buttons"><a class="button" href=${dashboard}>${t("groups.dashboard")}</a></div>
        </section>
        ${unavailable
            ? html`<${Empty} text=${t("group.unavailable")} />`
            : failed
            ? html`<${Failure} error=${failed} retry=${() =>
                answers.forEach((answer) => answer.error && answer.reload())} />`
            : !results || !list || !subjects.data
            ? html`<${Loading} />`
            : html`
                <${ResultsArea} list=${list} results=${results} subjects=${definitions} chosen=${chosen} openAtFirst
                    choose=${(/** @type {number[]} */ assessments) =>
                        go(groupAddress(id, { year, assessments }), { replace: true })}
                    more=${more} loading=${resultsAnswer.loading} />
            `}
    `;
}

/**
 * The results of one group: choice of group, year and assessments; a panel of results for each.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { useAnswerInForce } from "../lib/embargo-events.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { go } from "../lib/router.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";
import { filterQuery, noFilters } from "./filters.js";
import { groupName, subjectText } from "./group-search.js";
import { ResultsArea } from "./results-area.js";
import { sessionQuery } from "./sessions.js";

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
    // Both stay while this page is open, and begin anew when it is left.
    const [filters, setFilters] = useState(noFilters);
    const [sessions, setSessions] = useState(/** @type {import("./sessions.js").ChosenSessions} */ ({}));
    const filterAnswer = useAnswer((signal) => api.get("/filters", { signal }), []);
    const asked = Number(query.get("year")) || undefined;
    const chosen = query.getAll("assessment").map(Number).filter(Number.isSafeInteger);

    const subjects = useAnswer((signal) => api.get("/subjects", { signal }), []);
    const groupsAnswer = useAnswer((signal) => api.get("/groups", { signal }), []);
    const listAnswer = useAnswerInForce(
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
    const resultsAnswer = useAnswerInForce(
        (signal) =>
            ready
                ? api.get(`/groups/${id}/results`, {
                    query: { year, assessment: chosen, session: sessionQuery(sessions), ...filterQuery(filters) },
                    signal,
                })
                : null,
        [id, year, ready, chosen.join(), filters, sessions],
    );
    const results = /** @type {GroupResults | null} */ (resultsAnswer.data);
    const { groups } = /** @type {{ groups: Group[] }} */ (groupsAnswer.data ?? { groups: [] });
    const { subjects: definitions } = /** @type {{ subjects: Subject[] }} */ (subjects.data ?? { subjects: [] });
    const offered = /** @type {{ fields: import("../lib/types.js").FilterField[] } | null} */ (filterAnswer.data);
    const answers = [listAnswer, resultsAnswer, subjects, filterAnswer];
    const failed = answers.map((answer) => answer.error).find((error) => error);
    const unavailable = failed instanceof ApiError && failed.status === 404;
    const group = list?.group ?? results?.group;

    /** @type {import("./results-area.js").MoreRows} */
    const more = (assessment, pageToken, signal) =>
        api.get(`/groups/${id}/results`, {
            query: { year, assessment, session: sessionQuery(sessions), ...filterQuery(filters), pageToken },
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
            <div class="selector-buttons"><a class="button" href=${dashboard}>${t("groups.dashboard")}</a></div>
        </section>
        ${unavailable
            ? html`<${Empty} text=${t("group.unavailable")} />`
            : failed
            ? html`<${Failure} error=${failed} retry=${() =>
                answers.forEach((answer) => answer.error && answer.reload())} />`
            : !results || !list || !subjects.data || !offered
            ? html`<${Loading} />`
            : html`
                <${ResultsArea} list=${list} results=${results} subjects=${definitions} chosen=${chosen} openAtFirst
                    choose=${(/** @type {number[]} */ assessments) =>
                        go(groupAddress(id, { year, assessments }), { replace: true })}
                    more=${more} loading=${resultsAnswer.loading} filters=${filters} changeFilters=${setFilters}
                    fields=${offered.fields} transfers=${session.transferAccess}
                    chooseSessions=${(/** @type {number} */ assessment, /** @type {string[]} */ ids) =>
                        setSessions({ ...sessions, [assessment]: ids })}
                    file=${{ path: `/groups/${id}/results.csv`, query: { year, assessment: chosen } }} />
            `}
    `;
}

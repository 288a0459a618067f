/**
 * Search by Group: the groups that are assigned to the user.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { schoolYear } from "../lib/dates.js";
import { Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { useId } from "../lib/popover.js";
import { plural, t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").Group} Group */

/** From more groups than this on there is a box to search by name. */
const searchFrom = 10;

/**
 * The name of a group; with the school year when another group of the user has the same name and school.
 * @param {Group} group
 * @param {Group[]} groups
 */
export function groupName(group, groups) {
    const twins = groups.filter((other) => other.name === group.name && other.school.id === group.school.id);
    return twins.length > 1
        ? t("groups.nameAndYear", { name: group.name, year: schoolYear(group.schoolYear) })
        : group.name;
}

/** The subject of a group as a word. @param {string | null} subject */
export function subjectText(subject) {
    return subject ?? t("filter.all");
}

export function GroupSearch() {
    const id = useId("groups");
    const { data, error, reload } = useAnswer((signal) => api.get("/groups", { signal }), []);
    const [search, setSearch] = useState("");
    const list = /** @type {{ groups: Group[], more: boolean } | null} */ (data);
    const groups = list?.groups ?? [];
    const found = groups.filter((group) => group.name.toLowerCase().includes(search.trim().toLowerCase()));
    return html`
        <section class="card panel group-panel" aria-labelledby="${id}-title">
            <h2 id="${id}-title"><${Icon} name="group" size=${24} />${t("home.group")}</h2>
            <h3>${t("groups.assigned")}</h3>
            ${error
                ? html`<${Failure} error=${error} retry=${reload} />`
                : !list
                ? html`<${Loading} />`
                : groups.length === 0
                ? html`<p>${t("groups.none")}</p>`
                : html`
                    ${groups.length > searchFrom && html`
                        <div class="field">
                            <label class="visually-hidden" for="${id}-search">${t("groups.search")}</label>
                            <input id="${id}-search" type="search" autocomplete="off" spellcheck=${false}
                                placeholder=${t("groups.search")} value=${search}
                                onInput=${(/** @type {Event} */ event) =>
                                    setSearch(/** @type {HTMLInputElement} */ (event.target).value)} />
                        </div>
                        <p class="visually-hidden" role="status">${plural("groups.found", found.length)}</p>
                    `}
                    ${found.length === 0 ? html`<p>${t("groups.noMatch")}</p>` : html`
                        <div class="table-region group-list" role="region" tabindex="0" aria-label=${t(
                            "groups.assigned",
                        )}>
                            <table class="plain" aria-label=${t("groups.assigned")}>
                                <colgroup>
                                    <col style=${{ width: "48%" }} />
                                    <col style=${{ width: "34%" }} />
                                    <col style=${{ width: "18%" }} />
                                </colgroup>
                                <thead>
                                    <tr>
                                        <th scope="col">${t("groups.column.name")}</th>
                                        <th scope="col">${t("groups.column.school")}</th>
                                        <th scope="col">${t("groups.column.subjects")}</th>
                                    </tr>
                                </thead>
                                <tbody>
                                    ${found.map((group) =>
                                        html`
                                            <tr key=${group.id}>
                                                <th scope="row"><a href="/groups/${group.id}">${groupName(
                                                    group,
                                                    groups,
                                                )}</a></th>
                                                <td>${group.school.name}</td>
                                                <td>${subjectText(group.subject)}</td>
                                            </tr>
                                        `
                                    )}
                                </tbody>
                            </table>
                        </div>
                    `}
                    ${list.more && html`<p class="fine">${t("groups.more", { n: groups.length })}</p>`}
                    <a class="button" href="/groups/${groups[0].id}/dashboard">${t("groups.dashboard")}</a>
                `}
        </section>
    `;
}

/**
 * Manage Student Groups: the groups of one school, year and subject; the ways to upload and to what was uploaded.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select } from "../lib/controls.js";
import { schoolYear } from "../lib/dates.js";
import { Dialog } from "../lib/dialog.js";
import { Banner, Empty, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { useId } from "../lib/popover.js";
import { go } from "../lib/router.js";
import { SchoolPicker } from "../lib/school-picker.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { sorted } from "../lib/sorting.js";
import { Table } from "../lib/table.js";
import { t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useMemo, useState } from "../lib/ui.js";
import { subjectText } from "./group-search.js";

/** @typedef {import("../lib/types.js").ManagedGroup} ManagedGroup */
/** @typedef {import("../lib/types.js").School} School */

/** The most schools that the server lists at once. */
const schoolLimit = 1_000;

/** @type {import("../lib/school-picker.js").Manner} */
const ofGroups = {
    path: "/group-schools",
    textOf: (school) => t("manage.school", { name: school.name, id: school.naturalId }),
    byDistrict: false,
    prompt: "manage.school.prompt",
};

/** @param {{ school?: number, year?: number | string, subject?: string }} choice */
function addressOf({ school, year, subject }) {
    const query = new URLSearchParams();
    if (school) query.append("schoolId", String(school));
    if (year) query.append("schoolYear", String(year));
    if (subject) query.append("subject", subject);
    return `/student-groups?${query}`;
}

/** @param {{ query: URLSearchParams }} props */
export function ManageGroupsPage({ query }) {
    const session = useSession();
    const schools = useAnswer(
        (signal) => api.get("/group-schools", { query: { limit: schoolLimit }, signal }),
        [],
    );
    const filters = useAnswer((signal) => api.get("/group-filters", { signal }), []);
    const list = /** @type {{ schools: School[] } | null} */ (schools.data)?.schools ?? [];
    const offered = /** @type {{ schoolYears: number[], subjects: string[] } | null} */ (filters.data);
    /** One that was found by search and is not among the first thousand. */
    const [found, setFound] = useState(/** @type {School | null} */ (null));

    const wanted = Number(query.get("schoolId"));
    const first = useMemo(() => sorted(list, ofGroups.textOf, "ascending")[0] ?? null, [schools.data]);
    const school = list.find((one) => one.id === wanted) ?? (found?.id === wanted ? found : null) ??
        (wanted ? { id: wanted, naturalId: "", name: "", districtId: 0, districtName: "" } : first);
    const years = offered?.schoolYears.length ? offered.schoolYears : [session.currentSchoolYear];
    const year = Number(query.get("schoolYear")) || years[0];
    const subject = query.get("subject") ?? "";
    const choice = { school: school?.id, year, subject };
    const change = (/** @type {Partial<typeof choice>} */ part) => go(addressOf({ ...choice, ...part }));
    const failed = schools.error ?? filters.error;
    const ready = schools.data !== null && offered !== null;
    return html`
        <${PageHead} title=${t("manage.title")} crumbs=${[{ text: t("manage.title") }]}>
            <div class="head-buttons">
                <a class="button primary" href="/student-groups/upload">${t("manage.upload")}</a>
                <a class="button" href="/student-groups/uploads">${t("manage.uploads")}</a>
            </div>
        <//>
        ${session.sandbox && html`<${Banner} kind="caution" text=${t("sandbox.shared")} />`}
        ${failed
            ? html`<${Failure} error=${failed} retry=${() =>
                [schools, filters].forEach((answer) => answer.error && answer.reload())} />`
            : !ready
            ? html`<${Loading} />`
            : !school
            ? html`<${Empty} text=${t("manage.noSchools")} />`
            : html`
                <section class="card selectors" aria-label=${t("manage.selectors")}>
                    <${SchoolPicker} value=${school} manner=${ofGroups} choose=${(/** @type {School} */ other) => {
                        setFound(other);
                        change({ school: other.id });
                    }} />
                    <${Select} label=${t("school.year")} value=${String(year)}
                        choose=${(/** @type {string} */ value) => change({ year: Number(value) })}
                        options=${[...new Set([...years, year])].map((one) => ({
                            value: String(one),
                            text: schoolYear(one),
                        }))} />
                    <${Select} label=${t("manage.subject")} value=${subject}
                        choose=${(/** @type {string} */ value) => change({ subject: value })}
                        options=${[
                            { value: "", text: t("filter.all") },
                            ...(offered?.subjects ?? []).map((code) => ({ value: code, text: code })),
                        ]} />
                </section>
                <${GroupList} school=${school.id} year=${year} subject=${subject} />
            `}
    `;
}

/** @param {{ school: number, year: number, subject: string }} props */
function GroupList({ school, year, subject }) {
    const id = useId("groups");
    const { data, error, loading, reload } = useAnswer(
        (signal) => api.get("/managed-groups", { query: { schoolId: school, year, subject }, signal }),
        [school, year, subject],
    );
    const [search, setSearch] = useState("");
    const [doomed, setDoomed] = useState(/** @type {ManagedGroup | null} */ (null));
    const list = /** @type {{ groups: ManagedGroup[], more: boolean } | null} */ (data);
    const shown = useMemo(() => {
        const text = search.trim().toLowerCase();
        return (list?.groups ?? []).filter((group) => group.name.toLowerCase().includes(text));
    }, [list, search]);
    const columns = useMemo(
        /** @returns {import("../lib/table.js").Column<ManagedGroup>[]} */
        () => [
            { id: "name", title: t("manage.column.name"), width: 14, header: true, key: (group) => group.name },
            { id: "school", title: t("manage.column.school"), width: 14, key: (group) => group.schoolName },
            {
                id: "year",
                title: t("manage.column.year"),
                width: 8,
                key: (group) => group.schoolYear,
                cell: (group) => schoolYear(group.schoolYear),
            },
            {
                id: "subjects",
                title: t("manage.column.subjects"),
                width: 8,
                key: (group) => subjectText(group.subject),
            },
            {
                id: "students",
                title: t("manage.column.students"),
                width: 8,
                numeric: true,
                key: (group) => group.students,
            },
            {
                id: "delete",
                title: t("manage.column.delete"),
                width: 7,
                key: () => "",
                cell: (group, tabIndex) =>
                    html`
                        <button type="button" class="icon-button" tabIndex=${tabIndex} data-control="delete"
                            title=${t("manage.delete.of", { name: group.name })}
                            aria-label=${t("manage.delete.of", { name: group.name })} onClick=${() => setDoomed(group)}>
                            <${Icon} name="close" size=${18} />
                        </button>
                    `,
            },
        ],
        [],
    );
    if (error) return html`<${Failure} error=${error} retry=${reload} />`;
    if (!list) return html`<${Loading} />`;
    return html`
        <div class="field list-search">
            <label class="visually-hidden" for="${id}-search">${t("manage.search")}</label>
            <input id="${id}-search" type="search" autocomplete="off" spellcheck=${false}
                placeholder=${t("manage.search")} value=${search}
                onInput=${(/** @type {Event} */ event) =>
                    setSearch(/** @type {HTMLInputElement} */ (event.target).value)} />
        </div>
        <div aria-busy=${String(loading)}>
            ${shown.length === 0
                ? html`
                    <div role="status">
                        <${Empty} text=${t("manage.none")} />
                    </div>
                `
                : html`
                    <${Table} label=${t("manage.table")} rows=${shown} columns=${columns}
                        sort=${{ column: "name", direction: "ascending" }}
                        rowKey=${(/** @type {ManagedGroup} */ group) => group.id} />
                `}
            ${list.more && html`<p class="fine">${t("groups.more", { n: list.groups.length })}</p>`}
        </div>
        ${doomed && html`
            <${DeleteDialog} group=${doomed} done=${(/** @type {boolean} */ deleted) => {
                setDoomed(null);
                if (deleted) reload();
            }} />
        `}
    `;
}

/** @param {{ group: ManagedGroup, done: (deleted: boolean) => void }} props */
function DeleteDialog({ group, done }) {
    const [busy, setBusy] = useState(false);
    const remove = async () => {
        setBusy(true);
        try {
            await api.remove(`/managed-groups/${group.id}`);
            done(true);
        } catch {
            toast(t("manage.delete.failed"), "error");
            done(false);
        }
    };
    return html`
        <${Dialog} role="alertdialog" title=${t("manage.delete.title", { name: group.name })}
            onCancel=${() => done(false)}
            actions=${[
                { text: t("manage.delete.yes"), primary: true, action: remove, disabled: busy },
                { text: t("cancel"), action: () => done(false), focus: true, disabled: busy },
            ]}>
            <p>${t("manage.delete.text")}</p>
            <p>${t("manage.delete.sure")}</p>
            <//>
    `;
}

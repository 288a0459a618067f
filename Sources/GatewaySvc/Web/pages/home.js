/**
 * The home page: the ways to results and the tools that this session may use, and nothing else.
 * @module
 */
import { api, ApiError } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Select } from "../lib/controls.js";
import { Failure } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { Info, useId } from "../lib/popover.js";
import { go } from "../lib/router.js";
import { SchoolPicker } from "../lib/school-picker.js";
import { may, useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { label, t } from "../lib/texts.js";
import { html, useEffect, useState } from "../lib/ui.js";
import { GroupSearch } from "./group-search.js";

/** The tools that exist. */
const tools = [
    { permission: "CUSTOM_AGGREGATE_READ", key: "aggregate", href: "/aggregate-reports", icon: "report" },
    { permission: "INDIVIDUAL_PII_READ", key: "exports", href: "/exports", icon: "download" },
    { permission: "GROUP_WRITE", key: "groups", href: "/student-groups", icon: "group" },
    { permission: "EMBARGO_WRITE", key: "embargo", href: "/embargo", icon: "lock" },
    { permission: "DATA_WRITE", key: "imports", href: "/data-imports", icon: "upload" },
];

export function HomePage() {
    const session = useSession();
    const student = may(session, "INDIVIDUAL_PII_READ", "GROUP_PII_READ");
    const school = may(session, "INDIVIDUAL_PII_READ");
    const groups = may(session, "GROUP_PII_READ");
    const mine = tools.filter((tool) => may(session, tool.permission));
    return html`
        <${PageHead} home title=${t("home.title")}>
            <p class="lead">${t("home.lead", {
                name: session.user.displayName,
                organization: session.user.organizationName,
            })}</p>
        <//>
        ${student || school
            ? html`<div class="home-panels">
                ${student && html`<${StudentSearch} />`}
                ${school && html`<${SchoolSearchPanel} />`}
                ${groups && html`<${GroupSearch} />`}
            </div>`
            : html`
                <section class="card">
                    <p><b>${t("home.noResults")}</b></p>
                    <p>${t("home.noResults.other")}</p>
                </section>
            `}
        ${mine.length > 0 && html`
            <section aria-labelledby="tools">
                <h2 id="tools">${t("home.tools")}</h2>
                <ul class="tools">
                    ${mine.map((tool) =>
                        html`
                            <li class="card tool">
                                <${Icon} name=${tool.icon} size=${28} />
                                <div>
                                    <a class="button" href=${tool.href}>${t(`tool.${tool.key}.name`)}</a>
                                    <p>${t(`tool.${tool.key}.description`)}</p>
                                </div>
                            </li>
                        `
                    )}
                </ul>
            </section>
        `}
    `;
}

function StudentSearch() {
    const id = useId("ssid");
    const [ssid, setSsid] = useState("");
    const [problem, setProblem] = useState("");
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const [busy, setBusy] = useState(false);
    /** @param {Event} event */
    const search = async (event) => {
        event.preventDefault();
        if (!ssid.trim() || busy) return;
        setBusy(true);
        setProblem("");
        setError(null);
        try {
            const found =
                /** @type {{ studentId: number }} */ (await api.post("/students/search", { ssid: ssid.trim() }));
            go(`/students/${found.studentId}`);
        } catch (problem) {
            if (problem instanceof ApiError && [400, 404].includes(problem.status)) setProblem(t("student.notFound"));
            else setError(/** @type {Error} */ (problem));
            setBusy(false);
        }
    };
    return html`
        <form class="card panel" onSubmit=${search} aria-labelledby="${id}-title">
            <h2 id="${id}-title"><${Icon} name="user" size=${24} />${t("home.student")}</h2>
            <div class="field">
                <label for=${id}>${t("home.ssid")}</label>
                <input id=${id} type="text" inputmode="numeric" autocomplete="off" spellcheck=${false} maxlength="40"
                    value=${ssid} aria-invalid=${String(problem !== "")} aria-describedby="${id}-problem"
                    onInput=${(/** @type {Event} */ event) => {
                        setSsid(/** @type {HTMLInputElement} */ (event.target).value);
                        setProblem("");
                    }} />
                <p id="${id}-problem" class="problem" role="alert">${problem}</p>
            </div>
            ${error && html`<${Failure} error=${error} />`}
            <button type="submit" class="button primary" disabled=${!ssid.trim() || busy}
                title=${ssid.trim() ? undefined : t("home.ssid.needed")}>${t("home.search")}</button>
        </form>
    `;
}

function SchoolSearchPanel() {
    const session = useSession();
    const [school, setSchool] = useState(/** @type {import("../lib/types.js").School | null} */ (null));
    const [grade, setGrade] = useState("");
    const { data, error, loading, reload } = useAnswer(
        (signal) => (school ? api.get(`/schools/${school.id}/grades`, { signal }) : null),
        [school?.id],
    );
    const grades = school ? /** @type {{ grades: string[] } | null} */ (data)?.grades ?? [] : [];
    useEffect(() => setGrade(grades.length === 1 ? grades[0] : ""), [data]);
    const none = school && data && !loading && grades.length === 0;
    const ready = school && grade && grades.includes(grade);
    const search = (/** @type {Event} */ event) => {
        event.preventDefault();
        if (school && ready) go(`/schools/${school.id}?grade=${grade}&year=${session.currentSchoolYear}`);
    };
    return html`
        <form class="card panel" onSubmit=${search} aria-labelledby="school-title">
            <h2 id="school-title"><${Icon} name="school" size=${24} />${t("home.school")}</h2>
            <${SchoolPicker} preselect value=${school} choose=${setSchool} />
            <div class="with-info">
                <${Select} label=${t("home.grade")} value=${grade} choose=${setGrade} disabled=${grades.length === 0}
                    options=${(grade ? [] : [{ value: "", text: t("home.grade.choose") }]).concat(
                        grades.map((code) => ({ value: code, text: label("grade", code) })),
                    )} />
                <${Info} about=${t("home.grade")} text=${t("grade.info")} />
            </div>
            <div role="status">${none && html`<p class="problem">${t("school.noResults")}</p>`}</div>
            ${error && html`<${Failure} error=${error} retry=${reload} />`}
            <button type="submit" class="button primary" disabled=${!ready}
                title=${ready ? undefined : t("home.school.needed")}>${t("home.search")}</button>
        </form>
    `;
}

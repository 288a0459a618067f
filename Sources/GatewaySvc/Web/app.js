/**
 * The start of the web app: texts, context and session are read, then the page of the address is shown.
 * @module
 */
import { api } from "./lib/api.js";
import { Failure } from "./lib/feedback.js";
import { followLinks, match, useAddress } from "./lib/router.js";
import { currentSession, may } from "./lib/session.js";
import { Shell } from "./lib/shell.js";
import { useTexts } from "./lib/texts.js";
import { html, render, useErrorBoundary, useState } from "./lib/ui.js";
import { AggregateQueryPage } from "./pages/aggregate-query.js";
import { AggregateReportPage } from "./pages/aggregate-report.js";
import { EmbargoPage } from "./pages/embargo.js";
import { EntryPage } from "./pages/entry.js";
import { ExportsPage } from "./pages/exports.js";
import { GroupDashboardPage } from "./pages/group-dashboard.js";
import { GroupFileFormatPage } from "./pages/group-file-format.js";
import { GroupUploadsPage } from "./pages/group-uploads.js";
import { GroupPage } from "./pages/group.js";
import { HomePage } from "./pages/home.js";
import { ImportsPage } from "./pages/imports.js";
import { ManageGroupsPage } from "./pages/manage-groups.js";
import { DeniedPage, NotFoundPage } from "./pages/refusals.js";
import { ReportsPage } from "./pages/reports.js";
import { SchoolPage } from "./pages/school.js";
import { StudentPage } from "./pages/student.js";
import { UploadGroupsPage } from "./pages/upload-groups.js";

/** Every page: its address, who may open it, what it is. Without the permission, the home page answers. */
const pages = [
    { path: "/", permissions: null, page: HomePage },
    { path: "/schools/:id", permissions: ["INDIVIDUAL_PII_READ"], page: SchoolPage },
    { path: "/students/:id", permissions: ["INDIVIDUAL_PII_READ", "GROUP_PII_READ"], page: StudentPage },
    { path: "/groups/:id", permissions: ["GROUP_PII_READ"], page: GroupPage },
    { path: "/groups/:id/dashboard", permissions: ["GROUP_PII_READ"], page: GroupDashboardPage },
    { path: "/student-groups", permissions: ["GROUP_WRITE"], page: ManageGroupsPage },
    { path: "/student-groups/upload", permissions: ["GROUP_WRITE"], page: UploadGroupsPage },
    { path: "/student-groups/uploads", permissions: ["GROUP_WRITE"], page: GroupUploadsPage },
    { path: "/student-groups/format", permissions: ["GROUP_WRITE"], page: GroupFileFormatPage },
    { path: "/embargo", permissions: ["EMBARGO_WRITE"], page: EmbargoPage },
    { path: "/exports", permissions: ["INDIVIDUAL_PII_READ"], page: ExportsPage },
    { path: "/data-imports", permissions: ["DATA_WRITE"], page: ImportsPage },
    { path: "/aggregate-reports", permissions: ["CUSTOM_AGGREGATE_READ"], page: AggregateQueryPage },
    { path: "/aggregate-reports/:id", permissions: ["CUSTOM_AGGREGATE_READ"], page: AggregateReportPage },
    {
        path: "/reports",
        permissions: ["CUSTOM_AGGREGATE_READ", "INDIVIDUAL_PII_READ", "GROUP_PII_READ"],
        page: ReportsPage,
    },
];

/**
 * @param {{ context: import("./lib/types.js").Context, first: import("./lib/types.js").Session | null }} props
 */
function App({ context, first }) {
    const [session, setSession] = useState(first);
    return html`
        <${Shell} context=${context} session=${session} changeSession=${setSession}>
            <${Page} key=${session?.csrf ?? ""} context=${context} session=${session} changeSession=${setSession} />
            <//>
    `;
}

/**
 * @param {{ context: import("./lib/types.js").Context, session: import("./lib/types.js").Session | null,
 *   changeSession: (session: import("./lib/types.js").Session | null) => void }} props
 */
function Page({ context, session, changeSession }) {
    const address = useAddress();
    const [error, again] = useErrorBoundary((problem) => console.error(problem));
    if (error) return html`<${Failure} error=${error} retry=${again} />`;
    if (!session) return html`<${EntryPage} context=${context} changeSession=${changeSession} />`;
    if (session.permissions.length === 0) return html`<${DeniedPage} changeSession=${changeSession} />`;
    for (const { path, permissions, page } of pages) {
        const found = match(path, address.pathname);
        if (!found) continue;
        if (permissions && !may(session, ...permissions)) return html`<${HomePage} />`;
        return html`<${page} key=${path + (found.id ?? "")} ...${found} query=${address.searchParams} />`;
    }
    return html`<${NotFoundPage} />`;
}

/** Reads what every page needs, all at once. */
async function start() {
    const root = document.getElementById("app");
    if (!root) throw new Error("index.html has no place for the app");
    try {
        const [texts, context, session] = await Promise.all([
            api.get("/texts/en", { quiet: true }),
            api.get("/context", { quiet: true }),
            currentSession(),
        ]);
        useTexts(/** @type {Record<string, string>} */ (texts));
        followLinks();
        root.replaceChildren();
        render(html`<${App} context=${context} first=${session} />`, root);
    } catch (error) {
        console.error(error);
        // No texts may have come: the page itself holds the sentence for this one case.
        root.querySelector(".booting")?.setAttribute("hidden", "");
        root.querySelector(".unreachable")?.removeAttribute("hidden");
    }
}

start();

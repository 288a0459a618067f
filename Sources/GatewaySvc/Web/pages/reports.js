/**
 * My Reports: what this user had made, and the queries that were saved.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { Toggle } from "../lib/controls.js";
import { instantText, schoolYear } from "../lib/dates.js";
import { Dialog } from "../lib/dialog.js";
import { Banner, Empty, Failure, Loading } from "../lib/feedback.js";
import { dots, Menu } from "../lib/popover.js";
import { go } from "../lib/router.js";
import { PageHead } from "../lib/shell.js";
import { Table } from "../lib/table.js";
import { label, t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useEffect, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").Report} Report */
/** @typedef {import("../lib/types.js").SavedQuery} SavedQuery */
/** @typedef {{ reports: Report[], incomplete: boolean, nextBeforeCreated: number | null, nextBeforeId: number | null }} ReportPage */

const pending = ["PENDING", "RUNNING"];
/** Between two looks at reports that are being made. */
const pollEvery = 5_000;

/** @param {{ query: URLSearchParams }} props */
export function ReportsPage({ query }) {
    const tab = query.get("tab") === "queries" ? "queries" : "reports";
    return html`
        <${PageHead} title=${t("reports.title")} crumbs=${[{ text: t("reports.title") }]} />
        <${Toggle} label=${t("reports.tabs")} value=${tab}
            options=${[{ value: "reports", text: t("reports.tab.reports") }, {
                value: "queries",
                text: t("reports.tab.queries"),
            }]}
            choose=${(/** @type {string} */ next) => go(`/reports?tab=${next}`, { replace: true })} />
        ${tab === "reports" ? html`<${ReportList} />` : html`<${QueryList} />`}
    `;
}

/** Says why something did not work, and leaves the page as it was. @param {() => Promise<void>} work */
async function attempt(work) {
    try {
        await work();
    } catch (error) {
        const reason = error instanceof Error ? error.message : t("error.internal");
        toast(t("reports.failed", { reason }), "error");
    }
}

/** An export is a file and nothing to look at. */
const exportKind = "DistrictSchoolExport";

/** The page where a query of this kind is made and changed. @param {string} type */
function formOf(type) {
    return type === exportKind ? "/exports" : "/aggregate-reports";
}

/** May its rows be looked at? @param {Report} report */
function mayView(report) {
    return report.type !== exportKind && [...pending, "COMPLETED"].includes(report.status);
}

/** The words for the kind of a report. @param {string} type */
function kind(type) {
    if (type === exportKind) return t("exports.kind");
    return ["CustomAggregate", "Longitudinal", "Claim", "Target"].includes(type)
        ? t(`aggregate.type.${type}.list`)
        : type;
}

function ReportList() {
    const [pages, setPages] = useState(/** @type {ReportPage[]} */ ([]));
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const [deleting, setDeleting] = useState(/** @type {Report | null} */ (null));
    const reports = pages.flatMap((page) => page.reports);
    const last = pages.at(-1);

    const load = (/** @type {ReportPage | undefined} */ after) =>
        api.get("/reports", {
            query: after ? { beforeCreated: after.nextBeforeCreated, beforeId: after.nextBeforeId } : {},
        }).then(
            (page) => setPages((before) => [...(after ? before : []), /** @type {ReportPage} */ (page)]),
            setError,
        );
    useEffect(() => {
        load(undefined);
    }, []);
    const waiting = reports.filter((report) => pending.includes(report.status)).map((report) => report.id);
    useEffect(() => {
        if (waiting.length === 0) return;
        const timer = setInterval(() => {
            api.get("/reports", { query: { id: waiting.slice(0, 100), limit: 100 }, quiet: true }).then((answer) => {
                const now = /** @type {ReportPage} */ (answer).reports;
                for (const one of now.filter((one) => !pending.includes(one.status))) {
                    toast(t("reports.announce", { name: one.name, status: t(`reports.status.${one.status}`) }));
                }
                setPages((before) =>
                    before.map((page) => ({
                        ...page,
                        reports: page.reports.map((one) => now.find((other) => other.id === one.id) ?? one),
                    }))
                );
            }, () => {}); // asked again anyway
        }, pollEvery);
        return () => clearInterval(timer);
    }, [waiting.join()]);

    const remove = (/** @type {Report} */ report) =>
        attempt(async () => {
            setDeleting(null);
            await api.remove(`/reports/${report.id}`);
            setPages((before) =>
                before.map((page) => ({ ...page, reports: page.reports.filter((one) => one.id !== report.id) }))
            );
            toast(t("reports.deleted"));
        });
    const save = (/** @type {Report} */ report) =>
        attempt(async () => {
            await api.post(`/reports/${report.id}/query`);
            toast(t("reports.queries.savedAs"));
            go("/reports?tab=queries");
        });
    const again = (/** @type {Report} */ report) =>
        attempt(async () => {
            if (report.type === exportKind) {
                await api.post("/exports", report.query);
                toast(t("exports.creating"));
                return await load(undefined);
            }
            const made = /** @type {{ id: number }} */ (await api.post("/aggregate/reports", report.query));
            go(`/aggregate-reports/${made.id}`);
        });
    if (error) {
        return html`<${Failure} error=${error} retry=${() => {
            setError(null);
            load(undefined);
        }} />`;
    }
    if (!last) return html`<${Loading} />`;
    const items = (/** @type {Report} */ report) => {
        const ready = report.status === "COMPLETED";
        const online = report.metadata.onlineOnly;
        return [
            ...(mayView(report) ? [{ text: t("reports.menu.view"), href: `/aggregate-reports/${report.id}` }] : []),
            ready && !online ? { text: t("reports.menu.download"), action: () => download(report.id) } : {
                text: t("reports.menu.download"),
                disabled: t(ready ? "reports.menu.download.embargoed" : "reports.menu.download.pending"),
            },
            { text: t("reports.menu.query"), href: `${formOf(report.type)}?report=${report.id}` },
            { text: t("reports.menu.save"), action: () => save(report) },
            { text: t("reports.menu.again"), action: () => again(report) },
            { text: t("reports.menu.delete"), action: () => setDeleting(report) },
        ];
    };
    return html`
        <p class="lead">${t("reports.intro")}</p>
        ${pages.some((page) => page.incomplete) && html`<${Banner} kind="caution" text=${t("reports.missing")} />`}
        ${reports.length === 0 ? html`<${Empty} text=${t("reports.none")} />` : html`
            <${Table} label=${t("reports.table")} rows=${reports} rowKey=${(/** @type {Report} */ one) => one.id}
                sort=${{ column: "date", direction: "descending" }}
                columns=${[
                    ...shared((/** @type {Report} */ one, /** @type {number} */ tabIndex) =>
                        html`
                            ${mayView(one)
                                ? html`<a href="/aggregate-reports/${one.id}" data-control="view" tabindex=${tabIndex}>${one.name}</a>`
                                : one.name}
                            <${Menu} name=${t("reports.menu", { name: one.name })} className="icon-button"
                                control="menu" tabIndex=${tabIndex} trigger=${dots()} items=${items(one)} />
                        `
                    ),
                    {
                        id: "status",
                        title: t("reports.column.status"),
                        width: 8,
                        key: (/** @type {Report} */ one) => t(`reports.status.${one.status}`),
                    },
                    {
                        id: "date",
                        title: t("reports.column.date"),
                        width: 11,
                        key: (/** @type {Report} */ one) => [one.created, one.id],
                        cell: (/** @type {Report} */ one) => instantText(one.created),
                    },
                ]} />
        `}
        ${last.nextBeforeId !== null && html`
            <button type="button" class="button" onClick=${() => load(last)}>${t("reports.more")}</button>
        `}
        ${deleting && html`
            <${Dialog} role="alertdialog" title=${t("reports.delete.title")} onCancel=${() => setDeleting(null)}
                actions=${[
                    { text: t("reports.delete.confirm"), primary: true, action: () => remove(deleting) },
                    { text: t("cancel"), focus: true, action: () => setDeleting(null) },
                ]}>
                <p>${t("reports.delete.text", { name: deleting.name })}</p>
                <p>${t("reports.delete.warning")}</p>
                <//>
        `}
    `;
}

/** The browser asks where the file goes. @param {number} id */
function download(id) {
    const link = document.createElement("a");
    link.href = `/api/v1/reports/${id}/file`;
    link.download = "";
    link.click();
}

/**
 * The columns that reports and queries have in common.
 * @param {(row: any, tabIndex: number) => import("../lib/ui.js").Node} name the first cell
 */
function shared(name) {
    return [
        {
            id: "name",
            title: t("reports.column.name"),
            width: 17,
            header: true,
            key: (/** @type {Report} */ one) => one.name,
            cell: (/** @type {Report} */ one, /** @type {number} */ tabIndex) =>
                html`<span class="name-cell">${name(one, tabIndex)}</span>`,
        },
        {
            id: "type",
            title: t("reports.column.type"),
            width: 10,
            key: (/** @type {Report} */ one) => kind(one.type),
        },
        {
            id: "assessmentType",
            title: t("reports.column.assessmentType"),
            width: 9,
            key: (/** @type {Report} */ one) =>
                one.assessmentType ? label("type", one.assessmentType) : t("reports.all"),
        },
        {
            id: "subject",
            title: t("reports.column.subject"),
            width: 8,
            key: (/** @type {Report} */ one) => one.subjects.join(", ") || t("reports.all"),
        },
        {
            id: "year",
            title: t("reports.column.year"),
            width: 8,
            key: (/** @type {Report} */ one) => one.schoolYears.map(schoolYear).join(", "),
        },
    ];
}

function QueryList() {
    const { data, error, reload } = useAnswer((signal) => api.get("/queries", { signal }), []);
    const [deleting, setDeleting] = useState(/** @type {SavedQuery | null} */ (null));
    const list = /** @type {{ queries: SavedQuery[], incomplete: boolean } | null} */ (data);
    if (error) return html`<${Failure} error=${error} retry=${reload} />`;
    if (!list) return html`<${Loading} />`;
    const copy = (/** @type {SavedQuery} */ query) =>
        attempt(async () => {
            const made = /** @type {SavedQuery} */ (await api.post(`/queries/${query.id}/copy`));
            toast(t("reports.queries.copied", { name: made.name }));
            reload();
        });
    const remove = (/** @type {SavedQuery} */ query) =>
        attempt(async () => {
            setDeleting(null);
            await api.remove(`/queries/${query.id}`);
            toast(t("reports.queries.deleted"));
            reload();
        });
    return html`
        ${list.incomplete && html`<${Banner} kind="caution" text=${t("reports.missing")} />`}
        ${list.queries.length === 0 ? html`<${Empty} text=${t("reports.queries.none")} />` : html`
            <${Table} label=${t("reports.queries.table")} rows=${list.queries}
                rowKey=${(/** @type {SavedQuery} */ one) => one.id} sort=${{
                    column: "updated",
                    direction: "descending",
                }}
                columns=${[
                    ...shared((/** @type {SavedQuery} */ one, /** @type {number} */ tabIndex) =>
                        html`
                            <a href="${formOf(one.type)}?query=${one.id}" data-control="view" tabindex=${tabIndex}>${one
                                .name}</a>
                            <${Menu} name=${t("reports.menu", { name: one.name })} className="icon-button"
                                control="menu" tabIndex=${tabIndex} trigger=${dots()}
                                items=${[
                                    {
                                        text: t("reports.queries.view"),
                                        href: `${formOf(one.type)}?query=${one.id}`,
                                    },
                                    { text: t("reports.queries.copy"), action: () => copy(one) },
                                    { text: t("reports.queries.delete"), action: () => setDeleting(one) },
                                ]} />
                        `
                    ),
                    {
                        id: "updated",
                        title: t("reports.column.updated"),
                        width: 13,
                        key: (/** @type {SavedQuery} */ one) => [one.updated, one.id],
                        cell: (/** @type {SavedQuery} */ one) => instantText(one.updated),
                    },
                ]} />
        `}
        ${deleting && html`
            <${Dialog} role="alertdialog" title=${t("reports.queries.delete.title")} onCancel=${() => setDeleting(null)}
                actions=${[
                    { text: t("reports.queries.delete"), primary: true, action: () => remove(deleting) },
                    { text: t("cancel"), focus: true, action: () => setDeleting(null) },
                ]}>
                <p>${t("reports.queries.delete.text", { name: deleting.name })}</p>
                <p>${t("reports.queries.delete.warning")}</p>
                <//>
        `}
    `;
}

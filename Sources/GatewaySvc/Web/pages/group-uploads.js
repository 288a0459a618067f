/**
 * Uploads of student groups: the table of them, and the page with all.
 * @module
 */
import { api } from "../lib/api.js";
import { useAnswer } from "../lib/async.js";
import { instantText } from "../lib/dates.js";
import { Empty, Failure, Loading } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { useId } from "../lib/popover.js";
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { html, useEffect, useState } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").GroupUpload} GroupUpload */

/** How often a page with an upload that is not done asks again, in milliseconds. */
const pace = 1_000;

/** Is there one that may still change? @param {GroupUpload[]} uploads */
function isPending(uploads) {
    return uploads.some((upload) => upload.status === "ACCEPTED");
}

/**
 * Asks again, at a steady pace, while an upload is not done.
 * @param {GroupUpload[]} uploads
 * @param {() => void} ask
 */
export function useUntilDone(uploads, ask) {
    useEffect(() => {
        if (!isPending(uploads)) return;
        const timer = setTimeout(ask, pace);
        return () => clearTimeout(timer);
    }, [uploads]);
}

/** @param {{ uploads: GroupUpload[], others?: boolean }} props others: whose upload it is may be somebody else's */
export function UploadTable({ uploads, others = false }) {
    const titles = ["file", "created", "status", "id"].concat(others ? ["uploader"] : []);
    if (uploads.length === 0) return html`<${Empty} text=${t("uploads.none")} />`;
    return html`
        <div class="table-region" role="region" tabindex="0" aria-label=${t("uploads.table")}>
            <table class="plain uploads" aria-label=${t("uploads.table")}>
                <thead>
                    <tr>${titles.map((title) => html`<th scope="col">${t(`uploads.column.${title}`)}</th>`)}</tr>
                </thead>
                <tbody>
                    ${uploads.map((upload) =>
                        html`<${UploadRow} key=${upload.id} upload=${upload} columns=${titles.length} others=${others} />`
                    )}
                </tbody>
            </table>
        </div>
    `;
}

/** @param {{ upload: GroupUpload, columns: number, others: boolean }} props */
function UploadRow({ upload, columns, others }) {
    const id = useId("upload");
    const [open, setOpen] = useState(false);
    const isBad = !["ACCEPTED", "PROCESSED", "NO_UPDATE"].includes(upload.status);
    const lines = (upload.message ?? "").split("\n").filter((line) => line);
    const flip = () => setOpen(!open);
    const controls = { "aria-expanded": String(open), "aria-controls": id };
    return html`
        <tr>
            <th scope="row">${lines.length && !isBad
                ? html`<button type="button" class="link-button" ...${controls} onClick=${flip}>${upload.fileName}</button>`
                : upload.fileName}</th>
            <td>${instantText(upload.created)}</td>
            <td>
                <span class=${isBad ? "upload-status bad" : "upload-status"}>
                    <${Icon} name=${isBad ? "warning" : upload.status === "ACCEPTED" ? "notice" : "check"} size=${18} />
                    ${t(`uploads.status.${upload.status}`)}
                </span>
                ${isBad && lines.length > 0 && html`
                    <button type="button" class="link-button" ...${controls}
                        aria-label=${t("uploads.viewErrors.of", { file: upload.fileName })} onClick=${flip}>
                        <${Icon} name=${open ? "down" : "right"} size=${16} />${t("uploads.viewErrors")}
                    </button>
                `}
            </td>
            <td>${upload.id}</td>
            ${others && html`<td>${upload.uploader ?? t("uploads.you")}</td>`}
        </tr>
        ${open && html`
            <tr id=${id} class="upload-lines">
                <td colspan=${columns}>
                    ${lines.map((line) =>
                        html`
                            <p>
                                ${isBad && html`<b>${t("uploads.message")}</b>`}
                                <span>${line}</span>
                            </p>
                        `
                    )}
                </td>
            </tr>
        `}
    `;
}

/** View Uploads: the newest first. */
export function GroupUploadsPage() {
    const { data, error, reload } = useAnswer((signal) => api.get("/group-uploads", { signal }), []);
    const uploads = /** @type {{ uploads: GroupUpload[] } | null} */ (data)?.uploads ?? [];
    useUntilDone(uploads, reload);
    const title = t("uploads.title");
    const crumbs = [{ text: t("manage.title"), href: "/student-groups" }, { text: title }];
    return html`
        <${PageHead} title=${title} crumbs=${crumbs} />
        ${error
            ? html`<${Failure} error=${error} retry=${reload} />`
            : !data
            ? html`<${Loading} />`
            : html`<${UploadTable} uploads=${uploads} others />`}
    `;
}

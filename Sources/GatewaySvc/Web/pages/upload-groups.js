/**
 * Upload New or Revised Groups: files are dropped or chosen, sent one after the other, and followed until they are done.
 * @module
 */
import { api } from "../lib/api.js";
import { Banner } from "../lib/feedback.js";
import { Icon } from "../lib/icons.js";
import { useId } from "../lib/popover.js";
import { useSession } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html, useEffect, useState } from "../lib/ui.js";
import { UploadTable, useUntilDone } from "./group-uploads.js";

/** @typedef {import("../lib/types.js").GroupUpload} GroupUpload */

export function UploadGroupsPage() {
    const session = useSession();
    const id = useId("files");
    /** The uploads of this visit, the newest first. */
    const [uploads, setUploads] = useState(/** @type {GroupUpload[]} */ ([]));
    const [sending, setSending] = useState(/** @type {{ number: number, of: number } | null} */ (null));
    const [over, setOver] = useState(false);

    useUntilDone(uploads, async () => {
        const ids = uploads.map((upload) => upload.id);
        try {
            const answer = /** @type {{ uploads: GroupUpload[] }} */ (
                await api.get("/group-uploads", { query: { id: ids.slice(0, 200) } })
            );
            const byId = new Map(answer.uploads.map((upload) => [upload.id, upload]));
            setUploads((before) => before.map((upload) => byId.get(upload.id) ?? upload));
        } catch {
            // The next look, a second later, may find the way again.
            setUploads((before) => [...before]);
        }
    });
    useEffect(() => {
        if (!sending) return;
        const warn = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
        // Links of the app leave the page without unloading it; before the app follows one, it is asked.
        const ask = (/** @type {MouseEvent} */ event) => {
            const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
            if (link && !confirm(t("upload.leave"))) event.preventDefault();
        };
        addEventListener("beforeunload", warn);
        document.addEventListener("click", ask, { capture: true });
        return () => {
            removeEventListener("beforeunload", warn);
            document.removeEventListener("click", ask, { capture: true });
        };
    }, [sending !== null]);

    /** @param {FileList | undefined | null} list */
    const send = async (list) => {
        const files = [...(list ?? [])];
        if (files.length === 0 || sending) return;
        for (const [index, file] of files.entries()) {
            setSending({ number: index + 1, of: files.length });
            try {
                const upload = /** @type {GroupUpload} */ (await api.upload("/group-uploads", file));
                setUploads((before) => [upload, ...before]);
            } catch (problem) {
                const reason = problem instanceof Error ? problem.message : "";
                toast(`${t("upload.failed")} ${reason}`, "error");
            }
        }
        setSending(null);
    };
    /** @param {DragEvent} event */
    const drop = (event) => {
        event.preventDefault();
        setOver(false);
        send(event.dataTransfer?.files);
    };
    const title = t("upload.title");
    const crumbs = [{ text: t("manage.title"), href: "/student-groups" }, { text: title }];
    return html`
        <${PageHead} title=${title} crumbs=${crumbs} />
        ${session.sandbox && html`<${Banner} kind="caution" text=${t("sandbox.shared")} />`}
        <section class="card upload" aria-label=${title}>
            <p>${t("upload.text")}</p>
            <div class="banner caution" role="note">
                <${Icon} name="warning" />
                <p>${t("upload.warning")}<br />${t("upload.warning.others")}</p>
            </div>
            <div class=${over ? "drop over" : "drop"}
                onDragOver=${(/** @type {DragEvent} */ event) => {
                    event.preventDefault();
                    setOver(true);
                }}
                onDragLeave=${() => setOver(false)} onDrop=${drop}>
                <${Icon} name="upload" size=${32} />
                <p>${t("upload.drop")}
                    <label class="link-button" for=${id}>${t("upload.browse")}</label>
                    <input id=${id} class="visually-hidden file-input" type="file" multiple accept=".csv,text/csv"
                        onChange=${(/** @type {Event} */ event) => {
                            const input = /** @type {HTMLInputElement} */ (event.target);
                            send(input.files).finally(() => (input.value = ""));
                        }} />
                </p>
                <p role="status">${sending
                    ? sending.of > 1
                        ? t("upload.sending.of", { n: sending.number, of: sending.of })
                        : t("upload.sending")
                    : ""}</p>
            </div>
            <p><a class="button" href="/student-groups/format">${t("format.title")}</a></p>
        </section>
        <section class="upload-section" aria-labelledby="${id}-results">
            <h2 id="${id}-results">${t("upload.results")}</h2>
            <${UploadTable} uploads=${uploads} />
        </section>
    `;
}

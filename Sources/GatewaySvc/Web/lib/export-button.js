/**
 * The button that takes the results of a page away as a file.
 * @module
 */
import { api } from "./api.js";
import { Info } from "./popover.js";
import { t } from "./texts.js";
import { toast } from "./toasts.js";
import { html, useState } from "./ui.js";

/**
 * @param {{ path: string, query: Record<string, unknown>, all?: Record<string, unknown> | null, embargoed?: boolean,
 *   none?: boolean }} props
 *   query: what the page shows; all: the same without filters, when some are set; embargoed: nothing but embargoed results
 *   is shown; none: nothing is shown
 */
export function ExportButton({ path, query, all = null, embargoed = false, none = false }) {
    const [busy, setBusy] = useState(false);
    const why = embargoed ? t("export.embargoed") : none ? t("export.nothing") : undefined;
    /** @param {Record<string, unknown>} what */
    const save = async (what) => {
        setBusy(true);
        try {
            const { blob, filename } = await api.download(path, { query: what });
            const link = document.createElement("a");
            link.href = URL.createObjectURL(blob);
            link.download = filename;
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
            toast(t("export.done", { file: filename }));
        } catch (error) {
            toast(t("export.failed", { reason: /** @type {Error} */ (error).message }), "error");
        }
        setBusy(false);
    };
    return html`
        <span class="export">
            <button type="button" class="button quiet" disabled=${busy || embargoed || none} title=${why}
                onClick=${() => save(query)}>${t(busy ? "export.busy" : "export.csv")}</button>
            <${Info} about=${t("export.csv")} text=${why ?? t("export.csv.info")} />
            ${all && html`
                <button type="button" class="button quiet" disabled=${busy}
                    onClick=${() => save(all)}>${t("export.all")}</button>
            `}
        </span>
    `;
}

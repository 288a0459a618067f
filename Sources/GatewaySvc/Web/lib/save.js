/**
 * Taking a file of the API away.
 * @module
 */
import { api } from "./api.js";
import { t } from "./texts.js";
import { toast } from "./toasts.js";

/** Saves a file under the name that the server gives it, or says why that did not work. @param {string} path */
export async function save(path) {
    try {
        const { blob, filename } = await api.download(path);
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = filename;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
        toast(t("imports.payload.failed", { reason: /** @type {Error} */ (error).message }), "error");
    }
}

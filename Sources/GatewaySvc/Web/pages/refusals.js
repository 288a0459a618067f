/**
 * Pages that say no: not permitted, not found.
 * @module
 */
import { go } from "../lib/router.js";
import { logOut } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { toast } from "../lib/toasts.js";
import { html } from "../lib/ui.js";

/** @param {{ changeSession: (session: null) => void }} props */
export function DeniedPage({ changeSession }) {
    const leave = async () => {
        try {
            await logOut();
        } catch (error) {
            return toast(error instanceof Error ? error.message : t("error.internal"), "error");
        }
        changeSession(null);
        go("/");
    };
    return html`
        <div class="entry">
            <div class="card">
                <${PageHead} home title=${t("denied.title")} />
                <p>${t("denied.text")}</p>
                <button type="button" class="button primary" onClick=${leave}>${t("user.logout")}</button>
            </div>
        </div>
    `;
}

export function NotFoundPage() {
    return html`
        <div class="entry">
            <div class="card">
                <${PageHead} home title=${t("notFound.title")} />
                <p>${t("notFound.text")}</p>
                <a class="button primary" href="/">${t("notFound.home")}</a>
            </div>
        </div>
    `;
}

/**
 * The way in: a choice of roles in the sandbox.
 * @module
 */
import { ApiError } from "../lib/api.js";
import { Select } from "../lib/controls.js";
import { Banner } from "../lib/feedback.js";
import { Info } from "../lib/popover.js";
import { useAddress } from "../lib/router.js";
import { enterSandbox, lastEntry } from "../lib/session.js";
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { html, useState } from "../lib/ui.js";

/**
 * @param {{ context: import("../lib/types.js").Context,
 *   changeSession: (session: import("../lib/types.js").Session | null) => void }} props
 */
export function EntryPage({ context, changeSession }) {
    // A link such as `/?entry=district-admin` chooses; otherwise the entry used last.
    const wanted = [useAddress().searchParams.get("entry"), lastEntry(), context.sandboxEntries[0]?.key];
    const known = wanted.find((key) => context.sandboxEntries.some((entry) => entry.key === key));
    const [entry, setEntry] = useState(known ?? "");
    const [failed, setFailed] = useState("");
    const [busy, setBusy] = useState(false);
    if (context.mode !== "sandbox") {
        return html`
            <div class="entry">
                <div class="card">
                    <${PageHead} home title=${context.title} />
                    <p>${t("entry.production")}</p>
                </div>
            </div>
        `;
    }
    /** @param {Event} event */
    const enter = async (event) => {
        event.preventDefault();
        setBusy(true);
        setFailed("");
        try {
            changeSession(await enterSandbox(entry));
        } catch (error) {
            const id = error instanceof ApiError ? error.requestId : "";
            setFailed(id ? `${t("entry.failed")}. ${t("error.requestId", { id })}` : t("entry.failed"));
            setBusy(false);
        }
    };
    return html`
        <div class="entry">
            <form class="card" onSubmit=${enter}>
                <${PageHead} home title=${t("entry.title")} />
                <p class="lead">${t("entry.lead")}</p>
                <div class="with-info">
                    <${Select} label=${t("entry.enterAs")} value=${entry} choose=${setEntry}
                        options=${context.sandboxEntries.map(({ key, label }) => ({ value: key, text: label }))} />
                    <${Info} about=${t("entry.enterAs")} text=${t("entry.info")} />
                </div>
                <div role="alert">${failed && html`<${Banner} kind="caution" text=${failed} />`}</div>
                <button type="submit" class="button primary wide" disabled=${busy || !entry}>${t(
                    "entry.enter",
                )}</button>
                <p class="fine">${t("entry.simulated")}</p>
            </form>
        </div>
    `;
}

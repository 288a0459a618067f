/**
 * What a page shows while it waits, when there is nothing, and when something went wrong.
 * @module
 */
import { ApiError } from "./api.js";
import { Icon } from "./icons.js";
import { t } from "./texts.js";
import { html, useEffect, useState } from "./ui.js";

/** Waiting; says so only when it takes longer than a moment, so that quick answers do not flicker. */
export function Loading() {
    const [slow, setSlow] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setSlow(true), 300);
        return () => clearTimeout(timer);
    }, []);
    return html`
        <p class="loading" role="status">${slow &&
            html`<span class="spinner" aria-hidden="true"></span>${t("loading")}`}</p>
    `;
}

/** @param {{ text: string }} props */
export function Empty({ text }) {
    return html`<p class="empty">${text}</p>`;
}

/** A sentence of weight: a banner, a caution. @param {{ text: string, kind?: "notice" | "caution" }} props */
export function Banner({ text, kind = "notice" }) {
    return html`
        <div class="banner ${kind}" role="note">
            <${Icon} name=${kind === "caution" ? "warning" : "notice"} />
            <p>${text}</p>
        </div>
    `;
}

/**
 * What went wrong, what can be done, and the number that support asks for.
 * @param {{ error: Error, retry?: () => void }} props
 */
export function Failure({ error, retry }) {
    const problem = error instanceof ApiError ? error : null;
    if (problem?.status === 401) return html`<p class="loading"></p>`; // the shell asks to continue
    return html`
        <div class="banner failure" role="alert">
            <${Icon} name="warning" />
            <div>
                <p>${problem ? problem.detail : t("error.internal")}</p>
                ${problem?.requestId && html`<p class="fine">${t("error.requestId", { id: problem.requestId })}</p>`}
                ${retry && html`<button type="button" class="button" onClick=${retry}>${t("error.retry")}</button>`}
            </div>
        </div>
    `;
}

/**
 * Where results are under embargo or cannot be proved free, the sentence that says so.
 * @param {{ notice: import("./types.js").Notice }} props
 */
export function EmbargoNotice({ notice }) {
    if (notice === "preview") return html`<${Banner} text=${t("embargo.banner")} />`;
    if (notice === "withheld") return html`<${Banner} kind="caution" text=${t("embargo.withheld")} />`;
    return null;
}

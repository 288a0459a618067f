/**
 * The JSON API: one function per method, problems as errors, the end of a session as an event.
 * @module
 */
import { t } from "./texts.js";

/** A problem the server or the network answered with. */
export class ApiError extends Error {
    /**
     * @param {number} status 0 when no answer came
     * @param {string} detail a sentence for people
     * @param {string} requestId what support asks for; empty when no answer came
     */
    constructor(status, detail, requestId) {
        super(detail);
        this.status = status;
        this.detail = detail;
        this.requestId = requestId;
    }
}

/** Tells the shell of what every answer means for the session. */
export const events = new EventTarget();

let csrf = "";

/** The token that goes with every change. @param {string} token */
export function useCSRF(token) {
    csrf = token;
}

/**
 * @template T
 * @param {string} method
 * @param {string} path
 * @param {{ query?: Record<string, unknown>, body?: unknown, form?: FormData, signal?: AbortSignal, quiet?: boolean,
 *   headers?: Record<string, string> }} [options]
 *   form: goes instead of a body; quiet: this request does not keep the session alive, and its 401 is not the end of one
 * @returns {Promise<T>}
 */
async function send(method, path, { query, body, form, signal, quiet, headers: more } = {}) {
    const url = new URL(`/api/v1${path}`, location.origin);
    for (const [name, value] of Object.entries(query ?? {})) {
        for (const one of [value].flat()) {
            if (one !== undefined && one !== null && one !== "") url.searchParams.append(name, String(one));
        }
    }
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...more };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET" && csrf) headers["X-CSRF"] = csrf;

    let response;
    try {
        response = await fetch(url, {
            method,
            headers,
            signal,
            body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
            credentials: "same-origin",
            cache: path.startsWith("/texts/") ? "default" : "no-store",
        });
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new ApiError(0, t("error.offline"), "");
    }
    if (response.ok) {
        if (!quiet) events.dispatchEvent(new Event("touched"));
        return /** @type {T} */ (response.status === 204 ? undefined : await response.json());
    }
    const requestId = response.headers.get("X-Request-Id") ?? "";
    const problem = await problemOf(response);
    if (response.status === 401 && !quiet) events.dispatchEvent(new Event("expired"));
    throw new ApiError(
        response.status,
        sentence(problem.detail) || meaning(response.status),
        problem.requestId || requestId,
    );
}

/**
 * @param {Response} response
 * @returns {Promise<{ detail?: string, requestId?: string }>}
 */
async function problemOf(response) {
    if (!response.headers.get("Content-Type")?.includes("json")) return {};
    try {
        return await response.json();
    } catch {
        return {}; // a cut answer: the status alone says what happened
    }
}

/** A detail as a sentence: services write "there is no such year". @param {string | undefined} detail */
function sentence(detail) {
    const text = detail?.trim() ?? "";
    if (text === "") return "";
    return text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

/** What a status means when the answer does not say. @param {number} status */
function meaning(status) {
    if (status === 401) return t("error.unauthenticated");
    if (status === 403) return t("error.forbidden");
    if (status === 404) return t("error.notFound");
    if (status === 409) return t("error.conflict");
    if (status === 429) return t("error.tooMany");
    if (status === 503 || status === 504) return t("error.unavailable");
    return t("error.internal");
}

export const api = {
    /** @type {<T>(path: string, options?: { query?: Record<string, unknown>, signal?: AbortSignal, quiet?: boolean }) => Promise<T>} */
    get: (path, options) => send("GET", path, options),
    /** @type {<T>(path: string, body?: unknown, options?: { quiet?: boolean, signal?: AbortSignal, headers?: Record<string, string> }) => Promise<T>} */
    post: (path, body, options) => send("POST", path, { body, ...options }),
    /** @type {<T>(path: string, body: unknown) => Promise<T>} */
    put: (path, body) => send("PUT", path, { body }),
    /** Sends one file in a form. @type {<T>(path: string, file: File) => Promise<T>} */
    upload: (path, file) => {
        const form = new FormData();
        form.append("file", file, file.name);
        return send("POST", path, { form });
    },
    /** @type {(path: string) => Promise<void>} */
    remove: (path) => send("DELETE", path, { quiet: true }),
};

/**
 * Who is here: the session as the pages read it, its clock, its end.
 * @module
 */
import { api, ApiError, events, useCSRF } from "./api.js";
import { createContext, useContext } from "./ui.js";

/** @typedef {import("./types.js").Session} Session */

/** What every page below the shell may ask for. */
export const SessionContext = createContext(/** @type {Session | null} */ (null));

/** The session; only pages that stand behind one ask. @returns {Session} */
export function useSession() {
    const session = useContext(SessionContext);
    if (!session) throw new Error("A page that needs a session was drawn without one");
    return session;
}

/** @param {Session} session @param {string[]} permissions */
export function may(session, ...permissions) {
    return permissions.some((permission) => session.permissions.includes(permission));
}

/** How long before its end the page asks whether to continue, in seconds. */
export const warningSeconds = 120;

/** Tabs tell each other that the session is alive, or ended. */
const otherTabs = new BroadcastChannel("session");
const entryKey = "sandbox-entry";

/** The session of the cookie, or null when there is none. @returns {Promise<Session | null>} */
export async function currentSession() {
    try {
        return begin(await api.get("/session", { quiet: true }));
    } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
    }
}

/** @param {Session} session */
function begin(session) {
    useCSRF(session.csrf);
    clock.begin(session.idleSeconds, session.idleSecondsLeft);
    return session;
}

/**
 * Enters the sandbox as a new user; `goOn`: as the same one, after a time-out.
 * @param {string} entry @param {{ goOn?: boolean }} [options] @returns {Promise<Session>}
 */
export async function enterSandbox(entry, { goOn = false } = {}) {
    const answer = await api.post("/sandbox/sessions", { entry, goOn }, { quiet: true });
    sessionStorage.setItem(entryKey, entry);
    const { session } = /** @type {{ session?: Session }} */ (answer);
    return begin(session ?? /** @type {Session} */ (answer));
}

/** The entry used last in this tab, preselected when coming back. */
export function lastEntry() {
    return sessionStorage.getItem(entryKey);
}

/** Says that somebody is still here. @returns {Promise<Session>} */
export async function keepAlive() {
    return begin(await api.post("/session/keep-alive"));
}

/** Ends the session here and in the other tabs. */
export async function logOut() {
    try {
        await api.remove("/session");
    } catch (error) {
        if (!(error instanceof ApiError && error.status === 401)) throw error;
    }
    clock.end();
    otherTabs.postMessage("ended");
}

/**
 * Counts down to the end of an idle session, as the server does: every request that touches the session starts it anew.
 * Sends `warn` two minutes before the end, `alive` when another tab was used meanwhile, `over` at the end.
 */
class IdleClock extends EventTarget {
    #idle = 0;
    #endsAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #timer;

    /** @param {number} idleSeconds @param {number} secondsLeft */
    begin(idleSeconds, secondsLeft) {
        this.#idle = idleSeconds;
        this.#set(secondsLeft);
    }

    touched() {
        if (this.#idle > 0) this.#set(this.#idle);
    }

    end() {
        this.#idle = 0;
        clearTimeout(this.#timer);
    }

    /** Whole seconds until the end, never below 0. */
    get secondsLeft() {
        return Math.max(0, Math.ceil((this.#endsAt - Date.now()) / 1000));
    }

    /** @param {number} seconds */
    #set(seconds) {
        this.#endsAt = Date.now() + seconds * 1000;
        this.dispatchEvent(new Event("alive"));
        this.#wait();
    }

    #wait() {
        clearTimeout(this.#timer);
        const left = this.secondsLeft;
        const next = left > warningSeconds ? left - warningSeconds : left;
        this.#timer = setTimeout(() => {
            if (this.secondsLeft === 0) return this.dispatchEvent(new Event("over"));
            if (this.secondsLeft <= warningSeconds) this.dispatchEvent(new Event("warn"));
            this.#wait();
        }, Math.max(next * 1000, 250));
    }
}

export const clock = new IdleClock();

events.addEventListener("touched", () => {
    clock.touched();
    otherTabs.postMessage("touched");
});
otherTabs.addEventListener("message", ({ data }) => {
    if (data === "touched") clock.touched();
    if (data === "ended") {
        clock.end();
        events.dispatchEvent(new Event("expired"));
    }
});

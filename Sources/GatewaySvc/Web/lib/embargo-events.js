/**
 * Changes of embargoes as they happen, for pages that stand open. One connection for all of a page's listeners; it is there
 * only while somebody listens. Losing it costs nothing but time: a page asked for again always shows what is in force.
 * @module
 */
import { useAnswer } from "./async.js";
import { useEffect, useRef } from "./ui.js";

/** A browser gives up when the answer is not a stream, for instance while the system restarts; we do not. */
const AGAIN_AFTER = 15_000;

/** Pages ask again spread over this time: on release day there are thousands of them. */
const SPREAD = 2_000;

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {EventSource | null} */
let source = null;
/** @type {number | undefined} */
let waiting;

function open() {
    const opened = new EventSource("/api/v1/embargo/events");
    source = opened;
    const tell = () => listeners.forEach((listener) => listener());
    opened.addEventListener("embargo", tell);
    opened.addEventListener("restart", tell);
    opened.addEventListener("error", () => {
        if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
        waiting = window.setTimeout(open, AGAIN_AFTER);
    });
}

function close() {
    window.clearTimeout(waiting);
    source?.close();
    source = null;
}

/** Calls when an embargo was set or lifted anywhere. @param {() => void} listener */
function useEmbargoChanges(listener) {
    const latest = useRef(listener);
    latest.current = listener;
    useEffect(() => {
        const tell = () => latest.current();
        listeners.add(tell);
        if (listeners.size === 1) open();
        return () => {
            listeners.delete(tell);
            if (listeners.size === 0) close();
        };
    }, []);
}

/**
 * An answer that depends on what is released: asked again soon after an embargo has changed.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T> | null} ask
 * @param {readonly unknown[]} deps
 * @returns {import("./async.js").Answer<T>}
 */
export function useAnswerInForce(ask, deps) {
    const answer = useAnswer(ask, deps);
    /** @type {{ current: number | undefined }} */
    const waiting = useRef(undefined);
    useEmbargoChanges(() => {
        window.clearTimeout(waiting.current);
        waiting.current = window.setTimeout(answer.reload, Math.random() * SPREAD);
    });
    useEffect(() => () => window.clearTimeout(waiting.current), []);
    return answer;
}

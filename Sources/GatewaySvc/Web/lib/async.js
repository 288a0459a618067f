/**
 * A question to the API as the state of a component.
 * @module
 */
import { useCallback, useEffect, useState } from "./ui.js";

/**
 * @template T
 * @typedef {{ data: T | null, error: Error | null, loading: boolean, reload: () => void }} Answer
 */

/**
 * Asks when the component appears and whenever `deps` change; an answer that comes too late is dropped. The former answer
 * stays while a new one is on its way, so that a page does not blink.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T> | null} ask null: nothing to ask now
 * @param {readonly unknown[]} deps
 * @returns {Answer<T>}
 */
export function useAnswer(ask, deps) {
    const [state, setState] = useState(
        /** @type {{ data: T | null, error: Error | null, loading: boolean }} */ ({
            data: null,
            error: null,
            loading: true,
        }),
    );
    const [attempt, setAttempt] = useState(0);
    useEffect(() => {
        const abort = new AbortController();
        const question = ask(abort.signal);
        if (!question) {
            setState({ data: null, error: null, loading: false });
            return;
        }
        setState((before) => ({ ...before, error: null, loading: true }));
        question.then(
            (data) => abort.signal.aborted || setState({ data, error: null, loading: false }),
            (error) => abort.signal.aborted || setState({ data: null, error, loading: false }),
        );
        return () => abort.abort();
    }, [...deps, attempt]);
    const reload = useCallback(() => setAttempt((n) => n + 1), []);
    return { ...state, reload };
}

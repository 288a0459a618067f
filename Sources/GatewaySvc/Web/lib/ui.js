/**
 * Preact and htm, imported here and nowhere else, so that one file changes when they are replaced.
 * @module
 */
export {
    createContext,
    h,
    html,
    render,
    useCallback,
    useContext,
    useEffect,
    useErrorBoundary,
    useLayoutEffect,
    useMemo,
    useRef,
    useState,
} from "../vendor/preact-htm.js";

/** @typedef {import("../vendor/preact-htm.js").Node} Node What can be drawn. */

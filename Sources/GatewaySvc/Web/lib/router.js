/**
 * Addresses and history: plain links that the page answers itself.
 * @module
 */
import { useEffect, useState } from "./ui.js";

const changed = new EventTarget();

/**
 * Goes to an address of this app.
 * @param {string} address path and query
 * @param {{ replace?: boolean }} [options] replace: the same place in other words, no new step back
 */
export function go(address, { replace = false } = {}) {
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    changed.dispatchEvent(new CustomEvent("change", { detail: { replace } }));
}

/** The current address; the component is drawn again when it changes. @returns {URL} */
export function useAddress() {
    const [address, setAddress] = useState(() => new URL(location.href));
    useEffect(() => {
        const update = () => setAddress(new URL(location.href));
        changed.addEventListener("change", update);
        addEventListener("popstate", update);
        return () => {
            changed.removeEventListener("change", update);
            removeEventListener("popstate", update);
        };
    }, []);
    return address;
}

/** Makes every link to this app a step inside the page; new tabs, downloads and other sites stay the browser's. */
export function followLinks() {
    document.addEventListener("click", (event) => {
        if (event.defaultPrevented || event.button !== 0) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
        if (
            !(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download") ||
            link.origin !== location.origin
        ) return;
        // Files come from the API itself.
        if (link.pathname.startsWith("/api/")) return;
        if (link.hash && link.pathname === location.pathname) return;
        event.preventDefault();
        go(link.pathname + link.search);
    });
}

/**
 * The parameters of the pattern in the path, or null: `/schools/:id` with `/schools/7` → `{ id: "7" }`.
 * @param {string} pattern
 * @param {string} path
 * @returns {Record<string, string> | null}
 */
export function match(pattern, path) {
    const wanted = pattern.split("/");
    const given = path.replace(/\/+$/, "").split("/");
    if (pattern === "/") return given.join("") === "" ? {} : null;
    if (wanted.length !== given.length) return null;
    /** @type {Record<string, string>} */
    const found = {};
    for (let i = 0; i < wanted.length; i++) {
        if (wanted[i].startsWith(":")) {
            if (!/^\d{1,18}$/.test(given[i])) return null;
            found[wanted[i].slice(1)] = given[i];
        } else if (wanted[i] !== given[i]) {
            return null;
        }
    }
    return found;
}

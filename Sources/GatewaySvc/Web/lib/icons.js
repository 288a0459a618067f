/**
 * The icons, drawn by us: strokes on a grid of 24, always beside a text or a label and hidden from screen readers.
 * @module
 */
import { html } from "./ui.js";

/** @type {Record<string, string>} */
const paths = {
    home: "M3 11.5 12 4l9 7.5M6 9.5V20h4.5v-5.5h3V20H18V9.5",
    user: "M12 12.5a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5ZM4 20.5c.8-3.6 4-5.5 8-5.5s7.2 1.9 8 5.5",
    search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 21 21",
    down: "m6 9 6 6 6-6",
    right: "m9 6 6 6-6 6",
    close: "M6 6l12 12M18 6 6 18",
    plus: "M12 5v14M5 12h14",
    check: "m5 12.5 4.5 4.5L19 7.5",
    warning: "M12 4 2.5 20h19L12 4ZM12 10v4.5M12 17.2v.3",
    notice: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.6v.3",
    lock: "M6.5 11h11v9h-11zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    dots: "M12 5.5v.01M12 12v.01M12 18.5v.01",
    report: "M5 21V4h9l5 5v12H5ZM14 4v5h5M8.5 17v-3M12 17v-5M15.5 17v-2",
    school: "M3 10 12 5l9 5-9 5-9-5ZM7 12.5V17c1.5 1.3 3.1 2 5 2s3.5-.7 5-2v-4.5M21 10v5",
    group:
        "M8.5 11a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5ZM2.5 19c.6-3 3-4.75 6-4.75s5.4 1.75 6 4.75M16 11a2.75 2.75 0 1 0-1-5.3M17 14.4c2.3.4 4 2 4.5 4.6",
    download: "M12 4v11.5M7 11l5 5 5-5M4 15v4.5h16V15",
    upload: "M12 16V4.5M7 9l5-5 5 5M4 15v4.5h16V15",
    iab: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    ica: "m12 3 9 4.5-9 4.5-9-4.5L12 3ZM3 12l9 4.5 9-4.5M3 16.5 12 21l9-4.5",
    sum: "M12 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8.5 13 7 21l5-2.5L17 21l-1.5-8",
    ascending: "M12 19V5M6 11l6-6 6 6",
    descending: "M12 5v14M6 13l6 6 6-6",
    unsorted: "m8 9.5 4-4 4 4M8 14.5l4 4 4-4",
};

/** @param {{ name: string, size?: number }} props */
export function Icon({ name, size = 20 }) {
    return html`
        <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=${paths[name] ?? paths.notice} />
        </svg>
    `;
}

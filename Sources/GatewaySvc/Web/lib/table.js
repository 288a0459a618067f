/**
 * The table of results: sorted by its headers, moved through by keyboard; long ones draw only the rows in sight.
 * @module
 */
import { Icon } from "./icons.js";
import { Info, useId } from "./popover.js";
import { sorted } from "./sorting.js";
import { t } from "./texts.js";
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./ui.js";

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} id
 * @property {string} title
 * @property {string} [info] the explanation behind the i-icon
 * @property {(row: Row) => import("./sorting.js").Cell | import("./sorting.js").Cell[]} key what sorting compares
 * @property {(row: Row, tabIndex: number) => import("./ui.js").Node} [cell] what the cell shows; the key when absent
 * @property {number} width in rem
 * @property {boolean} [numeric]
 * @property {boolean} [header] the cell names its row
 * @property {boolean} [fixed] cannot be sorted by
 */

/** From this many rows on, only those in sight are drawn; fewer stand in full, wrap freely and print whole. */
const virtualFrom = 100;
/** Rows drawn above and below those in sight. */
const spare = 10;
/** The height of a row of a long table, in rem; the style sheet says the same. */
const rowHeightRem = 3.25;

/** Whether the page is being printed: paper has no scroll bar, so every row must stand there. */
function usePrinting() {
    const [printing, setPrinting] = useState(false);
    useEffect(() => {
        const begin = () => setPrinting(true);
        const end = () => setPrinting(false);
        addEventListener("beforeprint", begin);
        addEventListener("afterprint", end);
        return () => {
            removeEventListener("beforeprint", begin);
            removeEventListener("afterprint", end);
        };
    }, []);
    return printing;
}

/**
 * @template Row
 * @param {{ label: string, rows: Row[], columns: Column<Row>[], sort: { column: string, direction: "ascending" | "descending" },
 *   rowKey: (row: Row) => number, rowClass?: (row: Row) => string, total?: number,
 *   onSort?: (order: { column: string, direction: "ascending" | "descending" }) => void }} props
 *   label: names the table; total: rows that will be there when all are loaded; onSort: the rows come sorted by `sort`, and a
 *   third press on a title asks for the default order, column ""
 */
export function Table({ label, rows, columns, sort, rowKey, rowClass, total, onSort }) {
    const [own, setOrder] = useState(sort);
    const order = onSort ? sort : own;
    const column = columns.find((one) => one.id === order.column) ?? columns[0];
    const sortedBy = onSort ? order.column : column.id;
    const shown = useMemo(() => onSort ? rows : sorted(rows, column.key, order.direction), [
        rows,
        column.id,
        order.direction,
    ]);
    const printing = usePrinting();
    const virtual = shown.length > virtualFrom && !printing;

    const region = useRef(/** @type {HTMLElement | null} */ (null));
    const [sight, setSight] = useState({ first: 0, last: virtualFrom });
    const [active, setActive] = useState(0);
    const focusWanted = useRef(/** @type {string | null} */ (null));
    const hint = useId("table-hint");

    const rowHeight = () => rowHeightRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const look = () => {
        const box = region.current;
        if (!box || !virtual) return;
        const height = rowHeight();
        const first = Math.max(0, Math.floor(box.scrollTop / height) - spare);
        const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + spare);
        setSight((before) => (before.first === first && before.last === last ? before : { first, last }));
    };
    useEffect(() => {
        look();
        addEventListener("resize", look);
        return () => removeEventListener("resize", look);
    }, [virtual, shown.length]);
    useLayoutEffect(() => {
        if (focusWanted.current === null) return;
        const row = region.current?.querySelector(`[data-row="${active}"]`);
        const control = row?.querySelector(`[data-control="${focusWanted.current}"]`) ??
            row?.querySelector("[data-control]");
        if (!(control instanceof HTMLElement)) return;
        focusWanted.current = null;
        control.focus();
    });

    /** Up and down move between rows, on the same control. @param {KeyboardEvent} event */
    const move = (event) => {
        const control = event.target instanceof Element ? event.target.closest("[data-control]") : null;
        if (!control || event.altKey || event.ctrlKey || event.metaKey) return;
        const steps = {
            ArrowDown: active + 1,
            ArrowUp: active - 1,
            PageDown: active + 10,
            PageUp: active - 10,
            Home: 0,
            End: shown.length - 1,
        };
        const step = /** @type {Record<string, number>} */ (steps)[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const to = Math.max(0, Math.min(shown.length - 1, step));
        focusWanted.current = control.getAttribute("data-control");
        setActive(to);
        const box = region.current;
        if (virtual && box) {
            const height = rowHeight();
            const top = to * height;
            if (top < box.scrollTop) box.scrollTop = top;
            else if (top + 3 * height > box.scrollTop + box.clientHeight) {
                box.scrollTop = top + 3 * height - box.clientHeight;
            }
            look();
        }
    };
    /** @param {string} id */
    const sortBy = (id) => {
        if (onSort) {
            const again = order.column === id;
            onSort(
                again && order.direction === "descending"
                    ? { column: "", direction: "ascending" }
                    : { column: id, direction: again ? "descending" : "ascending" },
            );
            setActive(0);
            return;
        }
        setOrder((before) => ({
            column: id,
            direction: before.column === id && before.direction === "ascending" ? "descending" : "ascending",
        }));
        setActive(0);
    };

    const first = virtual ? Math.min(sight.first, shown.length) : 0;
    const last = virtual ? Math.min(Math.max(sight.last, first), shown.length) : shown.length;
    const space = (/** @type {number} */ count) =>
        count > 0 && html`
            <tr class="space" aria-hidden="true">
                <td colspan=${columns.length} style=${{ height: `${count * rowHeightRem}rem` }}></td>
            </tr>
        `;
    return html`
        <div ref=${region} class=${virtual ? "table-region virtual" : "table-region"} role="region" tabindex="0"
            aria-label=${label} onScroll=${look} onKeyDown=${move}>
            <p id=${hint} class="visually-hidden">${t("table.hint")}</p>
            <table aria-rowcount=${(total ?? shown.length) + 1} aria-label=${label} aria-describedby=${hint}
                style=${{ minWidth: `${columns.reduce((sum, one) => sum + one.width, 0)}rem` }}>
                <colgroup>${columns.map((one) => html`<col style=${{ width: `${one.width}rem` }} />`)}</colgroup>
                <thead>
                    <tr aria-rowindex="1">
                        ${columns.map((one) =>
                            html`
                                <th scope="col" class=${one.numeric ? "numeric" : ""}
                                    aria-sort=${one.id === sortedBy ? order.direction : "none"}>
                                    <span class=${one.fixed ? "head" : "head sortable"}>
                                        ${one.fixed ? one.title : html`
                                            <button type="button" class="sort" onClick=${() => sortBy(one.id)}>
                                                ${one.title} <${Icon} size=${16} name=${one.id === sortedBy
                                                    ? order.direction
                                                    : "unsorted"} />
                                            </button>
                                        `}
                                        ${one.info && html`<${Info} about=${one.title} text=${one.info} />`}
                                    </span>
                                </th>
                            `
                        )}
                    </tr>
                </thead>
                <tbody>
                    ${space(first)}
                    ${shown.slice(first, last).map((row, offset) => {
                        const index = first + offset;
                        const tabIndex = index === active ? 0 : -1;
                        return html`
                            <tr key=${rowKey(row)} data-row=${index} aria-rowindex=${index +
                                2} class=${rowClass?.(row) ?? ""}
                                onFocusIn=${() => setActive(index)}>
                                ${columns.map((one) => {
                                    const content = one.cell ? one.cell(row, tabIndex) : one.key(row);
                                    const shown = virtual ? html`<div class="clip">${content}</div>` : content;
                                    return one.header
                                        ? html`<th scope="row">${shown}</th>`
                                        : html`<td class=${one.numeric ? "numeric" : ""}>${shown}</td>`;
                                })}
                            </tr>
                        `;
                    })}
                    ${space(shown.length - last)}
                </tbody>
            </table>
        </div>
    `;
}

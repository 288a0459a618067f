/**
 * What stands around every page: bar, menu of the user, breadcrumbs, messages, the prompts of the session's end.
 * @module
 */
import { events } from "./api.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { Menu } from "./popover.js";
import { go } from "./router.js";
import { clock, currentSession, enterSandbox, keepAlive, lastEntry, logOut, SessionContext } from "./session.js";
import { t } from "./texts.js";
import { toast, Toasts } from "./toasts.js";
import { html, useEffect, useRef, useState } from "./ui.js";

/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Session} Session */

/**
 * @param {{ context: Context, session: Session | null, changeSession: (session: Session | null) => void,
 *   children: import("./ui.js").Node }} props
 */
export function Shell({ context, session, changeSession, children }) {
    const leave = async () => {
        await logOut();
        changeSession(null);
        go("/");
    };
    const leaveOrSay = () => leave().catch((error) => toast(error.message, "error"));
    return html`
        <${SessionContext.Provider} value=${session}>
            <a class="skip" href="#main">${t("skip")}</a>
            <header class="bar-top">
                <div class="bar-inner">
                    <a class="brand" href="/">
                        <span class="brand-mark" aria-hidden="true"><i></i><i></i><i></i></span>
                        <span class="brand-text"><b>${context.title}</b><small>${context.stateName}</small></span>
                    </a>
                    ${session && session.permissions.length > 0 && html`
                        <a class="bar-link" href="/reports">${t("reports.title")}</a>
                    `}
                    ${session && html`
                        <${Menu} className="user-button" name=${t("user.menu", { name: session.user.displayName })}
                            trigger=${html`<${Icon} name="user" /><span>${session.user.displayName}</span><${Icon} name="down" size=${16} />`}
                            head=${html`
                                <span class="menu-head">
                                    <b>${session.user.displayName}</b>
                                    <span>${session.user.organizationName}</span>
                                </span>
                            `}
                            items=${[{ text: t("user.logout"), action: leaveOrSay }]} />
                    `}
                </div>
            </header>
            <main id="main" tabindex="-1">${children}</main>
            <footer class="foot"><div class="bar-inner">
                <span>${context.title} · ${context.stateName}</span>
                ${context.mode === "sandbox" && html`<span>${t("sandbox.simulated")}</span>`}
            </div></footer>
            <${Toasts} />
            ${session && html`<${SessionEnd} session=${session} changeSession=${changeSession} leave=${leave} />`}
        <//>
    `;
}

/**
 * Asks two minutes before the end whether to continue, and after the end leads back in.
 * @param {{ session: Session, changeSession: (session: Session | null) => void, leave: () => Promise<void> }} props
 */
function SessionEnd({ session, changeSession, leave }) {
    const [state, setState] = useState(/** @type {"fine" | "warned" | "expired"} */ ("fine"));
    const [problem, setProblem] = useState("");
    useEffect(() => {
        const warn = () => setState((before) => (before === "fine" ? "warned" : before));
        const alive = () => setState((before) => (before === "warned" ? "fine" : before));
        const expired = () => setState("expired");
        // The server's clock decides: another device or a slow clock here may have kept the session alive.
        const over = () => currentSession().then((still) => still || expired(), expired);
        clock.addEventListener("warn", warn);
        clock.addEventListener("alive", alive);
        clock.addEventListener("over", over);
        events.addEventListener("expired", expired);
        return () => {
            clock.removeEventListener("warn", warn);
            clock.removeEventListener("alive", alive);
            clock.removeEventListener("over", over);
            events.removeEventListener("expired", expired);
        };
    }, []);
    /** Tries a way out of the dialog; if it fails, the dialog stays and says so. @param {() => Promise<void>} way */
    const attempt = (way) => () => {
        setProblem("");
        way().catch((error) => setProblem(error.message));
    };
    /** @param {() => Promise<Session>} how */
    const goOn = (how) =>
        attempt(async () => {
            changeSession(await how());
            setState("fine");
        });
    const goOut = () => {
        clock.end();
        changeSession(null);
        go("/");
    };
    const entry = lastEntry();
    if (state === "warned") {
        return html`
            <${Dialog} role="alertdialog" title=${t("session.warning.title")} onCancel=${goOn(keepAlive)}
                actions=${[
                    { text: t("session.warning.continue"), primary: true, focus: true, action: goOn(keepAlive) },
                    { text: t("user.logout"), action: attempt(leave) },
                ]}>
                <p>${t("session.warning.text")}</p>
                <${Countdown} />
                <p class="problem" role="alert">${problem}</p>
                <//>
        `;
    }
    if (state === "expired") {
        const reenter = session.sandbox && entry ? goOn(() => enterSandbox(entry, { goOn: true })) : goOut;
        return html`
            <${Dialog} role="alertdialog" title=${t("session.expired.title")}
                actions=${[{ text: t("session.expired.ok"), primary: true, focus: true, action: reenter }]}>
                <p>${t(session.sandbox ? "session.expired.sandbox" : "session.expired.text")}</p>
                <p class="problem" role="alert">${problem}</p>
                <//>
        `;
    }
    return null;
}

/** The minutes and seconds left. Not a live region: the question has been read out, a ticking clock would talk over it. */
function Countdown() {
    const [left, setLeft] = useState(clock.secondsLeft);
    useEffect(() => {
        const timer = setInterval(() => setLeft(clock.secondsLeft), 1000);
        return () => clearInterval(timer);
    }, []);
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    return html`<p class="countdown" role="timer">${t("session.warning.left", { time })}</p>`;
}

/**
 * The heading of a page under its breadcrumbs. Names the window and takes the focus when the page is new, so that a screen
 * reader says where one is.
 * @param {{ title: string, crumbs?: { text: string, href?: string }[], children?: import("./ui.js").Node, home?: boolean }} props
 */
export function PageHead({ title, crumbs = [], children, home = false }) {
    const heading = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        document.title = t("page.title", { page: title, site: t("site.name") });
    }, [title]);
    useEffect(() => {
        if (steps > 0) heading.current?.focus({ preventScroll: true });
        if (steps > 0) scrollTo(0, 0);
        steps++;
    }, []);
    return html`
        ${!home && html`
            <nav class="crumbs" aria-label=${t("crumbs.label")}>
                <ol>
                    <li><a href="/" aria-label=${t("crumbs.home")}><${Icon} name="home" size=${18} /></a></li>
                    ${crumbs.map((crumb) =>
                        html`<li>${
                            crumb.href
                                ? html`<a href=${crumb.href}>${crumb.text}</a>`
                                : html`<span aria-current="page">${crumb.text}</span>`
                        }</li>`
                    )}
                </ol>
            </nav>
        `}
        <div class="page-head">
            <h1 ref=${heading} tabindex="-1">${title}</h1>
            ${children}
        </div>
    `;
}

/** Pages shown since the app was loaded. The first keeps the browser's own focus. */
let steps = 0;

"""A real browser before a running suite.

ERS_URL names the suite (the demo data must be in it), ERS_SCREENSHOTS a folder for pictures of every screen. The browser is
Debian's Chromium; ERS_CHROMIUM names another one.
"""

import os
import pathlib
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

DESKTOP, TABLET, PHONE = 1280, 768, 320
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def url() -> str:
    found = os.environ.get("ERS_URL")
    if not found:
        pytest.exit("ERS_URL must name a running suite with the demo data, for instance of `make demo`", returncode=3)
    return found.rstrip("/")


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("ERS_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """One person at one browser: a page, what it complained of, and the ways through the app."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))

    def _heard(self, message):
        # Before a session exists the first question for it is answered with 401, which Chromium reports.
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            if "status of 401" in message.text and where.endswith("/api/v1/session"):
                return
            self.complaints.append(f"{message.text} ({where})")

    def expect_complaint(self, pattern: str):
        """This test provokes a refusal that the browser reports in its console."""
        self.expected.append(pattern)

    def open(self, path: str = "/"):
        self.page.goto(self.url + path)

    def enter(self, role: str):
        """Enters the sandbox with the first entry of a role, such as `School Admin`."""
        self.open("/")
        entries = self.page.get_by_label("Enter as", exact=True)
        expect(entries).to_be_visible()
        labels = entries.locator("option").all_text_contents()
        [label, *_] = [label for label in labels if label.startswith(role)]
        entries.select_option(label=label)
        self.page.get_by_role("button", name="Enter Sandbox").click()
        expect(self.page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()

    def api(self, path: str, **query):
        """An answer of the API for this person, as JSON. A list is a parameter given several times."""
        answer = self.page.request.get(f"{self.url}/api/v1{path}?{urlencode(query, doseq=True)}")
        assert answer.ok, f"{path} answered {answer.status}"
        return answer.json()

    def change(self, method: str, path: str, body):
        """A change through the API with this person's CSRF token."""
        headers = {"X-CSRF": self.api("/session")["csrf"]}
        return self.page.request.fetch(f"{self.url}/api/v1{path}", method=method, data=body, headers=headers)

    def alter(self, pattern: str, change):
        """Lets the page have an answer that the demo data do not give: `change` makes it of the real one."""
        def fulfil(route):
            answer = route.fetch()
            route.fulfill(response=answer, json=change(answer.json()))

        self.page.route(re.compile(pattern), fulfil)

    def axe(self):
        """Nothing that the automatic accessibility rules find wrong on the page as it stands."""
        found = Axe().run(self.page, options={"runOnly": WCAG}).response["violations"]
        assert not found, "\n".join(f"{v['id']}: {v['help']}\n   {[n['html'] for n in v['nodes']][:4]}" for v in found)

    def look(self, name: str):
        """The page as it stands at every width: accessible, not wider than its window, and a picture of it."""
        before = self.page.viewport_size
        for width in (PHONE, TABLET, DESKTOP):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.no_sideways_scroll()
            if width != TABLET:
                self.axe()
            self.picture(name)
        self.page.set_viewport_size(before)

    def no_sideways_scroll(self):
        width, room = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width <= room, f"the page is {width} wide in a window of {room}"

    def picture(self, name: str):
        folder = os.environ.get("ERS_SCREENSHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            width = self.page.viewport_size["width"]
            self.page.wait_for_timeout(250)  # toasts and menus have arrived
            self.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    def quiet(self):
        heard = [text for text in self.complaints if not any(re.search(p, text) for p in self.expected)]
        assert not heard, "the browser complained:\n" + "\n".join(heard)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, url: str):
    """The cookie of one sandbox session per role, entered once for all tests that do not end it."""
    states: dict[str, dict] = {}

    def state(role: str) -> dict:
        if role not in states:
            context = browser.new_context()
            Visitor(context.new_page(), url).enter(role)
            states[role] = context.storage_state()
            context.close()
        return states[role]

    return state


@pytest.fixture
def visit(browser: Browser, url: str, signed_in):
    """Makes visitors; at the end none of their pages may have complained."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(role: str | None = None, own: bool = False, **options) -> Visitor:
        """own: the test ends the session or looks at its way in, so it enters by itself."""
        if role and not own:
            options["storage_state"] = signed_in(role)
        context = browser.new_context(viewport={"width": DESKTOP, "height": 900}, **options)
        contexts.append(context)
        visitor = Visitor(context.new_page(), url)
        visitors.append(visitor)
        if role and own:
            visitor.enter(role)
        elif role:
            visitor.open("/")
            expect(visitor.page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()
        return visitor

    yield make
    for context in contexts:
        context.close()
    for visitor in visitors:
        visitor.quiet()


@dataclass(frozen=True)
class Place:
    """A school, grade and year of the demo data with results of all three types of assessment."""

    school: dict
    grade: str
    year: int
    assessments: list[dict]

    @property
    def path(self) -> str:
        return f"/schools/{self.school['id']}?grade={self.grade}&year={self.year}"

    def of_type(self, code: str) -> dict:
        return next(a for a in self.assessments if a["type"] == code)


@pytest.fixture(scope="session")
def place(browser: Browser, url: str, signed_in) -> Place:
    """Found as the state's administrator, who may preview what is embargoed; Demo schools first, the current year."""
    context = browser.new_context(storage_state=signed_in("State Admin"))
    visitor = Visitor(context.new_page(), url)
    year = visitor.api("/session")["currentSchoolYear"]
    schools = visitor.api("/schools", limit=1000)["schools"]
    try:
        for school in sorted(schools, key=lambda one: (not one["name"].startswith("Demo Elementary"), one["name"])):
            for grade in visitor.api(f"/schools/{school['id']}/grades")["grades"]:
                found = visitor.api(f"/schools/{school['id']}/assessments", grade=grade, year=year)["assessments"]
                if {"iab", "ica", "sum"} <= {one["type"] for one in found}:
                    return Place(school, grade, year, found)
    finally:
        context.close()
    pytest.fail("no school of the demo data has an IAB, an ICA and a summative in one grade of the current year")


@pytest.fixture(scope="session")
def student(browser: Browser, url: str, place: Place, signed_in) -> dict:
    """A student of that place, with an interim result: visible whatever the embargo says."""
    context = browser.new_context(storage_state=signed_in("State Admin"))
    visitor = Visitor(context.new_page(), url)
    results = visitor.api(
        f"/schools/{place.school['id']}/results", grade=place.grade, year=place.year, assessment=place.of_type("ica")["id"])
    context.close()
    return results["results"][0]["exams"][0]["student"]


def set_state_embargo(visitor: Visitor, year: int, value: str, kind: str = "individual"):
    """Sets the state's value through the API, whatever it was."""
    cell = visitor.api("/embargo", year=year)["state"]["cells"][kind]
    answer = visitor.change("PUT", f"/embargo/{year}/state/{kind}", {"value": value, "version": cell["version"]})
    assert answer.ok, answer.text()


@pytest.fixture
def embargoed(visit, place: Place):
    """The summatives of the place's year are embargoed by the state, before and after the test."""
    state = visit("State Admin")
    set_state_embargo(state, place.year, "embargoed")
    yield state
    set_state_embargo(state, place.year, "embargoed")

"""The main job without a mouse: keys alone lead from the entry to a release."""

import re

from conftest import Place
from playwright.sync_api import Page, expect

NAME_OF_FOCUS = """() => {
    const e = document.activeElement;
    const label = e.labels?.[0]?.textContent;
    return (e.getAttribute('aria-label') ?? label ?? e.textContent ?? '').trim().replace(/\\s+/g, ' ');
}"""


def tab_to(page: Page, pattern: str, limit: int = 60) -> str:
    """Presses Tab until the focus is on a control of that name, which must show where it is."""
    seen = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        name = page.evaluate(NAME_OF_FOCUS)
        seen.append(name[:40])
        if re.search(pattern, name):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"the focus on {name} cannot be seen"
            return name
    raise AssertionError(f"Tab never came to {pattern}; it passed {seen}")


def test_F048_F060_F070_F127_R26_from_entry_to_release(visit, embargoed, place: Place):
    visitor = visit()
    page, keys = visitor.page, visitor.page.keyboard
    visitor.open("/")
    expect(page.get_by_label("Enter as", exact=True)).to_be_visible()
    tab_to(page, "^Skip to the content")
    tab_to(page, "^Enter as")
    keys.type("State Admin")
    tab_to(page, "^Enter Sandbox")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()

    tab_to(page, "^School$")
    box = page.get_by_label("School", exact=True)
    if box.get_attribute("role") == "combobox":
        keys.type(place.school["name"])
        expect(page.get_by_role("option", name=place.school["name"], exact=True)).to_be_visible()
        keys.press("ArrowDown")
        keys.press("Enter")
    else:
        keys.type(place.school["name"])
    grade = page.get_by_label("Grade", exact=True)
    expect(grade).to_be_enabled()
    tab_to(page, "^Grade$")
    wanted = grade.locator(f"option[value='{place.grade}']").text_content()
    if grade.locator("option:checked").text_content() != wanted:
        keys.type(wanted)
    tab_to(page, "^Search$")
    keys.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(place.school["name"])
    expect(page.get_by_role("heading", level=2, name="Results", exact=True)).to_be_visible()
    tab_to(page, "^Expand All$")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Results By Student").first).to_be_visible()
    # Into the table: its first student, one row down by arrow, the menu of that row.
    first = tab_to(page, r"^.+, .+$|^\d{10}$")
    if page.get_by_role("rowheader").count() > 1:
        keys.press("ArrowDown")
        assert page.evaluate(NAME_OF_FOCUS) != "" and page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == "1"
    assert first
    tab_to(page, "^Actions for ")
    keys.press("Enter")
    item = page.get_by_role("menuitem", name=re.compile("'s Test History$"))
    expect(item).to_be_focused()
    keys.press("Escape")
    expect(item).to_have_count(0)
    keys.press("Enter")
    expect(item).to_be_focused()
    keys.press("Enter")

    expect(page.get_by_text(re.compile("^SSID: "))).to_be_visible()
    tab_to(page, r"\d results?$")
    keys.press("Enter")
    expect(page.get_by_role("table")).to_be_visible()
    tab_to(page, "^Date")
    keys.press("Enter")
    expect(page.get_by_role("columnheader", name=re.compile("^Date"))).to_have_attribute("aria-sort", "ascending")

    # An explanation opens and closes without losing the place.
    about = tab_to(page, "^About ")
    keys.press("Enter")
    expect(page.get_by_role("note").filter(visible=True).last).to_be_visible()
    keys.press("Escape")
    assert page.evaluate(NAME_OF_FOCUS) == about

    while page.evaluate("document.activeElement !== document.body && document.activeElement.getAttribute('aria-label') !== 'Home'"):
        keys.press("Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()
    tab_to(page, "^Embargo$")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Manage Embargo")).to_be_visible()
    group = page.get_by_role("group", name=re.compile("^Individual Test Results for ")).first
    expect(group).to_be_visible()
    tab_to(page, "^Released$")
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    expect(group.get_by_role("button", name="Released")).to_be_focused()
    keys.press("Enter")
    expect(dialog).to_be_visible()
    # The focus stays inside the dialog.
    keys.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Release", exact=True)).to_be_focused()
    keys.press("Enter")
    expect(group.get_by_role("button", name="Released")).to_have_attribute("aria-pressed", "true")


def test_R26_skip_link_leads_past_the_bar(visit):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

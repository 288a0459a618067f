"""District / School Exports, as people ask for them and fetch them."""

import csv
import re

from conftest import Place
from playwright.sync_api import expect


def open_page(visitor):
    visitor.page.get_by_role("link", name="District / School Exports").click()
    expect(visitor.page.get_by_role("heading", level=1, name="District / School Exports")).to_be_visible()


def test_F054_F271_F272_F273_F275_F276_F277_F278_F284_a_district_chooses_organizations_and_fetches_the_file(visit, place: Place):
    visitor = visit("District Admin", own=True)
    page = visitor.page
    open_page(visitor)
    create = page.get_by_role("button", name="Create Report")
    expect(create).to_be_disabled()
    # The name is required, and one is offered.
    name = page.get_by_label(re.compile("^Export File Name"))
    expect(name).to_have_value("District and School Export File")
    name.fill("")
    expect(page.get_by_role("alert").get_by_text("Enter a name for the file.")).to_be_visible()
    name.fill("Autumn, all")

    # By keyboard: type, choose, and take away again.
    search = page.get_by_role("combobox", name="Search for an Organization")
    search.fill(place.school["name"])
    expect(page.get_by_role("option", name=f"{place.school['name']} (School)")).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.get_by_role("heading", level=3, name="Schools", exact=True)).to_be_visible()
    expect(create).to_be_enabled()
    page.get_by_role("button", name=f"Remove {place.school['name']}").press("Enter")
    expect(create).to_be_disabled()
    page.get_by_role("button", name="Select All").click()
    expect(page.get_by_text("All organizations that you have access to")).to_be_visible()
    visitor.look("70-exports")
    page.get_by_role("button", name="Remove All organizations that you have access to").click()
    # Any part of the name will do.
    search.fill(place.school["name"][2:].upper())
    page.get_by_role("option", name=f"{place.school['name']} (School)").click()

    year = page.get_by_label("School Year", exact=True)
    expect(year).to_have_value(str(place.year))
    year.select_option(value=str(place.year - 1))
    page.get_by_role("group", name="New Students").get_by_role("button", name="Hide").click()
    create.click()
    expect(page.get_by_text("Creating export.")).to_be_visible()
    page.get_by_role("link", name="My Reports").last.click()
    row = page.get_by_role("row", name=re.compile("Autumn, all"))
    expect(row).to_contain_text("District / School Export")
    expect(row).to_contain_text("Completed", timeout=30_000)
    visitor.look("71-my-exports")
    page.get_by_role("button", name="Actions for Autumn, all").click()
    expect(page.get_by_role("menuitem", name="View Report", exact=True)).to_have_count(0)
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="Download Report Data").click()
    assert waiting.value.suggested_filename == "Autumn__all.csv"
    with open(waiting.value.path(), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows and {row["SchoolName"] for row in rows} == {place.school["name"]}
    assert {row["SchoolYear"] for row in rows} == {str(place.year - 1)}

    # The query comes back as it was, is saved, changed and saved again.
    page.get_by_role("button", name="Actions for Autumn, all").click()
    page.get_by_role("menuitem", name="View Report Query").click()
    expect(name).to_have_value("Autumn, all")
    expect(year).to_have_value(str(place.year - 1))
    expect(page.get_by_role("group", name="New Students").get_by_role("button", name="Hide")).to_have_attribute(
        "aria-pressed", "true")
    expect(page.get_by_role("button", name=f"Remove {place.school['name']}")).to_be_visible()
    visitor.open("/reports")
    page.get_by_role("button", name="Actions for Autumn, all").click()
    page.get_by_role("menuitem", name="Save Report Query").click()
    page.get_by_role("link", name="Autumn, all").click()
    save = page.get_by_role("button", name="Save Query")
    expect(save).to_be_disabled()
    name.fill("Winter")
    save.click()
    expect(page.get_by_text("Query saved. Visit My Reports to view, update or run the query.")).to_be_visible()
    expect(save).to_be_disabled()


def test_T9_F279_a_school_is_preselected_and_stays(visit):
    visitor = visit("School Admin")
    page = visitor.page
    open_page(visitor)
    expect(page.get_by_role("combobox", name="Search for an Organization")).to_have_count(0)
    expect(page.get_by_role("button", name="Select All")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Remove "))).to_have_count(0)
    expect(page.get_by_role("button", name="Create Report")).to_be_enabled()
    visitor.axe()


def test_T10_a_teacher_has_no_exports(visit):
    visitor = visit("Teacher")
    expect(visitor.page.get_by_role("link", name="District / School Exports")).to_have_count(0)
    visitor.open("/exports")
    expect(visitor.page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()

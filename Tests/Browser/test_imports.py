"""The pages of those who load data: imports, data coverage, reconciliation."""

import os
import pathlib
import re
import sys

import pytest
from playwright.sync_api import expect

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"))

import load  # noqa: E402


@pytest.fixture
def loader(visit):
    return visit("Data Load")


def open_imports(loader, tab: str = "imports"):
    loader.open(f"/data-imports?tab={tab}")
    expect(loader.page.get_by_role("heading", level=1, name="Imports", exact=True)).to_be_visible()


def test_from_the_home_page_to_what_was_imported(loader):
    page = loader.page
    loader.open("/")
    expect(page.get_by_text("You do not have permissions to view Assessment Results.", exact=True)).to_be_visible()
    page.get_by_role("link", name="Imports", exact=True).click()
    summary = page.get_by_role("table", name="Where imports stand")
    expect(summary).to_be_visible()
    expect(summary.get_by_role("row", name=re.compile("^Subjects Processed"))).to_be_visible()
    loader.look("60-imports")

    # A number leads to the imports that it counts; the choice stands in the address.
    summary.get_by_role("link", name=re.compile(r"^Show \d+ imports of Subjects with the status Processed$")).click()
    expect(page).to_have_url(re.compile("scope=subjects&status=PROCESSED"))
    rows = page.get_by_role("table", name="Imports, the newest first").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    assert all("Processed" in text for text in rows.all_text_contents()[1:])
    button = page.get_by_role("button", name=re.compile("^Message of import"))
    button.first.click()
    expect(button.first).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text(re.compile(r"^Subject .+ \(.+\) processed$")).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^Download the payload of import")).first.click()
    assert b"<Subject" in open(download.value.path(), "rb").read()
    expect(page.get_by_role("button", name="Process again", exact=True)).to_have_count(0)
    loader.quiet()


def test_filters_pages_and_what_was_refused(loader):
    page = loader.page
    open_imports(loader)
    rows = page.get_by_role("table", name="Imports, the newest first").get_by_role("row")
    expect(rows).to_have_count(51)
    ids = [int(text) for text in page.locator("table.uploads tbody th").all_text_contents()]
    assert ids == sorted(ids, reverse=True)
    page.get_by_role("button", name="Show older imports").click()
    expect(rows).to_have_count(101)

    page.get_by_label("Batch", exact=True).fill("no such batch")
    page.get_by_label("Batch", exact=True).press("Enter")
    expect(page.get_by_text("No imports found matching the given filter criteria.", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("batch=no"))
    page.go_back()
    expect(rows).to_have_count(51)
    loader.quiet()


def test_R18_refused_imports_are_processed_again(loader):
    """A result that nobody can read: its message, and the dialog that has it processed again."""
    page = loader.page
    api = load.ImportAPI(dict(os.environ))
    sent = api.wait(api.post("exams", "broken", b"<TDSReport><Broken/></TDSReport>", "application/xml"))
    assert sent.status == "BAD_FORMAT"
    loader.open("/data-imports?status=BAD_FORMAT")
    row = page.get_by_role("row", name=re.compile(f"^{sent.id} "))
    expect(row).to_be_visible()
    row.get_by_role("button", name=f"Message of import {sent.id}").click()
    expect(page.get_by_text("Broken").first).to_be_visible()
    page.get_by_role("button", name="Process again", exact=True).click()
    dialog = page.get_by_role("dialog", name="Process these imports again?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    loader.axe()
    dialog.get_by_role("button", name="Process again").click()
    expect(page.get_by_text(re.compile(r"^\d+ imports? will be processed again\.$"))).to_be_visible()
    loader.look("61-imports-refused")
    loader.quiet()


def test_F051_data_coverage(loader):
    page = loader.page
    open_imports(loader)
    page.get_by_role("button", name="Data Coverage", exact=True).click()
    expect(page).to_have_url(re.compile("tab=coverage"))
    table = page.get_by_role("table", name="Data coverage")
    expect(table).to_be_visible()
    told = loader.api("/coverage")["rows"]
    expect(page.get_by_text(re.compile(rf"^{sum(row['results'] for row in told):,} results of"))).to_be_visible()
    loader.look("62-coverage")
    year = max(row["schoolYear"] for row in told)
    mine = [row for row in told if row["schoolYear"] == year]
    page.get_by_label("School Year", exact=True).select_option(value=str(year))
    expect(page.get_by_text(re.compile(
        rf"^{sum(row['results'] for row in mine):,} results of {len(mine)} assessments"))).to_be_visible()
    assert any(row["results"] > 0 and row["lastLoad"] for row in mine)
    loader.quiet()


def test_R17_a_reconciliation_report(loader):
    page = loader.page
    open_imports(loader, "reconciliation")
    page.get_by_role("button", name="Make report", exact=True).click()
    table = page.get_by_role("table", name="Reconciliation reports")
    expect(table).to_be_visible()
    file = table.get_by_role("button", name=re.compile(r"^reconciliation_\d{14}\.csv$")).first
    with page.expect_download() as download:
        file.click()
    assert re.fullmatch(r"reconciliation_\d{14}\.csv", download.value.suggested_filename)
    lines = open(download.value.path(), encoding="utf-8").read().splitlines()
    assert lines[0] == "student_id,asmt_guid,school_year,opp_id,batch,import_id,status,result,message"
    assert sum(line.endswith(",New exam imported,") for line in lines) > 100
    loader.look("63-reconciliation")
    loader.quiet()


def test_results_are_removed_after_a_question(loader, visit):
    page = loader.page
    open_imports(loader, "removal")
    expect(page.get_by_role("button", name="Count results")).to_be_disabled()
    # Results of one assessment of a past year, so that no other test misses them.
    told = [row for row in loader.api("/coverage")["rows"] if 0 < row["results"] <= 5_000]
    row = min(told, key=lambda one: (one["schoolYear"], one["results"]))
    page.get_by_label("School Year", exact=True).select_option(value=str(row["schoolYear"]))
    page.get_by_label("Assessment ID", exact=True).fill(row["assessment"])
    page.get_by_label("Completed from", exact=True).fill("2000-01-01")
    page.get_by_role("button", name="Count results").click()
    expect(page.get_by_text(re.compile(rf"^Results: {row['results']:,}, students: \d+$"))).to_be_visible()
    loader.look("64-removal")
    page.get_by_role("button", name="Remove results", exact=True).click()
    dialog = page.get_by_role("alertdialog", name=re.compile(rf"^Remove {row['results']} results?\?$"))
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    loader.axe()
    dialog.get_by_label("Reason", exact=False).fill("the wrong form")
    dialog.get_by_role("button", name="Remove results").click()
    expect(page.get_by_text(re.compile(rf"^{row['results']} results? (has|have) been removed\.$"))).to_be_visible()
    again = next(one for one in loader.api("/coverage")["rows"]
                 if (one["assessment"], one["schoolYear"]) == (row["assessment"], row["schoolYear"]))
    assert again["results"] == 0
    [record] = loader.api("/imports", batch="removal")["imports"]
    assert record["message"] == f"Results removed: {row['results']}"

    # A choice that nobody can read is refused where it was made.
    loader.expect_complaint("status of 400")
    page.get_by_label("Administration condition", exact=True).fill("nonsense")
    page.get_by_role("button", name="Count results").click()
    expect(page.get_by_role("alert")).to_have_text("Condition: no such administration condition.")
    loader.quiet()


def test_others_do_not_come_here(visit):
    teacher = visit("Teacher")
    teacher.open("/data-imports")
    expect(teacher.page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()
    expect(teacher.page.get_by_role("link", name="Imports", exact=True)).to_have_count(0)
    assert teacher.page.request.get(f"{teacher.url}/api/v1/imports/summary").status == 403
    teacher.quiet()

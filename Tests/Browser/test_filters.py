"""Advanced filters, sessions and files of results pages."""

import csv
import io
import re

import pytest
from conftest import set_state_embargo
from playwright.sync_api import expect

TOOLTIP = "Embargoed results can be viewed online, but may not be exported."


def show_filters(page):
    page.get_by_role("button", name="Show Advanced Filters").click()


def rows_of(download) -> list[dict]:
    with open(download.path(), "rb") as file:
        text = file.read()
    assert text.startswith(b"\xef\xbb\xbf") and b"\r\n" in text
    return list(csv.DictReader(io.StringIO(text[3:].decode())))


def ica_of(visitor, place, **query):
    [result] = visitor.api(
        f"/schools/{place.school['id']}/results", grade=place.grade, year=place.year,
        assessment=place.of_type("ica")["id"], **query)["results"]
    return result


def test_F080_F082_F085_F087_F130_F135_filters_change_rows_and_statistics_and_have_chips(visit, place):
    visitor = visit("School Admin")
    page = visitor.page
    everything, some = ica_of(visitor, place), ica_of(visitor, place, manner="SD")
    assert 0 < some["examCount"] < everything["examCount"] == some["unfilteredCount"]
    visitor.open(f"{place.path}&assessment={place.of_type('ica')['id']}")
    page.get_by_role("button", name="Expand All").click()
    table = page.get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", str(everything["examCount"] + 1))

    expect(page.get_by_label("Manner of Administration", exact=True)).to_be_hidden()
    show_filters(page)
    visitor.look("40-filters")
    page.get_by_label("Manner of Administration", exact=True).select_option(label="Standardized")
    expect(table).to_have_attribute("aria-rowcount", str(some["examCount"] + 1))
    expect(page.get_by_text(f"{some['examCount']} of {everything['examCount']} results fit the filters")).to_be_visible()
    average = f"{some['overall']['averageRounded']} ± {some['overall']['standardErrorRounded']}"
    expect(page.get_by_role("definition").filter(has_text="±")).to_have_text(average)
    # The badge says so, also when the panel is hidden.
    chip = page.get_by_role("button", name="Remove the filter Manner of Administration: Standardized")
    expect(chip).to_be_visible()
    expect(page.get_by_text("1 filter active", exact=True)).to_be_visible()
    page.get_by_role("button", name="Hide Advanced Filters").click()
    expect(chip).to_be_hidden()
    expect(page.get_by_text("1 filter active", exact=True)).to_be_visible()
    show_filters(page)
    # What is chosen stays in sight when only the options are folded.
    page.get_by_role("button", name="Collapse the filter options").click()
    expect(page.get_by_label("Manner of Administration", exact=True)).to_be_hidden()
    expect(chip).to_be_visible()
    page.get_by_role("button", name="Expand the filter options").click()
    visitor.picture("41-filters-chosen")
    chip.click()
    expect(table).to_have_attribute("aria-rowcount", str(everything["examCount"] + 1))

    # Several codes of a field: any of them fits.
    group = page.get_by_role("group", name="Race/Ethnicity")
    group.get_by_label("White", exact=True).check()
    group.get_by_label("Asian", exact=True).check()
    expect(page.get_by_text("2 filters active", exact=True)).to_be_visible()
    both = ica_of(visitor, place, ethnicity=["White", "Asian"])
    expect(page.locator(".results-panel, .empty").first).to_be_visible()
    if both["examCount"]:
        expect(table).to_have_attribute("aria-rowcount", str(both["examCount"] + 1))
    # All of a field clears that field.
    group.get_by_label("All", exact=True).check()
    expect(page.get_by_text("filters active")).to_have_count(0)
    expect(table).to_have_attribute("aria-rowcount", str(everything["examCount"] + 1))
    group.get_by_label("Asian", exact=True).check()
    expect(page.get_by_text("1 filter active", exact=True)).to_be_visible()
    page.get_by_role("button", name="Clear all").click()
    expect(table).to_have_attribute("aria-rowcount", str(everything["examCount"] + 1))
    # They are gone when the page is left.
    group.get_by_label("White", exact=True).check()
    page.get_by_role("link", name="Home").first.click()
    page.go_back()
    expect(page.get_by_role("heading", name="Advanced Filters")).to_be_visible()
    expect(page.get_by_text("filter active")).to_have_count(0)


def test_F081_F083_F084_filters_of_the_test_show_what_the_service_keeps(visit, place):
    visitor = visit("State Admin")
    page = visitor.page
    chosen = [place.of_type(kind)["id"] for kind in ("ica", "sum")]
    visitor.open(place.path + "".join(f"&assessment={one}" for one in chosen))
    show_filters(page)

    def kept(**query) -> int:
        results = visitor.api(
            f"/schools/{place.school['id']}/results", grade=place.grade, year=place.year, assessment=chosen, **query)["results"]
        return sum(one["examCount"] for one in results)

    def hide_off_grade():
        page.get_by_role("group", name="Off-Grade Assessments").get_by_role("button", name="Hide", exact=True).click()

    everything = kept()
    fewer = 0
    for query, choose, chip in [
            ({"offGrade": "hide"}, hide_off_grade, "Off-Grade Assessments: Hide"),
            ({"validity": "IN"}, lambda: page.get_by_label("Valid/Invalid", exact=True).select_option(label="Invalid"),
             "Valid/Invalid: Invalid"),
            ({"completeness": "Partial"}, lambda: page.get_by_label("Completeness", exact=True).select_option(label="Partial"),
             "Completeness: Partial")]:
        some = kept(**query)
        choose()
        expect(page.get_by_role("button", name=f"Remove the filter {chip}")).to_be_visible()
        told = page.get_by_text("results fit the filters")
        if some < everything:
            expect(told).to_have_text(f"{some:,} of {everything:,} results fit the filters")
            fewer += 1
        else:
            expect(told).to_have_count(0)
        page.get_by_role("button", name="Clear all").click()
        expect(told).to_have_count(0)
    assert fewer >= 2, "validity and completeness tell results apart"


def test_filters_are_offered_for_the_types_that_there_are(visit, place, embargoed):
    school = visit("School Admin")
    school.open(place.path)
    show_filters(school.page)
    # The summatives are embargoed.
    expect(school.page.get_by_label("Manner of Administration", exact=True)).to_be_enabled()
    expect(school.page.get_by_label("Valid/Invalid", exact=True)).to_have_count(0)

    # And a school that has nothing but summatives: the answer is cut to them.
    page = embargoed.page

    embargoed.alter(
        r"/api/v1/schools/\d+/assessments\?",
        lambda found: found | {"assessments": [a for a in found["assessments"] if a["type"] == "sum"]})
    embargoed.open(place.path)
    show_filters(page)
    expect(page.get_by_label("Valid/Invalid", exact=True)).to_be_enabled()
    expect(page.get_by_label("Manner of Administration", exact=True)).to_be_disabled()


def test_filters_that_leave_nothing_say_so(visit, place):
    visitor = visit("School Admin")
    page = visitor.page
    visitor.open(f"{place.path}&assessment={place.of_type('ica')['id']}")
    show_filters(page)
    page.get_by_placeholder("Search for a language").fill("kash")
    group = page.get_by_role("group", name="Primary Language")
    group.get_by_label("Kashmiri", exact=True).check()
    expect(page.get_by_text("No test results are available for the filters selected.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Export CSV", exact=True)).to_be_disabled()
    visitor.axe()
    visitor.picture("42-filters-nothing")


def test_F134_only_fields_that_the_role_may_see_are_offered(visit, place):
    visitor = visit("School Admin")
    fields = [field["field"] for field in visitor.api("/filters")["fields"]]
    assert fields == ["ethnicity", "elas", "language", "migrant"]
    visitor.open(place.path)
    show_filters(visitor.page)
    for field in ("Race/Ethnicity", "English Language Acquisition Status", "Primary Language", "Migrant Status"):
        expect(visitor.page.get_by_role("group", name=field, exact=True)).to_be_visible()
    expect(visitor.page.get_by_role("group", name="Gender")).to_have_count(0)
    answer = visitor.page.request.get(
        f"{visitor.url}/api/v1/schools/{place.school['id']}/results",
        params={"grade": place.grade, "year": place.year, "gender": "Female"})
    assert answer.status == 400


def test_F057_F176_export_takes_what_the_page_shows_or_everything(visit, place):
    visitor = visit("School Admin")
    page = visitor.page
    ica = place.of_type("ica")
    visitor.open(f"{place.path}&assessment={ica['id']}")
    everything, some = ica_of(visitor, place), ica_of(visitor, place, manner="NS")
    show_filters(page)
    expect(page.get_by_role("button", name="Export all results")).to_have_count(0)
    page.get_by_label("Manner of Administration", exact=True).select_option(label="Nonstandardized")
    expect(page.get_by_text("results fit the filters")).to_be_visible()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Export CSV", exact=True).click()
    rows = rows_of(caught.value)
    assert re.fullmatch(r"Demo_Elementary_School-G\d+-\d{4}-\d\d-\d\d\.csv", caught.value.suggested_filename)
    assert {row["StudentIdentifier"] for row in rows} == {exam["student"]["ssid"] for exam in some["exams"]}
    assert {row["Status"] for row in rows} <= {"Nonstandardized", "Nonstandardized Partial"}
    assert {row["AssessmentName"] for row in rows} == {ica["label"]}
    with page.expect_download() as caught:
        page.get_by_role("button", name="Export all results").click()
    assert len(rows_of(caught.value)) == everything["examCount"]


def test_T94_embargoed_results_are_shown_but_not_taken_away(visit, place, embargoed):
    reader = visit("District Admin")
    page = reader.page
    summative, ica = place.of_type("sum"), place.of_type("ica")
    reader.open(f"{place.path}&assessment={summative['id']}")
    export = page.get_by_role("button", name="Export CSV", exact=True)
    expect(export).to_be_disabled()
    expect(export).to_have_attribute("title", TOOLTIP)
    reader.axe()
    reader.open(f"{place.path}&assessment={summative['id']}&assessment={ica['id']}")
    with page.expect_download() as caught:
        export.click()
    assert {row["AssessmentName"] for row in rows_of(caught.value)} == {ica["label"]}

    set_state_embargo(embargoed, place.year, "released")
    page.reload()
    expect(export).to_be_enabled()
    with page.expect_download() as caught:
        export.click()
    assert {row["AssessmentName"] for row in rows_of(caught.value)} == {ica["label"], summative["label"]}


def test_F075_F076_F077_F078_the_history_of_a_student_has_filters_and_a_file(visit, student):
    visitor = visit("School Admin")
    page = visitor.page
    visitor.open(f"/students/{student['id']}")
    history = visitor.api(f"/students/{student['id']}/history")
    years = page.get_by_label("School Year", exact=True)
    years.select_option(label="All")
    completeness = page.get_by_label("Completeness", exact=True)
    expect(completeness).to_be_hidden()
    show_filters(page)
    expect(completeness).to_be_visible()
    expect(page.get_by_role("group", name="Race/Ethnicity")).to_have_count(0)
    visitor.axe()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Export CSV", exact=True).click()
    rows = rows_of(caught.value)
    assert len(rows) == len(history["exams"]) > 0
    assert student["ssid"] not in caught.value.suggested_filename and "Sex" not in rows[0]
    page.get_by_label("Assessment Type", exact=True).select_option(label="IAB")
    blocks = {a["id"] for a in history["assessments"] if a["type"] == "iab"}
    wanted = [exam for exam in history["exams"] if exam["assessmentId"] in blocks]
    with page.expect_download() as caught:
        page.get_by_role("button", name="Export CSV", exact=True).click()
    assert len(rows_of(caught.value)) == len(wanted)
    visitor.look("43-history-filters")

    # Year, subject and filters narrow the cards, and the file.
    page.get_by_label("Assessment Type", exact=True).select_option(label="All")
    year, subject = history["exams"][0]["schoolYear"], history["assessments"][0]["subject"]
    assessments = {one["id"]: one for one in history["assessments"]}
    page.get_by_label("Subject", exact=True).select_option(value=subject)
    cards = page.locator("main").get_by_role("button").filter(has_text=re.compile(r"\d+ results?$"))
    of_subject = [exam for exam in history["exams"] if assessments[exam["assessmentId"]]["subject"] == subject]
    expect(cards).to_have_count(len({assessments[exam["assessmentId"]]["label"] for exam in of_subject}))
    page.get_by_label("Subject", exact=True).select_option(label="All")
    years.select_option(value=str(year))
    of_year = [exam for exam in history["exams"] if exam["schoolYear"] == year]
    expect(cards).to_have_count(
        len({(assessments[e["assessmentId"]]["subject"], assessments[e["assessmentId"]]["label"]) for e in of_year}))
    with page.expect_download() as caught:
        page.get_by_role("button", name="Export CSV", exact=True).click()
    assert len(rows_of(caught.value)) == len(of_year)
    completeness.select_option(label="Complete")
    complete = [exam for exam in of_year if exam["completeness"] == "Complete"]
    expect(cards).to_have_count(
        len({(assessments[e["assessmentId"]]["subject"], assessments[e["assessmentId"]]["label"]) for e in complete}))
    expect(page.get_by_role("button", name="Remove the filter Completeness: Complete")).to_be_visible()
    page.get_by_role("button", name="Hide Advanced Filters").click()
    expect(completeness).to_be_hidden()


@pytest.fixture
def grouped(visit):
    """A teacher, one of their groups and its page's answer with an interim in it."""
    teacher = visit("Teacher")
    year = teacher.api("/session")["currentSchoolYear"]
    for group in teacher.api("/groups")["groups"]:
        listed = teacher.api(f"/groups/{group['id']}/assessments", year=year)["assessments"]
        for assessment in (one for one in listed if one["type"] == "iab"):
            answer = teacher.api(f"/groups/{group['id']}/results", year=year, assessment=assessment["id"])
            if len(answer["results"][0]["sessions"]) > 1:
                return teacher, group, assessment, answer["results"][0]
    pytest.fail("no group of the demo data has an interim with two sessions")


def test_F166_G8_sessions_are_switched_on_and_off(grouped):
    teacher, group, assessment, result = grouped
    page = teacher.page
    year = teacher.api("/session")["currentSchoolYear"]
    # The newest alone is on at first.
    assert [one["chosen"] for one in result["sessions"]] == [True] + [False] * (len(result["sessions"]) - 1)
    assert [one["date"] for one in result["sessions"]] == sorted((one["date"] for one in result["sessions"]), reverse=True)
    teacher.open(f"/groups/{group['id']}?year={year}&assessment={assessment['id']}")
    cards = page.get_by_role("list", name="Sessions").get_by_role("button")
    expect(cards).to_have_count(len(result["sessions"]))
    expect(cards.first).to_have_attribute("aria-pressed", "true")
    table = page.get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", str(result["examCount"] + 1))
    teacher.look("44-sessions")
    for index in range(1, len(result["sessions"])):
        cards.nth(index).click()
        expect(cards.nth(index)).to_have_attribute("aria-pressed", "true")
    every = [f"{assessment['id']}:{one['session'] or ''}" for one in result["sessions"]]
    [whole] = teacher.api(
        f"/groups/{group['id']}/results", year=year, assessment=assessment["id"], session=every)["results"]
    assert whole["examCount"] > result["examCount"]
    expect(table).to_have_attribute("aria-rowcount", str(whole["examCount"] + 1))
    # None at all is possible, too.
    for index in range(len(result["sessions"])):
        cards.nth(index).click()
        expect(cards.nth(index)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text(
        "No test results are available for the sessions and advanced filters selected.", exact=True)).to_be_visible()
    # A file takes all sessions; it is named after the school, since groups may be named after people.
    cards.first.click()
    expect(cards.first).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Export CSV", exact=True).click()
    assert len(rows_of(caught.value)) == whole["examCount"]
    assert caught.value.suggested_filename.startswith("Demo_Elementary_School-group-")

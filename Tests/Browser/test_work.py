"""What people come for, as they do it."""

import re

import pytest
from conftest import Place, set_state_embargo
from playwright.sync_api import expect


def choose_school(visitor, name: str):
    """Chooses a school in the plain list or the search box, whichever this user has."""
    box = visitor.page.get_by_label("School", exact=True)
    expect(box).to_be_enabled()
    if box.get_attribute("role") == "combobox":
        box.click()
        box.fill(name)
        visitor.page.get_by_role("option", name=name, exact=True).click()
    else:
        box.select_option(label=name)


def test_F053_F055_F068_F127_search_by_school(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    search = page.get_by_role("form", name="Search by School").get_by_role("button", name="Search")
    grade = page.get_by_label("Grade", exact=True)
    # What is missing is said, and the pointer says it, too.
    expect(search).to_be_disabled()
    expect(search).to_have_attribute("title", "Choose a school and a grade first")
    assert search.evaluate("button => getComputedStyle(button).cursor") == "not-allowed"
    expect(grade).to_be_disabled()
    choose_school(visitor, place.school["name"])
    expect(grade).to_be_enabled()
    grade.select_option(value=place.grade)
    search.click()
    expect(page).to_have_url(re.compile(rf"/schools/{place.school['id']}\?grade={place.grade}"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(place.school["name"])
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", level=2, name="Results", exact=True)).to_be_visible()


def test_a_single_grade_is_chosen_by_itself(visit, place: Place):
    """No school of the sandbox has one grade only, so the answer is cut to its first."""
    visitor = visit("State Admin")
    page = visitor.page

    visitor.alter(r"/api/v1/schools/\d+/grades$", lambda found: found | {"grades": found["grades"][:1]})
    choose_school(visitor, place.school["name"])
    grade = page.get_by_label("Grade", exact=True)
    expect(grade.locator("option")).to_have_count(1)
    expect(grade).not_to_have_value("")
    expect(page.get_by_role("form", name="Search by School").get_by_role("button", name="Search")).to_be_enabled()


def test_F128_F129_F224_school_grade_and_year_are_changed_on_the_page(visit, place: Place):
    visitor = visit("District Admin")
    page = visitor.page
    visitor.open(place.path)
    expect(page.get_by_role("heading", level=1)).to_contain_text(place.school["name"])
    other = next(s for s in visitor.api("/schools", limit=1000)["schools"] if s["id"] != place.school["id"])
    choose_school(visitor, other["name"])
    expect(page).to_have_url(re.compile(rf"/schools/{other['id']}\?"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(other["name"])

    visitor.open(place.path)
    grades = visitor.api(f"/schools/{place.school['id']}/grades")["grades"]
    last = next(grade for grade in reversed(grades) if grade != place.grade)
    page.get_by_label("Assessment Grade", exact=True).select_option(value=last)
    expect(page).to_have_url(re.compile(rf"\?grade={last}&"))
    years = visitor.api("/session")["schoolYears"]
    page.get_by_label("School Year", exact=True).select_option(value=str(min(years)))
    expect(page).to_have_url(re.compile(rf"year={min(years)}$"))
    # Nobody was tested so long ago.
    expect(page.get_by_text(
        "No test results are available for the current selection.  If a new school year has begun recently, please check the "
        "year selected above.", exact=True)).to_be_visible()

    # Every family of tests is there from earlier years; they are open to those who may not look through an embargo.
    school = visit("School Admin")
    past = {
        (one["subject"], one["type"]) for year in (place.year - 1, place.year - 2) for grade in grades
        for one in school.api(f"/schools/{place.school['id']}/assessments", grade=grade, year=year)["assessments"]}
    assert past >= {(subject, "sum") for subject in ("ELA", "Math", "ELPAC", "CAST")}
    school.open(f"/schools/{place.school['id']}?grade={place.grade}&year={place.year - 1}")
    school.page.get_by_role("button", name="Expand All").click()
    expect(school.page.get_by_role("table").first).to_be_visible()


def test_F065_F167_F168_F170_F174_F202_the_numbers_on_the_page_are_those_of_the_service(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    wanted = place.of_type("ica")
    [result] = visitor.api(
        f"/schools/{place.school['id']}/results", grade=place.grade, year=place.year, assessment=wanted["id"])["results"]
    visitor.open(f"{place.path}&assessment={wanted['id']}")
    page.get_by_role("button", name="Expand All").click()
    overall = result["overall"]
    average = f"{overall['averageRounded']} ± {overall['standardErrorRounded']}"
    expect(page.get_by_role("definition").filter(has_text="±")).to_have_text(average)
    expect(page.get_by_role("definition").filter(has_text=re.compile(rf"^{overall['results']:,}$"))).to_have_count(1)
    assert sum(overall["levelPercents"]) == 100 and len(overall["levelPercents"]) == 4
    values = page.get_by_role("list", name="Student Score Distribution").get_by_role("listitem")
    # Highest level first.
    for item, percent in zip(values.all(), reversed(overall["levelPercents"]), strict=True):
        expect(item).to_contain_text(f"{percent}%")
    number = page.get_by_role("button", name="Number", exact=True)
    number.click()
    expect(number).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Percent", exact=True)).to_have_attribute("aria-pressed", "false")
    for item, count in zip(values.all(), reversed(overall["levelCounts"]), strict=True):
        expect(item).to_have_text(re.compile(rf"\D{count}$"))
    table = page.get_by_role("table", name=f"Results By Student: {wanted['label']}")
    expect(table).to_have_attribute("aria-rowcount", str(result["examCount"] + 1))


def test_F064_F175_F177_panels_and_their_rows_are_opened_and_closed(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(place.path + "".join(f"&assessment={place.of_type(kind)['id']}" for kind in ("iab", "ica", "sum")))
    panels, tables = page.locator(".results-panel"), page.get_by_role("table")
    expect(panels).to_have_count(3)
    expect(tables).to_have_count(0)
    arrow = panels.first.get_by_role("button").first
    arrow.click()
    expect(arrow).to_have_attribute("aria-expanded", "true")
    expect(tables).to_have_count(1)
    page.get_by_role("button", name="Expand All").click()
    expect(tables).to_have_count(3)
    panels.nth(1).get_by_role("button", name="Hide Results").click()
    expect(tables).to_have_count(2)
    expect(panels.nth(1).get_by_role("heading", name="Results Summary")).to_be_visible()
    panels.nth(1).get_by_role("button", name="Show Results").click()
    expect(tables).to_have_count(3)
    page.get_by_role("button", name="Collapse All").click()
    expect(tables).to_have_count(0)


def titles_of(table) -> list[str]:
    return [text.strip() for text in table.locator("button.sort").all_text_contents()]


@pytest.mark.parametrize("kind", ["ica", "sum"])
def test_F096_F203_F205_F206_F207_F208_F210_overall_and_claims(visit, place: Place, kind):
    """An interim comprehensive and a summative of ELA: four levels, and three for each claim."""
    visitor = visit("State Admin")
    page = visitor.page
    wanted = next(a for a in place.assessments if (a["type"], a["subject"]) == (kind, "ELA"))
    [result] = visitor.api(
        f"/schools/{place.school['id']}/results", grade=place.grade, year=place.year, assessment=wanted["id"])["results"]
    visitor.open(f"{place.path}&assessment={wanted['id']}")
    page.get_by_role("button", name="Expand All").click()
    table = page.get_by_role("table", name=f"Results By Student: {wanted['label']}")
    expect(table).to_be_visible()
    levels = page.get_by_role("list", name="Student Score Distribution").get_by_role("listitem")
    names = ["Exceeded Standard", "Met Standard", "Nearly Met Standard", "Did Not Meet Standard"]
    expect(levels).to_have_count(4)
    for item, name in zip(levels.all(), names, strict=True):
        expect(item).to_contain_text(name)
    assert titles_of(table) == [
        "Student", "Date", "Session", "Enrolled Grade", "School", "Status", "Achievement Level", "Scale Score / Error Band"]
    exam = next(one for one in result["exams"] if one["overall"]["level"])
    row = table.get_by_role("row").filter(has=page.locator(f"a[href='/students/{exam['student']['id']}']")).first
    expect(row).to_contain_text(re.compile("|".join(names)))
    expect(row.get_by_role("button", name=re.compile("^Actions for "))).to_be_visible()

    page.get_by_role("group", name="Scores shown").get_by_role("button", name="Claim", exact=True).click()
    expect(page.get_by_role("heading", name="Student Claim Score Distribution")).to_be_visible()
    claims = ["Reading", "Writing", "Listening", "Research and Inquiry"]
    assert titles_of(table) == ["Student", "Date", "Session", "School", *claims]
    expect(row.get_by_role("button", name=re.compile("^Actions for "))).to_be_visible()
    expect(page.get_by_role("list", name="Levels", exact=True).get_by_role("listitem")).to_have_text(
        ["Above Standard", "Near Standard", "Below Standard"])
    subject = next(one for one in visitor.api("/subjects")["subjects"] if one["code"] == "ELA")
    codes = {one["name"]: one["code"] for one in subject["claims"]}
    statistics = {one["code"]: one for one in result["claims"]}
    for display, unit, member in [("Percent", "%", "levelPercents"), ("Number", "", "levelCounts")]:
        page.get_by_role("button", name=display, exact=True).click()
        for name in claims:
            shares = page.get_by_role("list", name=f"Student Claim Score Distribution: {name}").get_by_role("listitem")
            for item, share in zip(shares.all(), reversed(statistics[codes[name]][member]), strict=True):
                expect(item).to_have_text(re.compile(rf"\D{share}{unit}$"))


def test_F063_F169_F172_sorting_by_the_headers(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(f"{place.path}&assessment={place.of_type('ica')['id']}")
    page.get_by_role("button", name="Expand All").click()
    names = page.get_by_role("rowheader")
    expect(names.first).to_be_visible()
    header = page.get_by_role("columnheader", name=re.compile("^Student"))
    expect(header).to_have_attribute("aria-sort", "ascending")
    before = names.all_text_contents()
    assert before == sorted(before, key=str.casefold) or len(before) > 90
    page.get_by_role("button", name="Student", exact=True).click()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert names.first.text_content() != before[0]
    score = page.get_by_role("columnheader", name=re.compile("^Scale Score"))
    page.get_by_role("button", name="Scale Score / Error Band", exact=True).click()
    expect(score).to_have_attribute("aria-sort", "ascending")
    expect(header).to_have_attribute("aria-sort", "none")
    cells = page.get_by_role("row").locator("td:last-child").all_text_contents()
    scores = [0 if cell.strip() == "-" else int(cell.split("±")[0].replace(",", "")) for cell in cells if cell.strip()]
    assert scores == sorted(scores) and len(scores) > 1
    # What a score is, and that it is an estimate, is explained at its header.
    page.get_by_role("button", name="About Scale Score / Error Band").click()
    expect(page.get_by_text(re.compile("its standard error of measurement: if the student took the test again"))).to_be_visible()


def test_F069_F132_F137_F138_the_last_assessment_cannot_be_removed(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(place.path)
    page.get_by_role("button", name="Select Assessments").click()
    boxes = page.get_by_role("checkbox")
    expect(boxes.first).to_be_visible()
    # One is on, and it stays on.
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(page.get_by_role("checkbox", checked=True)).to_be_disabled()
    # The plus beside the list opens it, too.
    page.get_by_role("button", name="Close the list of assessments").click()
    expect(boxes).to_have_count(0)
    page.get_by_role("button", name="Add assessments").click()
    expect(boxes).to_have_count(len(place.assessments))
    panels = page.locator(".results-panel")
    page.get_by_role("checkbox", checked=False).first.check()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(panels).to_have_count(2)
    page.get_by_role("checkbox", checked=True).last.uncheck()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(panels).to_have_count(1)
    page.get_by_role("checkbox", checked=False).first.check()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(page.get_by_text("Click an assessment to remove it from the list", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Remove ")).first.click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_role("button", name="Most Recent").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    assert "assessment=" not in page.url


def test_F071_F072_search_by_student(visit, student):
    visitor = visit("State Admin")
    page = visitor.page
    box = page.get_by_label("Enter the Statewide Student Identifier (SSID)", exact=True)
    search = page.get_by_role("form", name="Search by Student").get_by_role("button", name="Search")
    expect(search).to_be_disabled()

    visitor.expect_complaint(r"status of 404 .*/api/v1/students/search")
    box.fill("nobody")
    box.press("Enter")
    message = page.get_by_text("Student does not exist or has no available test results.", exact=True)
    expect(message).to_be_visible()
    expect(page).to_have_url(re.compile(r"/$"))
    visitor.axe()
    visitor.picture("15-student-not-found")

    box.fill(f"  {student['ssid']} ")
    expect(message).to_have_count(0)
    search.click()
    expect(page).to_have_url(re.compile(rf"/students/{student['id']}$"))
    assert student["ssid"] not in page.url
    expect(page.get_by_role("navigation", name="You are here")).to_contain_text("Student Test History Report")
    expect(page.get_by_text(f"SSID: {student['ssid']}", exact=True)).to_be_visible()


def test_F089_a_card_opens_its_table_and_only_one_at_a_time(visit, student):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(f"/students/{student['id']}")
    year = page.get_by_label("School Year", exact=True)
    expect(year).to_be_visible()
    year.select_option(label="All")
    cards = page.locator("main").get_by_role("button").filter(has_text=re.compile(r"\d+ results?$"))
    expect(cards.first).to_be_visible()
    assert cards.count() > 1
    cards.nth(0).click()
    expect(page.get_by_role("table")).to_have_count(1)
    cards.nth(1).click()
    expect(page.get_by_role("table")).to_have_count(1)
    expect(cards.nth(0)).to_have_attribute("aria-expanded", "false")
    cards.nth(1).click()
    expect(page.get_by_role("table")).to_have_count(0)
    cards.nth(0).click()
    page.get_by_label("Assessment Type", exact=True).select_option(index=1)
    expect(page.get_by_role("table")).to_have_count(0)


def test_F074_F088_F090_F092_F093_the_history_holds_every_type_of_result(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    [panel] = visitor.api(
        f"/schools/{place.school['id']}/results", grade=place.grade, year=place.year, assessment=place.of_type("sum")["id"]
    )["results"]
    histories = (visitor.api(f"/students/{exam['student']['id']}/history") for exam in panel["exams"])
    history = next(one for one in histories if {"iab", "ica", "sum"} <= set(one["types"]))
    student = history["student"]
    visitor.open(f"/students/{student['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{student['lastName']}, {student['firstName']}")
    expect(page.get_by_text(f"SSID: {student['ssid']}", exact=True)).to_be_visible()
    page.get_by_label("School Year", exact=True).select_option(label="All")

    # A card for each assessment, with its newest result.
    assessments = {one["id"]: one for one in history["assessments"]}
    newest: dict[tuple, dict] = {}
    for exam in history["exams"]:
        assessment = assessments[exam["assessmentId"]]
        newest.setdefault((assessment["subject"], assessment["label"]), {"assessment": assessment, "exam": exam})
    cards = page.locator("main").get_by_role("button").filter(has_text=re.compile(r"\d+ results?$"))
    expect(cards).to_have_count(len(newest))
    subjects = {one["code"]: one for one in visitor.api("/subjects")["subjects"]}
    for kind, word, column in [
            ("iab", "IAB", "Reporting Category"), ("ica", "ICA", "Achievement Level"), ("sum", "Summative", "Achievement Level")]:
        shown = next(
            one for one in newest.values() if one["assessment"]["type"] == kind and one["exam"]["overall"]["level"])
        assessment, exam = shown["assessment"], shown["exam"]
        types = {one["code"]: one for one in subjects[assessment["subject"]]["types"]}
        level = next(
            one["name"] for one in types[kind]["overall"]["levels"] if one["level"] == exam["overall"]["level"])
        year, month, day = exam["date"].split("-")
        card = cards.filter(has_text=assessment["label"])
        for text in (word, f"{month}/{day}/{year}", level):
            expect(card).to_contain_text(text)
        card.click()
        table = page.get_by_role("table", name=f"Test history: {assessment['label']}")
        expect(table).to_be_visible()
        assert titles_of(table)[-3:] == ["Status", column, "Scale Score / Error Band"]
        row = table.get_by_role("row").filter(has_text=f"{month}/{day}/{year}").first
        band = f"{int(exam['overall']['scaleScore'])} ± {int(exam['overall']['standardError'])}"
        for text in (exam["status"], level, band):
            expect(row).to_contain_text(text)
        # What the definition has no scores for has no button.
        expect(page.get_by_role("group", name="Scores shown")).to_have_count(0 if kind == "iab" else 1)


def test_a_school_admin_sees_released_summatives_at_once(visit, embargoed, place: Place):
    """T87, T88: hidden while embargoed, there after the release; the page of the school tells neither."""
    state = embargoed
    summative = place.of_type("sum")["label"]
    school = visit("School Admin")
    page = school.page
    assert place.school["name"] in school.api("/session")["user"]["organizationName"]

    def labels():
        school.open(place.path)
        page.get_by_role("button", name="Select Assessments").click()
        expect(page.get_by_role("checkbox").first).to_be_visible()
        return page.get_by_role("checkbox", name=summative)

    expect(labels()).to_have_count(0)
    expect(page.get_by_text("not yet released")).to_have_count(0)
    school.picture("16-school-while-embargoed")

    state.open("/embargo")
    individual = state.page.get_by_role("group", name=re.compile("^Individual Test Results for ")).first
    individual.get_by_role("button", name="Released").click()
    dialog = state.page.get_by_role("dialog")
    name = state.api("/context")["stateName"]
    row = state.api("/embargo", year=place.year)["state"]
    count = f"{sum(row['counts'].values()):,}"
    expect(dialog.get_by_role("heading")).to_have_text(f"Individual Test Results for {row['name']}")
    expect(dialog).to_contain_text(f"{row['name']} individual Summative test results are currently embargoed.")
    expect(dialog).to_contain_text(
        f"Completing this action will allow users to view {count} individual Summative test results for {row['name']}.")
    assert row["name"] == name
    districts = state.api("/embargo", year=place.year)["districts"]
    assert row["counts"] == {code: sum(one["counts"][code] for one in districts) for code in row["counts"]}
    # Cancel changes nothing.
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert state.api("/embargo", year=place.year)["state"]["cells"]["individual"]["effective"] == "embargoed"
    expect(individual.get_by_role("button", name="Embargoed")).to_have_attribute("aria-pressed", "true")

    individual.get_by_role("button", name="Released").click()
    dialog.get_by_role("button", name="Release", exact=True).click()
    expect(state.page.get_by_role("status").filter(has_text="are released.")).to_be_visible()
    expect(individual.get_by_role("button", name="Released")).to_have_attribute("aria-pressed", "true")
    expect(state.page.get_by_text("Released by State", exact=True).first).to_be_visible()
    state.axe()
    state.picture("17-embargo-released")

    expect(labels()).to_have_count(1)
    school.picture("18-school-after-release")


def test_an_open_page_follows_the_release_by_itself(visit, embargoed, place: Place):
    """Nobody presses anything: the page that stands open shows the summatives, and a moment later no more."""
    school = visit("School Admin")
    page = school.page
    school.open(place.path)
    page.get_by_role("button", name="Select Assessments").click()
    summative = page.get_by_role("checkbox", name=place.of_type("sum")["label"])
    expect(page.get_by_role("checkbox").first).to_be_visible()
    expect(summative).to_have_count(0)
    set_state_embargo(embargoed, place.year, "released")
    expect(summative).to_have_count(1)
    set_state_embargo(embargoed, place.year, "embargoed")
    expect(summative).to_have_count(0)


def test_a_failed_change_leaves_the_old_value_and_says_why(visit, embargoed, place: Place):
    """Somebody else was faster: the version moved between reading and pressing."""
    first = visit("State Admin")
    page = first.page
    first.open("/embargo")
    group = page.get_by_role("group", name=re.compile("^Individual Test Results for ")).first
    group.get_by_role("button", name="Released").click()
    # Released and embargoed again by somebody else: the same value, another version.
    set_state_embargo(embargoed, place.year, "released")
    set_state_embargo(embargoed, place.year, "embargoed")
    first.expect_complaint(r"status of 409 .*/api/v1/embargo/")
    page.get_by_role("dialog").get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Nothing was changed for ")).to_be_visible()
    expect(group.get_by_role("button", name="Embargoed")).to_have_attribute("aria-pressed", "true")
    first.axe()
    first.picture("19-embargo-conflict")


def test_F011_log_out_leads_back_to_the_entry_with_the_same_role(visit):
    visitor = visit("District Admin", own=True)
    page = visitor.page
    before = visitor.api("/session")["user"]["displayName"]
    page.get_by_role("button", name=re.compile(f"^{before}")).click()
    visitor.axe()
    visitor.picture("20-user-menu")
    page.get_by_role("menuitem", name="Logout").click()
    entries = page.get_by_label("Enter as", exact=True)
    expect(entries).to_be_visible()
    assert entries.locator("option:checked").text_content().startswith("District Admin")
    visitor.expect_complaint("status of 401")
    assert page.request.get(f"{visitor.url}/api/v1/session").status == 401


def test_a_lost_connection_is_said_on_the_page_and_can_be_tried_again(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(place.path)
    expect(page.get_by_role("heading", name="Selected Assessments")).to_be_visible()
    page.get_by_role("button", name="Show Advanced Filters").click()
    visitor.expect_complaint("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.get_by_role("group", name="New Students").get_by_role("button", name="Hide", exact=True).click()
    alert = page.get_by_role("main").get_by_role("alert")
    expect(alert).to_contain_text("The reporting system cannot be reached. Check your connection and try again.")
    expect(page.get_by_label("School", exact=True)).to_contain_text(place.school["name"])
    visitor.look("24-offline")
    page.context.set_offline(False)
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Selected Assessments")).to_be_visible()
    expect(alert).to_have_count(0)

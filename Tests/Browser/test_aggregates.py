"""Custom aggregate reports and My Reports, as people make and read them."""

import csv
import re

import pytest
from conftest import Place
from playwright.sync_api import expect


def fill_in(visitor, place: Place, *, schools: bool = True, compare: str | None = None, name: str = ""):
    """The form of a report on the interim comprehensive results of the visitor's own district."""
    page = visitor.page
    visitor.open("/aggregate-reports")
    expect(page.get_by_role("heading", level=1, name="Custom Aggregate Report")).to_be_visible()
    page.get_by_role("group", name="Assessment Type").get_by_role("button", name="ICA", exact=True).click()
    grades = page.get_by_role("group", name=re.compile("^Assessment Grades"))
    grades.get_by_role("checkbox", name="All", exact=True).check()
    if schools:
        page.get_by_role("checkbox", name="School results for selected districts").check()
    if compare:
        page.get_by_role("checkbox", name=compare, exact=True).check()
    if name:
        page.get_by_label("Report Name", exact=True).fill(name)


def create(visitor):
    page = visitor.page
    page.get_by_role("button", name="Create Report").last.click()
    expect(page).to_have_url(re.compile(r"/aggregate-reports/\d+$"))
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    return int(page.url.rsplit("/", 1)[1])


def test_F225_F232_F236_F237_F242_F244_F252_the_form_and_its_usual_choices(visit, place: Place):
    visitor = visit("District Admin")
    page = visitor.page
    fill_in(visitor, place)
    for section in [
            "Report Type", "Schools and Districts", "Assessment Attributes", "Subgroups", "Report Review", "Report Preview"]:
        expect(page.get_by_role("region", name=re.compile(f"^{section}"))).to_be_visible()
    expect(page.get_by_role("heading", level=3, name=re.compile("^Advanced Filters"))).to_be_visible()
    expect(page.get_by_role("button", name="Customize Subgroups")).to_be_visible()

    # The visitor's own district is chosen, in the list of districts.
    own = visitor.api("/aggregate/options")["defaultOrganization"]["name"]
    organizations = page.get_by_role("region", name=re.compile("^Schools and Districts"))
    for heading in ("Districts", "Schools"):
        expect(organizations.get_by_role("heading", level=3, name=heading, exact=True)).to_be_visible()
    expect(organizations.get_by_role("listitem").filter(has_text=own)).to_have_count(1)

    types = page.get_by_role("group", name="Assessment Type").get_by_role("button")
    assert sorted(types.all_text_contents()) == ["IAB", "ICA", "Summative"]
    subjects = page.get_by_role("group", name=re.compile("^Subjects"))
    every, mathematics = (subjects.get_by_role("checkbox", name=name, exact=True) for name in ("All", "Math"))
    expect(every).to_be_checked()
    mathematics.uncheck()
    expect(every).not_to_be_checked()
    every.check()
    expect(mathematics).to_be_checked()
    for name, choices in [
            ("Manner of Administration", ["Standardized", "Nonstandardized", "All"]),
            ("Completeness", ["Complete", "Partial", "All"])]:
        buttons = page.get_by_role("group", name=name, exact=True).get_by_role("button")
        expect(buttons).to_have_text(choices)
        expect(buttons.first).to_have_attribute("aria-pressed", "true")

    review = page.get_by_role("region", name=re.compile("^Report Review"))
    for text in (own, "ICA", "Districts' Schools", "Standardized"):
        expect(review).to_contain_text(text)


def test_F225_F231_F255_F262_F263_a_district_by_school_equals_the_raw_exams(visit, place: Place):
    visitor = visit("District Admin", own=True)
    page = visitor.page
    page.get_by_role("link", name="Custom Aggregate Report").click()
    expect(page.get_by_text('Select the attributes to include in the report. Then click "Create Report."')).to_be_visible()
    # Nothing is made while something is missing, and it is said beside the field and as a message.
    page.get_by_role("button", name="Create Report").first.click()
    expect(page.get_by_role("alert").get_by_text("Please select an assessment grade.")).to_be_visible()
    visitor.look("50-aggregate-query")

    fill_in(visitor, place, name="By school")
    page.get_by_role("group", name="Completeness").get_by_role("button", name="All").click()
    page.get_by_role("group", name="Manner of Administration").get_by_role("button", name="All").click()
    expect(page.get_by_text(re.compile(r"Estimated row count: [\d,]+"))).to_be_visible()
    expect(page.get_by_text("This table does not contain actual data and is for preview purposes only.")).to_be_visible()
    expect(page.get_by_role("table", name="Example of the report")).to_be_visible()
    report = create(visitor)
    expect(page.get_by_role("heading", level=1, name="By school")).to_be_visible()
    visitor.look("51-aggregate-report")

    # The numbers of one school and grade, by hand from its exams.
    wanted = place.of_type("ica")
    [panel] = visit("State Admin").api(
        f"/schools/{place.school['id']}/results", grade=place.grade, year=place.year, assessment=wanted["id"])["results"]
    counted: dict[int, dict] = {}
    for exam in sorted(panel["exams"], key=lambda e: (e["completedAt"], -e["id"])):
        if exam["overall"]["scaleScore"] is not None and exam["overall"]["level"]:
            counted[exam["student"]["id"]] = exam
    scores = [exam["overall"]["scaleScore"] for exam in counted.values()]
    rows = visitor.api(f"/aggregate/reports/{report}/rows", subject=wanted["subject"], limit=2000)["rows"]
    [row] = [
        r for r in rows
        if r["organization"].get("id") == place.school["id"] and r["assessment"]["id"] == wanted["id"] and r["slice"] == 0]
    assert row["measures"]["studentCount"] == len(scores) > 0
    assert row["measures"]["avgScaleScore"] == int(sum(scores) / len(scores) + 0.5)
    average = f"{row['measures']['avgScaleScore']} ± {row['measures']['avgStdErr']}"
    expect(page.get_by_role("cell", name=average).first).to_be_visible()


def test_F247_by_acquisition_status_the_rows_of_a_school_add_up_to_overall(visit, place: Place):
    visitor = visit("District Admin")
    fill_in(visitor, place, compare="English Language Acquisition Status")
    report = create(visitor)
    view = visitor.api(f"/aggregate/reports/{report}")
    assert {s["type"] for s in view["slices"]} == {"Overall", "ELAS"}
    total = 0
    for table in view["tables"]:
        sums: dict[tuple, list[int]] = {}
        for row in visitor.api(f"/aggregate/reports/{report}/rows", subject=table["subject"], limit=2000)["rows"]:
            key = (row["organization"].get("id"), row["assessment"]["id"])
            part = sums.setdefault(key, [0, 0])
            part[0 if row["slice"] == 0 else 1] += row["measures"]["studentCount"]
        for overall, parts in sums.values():
            assert overall == parts
            total += overall
    assert total > 0


def test_F061_F256_F257_F258_F259_F260_F264_F266_F268_F269_columns_rows_and_values_as_chosen(visit, place: Place):
    visitor = visit("District Admin")
    page = visitor.page
    fill_in(visitor, place, compare="English Language Acquisition Status")
    # First in the example, where it is put back again, then in the report.
    preview = page.get_by_role("region", name=re.compile("^Report Preview"))
    example = preview.get_by_role("table", name="Example of the report")
    expect(example.get_by_role("columnheader").first).to_contain_text("Organization")
    preview.get_by_role("button", name="Move Right: Organization").click()
    expect(example.get_by_role("columnheader").first).to_contain_text("Assessment Grade")
    preview.get_by_role("button", name="Move Left: Organization").click()
    expect(example.get_by_role("columnheader").first).to_contain_text("Organization")
    percents = example.get_by_role("cell", name=re.compile("%$"))
    preview.get_by_role("button", name="Number", exact=True).click()
    expect(percents).to_have_count(0)
    preview.get_by_role("button", name="Percent", exact=True).click()
    expect(percents.first).to_be_visible()
    levels = preview.get_by_role("group", name="Achievement Levels")
    for name, count in [("Grouped", 1), ("All", 0)]:
        levels.get_by_role("button", name=name, exact=True).click()
        expect(example.get_by_role("columnheader", name=re.compile("^At or Above Standard"))).to_have_count(count)
    for name in ("Hide", "Show"):
        button = preview.get_by_role("group", name="Empty rows").get_by_role("button", name=name)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    create(visitor)
    section = page.get_by_role("region", name=re.compile("^ICA, ")).first
    table = section.get_by_role("table")
    expect(table).to_be_visible()
    expect(section.get_by_role("columnheader").first).to_contain_text("Organization")
    section.get_by_role("button", name="Move Right: Organization").click()
    expect(section.get_by_role("columnheader").first).to_contain_text("Assessment Grade")
    count = section.get_by_text(re.compile(r"^[\d,]+ rows?$"))
    before = int(count.text_content().split()[0].replace(",", ""))
    section.get_by_role("group", name=re.compile("empty rows$")).get_by_role("button", name="Hide").click()
    expect(count).not_to_have_text(re.compile(f"^{before:,} rows$"))
    section.get_by_role("button", name="Number", exact=True).click()
    expect(section.get_by_role("cell", name=re.compile("%$"))).to_have_count(0)
    if section.get_by_role("button", name="Grouped", exact=True).count():
        section.get_by_role("button", name="Grouped", exact=True).click()
        expect(section.get_by_role("columnheader", name=re.compile("^At or Above Standard"))).to_be_visible()
    # Ascending, descending, back.
    head = section.get_by_role("columnheader", name=re.compile("^Students Tested"))
    button = section.get_by_role("button", name="Students Tested", exact=True)
    for wanted in ("ascending", "descending", "none"):
        button.click()
        expect(head).to_have_attribute("aria-sort", wanted)
    visitor.axe()

    # The query can be read here, and is the beginning of the next one.
    compared = page.get_by_text("English Language Acquisition Status", exact=True)
    expect(compared).to_have_count(0)
    page.get_by_role("button", name="Query settings: Show").click()
    expect(compared).to_be_visible()
    page.get_by_role("button", name="Query settings: Hide").click()
    expect(compared).to_have_count(0)
    page.get_by_role("link", name="Create New Query").click()
    expect(page.get_by_role("checkbox", name="English Language Acquisition Status", exact=True)).to_be_checked()
    expect(page.get_by_role("group", name="Assessment Type").get_by_role("button", name="ICA", exact=True)).to_have_attribute(
        "aria-pressed", "true")
    grades = page.get_by_role("group", name=re.compile("^Assessment Grades"))
    expect(grades.get_by_role("checkbox", name="All", exact=True)).to_be_checked()


def asked(visitor, **query) -> int:
    """A report on interim comprehensive results that is asked for without the form."""
    options, session = visitor.api("/aggregate/options"), visitor.api("/session")
    usual = {
        "type": "CustomAggregate", "name": "Asked for", "assessmentTypeCode": "ica", "subjectCodes": ["ELA", "Math"],
        "schoolYears": [session["currentSchoolYear"]], "assessmentGradeCodes": options["assessmentGrades"], "showEmpty": True}
    answer = visitor.change("POST", "/aggregate/reports", usual | query)
    assert answer.status == 201, answer.text()
    made = answer.json()
    while made["status"] in ("PENDING", "RUNNING"):
        visitor.page.wait_for_timeout(50)
        made = visitor.api(f"/reports/{made['id']}")
    return made["id"] if made["status"] == "COMPLETED" else 0


def one_sided(visitor) -> tuple[int, dict, dict]:
    """A report in which one subject has results and the other has none: few students, of one grade."""
    for ethnicity in ["Filipino", "Asian", "White", "NativeHawaiianOrOtherPacificIslander"]:
        for grade in visitor.api("/aggregate/options")["assessmentGrades"]:
            report = asked(
                visitor, includeAllDistricts=True, assessmentGradeCodes=[grade], studentFilters={"ethnicityCodes": [ethnicity]})
            if report:
                tables = sorted(visitor.api(f"/aggregate/reports/{report}")["tables"], key=lambda table: table["rows"])
                if len(tables) == 2 and tables[0]["rows"] == 0 and tables[0]["emptyRows"] > 0 and tables[1]["rows"] > 0:
                    return report, tables[0], tables[1]
    pytest.fail("the demo data have results of both subjects everywhere")


def test_F258_F270_a_section_of_empty_rows_is_shown_until_they_are_hidden(visit):
    visitor = visit("State Admin")
    page = visitor.page
    report, bare, full = one_sided(visitor)
    visitor.open(f"/aggregate-reports/{report}")
    section = page.get_by_role("region", name=f"ICA, {bare['subject']}", exact=True)
    expect(section.get_by_role("table")).to_be_visible()
    section.get_by_role("group", name=re.compile("empty rows?$")).get_by_role("button", name="Hide").click()
    expect(section).to_have_count(0)
    expect(page.get_by_role("region", name=f"ICA, {full['subject']}", exact=True).get_by_role("table")).to_be_visible()
    expect(page.get_by_text("all rows are empty, and empty rows are hidden.")).to_be_visible()
    page.get_by_role("button", name="Show empty rows", exact=True).click()
    expect(section.get_by_role("table")).to_be_visible()


def test_F265_a_report_without_results_says_so(visit, place: Place):
    visitor = visit("District Admin")
    page = visitor.page
    fill_in(visitor, place)
    years = page.get_by_role("group", name=re.compile("^Academic Years"))
    years.get_by_role("checkbox", checked=True).first.uncheck()
    # The oldest: nobody was tested so long ago.
    years.get_by_role("checkbox").last.check()
    page.get_by_role("button", name="Create Report").last.click()
    expect(page).to_have_url(re.compile(r"/aggregate-reports/\d+$"))
    expect(page.get_by_text(
        "There are no available test results matching your report query. Please modify your query and generate a new report.",
        exact=True)).to_be_visible()
    visitor.axe()


def test_R28_a_large_report_is_offered_as_a_file(visit):
    visitor = visit("State Admin")
    page = visitor.page
    report = asked(
        visitor, includeAllDistricts=True, includeAllSchoolsOfDistricts=True,
        schoolYears=visitor.api("/session")["schoolYears"], dimensionTypes=["Ethnicity", "ELAS", "MigrantStatus"])
    sizes = visitor.api(f"/reports/{report}")["metadata"]
    assert sizes["totalCount"] + sizes["emptyCount"] > 4_000
    visitor.open(f"/aggregate-reports/{report}")
    question = page.get_by_role("alert").filter(has_text="The requested report may be too large to view in the browser")
    expect(question).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)
    visitor.axe()
    with page.expect_download() as waiting:
        question.get_by_role("link", name="Download Data").click()
    assert waiting.value.suggested_filename.endswith(".csv")
    question.get_by_role("button", name="Display Report").click()
    expect(page.get_by_role("table").first).to_be_visible()


def test_F267_the_export_holds_what_the_page_shows(visit, place: Place, tmp_path):
    visitor = visit("District Admin")
    page = visitor.page
    fill_in(visitor, place, name="Export me")
    create(visitor)
    section = page.get_by_role("region", name=re.compile("^ICA, ")).first
    with page.expect_download() as waiting:
        section.get_by_role("link", name="Export", exact=True).click()
    path = tmp_path / "table.csv"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename.endswith("_view.csv")
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0][:2] == ["Organization", "Organization Natural Id"]
    assert len(lines) - 1 == int(section.get_by_text(re.compile(r"^[\d,]+ rows?$")).text_content().split()[0].replace(",", ""))


def test_F058_F280_F281_F282_F285_F286_F287_F288_F289_F290_F291_F292_my_reports_and_saved_queries(visit, place: Place):
    visitor = visit("District Admin", own=True)
    page = visitor.page
    visitor.open("/reports")
    expect(page.get_by_text("You have not created any reports.")).to_be_visible()
    fill_in(visitor, place, name="Sample Report")
    create(visitor)
    page.get_by_role("banner").get_by_role("link", name="My Reports").click()
    expect(page.get_by_role("heading", level=1, name="My Reports")).to_be_visible()
    expect(page.get_by_role("cell", name="Completed")).to_be_visible()
    expect(page.get_by_role("cell", name="Aggregate Report: Yearly")).to_be_visible()
    visitor.look("52-my-reports")

    menu = page.get_by_role("button", name="Actions for Sample Report")
    menu.click()
    expect(page.get_by_role("menuitem")).to_have_text([
        "View Report", "Download Report Data", "View Report Query", "Save Report Query", "Run again", "Delete Report"])
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="Download Report Data").click()
    assert waiting.value.suggested_filename == "Sample_Report.csv"
    menu.click()
    page.get_by_role("menuitem", name="Save Report Query").click()
    expect(page).to_have_url(re.compile("tab=queries"))
    page.get_by_role("button", name="Actions for Sample Report", exact=True).click()
    page.get_by_role("menuitem", name="Copy Query").click()
    expect(page.get_by_role("link", name="Sample Report (1)", exact=True)).to_be_visible()
    visitor.axe()
    delete_query(page, "Sample Report (1)")

    # The form as it was; it is saved when something differs, and then over what was there.
    page.get_by_role("button", name="Actions for Sample Report", exact=True).click()
    page.get_by_role("menuitem", name="View Query").click()
    name, save = page.get_by_label("Report Name", exact=True), page.get_by_role("button", name="Save Query", exact=True)
    schools = page.get_by_role("checkbox", name="School results for selected districts")
    expect(name).to_have_value("Sample Report")
    expect(schools).to_be_checked()
    expect(page.get_by_role("group", name="Assessment Type").get_by_role("button", name="ICA", exact=True)).to_have_attribute(
        "aria-pressed", "true")
    expect(save).to_be_disabled()
    schools.uncheck()
    expect(save).to_be_enabled()
    schools.check()
    expect(save).to_be_disabled()
    name.fill("Renamed")
    expect(save).to_be_enabled()
    save.click()
    expect(page.get_by_role("status").filter(
        has_text="Query saved. Visit My Reports to view, update or run the query.")).to_be_visible()
    expect(save).to_be_disabled()
    expect(name).to_have_value("Renamed")
    expect(page.get_by_role("button", name="Create Report").last).to_be_enabled()

    visitor.open("/reports")
    page.get_by_role("button", name="Saved Queries").click()
    expect(page.get_by_role("link", name="Renamed", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Sample Report", exact=True)).to_have_count(0)
    # Deleted, it can be saved again from the report, which is still there, and outlives it.
    delete_query(page, "Renamed")
    expect(page.get_by_text('Click on a report and select "Save Report Query" to save a query')).to_be_visible()
    visitor.open("/reports")
    menu.click()
    page.get_by_role("menuitem", name="Save Report Query").click()
    expect(page.get_by_role("link", name="Sample Report", exact=True)).to_be_visible()
    visitor.open("/reports")
    menu.click()
    page.get_by_role("menuitem", name="Delete Report").click()
    expect(page.get_by_text('Are you sure you want to delete report "Sample Report"?')).to_be_visible()
    expect(page.get_by_text(
        "This cannot be undone. The query of the report goes with it unless you saved it.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Delete Report").click()
    expect(page.get_by_text("You have not created any reports.")).to_be_visible()
    page.get_by_role("button", name="Saved Queries").click()
    expect(page.get_by_role("link", name="Sample Report", exact=True)).to_be_visible()


def delete_query(page, name: str):
    page.get_by_role("button", name=f"Actions for {name}", exact=True).click()
    page.get_by_role("menuitem", name="Delete Query").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_text("This cannot be undone. Reports made with it stay.", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Delete Query", exact=True).click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_F250_Q14_customized_subgroups(visit, place: Place):
    visitor = visit("District Admin")
    page = visitor.page
    fill_in(visitor, place, schools=False)
    page.get_by_role("button", name="Customize Subgroups").click()
    expect(page.get_by_text("No subgroup has been created: the report has Overall rows only.")).to_be_visible()
    make = page.get_by_role("button", name="Create Subgroup")
    expect(make).to_be_disabled()
    page.get_by_role("checkbox", name="English Learner", exact=True).check()
    make.click()
    expect(make).to_be_disabled()
    expect(page.get_by_role("button", name="Remove subgroup ELAS: English Learner")).to_be_visible()
    report = create(visitor)
    view = visitor.api(f"/aggregate/reports/{report}")
    assert [(s["type"], s["filter"]) for s in view["slices"]] == [("Overall", {}), ("Custom", {"elasCodes": ["EL"]})]
    expect(page.get_by_role("cell", name="ELAS: English Learner").first).to_be_visible()


def test_F333_R05_G1_embargoed_results_are_viewed_online_only(visit, place: Place):
    visitor = visit("District Admin")
    page = visitor.page
    settings = visitor.api("/embargo", year=place.year)
    [own, *_] = settings["districts"]
    assert own["cells"]["aggregate"]["effective"] == "embargoed", "as the sandbox begins"
    visitor.open("/aggregate-reports")
    grades = page.get_by_role("group", name=re.compile("^Assessment Grades"))
    grades.get_by_role("checkbox", name="All", exact=True).check()
    create(visitor)
    expect(page.get_by_text(re.compile("^Summative test results in your region of administration are not yet released"))).to_be_visible()
    expect(page.get_by_text("Not released").first).to_be_visible()
    export = page.get_by_role("button", name="Export").first
    expect(export).to_be_disabled()
    visitor.axe()
    visitor.picture("53-aggregate-embargoed")
    report = page.url.rsplit("/", 1)[1]
    answer = page.request.get(f"{visitor.url}/api/v1/reports/{report}/file")
    assert answer.status == 403


def test_keyboard_an_organization_is_found_and_removed_without_a_mouse(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open("/aggregate-reports")
    box = page.get_by_role("combobox", name="Add a school or district")
    box.focus()
    page.keyboard.type(place.school["name"][:8])
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    remove = page.get_by_role("button", name=re.compile("^Remove "))
    expect(remove).to_have_count(1)
    remove.focus()
    page.keyboard.press("Enter")
    expect(remove).to_have_count(0)

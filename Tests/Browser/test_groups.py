"""Student groups, as those who manage them and those who teach them see them."""

import re

import pytest
from conftest import Place, set_state_embargo
from playwright.sync_api import expect

HEADER = "group_name,school_natural_id,school_year,subject_code,student_ssid,group_user_login"


def csv_file(name: str, *rows: str, header: str = HEADER) -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": "\r\n".join([header, *rows, ""]).encode()}


@pytest.fixture
def manager(visit):
    return visit("District Admin")


@pytest.fixture(scope="session")
def members(place: Place, student) -> list[str]:
    return [student["ssid"], "8000000077"]


def open_upload(manager):
    manager.open("/student-groups/upload")
    expect(manager.page.get_by_role("heading", level=1, name="Upload New or Revised Groups")).to_be_visible()


def send(manager, *files: dict):
    manager.page.get_by_label("browse for files").set_input_files(list(files))


def drop(manager, name: str, *rows: str):
    """A file is dragged from the desktop and dropped."""
    carried = manager.page.evaluate_handle(
        """([name, text]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], name, { type: "text/csv" }));
            return carried;
        }""", [name, "\r\n".join([HEADER, *rows, ""])])
    manager.page.locator(".drop").dispatch_event("drop", {"dataTransfer": carried})


def test_F047_F294_F295_F299_F304_F316_F320_from_the_home_page_to_the_groups_and_their_files(manager):
    page = manager.page
    manager.open("/")
    expect(page.get_by_text("Create and manage student groups for teachers.", exact=True)).to_be_visible()
    page.get_by_role("link", name="Student Groups").click()
    expect(page.get_by_role("heading", level=1, name="Manage Student Groups")).to_be_visible()
    expect(page.get_by_text("Everybody in the sandbox shares these settings", exact=False)).to_be_visible()
    school = page.get_by_label("School", exact=True)
    expect(school).to_be_visible()
    chosen = school.locator("option:checked").text_content() if school.evaluate("e => e.tagName") == "SELECT" \
        else school.input_value()
    assert re.search(r"\(\d{14}\)$", chosen), "the label is the name and the natural id"
    expect(page.get_by_label("School Year", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="View Uploads")).to_be_visible()
    expect(page.get_by_role("table", name="Student groups")).to_be_visible()
    manager.look("30-manage-groups")

    # The filters stand in the address, so that Back and bookmarks work.
    page.get_by_label("Subject", exact=True).select_option(label="Math")
    expect(page).to_have_url(re.compile(r"/student-groups\?.*subject=Math"))
    page.go_back()
    expect(page.get_by_label("Subject", exact=True)).to_have_value("")

    box = page.get_by_placeholder("Search groups by name")
    box.fill("no such group")
    expect(page.get_by_text("No groups found matching the given filter criteria.", exact=True)).to_be_visible()
    box.fill("")

    page.get_by_role("link", name="Upload Groups").click()
    expect(page.get_by_text("Upload results will be shown here.", exact=True)).to_be_visible()
    expect(page.get_by_text("WARNING: Groups in the uploaded file will replace existing groups", exact=False)).to_be_visible()
    manager.look("31-upload-groups")
    page.get_by_role("link", name="CSV File Format").click()
    expect(page.get_by_role("heading", name="How to write the CSV")).to_be_visible()
    expect(page.get_by_text(
        "A spreadsheet may turn a school id into 1.23457E+13. Format the column as Number with 0 decimal places before you save.",
        exact=True)).to_be_visible()
    # The way here from the home page, with slashes between.
    steps = page.get_by_role("navigation", name="You are here").get_by_role("listitem")
    expect(steps).to_have_text(["", "Manage Student Groups", "Upload New or Revised Groups", "CSV File Format"])
    expect(steps.first.get_by_role("link", name="Home")).to_be_visible()
    assert steps.last.evaluate("step => getComputedStyle(step, '::before').content").startswith('"/"')
    manager.look("32-group-file-format")
    with page.expect_download() as download:
        page.get_by_role("link", name="Template").click()
    assert download.value.suggested_filename == "groups.csv"
    assert open(download.value.path()).read().strip() == HEADER


def test_F295_F300_F301_F303_F319_a_bad_and_a_good_file_at_once(manager, place: Place, members):
    page = manager.page
    school, year = place.school["naturalId"], place.year
    open_upload(manager)
    bad = csv_file("bad.csv", f"P1,{school},{year},Latin,,", f"P1,0000,{year},,,")
    good = csv_file("good.csv", *[f"Browser Group,{school},{year},,{ssid}," for ssid in members])
    send(manager, bad, good)
    rows = page.get_by_role("table", name="Uploads").get_by_role("row")
    expect(rows).to_have_count(3)
    # Newest first; "Accepted" turns into "Processed" on the page by itself.
    expect(rows.nth(1)).to_contain_text("good.csv")
    expect(rows.nth(1)).to_contain_text("Processed")
    expect(rows.nth(2)).to_contain_text("Bad Data")
    page.get_by_role("button", name="View Errors of bad.csv").click()
    for line in ["Row: 1 Failure: Invalid subject: Latin", "Row: 2 Failure: School [0000] cannot be found"]:
        expect(page.get_by_text(line, exact=False)).to_be_visible()
    expect(page.get_by_text("Message:").first).to_be_visible()
    page.get_by_role("button", name="good.csv").click()
    expect(page.get_by_text(f"1 group accepted for {school}.", exact=False)).to_be_visible()
    manager.look("33-upload-results")
    page.get_by_role("button", name="View Errors of bad.csv").click()
    expect(page.get_by_text("Invalid subject: Latin", exact=False)).to_have_count(0)

    # View Uploads: the same, and whose they are.
    page.get_by_role("navigation").get_by_role("link", name="Manage Student Groups").click()
    page.get_by_role("link", name="View Uploads").click()
    expect(page.get_by_role("heading", level=1, name="View Uploads")).to_be_visible()
    rows = page.get_by_role("table", name="Uploads").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("good.csv")
    expect(rows.nth(1)).to_contain_text("You")
    manager.look("34-view-uploads")


def test_F296_F297_F298_F300_F306_a_group_is_dropped_and_found_and_deleting_asks_first(manager, place: Place, members):
    page = manager.page
    school, year = place.school["naturalId"], place.year
    open_upload(manager)
    drop(manager, "doomed.csv", f"Doomed,{school},{year},,{members[0]},", f"Doomed,{school},{year},,{members[1]},")
    expect(page.get_by_role("table", name="Uploads")).to_contain_text("Processed")
    manager.open(f"/student-groups?schoolId={place.school['id']}&schoolYear={year}")
    row = page.get_by_role("row").filter(has_text="Doomed")
    expect(row.get_by_role("rowheader")).to_have_text("Doomed")
    for text in (place.school["name"], f"{year - 1}-{year % 100:02}", "All", "2"):
        expect(row.get_by_role("cell", name=text, exact=True)).to_be_visible()
    box = page.get_by_placeholder("Search groups by name")
    box.fill("OOME")
    expect(page.get_by_role("table", name="Student groups").get_by_role("row")).to_have_count(2)
    box.fill("")
    row.get_by_role("button", name="Delete Doomed").click()
    dialog = page.get_by_role("alertdialog", name="Delete Doomed?")
    expect(dialog).to_contain_text(
        "When a group is deleted, it is no longer available to any users.  This action cannot be undone.")
    expect(dialog).to_contain_text("Are you sure you would like to continue?")
    manager.axe()
    manager.picture("35-delete-group")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Delete Doomed").click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(row).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Unable")).to_have_count(0)


def test_T10_F040_F139_F140_F162_F164_a_teacher_from_the_group_to_results_and_history(visit):
    visitor = visit("Teacher")
    page = visitor.page
    visitor.open("/")
    expect(page.get_by_role("heading", name="Search by Group")).to_be_visible()
    expect(page.get_by_role("heading", name="Search by Student")).to_be_visible()
    expect(page.get_by_role("heading", name="Search by School")).to_have_count(0)
    expect(page.get_by_role("heading", name="Administrator Tools")).to_have_count(0)
    groups = visitor.api("/groups")["groups"]
    table = page.get_by_role("table", name="Assigned Groups")
    expect(table.get_by_role("row")).to_have_count(len(groups) + 1)
    expect(page.get_by_placeholder("Search by Group Name")).to_have_count(1 if len(groups) > 10 else 0)
    visitor.look("36-home-teacher")

    group = groups[0]
    table.get_by_role("link", name=group["name"]).first.click()
    expect(page).to_have_url(re.compile(rf"/groups/{group['id']}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(group["name"])
    # On a group's page panels are open at first.
    expect(page.get_by_role("heading", name="Results By Student").first).to_be_visible()
    shown = visitor.api(f"/groups/{group['id']}/assessments")
    expect(page.get_by_label("School Year", exact=True)).to_have_value(str(shown["schoolYear"]))
    visitor.look("37-group")

    page.get_by_role("button", name="Select Assessments").click()
    expect(page.get_by_role("checkbox")).to_have_count(len(shown["assessments"]))
    page.get_by_role("checkbox", checked=False).first.check()
    expect(page).to_have_url(re.compile("assessment="))
    expect(page.get_by_role("heading", name="Results By Student")).to_have_count(2)
    page.get_by_role("button", name="Most Recent").click()
    expect(page.get_by_role("heading", name="Results By Student")).to_have_count(1)
    page.get_by_role("button", name="Show Advanced Filters").click()
    page.get_by_label("Completeness", exact=True).select_option(label="Complete")
    expect(page.get_by_role("button", name="Remove the filter Completeness: Complete")).to_be_visible()
    page.get_by_role("button", name="Clear all").click()

    name = page.get_by_role("rowheader").get_by_role("link").first
    who = name.text_content()
    name.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(who)
    assert re.search(r"/students/\d+$", page.url)
    expect(page.locator("main").get_by_role("button").filter(has_text=re.compile(r"\d+ results?$")).first).to_be_visible()
    visitor.axe()


def test_F194_F195_F198_F199_F200_F201_the_dashboard_leads_to_the_assessments_that_were_picked(visit):
    visitor = visit("Teacher")
    page = visitor.page
    visitor.open("/")
    page.get_by_role("link", name="View IAB Dashboard").click()
    expect(page.get_by_role("heading", level=1, name="Student Groups")).to_be_visible()
    group = int(re.search(r"/groups/(\d+)/dashboard", page.url).group(1))
    dashboard = visitor.api(f"/groups/{group}/dashboard")
    cards = page.get_by_role("button").filter(has_text=re.compile(r"\d+ of \d+ students tested"))
    expect(cards).to_have_count(len(dashboard["cards"]))
    first = next(c for c in dashboard["cards"])
    card = cards.filter(has_text=first["assessment"]["label"]).first
    expect(card).to_contain_text(f"{first['tested']} of {dashboard['group']['students']} students tested")
    for percent in first["levelPercents"]:
        expect(card).to_contain_text(f"{percent}%")
    view = page.get_by_role("button", name="View Assessments")
    expect(view).to_be_disabled()
    visitor.look("38-dashboard")
    cards.nth(0).click()
    cards.nth(1).click()
    expect(cards.nth(0)).to_have_attribute("aria-pressed", "true")
    view.click()
    expect(page).to_have_url(re.compile(rf"/groups/{group}\?year=\d+&assessment=\d+&assessment=\d+$"))
    expect(page.get_by_role("heading", name="Results By Student")).to_have_count(2)

    # Another subject clears the choice; one without blocks says so.
    page.go_back()
    expect(cards.first).to_be_visible()
    cards.nth(0).click()
    subjects = page.get_by_label("Subject", exact=True)
    for value in subjects.locator("option").evaluate_all("all => all.map(one => one.value)")[1:]:
        subjects.select_option(value=value)
        expect(view).to_be_disabled()
        if any(c["assessment"]["subject"] == value for c in dashboard["cards"]):
            expect(cards.first).to_contain_text(value)
        else:
            expect(page.get_by_text("this group may not have access to the subject selected", exact=False)).to_be_visible()


def test_F161_F197_another_group_and_year_are_chosen_on_the_page(visit):
    visitor = visit("Teacher")
    page = visitor.page
    one, other = visitor.api("/groups")["groups"][:2]
    year = visitor.api("/session")["currentSchoolYear"] - 1
    for place, heading in [("", other["name"]), ("/dashboard", "Student Groups")]:
        visitor.open(f"/groups/{one['id']}{place}")
        page.get_by_label("Group", exact=True).select_option(value=str(other["id"]))
        expect(page).to_have_url(re.compile(rf"/groups/{other['id']}{place}$"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        years = page.get_by_label("School Year", exact=True)
        years.select_option(value=str(year))
        expect(page).to_have_url(re.compile(rf"/groups/{other['id']}{place}\?year={year}$"))
        expect(years).to_have_value(str(year))
    # What the dashboard shows is of that year.
    cards = visitor.api(f"/groups/{other['id']}/dashboard", year=year)["cards"]
    assert all(card["assessment"]["schoolYear"] == year for card in cards)
    expect(page.get_by_role("button").filter(has_text="students tested")).to_have_count(len(cards))


def test_F213_a_summative_has_no_session_cards(visit, embargoed, place: Place):
    teacher = visit("Teacher")
    page = teacher.page
    set_state_embargo(embargoed, place.year, "released")
    for group in teacher.api("/groups")["groups"]:
        listed = teacher.api(f"/groups/{group['id']}/assessments", year=place.year)["assessments"]
        kinds = {one["type"]: one for one in listed}
        if {"iab", "sum"} <= set(kinds):
            break
    else:
        pytest.fail("no group of the demo data has an IAB and a summative")
    cards = page.get_by_role("list", name="Sessions")
    for kind, count in [("iab", 1), ("sum", 0)]:
        query = {"year": place.year, "assessment": kinds[kind]["id"]}
        [result] = teacher.api(f"/groups/{group['id']}/results", **query)["results"]
        teacher.open(f"/groups/{group['id']}?year={place.year}&assessment={kinds[kind]['id']}")
        table = page.get_by_role("table", name=f"Results By Student: {kinds[kind]['label']}")
        expect(table.get_by_role("button", name="Session", exact=True)).to_be_visible()
        session = next((exam["session"] for exam in result["exams"] if exam["session"]), "Not provided")
        expect(table.get_by_role("cell", name=session, exact=True).first).to_be_visible()
        expect(cards).to_have_count(count)


def test_F142_without_a_group_and_at_a_foreign_one(visit):
    visitor = visit("School Admin")
    page = visitor.page
    visitor.open("/")
    expect(page.get_by_text("Contact your administrator for access to group-level test results.", exact=True)).to_be_visible()
    visitor.expect_complaint(r"status of 404 .*/api/v1/groups/")
    visitor.open("/groups/99999999")
    expect(page.get_by_text(
        "This group is unavailable.  Contact your building administrator if you think you should have access to this group.",
        exact=True)).to_be_visible()
    visitor.axe()
    visitor.picture("39-group-unavailable")


def test_F056_F141_F143_many_groups_have_a_box_to_search(visit, manager, place: Place, members):
    """The entry's login is named in eleven more groups; they are deleted again."""
    visitor = visit("Teacher")
    school = manager.api("/group-schools", search=visitor.api("/session")["user"]["organizationName"])["schools"][0]
    entry = next(g for g in visitor.api("/groups")["groups"])
    login = "teacher.elementary@sandbox.example"
    open_upload(manager)
    send(manager, csv_file("many.csv", *[
        f"Many {number:02},{school['naturalId']},{entry['schoolYear']},,{members[0]},{login}" for number in range(11)]))
    expect(manager.page.get_by_role("table", name="Uploads")).to_contain_text("Processed")
    try:
        page = visitor.page
        visitor.open("/")
        box = page.get_by_placeholder("Search by Group Name")
        box.fill("NY 10")
        table = page.get_by_role("table", name="Assigned Groups")
        expect(table.get_by_role("row")).to_have_count(2)
        visitor.axe()
        box.fill("no group is called so")
        expect(page.get_by_text("There are no groups that match your search.  Please try again.", exact=True)).to_be_visible()
    finally:
        listed = manager.api("/managed-groups", schoolId=school["id"], year=entry["schoolYear"])["groups"]
        for group in listed:
            if group["name"].startswith("Many "):
                assert manager.change("DELETE", f"/managed-groups/{group['id']}", None).status == 204

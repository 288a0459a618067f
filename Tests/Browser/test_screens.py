"""Every screen at every width: no complaint of the browser, nothing the accessibility rules find, no sideways scroll."""

import re

import pytest
from conftest import Place
from playwright.sync_api import expect


def test_F070_F335_entry(visit):
    visitor = visit()
    visitor.open("/")
    page = visitor.page
    expect(page.get_by_role("heading", level=1, name="Reporting System Sandbox")).to_be_visible()
    expect(page.get_by_label("Enter as", exact=True)).to_be_visible()
    page.get_by_role("button", name="About Enter as").click()
    expect(page.get_by_text("Select a user role based on the reporting system functionality you would like to explore.")) \
        .to_be_visible()
    visitor.look("01-entry")


@pytest.mark.parametrize("role", ["School Admin", "District Admin", "State Admin"])
def test_F039_F043_F045_home(visit, role):
    visitor = visit(role)
    page = visitor.page
    for panel in ("Student", "School", "Group"):
        expect(page.get_by_role("heading", name=f"Search by {panel}")).to_be_visible()
    tools = {
        "CUSTOM_AGGREGATE_READ": "Create a customized report of student performance.",
        "GROUP_WRITE": "Create and manage student groups for teachers.",
        "EMBARGO_WRITE": "Manage embargoes of summative results."}
    permissions = visitor.api("/session")["permissions"]
    mine = {permission for permission in tools if permission in permissions}
    expect(page.get_by_role("heading", name="Administrator Tools")).to_have_count(1 if mine else 0)
    for permission, text in tools.items():
        expect(page.get_by_text(text, exact=True)).to_have_count(1 if permission in mine else 0)
    expect(page.get_by_role("link", name="My Reports")).to_be_visible()
    visitor.look(f"02-home-{role.lower().replace(' ', '-')}")


def test_F131_F164_F165_F203_school_results(visit, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(place.path)
    expect(page.get_by_role("heading", name="Selected Assessments")).to_be_visible()
    expect(page.get_by_role("button", name="Most Recent")).to_have_attribute("aria-pressed", "true")
    visitor.look("03-school")

    page.get_by_role("button", name="Select Assessments").click()
    visitor.look("04-school-select")
    for kind in ("iab", "ica", "sum"):
        box = page.get_by_role("checkbox", name=place.of_type(kind)["label"], exact=False).first
        if not box.is_checked():
            box.check()
            expect(page.get_by_role("button", name=place.of_type(kind)["label"]).first).to_be_visible()
    chosen = page.get_by_role("checkbox", checked=True).count()
    page.get_by_role("button", name="Close the list of assessments").click()
    # One panel for each, whatever its type, under the assessment's name.
    expect(page.locator(".results-panel")).to_have_count(chosen)
    page.get_by_role("button", name="Expand All").click()
    expect(page.get_by_role("heading", name="Results Summary").first).to_be_visible()
    expect(page.get_by_role("heading", name="Results By Student")).to_have_count(chosen)
    for kind in ("iab", "ica", "sum"):
        label = re.compile(re.escape(place.of_type(kind)["label"]))
        expect(page.get_by_role("heading", level=3, name=label)).to_be_visible()
    visitor.look("05-school-results")

    page.get_by_role("button", name="Number", exact=True).click()
    for button in page.get_by_role("button", name="Claim", exact=True).all():
        button.click()
    expect(page.get_by_role("heading", name="Student Claim Score Distribution").first).to_be_visible()
    visitor.look("06-school-claims")


def test_student_history(visit, student):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(f"/students/{student['id']}")
    expect(page.get_by_text(f"SSID: {student['ssid']}")).to_be_visible()
    visitor.look("07-history")
    page.locator("main").get_by_role("button", expanded=False).filter(has_text="result").first.click()
    expect(page.get_by_role("table")).to_be_visible()
    visitor.look("08-history-card")


def test_F332_embargo(visit, embargoed, place: Place):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open("/embargo")
    expect(page.get_by_role("heading", level=1, name="Manage Embargo")).to_be_visible()
    expect(page.get_by_role("columnheader", name="District").first).to_be_visible()
    for kind in ("Individual", "Aggregate"):
        expect(page.get_by_role("group", name=f"{kind} Test Results for ")).to_have_count(1)
    visitor.look("09-embargo")
    page.get_by_text("Changes of this school year", exact=True).click()
    expect(page.get_by_role("table", name="Changes of this school year")).to_be_visible()
    visitor.look("09-embargo-changes")
    page.get_by_text("Changes of this school year", exact=True).first.click()
    page.get_by_role("group", name="Individual Test Results for ").get_by_role("button", name="Released").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    visitor.look("10-embargo-dialog")

    # A district changes its own row, and only looks at the State's.
    district = visit("District Admin")
    own = district.api("/embargo", year=place.year)["districts"][0]["name"]
    district.open("/embargo")
    for kind in ("Individual", "Aggregate"):
        expect(district.page.get_by_role("group", name=f"{kind} Test Results for {own}", exact=True)).to_be_visible()
        expect(district.page.get_by_role("group", name=f"{kind} Test Results for ")).to_have_count(1)


def test_refusals(visit):
    visitor = visit("School Admin")
    page = visitor.page
    visitor.open("/no/such/page")
    expect(page.get_by_role("heading", level=1, name="Page not found")).to_be_visible()
    visitor.look("11-not-found")

    visitor.expect_complaint(r"status of 404 .*/api/v1/schools/")
    visitor.open("/schools/999999999?grade=03&year=2026")
    expect(page.get_by_text(
        "This school is unavailable.  Contact your building administrator if you think you should have access to this school.",
        exact=True)).to_be_visible()
    visitor.look("12-school-unavailable")

    visitor.expect_complaint(r"status of 404 .*/api/v1/students/")
    visitor.open("/students/999999999")
    expect(page.get_by_text(
        "This student is unavailable.  Contact your building administrator if you think you should have access to this "
        "student.", exact=True)).to_be_visible()
    visitor.look("13-student-unavailable")


def test_forced_colors_and_reduced_motion(visit, place: Place):
    visitor = visit("State Admin", forced_colors="active", reduced_motion="reduce")
    visitor.open(place.path)
    visitor.page.get_by_role("button", name="Expand All").click()
    expect(visitor.page.get_by_role("table").first).to_be_visible()
    assert visitor.page.evaluate("matchMedia('(forced-colors: active)').matches")
    visitor.picture("14-forced-colors")


def test_strict_policy_and_no_storing(visit, place: Place):
    """The policy forbids what is not ours, and what holds students is never stored. The other tests prove that the app
    lives under the policy: a violation is a complaint of the browser."""
    visitor = visit("State Admin")
    page_headers = visitor.page.request.get(visitor.url + "/").headers
    policy = page_headers["content-security-policy"]
    for rule in ("default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    answer = visitor.page.request.get(
        f"{visitor.url}/api/v1/schools/{place.school['id']}/results", params={"grade": place.grade, "year": place.year})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]


def test_F015_access_denied(visit):
    """The page of somebody without any permission, whom the sandbox does not have: drawn by itself, word for word."""
    visitor = visit("School Admin")
    page = visitor.page
    page.evaluate("""async () => {
        const app = document.querySelector('script[type=module]').src;
        const [{ html, render }, { DeniedPage }] = await Promise.all([
            import(new URL('lib/ui.js', app)), import(new URL('pages/refusals.js', app)),
        ]);
        const place = document.querySelector('main');
        place.replaceChildren();
        render(html`<${DeniedPage} changeSession=${() => {}} />`, place);
    }""")
    expect(page.get_by_role("heading", name="Access Denied", exact=True)).to_be_visible()
    expect(page.get_by_text(
        "Your user account is not permitted to access this reporting system. If you believe you have reached this page in "
        "error, please contact your building administrator.", exact=True)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button", name="Logout", exact=True)).to_be_visible()
    visitor.look("23-denied")

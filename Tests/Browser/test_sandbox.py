"""The sandbox: its ways in, and who one is there."""

from playwright.sync_api import expect

SCHOOLS = ["Demo Elementary School", "Demo Middle School", "Demo High School"]
ENTRIES = ([f"Teacher: {school}" for school in SCHOOLS] + [f"School Admin: {school}" for school in SCHOOLS]
           + ["District Admin: Demo District", "State Admin: California", "Data Load: California"])


def chosen(page) -> str:
    return page.get_by_label("Enter as", exact=True).locator("option:checked").text_content()


def test_F334_F335_F336_F340_the_entry_page(visit):
    visitor = visit()
    page = visitor.page
    visitor.open("/")
    expect(page.get_by_role("heading", level=1, name="Reporting System Sandbox", exact=True)).to_be_visible()
    expect(page.locator(".brand-text b")).to_have_text("Reporting System Sandbox")
    assert page.get_by_label("Enter as", exact=True).locator("option").all_text_contents() == ENTRIES
    page.get_by_role("button", name="Enter as").click()
    expect(page.get_by_text(
        "Select a user role based on the reporting system functionality you would like to explore.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Enter Sandbox", exact=True)).to_be_enabled()
    visitor.look("01-entry")

    # Nothing here is real.
    expect(page.get_by_text("Simulated data. No real students.", exact=True)).to_be_visible()
    expect(page.get_by_text("All people and results here are made up: draw no conclusions from them.")).to_be_visible()
    # Nobody is asked who they are.
    expect(page.locator("input")).to_have_count(0)
    visitor.expect_complaint("ERR_FAILED|status of 5")
    page.route("**/api/v1/sandbox/sessions", lambda route: route.abort())
    page.get_by_role("button", name="Enter Sandbox", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("An error occurred while attempting to log into the reporting sandbox")


def test_R25_robots_keep_out_and_the_page_says_what_it_may_load(visit):
    visitor = visit()
    request = visitor.page.request
    robots = request.get(f"{visitor.url}/robots.txt")
    assert robots.status == 200 and robots.text() == "User-agent: *\nDisallow: /\n"
    assert "default-src 'self'" in request.get(f"{visitor.url}/").headers["content-security-policy"]


def test_a_link_chooses_the_entry(visit):
    visitor = visit()
    visitor.open("/?entry=district-admin")
    expect(visitor.page.get_by_label("Enter as", exact=True)).to_be_visible()
    assert chosen(visitor.page) == "District Admin: Demo District"
    visitor.open("/?entry=nobody-knows")
    expect(visitor.page.get_by_label("Enter as", exact=True)).to_be_visible()
    assert chosen(visitor.page) == ENTRIES[0]


def test_F011_T109_logging_off_leads_back_to_the_same_choice_and_in_again_as_somebody_else(visit):
    visitor = visit("District Admin", own=True)
    page = visitor.page
    first = visitor.api("/session")["user"]["login"]
    page.get_by_role("button", name="District Admin").first.click()
    page.get_by_role("menuitem", name="Logout").click()
    expect(page.get_by_label("Enter as", exact=True)).to_be_visible()
    assert chosen(page) == "District Admin: Demo District"
    page.get_by_role("button", name="Enter Sandbox").click()
    expect(page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()
    assert visitor.api("/session")["user"]["login"] != first


def test_F341_T108_two_visitors_by_the_same_entry_are_two_users(visit):
    one, other = visit("Teacher", own=True), visit("Teacher", own=True)
    users = [visitor.api("/session")["user"] for visitor in (one, other)]
    assert users[0]["login"] != users[1]["login"]
    assert {user["displayName"] for user in users} == {"Teacher"}
    assert {user["organizationName"] for user in users} == {"Demo Elementary School"}


def test_F039_F040_F337_each_role_sees_what_it_may_use(visit):
    teacher = visit("Teacher", own=True)
    expect(teacher.page.get_by_role("form", name="Search by Student")).to_be_visible()
    expect(teacher.page.get_by_role("form", name="Search by School")).to_have_count(0)
    expect(teacher.page.get_by_role("heading", name="Administrator Tools")).to_have_count(0)
    teacher.look("03-home-teacher")
    district = visit("District Admin")
    expect(district.page.get_by_role("form", name="Search by School")).to_be_visible()
    expect(district.page.get_by_role("link", name="Embargo", exact=True)).to_be_visible()


def test_F344_places_that_all_share_say_so(visit):
    visitor = visit("District Admin")
    visitor.page.get_by_role("link", name="Embargo", exact=True).click()
    expect(visitor.page.get_by_text("Everybody in the sandbox shares these settings", exact=False)).to_be_visible()

"""The end of a session: asked before, led back in after."""

import time

from playwright.sync_api import Page, expect

EXPIRED = "Your session has timed out. Please click OK to continue working."


def wait_until_quiet(page: Page) -> None:
    """Every answer that comes later would start the time anew; on a busy machine one comes after half a second of silence."""
    heard = [time.monotonic()]
    page.on("response", lambda _: heard.append(time.monotonic()))
    while time.monotonic() - heard[-1] < 3:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(100)


def test_F343_T111_the_page_asks_two_minutes_before_the_end_and_goes_on(visit):
    visitor = visit()
    page = visitor.page
    page.clock.install()
    visitor.enter("School Admin")
    user, idle = visitor.api("/session")["user"], visitor.api("/session")["idleSeconds"]
    dialog = page.get_by_role("alertdialog")
    wait_until_quiet(page)

    page.clock.fast_forward((idle - 130) * 1000)
    expect(dialog).to_have_count(0)
    page.clock.fast_forward(15 * 1000)
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("timer")).to_contain_text("1:5")
    expect(dialog.get_by_role("button", name="Continue working")).to_be_focused()
    visitor.axe()
    visitor.picture("21-session-warning")

    dialog.get_by_role("button", name="Continue working").click()
    expect(dialog).to_have_count(0)
    assert visitor.api("/session")["user"] == user
    # The two minutes begin anew.
    page.clock.fast_forward((idle - 130) * 1000)
    expect(dialog).to_have_count(0)
    page.clock.fast_forward(15 * 1000)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Logout").click()
    expect(page.get_by_label("Enter as", exact=True)).to_be_visible()


def test_an_ended_session_leads_back_in_where_one_was(visit, place):
    visitor = visit("School Admin", own=True)
    page = visitor.page
    visitor.open(place.path)
    expect(page.get_by_role("heading", name="Selected Assessments")).to_be_visible()
    page.context.clear_cookies()
    visitor.expect_complaint("status of 401")
    page.get_by_role("button", name="Select Assessments").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("heading", name="Session Expired", exact=True)).to_be_visible()
    expect(dialog.get_by_text(EXPIRED, exact=True)).to_be_visible()
    visitor.axe()
    visitor.picture("22-session-expired")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="OK", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text(place.school["name"])
    expect(page.get_by_role("heading", name="Selected Assessments")).to_be_visible()


def test_logging_out_in_one_tab_ends_the_other(visit):
    visitor = visit("School Admin", own=True)
    other = visitor.page.context.new_page()
    other.goto(visitor.url)
    expect(other.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()
    visitor.page.get_by_role("button", name="School Admin").first.click()
    visitor.page.get_by_role("menuitem", name="Logout").click()
    expect(other.get_by_role("alertdialog").get_by_role("heading", name="Session Expired")).to_be_visible()


def test_a_lost_connection_is_said_in_the_dialog_and_can_be_tried_again(visit):
    visitor = visit()
    page = visitor.page
    page.clock.install()
    visitor.enter("School Admin")
    idle = visitor.api("/session")["idleSeconds"]
    wait_until_quiet(page)
    page.clock.fast_forward((idle - 100) * 1000)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()

    visitor.expect_complaint("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Continue working").click()
    expect(dialog.get_by_role("alert")).to_have_text(
        "The reporting system cannot be reached. Check your connection and try again.")
    visitor.axe()
    page.context.set_offline(False)
    dialog.get_by_role("button", name="Continue working").click()
    expect(dialog).to_have_count(0)

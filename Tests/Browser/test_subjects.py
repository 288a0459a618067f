"""Families of tests other than ELA and mathematics: their scores have names of their own, which are data and not code."""

import pytest
from playwright.sync_api import expect
from test_work import titles_of

NUMBERED = ["Level 4", "Level 3", "Level 2", "Level 1"]
FIRST = ["Student", "Date", "Session"]

# The levels of each kind of score, the highest first, and the columns beside the first three.
FAMILIES = {
    "ELPAC": {
        "Overall": (NUMBERED, ["Enrolled Grade", "School", "Status", "Achievement Level", "Scale Score / Error Band"]),
        "Composite": (NUMBERED, [
            "School", "Oral Language Level", "Oral Language Scale Score / Error Band", "Written Language Level",
            "Written Language Scale Score / Error Band"]),
        "Domain": (["Well Developed", "Somewhat/Moderately Developed", "Beginning to Develop"],
                   ["School", "Listening", "Speaking", "Reading", "Writing"]),
    },
    "CAST": {
        "Overall": (["Standard Exceeded", "Standard Met", "Standard Nearly Met", "Standard Not Met"],
                    ["Enrolled Grade", "School", "Status", "Achievement Level", "Scale Score / Error Band"]),
        "Domain": (["Above Standard", "Near Standard", "Below Standard"],
                   ["School", "Life Sciences", "Physical Sciences", "Earth and Space Sciences"]),
    },
}


def path_of(visitor, subject: str) -> str:
    """The page of a school with a scored summative of the subject in the current year."""
    year = visitor.api("/session")["currentSchoolYear"]
    for school in visitor.api("/schools", limit=1000)["schools"]:
        base = f"/schools/{school['id']}"
        for grade in visitor.api(f"{base}/grades")["grades"]:
            for one in visitor.api(f"{base}/assessments", grade=grade, year=year)["assessments"]:
                if one["subject"] == subject:
                    [result] = visitor.api(f"{base}/results", grade=grade, year=year, assessment=one["id"])["results"]
                    if result["overall"]["results"] > 0:
                        return f"{base}?grade={grade}&year={year}&assessment={one['id']}"
    pytest.fail(f"the demo data have no result of {subject}")


@pytest.mark.parametrize("subject", ["ELPAC", "CAST"])
def test_F094_F095_F217_F218_F219_F220_F223_R31_scores_have_the_names_of_their_subject(visit, subject):
    visitor = visit("State Admin")
    page = visitor.page
    visitor.open(path_of(visitor, subject))
    page.get_by_role("button", name="Expand All").click()
    table = page.get_by_role("table")
    expect(table).to_be_visible()
    views = page.get_by_role("group", name="Scores shown").get_by_role("button")
    expect(views).to_have_text(list(FAMILIES[subject]))
    for number, (view, (levels, columns)) in enumerate(FAMILIES[subject].items()):
        views.nth(number).click()
        expect(views.nth(number)).to_have_attribute("aria-pressed", "true")
        if view == "Overall":
            shares = page.get_by_role("list", name="Student Score Distribution").get_by_role("listitem")
            expect(shares).to_have_count(len(levels))
            for item, level in zip(shares.all(), levels, strict=True):
                expect(item).to_contain_text(level)
        else:
            expect(page.get_by_role("heading", name=f"Student {view} Score Distribution")).to_be_visible()
            expect(page.get_by_role("list", name="Levels", exact=True).get_by_role("listitem")).to_have_text(levels)
        assert titles_of(table) == FIRST + columns

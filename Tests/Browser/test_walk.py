"""The whole product in one walk, as its people use it: one suite, one story, from a file of groups to a visitor who leaves."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Place, set_state_embargo
from playwright.sync_api import expect
from test_aggregates import create, fill_in
from test_groups import csv_file, open_upload, send

ROOT = Path(__file__).resolve().parent.parent.parent
LOGIN = "teacher.elementary@sandbox.example"
GROUP = "Morning readers"


@pytest.fixture
def subscriber(tmp_path):
    """The example of docs/ with pynng: another program that is told of releases. Answers the lines of its journal."""
    generated = tmp_path / "generated"
    generated.mkdir()
    subprocess.run(
        ["protoc", "-I", ROOT / "proto", f"--python_out={generated}"]
        + [ROOT / "proto" / f"{name}.proto" for name in ("options", "events", "rpc")], check=True)
    journal = tmp_path / "changes.jsonl"
    process = subprocess.Popen(
        [sys.executable, ROOT / "docs" / "embargo_watch.py", journal], stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(generated)})
    yield lambda: [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []
    process.kill()
    process.wait(30)


def test_the_walk(visit, place: Place, subscriber):
    year, school = place.year, place.school
    state = visit("State Admin")
    set_state_embargo(state, year, "embargoed")

    # The district's administrator uploads two files; one is refused with its reason, the other is carried out.
    exams = state.api(
        f"/schools/{school['id']}/results", grade=place.grade, year=year, assessment=place.of_type("ica")["id"]
    )["results"][0]["exams"]
    summatives = state.api(
        f"/schools/{school['id']}/results", grade=place.grade, year=year, assessment=place.of_type("sum")["id"]
    )["results"][0]["exams"]
    both = [e["student"] for e in exams if e["student"]["id"] in {s["student"]["id"] for s in summatives}]
    members = list({student["ssid"]: student for student in both}.values())[:3]
    assert members
    manager = visit("District Admin", own=True)
    open_upload(manager)
    send(manager, csv_file("wrong.csv", f"{GROUP},{school['naturalId']},{year},Latin,,"), csv_file(
        "right.csv", *[f"{GROUP},{school['naturalId']},{year},,{student['ssid']},{LOGIN}" for student in members]))
    uploads = manager.page.get_by_role("table", name="Uploads").get_by_role("row")
    expect(uploads.nth(1)).to_contain_text("Processed")
    expect(uploads.nth(2)).to_contain_text("Bad Data")
    manager.page.get_by_role("button", name="View Errors of wrong.csv").click()
    expect(manager.page.get_by_text("Row: 1 Failure: Invalid subject: Latin", exact=False)).to_be_visible()

    # The teacher sees the group, its interim results, no summative, the dashboard, and one student's history.
    teacher = visit("Teacher: Demo Elementary School", own=True)
    page = teacher.page
    page.get_by_role("table", name="Assigned Groups").get_by_role("link", name=GROUP).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(GROUP)
    group = int(re.search(r"/groups/(\d+)", page.url).group(1))

    def choose(kind: str):
        """Opens the group's page with one assessment of a type; nothing when none is offered."""
        offered = [a for a in teacher.api(f"/groups/{group}/assessments", year=year)["assessments"] if a["type"] == kind]
        if offered:
            teacher.open(f"/groups/{group}?year={year}&assessment={offered[0]['id']}")
            expect(page.get_by_role("table", name=f"Results By Student: {offered[0]['label']}")).to_be_visible()
        return offered

    assert choose("iab") and choose("ica")
    assert not choose("sum"), "embargoed summatives are not offered"
    teacher.open(f"/groups/{group}/dashboard")
    expect(page.get_by_role("button").filter(has_text=re.compile(rf"\d+ of {len(members)} students tested")).first).to_be_visible()
    choose("ica")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(members[0]["lastName"][:1])
    assert re.search(r"/students/\d+$", page.url)

    # The aggregate report of the district by school and acquisition status, against sums made by hand.
    fill_in(manager, place, name="The walk", compare="English Language Acquisition Status")
    manager.page.get_by_role("group", name="Completeness").get_by_role("button", name="All").click()
    manager.page.get_by_role("group", name="Manner of Administration").get_by_role("button", name="All").click()
    report = create(manager)
    ica = place.of_type("ica")
    counted = {}
    for exam in sorted(exams, key=lambda e: (e["completedAt"], -e["id"])):
        if exam["overall"]["scaleScore"] is not None and exam["overall"]["level"]:
            counted[exam["student"]["id"]] = exam["overall"]
    rows = [row for row in manager.api(f"/aggregate/reports/{report}/rows", subject=ica["subject"], limit=2000)["rows"]
            if row["organization"].get("id") == school["id"] and row["assessment"]["id"] == ica["id"]]
    [overall] = [row["measures"] for row in rows if row["slice"] == 0]
    assert overall["studentCount"] == len(counted)
    assert overall["avgScaleScore"] == int(sum(o["scaleScore"] for o in counted.values()) / len(counted) + 0.5)
    levels = [sum(o["level"] == n + 1 for o in counted.values()) for n in range(len(overall["levelCounts"]))]
    assert overall["levelCounts"] == levels
    assert sum(row["measures"]["studentCount"] for row in rows if row["slice"] != 0) == len(counted)

    # The release: on the teacher's next page, and told to the other program.
    state.open("/embargo")
    individual = state.page.get_by_role("group", name=re.compile("^Individual Test Results for ")).first
    individual.get_by_role("button", name="Released").click()
    state.page.get_by_role("dialog").get_by_role("button", name="Release", exact=True).click()
    expect(state.page.get_by_role("status").filter(has_text="are released.")).to_be_visible()
    assert choose("sum")
    for _ in range(100):
        told = [line for line in subscriber() if line["level"] == "state" and line["schoolYear"] == year]
        if told and told[-1]["value"] == "released":
            break
        page.wait_for_timeout(100)
    assert told[-1]["kind"] == "individual" and told[-1]["value"] == "released"
    assert not {"ssid", "student", "name"} & set(told[-1])
    set_state_embargo(state, year, "embargoed")
    assert not choose("sum")

    # Who leaves takes what he made with him; what all share stays.
    manager.open("/reports")
    expect(manager.page.get_by_text("The walk").first).to_be_visible()
    name = manager.api("/session")["user"]["displayName"]
    manager.page.get_by_role("button", name=re.compile(f"^{name}")).click()
    manager.page.get_by_role("menuitem", name="Logout").click()
    manager.page.get_by_role("button", name="Enter Sandbox").click()
    expect(manager.page.get_by_role("heading", level=1, name="Access Assessment Results")).to_be_visible()
    manager.open("/reports")
    expect(manager.page.get_by_role("heading", level=1, name="My Reports")).to_be_visible()
    assert manager.api("/reports")["reports"] == []
    # The teacher's page would ask for the group again when it hears of the embargo.
    teacher.open("/")
    assert GROUP in {one["name"] for one in teacher.api("/groups")["groups"]}
    assert manager.change("DELETE", f"/managed-groups/{group}", None).status == 204
    assert GROUP not in {one["name"] for one in teacher.api("/groups")["groups"]}

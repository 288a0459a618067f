"""District / School Exports over the whole suite: equal to the raw results, without what is embargoed, whatever dies."""

import csv
import io
import signal
import time
import uuid

import pytest
from browse import BrowseError, Visitor
from test_embargo_everywhere import put


def begin(visitor: Visitor, **query) -> dict:
    return visitor.post("/api/v1/exports", {
        "name": f"Export {uuid.uuid4().hex[:8]}", "schoolYear": visitor.session["currentSchoolYear"]} | query)


def ended(visitor: Visitor, report: dict) -> dict:
    deadline = time.monotonic() + 60
    while report["status"] in ("PENDING", "RUNNING"):
        assert time.monotonic() < deadline, report
        time.sleep(0.05)
        report = visitor.get(f"/api/v1/reports/{report['id']}")
    return report


def export(visitor: Visitor, **query) -> dict:
    return ended(visitor, begin(visitor, **query))


def fetch(visitor: Visitor, report: dict) -> tuple[int, list[dict]]:
    visitor.connection.request("GET", f"/api/v1/reports/{report['id']}/file", headers={"Cookie": visitor.cookie})
    answer = visitor.connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        return answer.status, []
    assert answer.getheader("Content-Disposition").startswith("attachment")
    assert answer.getheader("Cache-Control") == "no-store"
    return 200, list(csv.DictReader(io.StringIO(text)))


def keys(rows: list[dict]) -> list[tuple]:
    return [(r["StudentIdentifier"], r["AssessmentName"], r["SubmitDateTime"][:19], r["SchoolId"]) for r in rows]


def raw(visitor: Visitor, schools: list[dict], year: int) -> set[tuple]:
    """What the pages of these schools show of the year and may be taken away, taken there."""
    return {
        (exam["student"]["ssid"], panel["assessment"]["label"], exam["completedAt"][:19], school["naturalId"])
        for school in schools for panel in visitor.panels(school) if panel["assessment"]["schoolYear"] == year
        for exam in panel["exams"] if not exam["embargoed"]}


@pytest.fixture
def people(loaded):
    state = Visitor(loaded.url, "State Admin")
    put(state, "state", "embargoed")
    demb = Visitor(loaded.url, "District Admin")
    own = str(demb.get("/api/v1/embargo", year=demb.session["currentSchoolYear"])["districts"][0]["districtId"])
    put(demb, own, "embargoed")
    return state, demb, own


def test_T9_F279_who_has_one_school_is_offered_that_alone(loaded):
    site = Visitor(loaded.url, "School Admin")
    found = site.get("/api/v1/exports/organizations", search="")
    own = site.schools()[0]
    assert [one["id"] for one in found["organizations"]] == [own["id"]] == [found["onlySchool"]["id"]]
    assert found["districts"] == 1
    with pytest.raises(BrowseError) as refused:
        begin(site, districtIds=[own["districtId"]])
    assert refused.value.status == 404, "a school never opens its district"


def test_T27_T28_F271_F276_exports_equal_the_raw_results(loaded, people):
    state, demb, own = people
    year = demb.session["currentSchoolYear"]
    schools = demb.schools()
    report = export(demb, districtIds=[int(own)], disableTransferAccess=True)
    assert report["status"] == "COMPLETED" and report["type"] == "DistrictSchoolExport"
    status, rows = fetch(demb, report)
    assert status == 200 and len(rows[0]) == 64
    assert len(rows) == report["metadata"]["totalCount"]
    found = keys(rows)
    assert len(set(found)) == len(found)
    assert set(found) == raw(demb, schools, year), "T28"
    order = [(r["DistrictId"], r["SchoolId"], r["StudentIdentifier"]) for r in rows]
    assert order == sorted(order)
    assert {r["SchoolYear"] for r in rows} == {str(year)}
    # One school, then with the results of those who came there from elsewhere.
    school = schools[0]
    hidden = keys(fetch(demb, export(demb, schoolIds=[school["id"]], disableTransferAccess=True))[1])
    assert set(hidden) == raw(demb, [school], year), "T27, Hide"
    shown = keys(fetch(demb, export(demb, schoolIds=[school["id"]]))[1])
    assert set(hidden) <= set(shown), "T27, Show"
    elsewhere = set(shown) - set(hidden)
    assert all(row[3] != school["naturalId"] for row in elsewhere)
    for ssid in {row[0] for row in elsewhere}:
        assert any(exam["school"]["id"] == school["id"] for exam in demb.history(ssid)["exams"])
    # Select All of the state's administrator is every school of the state.
    everything = keys(fetch(state, export(state, everything=True, disableTransferAccess=True))[1])
    assert set(everything) == raw(state, state.schools(), year)
    # It is one entry of My Reports, its maker's alone.
    assert report["id"] in [one["id"] for one in demb.get("/api/v1/reports")["reports"]]
    assert fetch(state, report)[0] == 404


def test_T106_an_export_that_runs_while_the_embargo_is_set_holds_no_summatives(loaded, people):
    state, demb, own = people

    def summatives(report: dict) -> int:
        status, rows = fetch(demb, report)
        assert status == 200
        return sum(row["AssessmentType"] == "Summative" for row in rows)

    for _ in range(5):
        put(demb, own, "released")
        before = export(demb, districtIds=[int(own)])
        assert summatives(before) > 0
        running = begin(demb, districtIds=[int(own)])
        assert put(demb, own, "embargoed")["inForce"]
        # Made before, while, and after: none of them, although its maker may look at them online.
        assert summatives(before) == 0
        assert summatives(ended(demb, running)) == 0
        assert summatives(export(demb, districtIds=[int(own)])) == 0
    put(demb, own, "released")
    assert summatives(before) > 0, "decided at the click, both ways"
    put(demb, own, "embargoed")


def test_an_export_is_made_although_ResultsSvc_dies_in_it_and_waits_while_the_embargo_is_unknown(loaded, people):
    state, demb, own = people
    made = export(demb, districtIds=[int(own)])
    for _ in range(3):
        report = begin(demb, districtIds=[int(own)])
        loaded.kill("results", signal.SIGKILL)
        loaded.start_process("results")
        loaded.wait_until_ready()
        # The job of the dead process is taken over when its lease has run out.
        deadline = time.monotonic() + 90
        while report["status"] in ("PENDING", "RUNNING"):
            assert time.monotonic() < deadline, report
            time.sleep(0.1)
            report = demb.get(f"/api/v1/reports/{report['id']}")
        assert keys(fetch(demb, report)[1]) == keys(fetch(demb, made)[1])
    loaded.kill("embargo", signal.SIGKILL)
    try:
        deadline = time.monotonic() + 20
        waiting = begin(demb, districtIds=[int(own)])
        while demb.get(f"/api/v1/schools/{demb.schools()[0]['id']}/grades")["notice"] != "withheld":
            assert time.monotonic() < deadline
        late = begin(demb, districtIds=[int(own)])
    finally:
        loaded.start_process("embargo")
        loaded.wait_until_ready()
    for report in (waiting, late):
        assert ended(demb, report)["status"] == "COMPLETED"
        assert keys(fetch(demb, report)[1]) == keys(fetch(demb, made)[1])


def test_a_visitors_exports_go_with_the_session(loaded):
    site = Visitor(loaded.url, "School Admin")
    report = export(site, schoolIds=[site.schools()[0]["id"]])
    assert report["status"] == "COMPLETED"
    site.send("DELETE", "/api/v1/session")
    deadline = time.monotonic() + 20
    while loaded.postgres.query(f"SELECT count(*) FROM results.report WHERE id = {report['id']}", "ers") != "0":
        assert time.monotonic() < deadline, "the export stays"
        time.sleep(0.1)

"""Percentile tables and enrolment updates by HTTP: the last two contents of the import API (ingest §8, §9)."""

import csv
import io
import json
import re

import load
import pytest
from browse import BrowseError, Visitor
from conftest import importer

NORMS = "assessment_id,start_date,end_date,count,mean,standard_deviation,min_score,max_score,percentile_rank,score"


@pytest.fixture(scope="module")
def api(loaded):
    return importer(loaded)


@pytest.fixture(scope="module")
def assessment(sandbox_data) -> tuple[str, float, float]:
    """An assessment of the sandbox, its least and its greatest score."""
    path = sorted((sandbox_data / "packages").glob("*.csv"))[0]
    row = next(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    prefix = "Scaled" if "ScaledLow1" in row else "Overall"
    highs = [float(row[f"{prefix}High{n}"]) for n in range(1, 7) if row.get(f"{prefix}High{n}")]
    return row["AssessmentId"], float(row[f"{prefix}Low1"]), highs[-1]


def norms(assessment: str, start: str, end: str, mean: float, ranks: list[tuple[int, float]]) -> bytes:
    rows = [f"{assessment},{start},{end},900,{mean},,,,,"] + [f"{assessment},{start},{end},,,,,,{r},{s}" for r, s in ranks]
    return "\n".join([NORMS, *rows, ""]).encode()


def test_norms_are_made_replaced_and_refused(loaded, api, assessment):
    name, low, high = assessment
    middle = (low + high) / 2
    ranks = [(25, low), (50, middle), (75, high)]
    done = api.wait(api.post("norms", "norms.csv", norms(name, "2025-09-01", "2026-06-30", middle, ranks), "text/csv"))
    assert (done.status, done.message) == ("PROCESSED", "Percentiles created: 1 updated: 0")
    again = norms(name, "2025-09-01", "2026-06-30", middle, [*ranks, (90, high)])
    done = api.wait(api.form("norms", "norms.csv", again, "text/csv"))
    assert (done.status, done.message) == ("PROCESSED", "Percentiles created: 0 updated: 1")

    before = loaded.postgres.query("SELECT count(*), max(updated) FROM results.percentile_table", "ers")
    overlapping = norms(name, "2026-06-30", "2026-07-31", middle, ranks) + norms("(NOBODY)", "2026-01-01", "2026-01-31", 1, [])[len(NORMS) + 1:]
    done = api.wait(api.post("norms", "norms.csv", overlapping, "text/csv"))
    assert done.status == "BAD_DATA"
    errors = json.loads(done.message)["messages"]
    assert errors[0] == {
        "elementName": f"[row:1][{name},2026-06-30,2026-07-31], assessment_id", "value": name,
        "error": "start_date and end_date overlap 1 existing percentile(s) for the same assessment"}
    assert errors[1]["error"] == "Missing assessment with natural id of (NOBODY)"
    assert loaded.postgres.query("SELECT count(*), max(updated) FROM results.percentile_table", "ers") == before

    listed = json.loads(api.request("GET", "/norms/imports?status=PROCESSED")[1])
    assert [row["content"] for row in listed] == ["NORMS", "NORMS"]
    assert json.loads(api.request("GET", "/norms/imports?status=BAD_DATA")[1])[0]["id"] == done.id


def test_R15_R16_a_student_who_moves_is_seen_at_the_new_school(loaded, api, sandbox_data):
    ssid, school = next(
        (ssid[0].decode(), at[0].decode()) for _, body in load.results_in(sandbox_data)
        if (ssid := re.findall(rb'name="StudentIdentifier" value="([^"]+)"', body))
        and (at := re.findall(rb'name="SchoolId" value="([^"]+)"', body)))
    schools = {s["naturalId"]: s["name"] for s in Visitor(loaded.url, "State Admin").schools()}
    target = next(natural_id for natural_id in sorted(schools) if natural_id != school and has_admin(loaded, schools[natural_id]))
    admin = Visitor(loaded.url, f"School Admin: {schools[target]}")
    with pytest.raises(BrowseError) as refusal:
        admin.history(ssid)
    assert refusal.value.status == 404

    rows = ["InfoUpdate^SSID^ResponsibleSchoolIdentifier", f"2030-01-01^{ssid}^{target}", f"2030-01-01^NOBODY^{target}"]
    body = ("\ufeff# extract\n" + "\n".join(rows)).encode()
    done = api.wait(api.post("students", "students.csv", body, "text/csv"))
    assert (done.status, done.message) == ("PROCESSED", "Students updated: 1")
    done = api.wait(post_with_skipped(api, body + b"\n"))
    assert (done.status, done.message) == ("PROCESSED", "Students updated: 1, skipped: 1")
    history = admin.history(ssid)
    assert history["exams"] and all(exam["fromPreviousSchool"] for exam in history["exams"])
    for log in loaded.logs.glob("*.log"):
        assert ssid not in log.read_text(errors="replace"), log.name


def has_admin(loaded, school: str) -> bool:
    try:
        Visitor(loaded.url, f"School Admin: {school}")
    except LookupError:
        return False
    return True


def post_with_skipped(api, body: bytes) -> load.Import:
    status, answer = api.request("POST", "/students/imports?skipped=true", body, "text/csv")
    assert status == 202, answer
    row = json.loads(answer)
    return load.Import("students.csv", row["id"], row["status"], row.get("message"))


@pytest.mark.parametrize("scope,body,message", [
    ("norms", NORMS, "Empty payload"), ("norms", "assessment_id\nx", "Missing required columns: [start_date"),
    ("students", "SSID^ResponsibleSchoolIdentifier\n", "Empty payload"),
    ("students", "SSID\n1", "Missing required columns: [ResponsibleSchoolIdentifier]"),
])
def test_refusals(api, scope, body, message):
    done = api.wait(api.post(scope, "x.csv", body.encode(), "text/csv"))
    assert done.status == "BAD_DATA"
    assert done.message.startswith(message)

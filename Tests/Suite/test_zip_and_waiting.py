"""Many results in one call, and results that come before what they need (DESIGN §6, ingest §3.4)."""

import io
import json
import re
import time
import zipfile

import load
from browse import Visitor


def zip_of(results: list[tuple[str, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("manifest.json", "{}")
        for name, body in results:
            out.writestr(name, body)
    return made.getvalue()


def counts(suite) -> list[str]:
    return suite.postgres.query(
        "SELECT count(*), count(DISTINCT student_id), count(DISTINCT assessment_id) FROM results.exam WHERE NOT deleted", "ers")


def test_results_wait_for_their_schools_and_assessments(empty, api, sandbox_data):
    """ingest §16.5, without anybody resubmitting: results first, then subjects and packages, organizations last."""
    results = load.results_in(sandbox_data)[:150]
    sent = api.wait(api.form("exams", "all.zip", zip_of(results), "application/zip"))
    assert (sent.status, sent.message) == ("PROCESSED", f"Files received: {len(results)}, known before: 0, passed over: 1")
    files = load.zip_files(api, sent)
    assert [file.name for file in files] == [name for name, _ in results]
    assert {file.status for file in files} == {"UNKNOWN_SCHOOL"}
    assert files[0].message.startswith("unable to find a school with natural id [")

    # An operator sees what they wait for, and may resubmit them, which changes nothing now.
    operator = Visitor(empty.url, "Data Load")
    waiting = operator.get("/api/v1/imports/summary")["waiting"]
    assert {row["reason"] for row in waiting} == {"UNKNOWN_SCHOOL"}
    assert sum(row["results"] for row in waiting) == len(results)
    assert json.loads(api.request("POST", "/exams/imports/resubmit?status=UNKNOWN_SCHOOL")[1]) == 100
    organizations = sandbox_data / "organizations.json"
    done = api.wait(api.post("organizations", organizations.name, organizations.read_bytes(), "application/json"))
    assert done.status == "PROCESSED"
    wait_for(api, sent, {"UNKNOWN_ASMT"})
    for path in sorted((sandbox_data / "subjects").glob("*.xml")):
        assert api.wait(api.form("subjects", path.name, path.read_bytes(), "application/xml")).status == "PROCESSED"
    for path in sorted((sandbox_data / "packages").glob("*.csv")):
        assert api.wait(api.post("packages", path.name, path.read_bytes(), "text/csv"), 120).status == "PROCESSED"
    wait_for(api, sent, {"PROCESSED"})
    assert int(re.findall(r"\d+", str(counts(empty)))[0]) == len(results)
    assert operator.get("/api/v1/imports/summary")["waiting"] == []


def wait_for(api, sent: load.Import, statuses: set[str]) -> None:
    deadline = time.monotonic() + 60
    while (found := {file.status for file in load.zip_files(api, sent)}) != statuses:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def test_a_zip_is_the_same_as_its_files(empty, api, sandbox_data):
    results = load.results_in(sandbox_data)[150:220]
    alone = [api.wait(api.post("exams", name, body, "application/xml")) for name, body in results[:5]]
    sent = api.wait(api.post("exams", "x.zip", zip_of(results + [("broken.xml", b"<TDSReport>")]), "application/octet-stream"))
    assert sent.message == f"Files received: {len(results) + 1}, known before: 5, passed over: 1"
    files = load.zip_files(api, sent)
    assert [file.id for file in files[:5]] == [one.id for one in alone]
    assert {file.status for file in files[:-1]} == {"PROCESSED"}
    assert files[-1].status == "BAD_FORMAT"
    # The same bytes again, alone and in another zip: nothing new.
    assert api.post("exams", *results[10], "application/xml").id == files[10].id
    again = api.wait(api.post("exams", "y.zip", zip_of(results[:3]), "application/zip"))
    assert again.message == "Files received: 3, known before: 3, passed over: 1"
    assert [file.id for file in load.zip_files(api, again)] == [file.id for file in files[:3]]


def test_zips_that_are_none(empty, api):
    for body in (b"PK\x03\x04" + b"\0" * 100, zip_of([])):
        done = api.wait(api.post("exams", "x.zip", body, "application/zip"))
        assert done.status == "BAD_FORMAT"
        assert done.message.startswith("Unable to read zip: ")
    # Elsewhere a zip is only bytes that nobody can read.
    done = api.wait(api.post("packages", "x.zip", zip_of([("a.csv", b"x")]), "application/zip"))
    assert done.status in ("BAD_FORMAT", "BAD_DATA")

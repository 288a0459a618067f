"""The import API from outside: refusals, hostile bodies, large bodies. Nothing half applied, nobody dies."""

import json
import urllib.parse

import load
import pytest
from conftest import importer


@pytest.fixture(scope="module")
def api(loaded):
    return importer(loaded)


def alive(suite) -> bool:
    return all(process.poll() is None for process in suite.processes.values())


@pytest.mark.parametrize("headers,status", [({}, 401), ({"Authorization": "Bearer nonsense"}, 401), ({"Authorization": "Basic YTpi"}, 401)])
def test_without_a_good_token(api, headers, status):
    assert api._send("POST", "/exams/imports", b"<x/>", {"Content-Type": "application/xml", **headers})[0] == status


@pytest.mark.parametrize("form,error", [
    ({"grant_type": "password"}, "invalid_client"),
    ({"grant_type": "password", "client_id": "demo-delivery", "client_secret": "wrong", "username": "delivery@example.org",
      "password": "wrong"}, "invalid_client"),
    ({"grant_type": "magic", "client_id": "demo-delivery", "client_secret": "{secret}"}, "unsupported_grant_type"),
    ({"grant_type": "password", "client_id": "demo-delivery", "client_secret": "{secret}", "username": "delivery@example.org",
      "password": "wrong"}, "invalid_grant"),
])
def test_token_refusals(api, form, error):
    filled = {k: v.replace("{secret}", api.environment["ERS_IMPORT_CLIENT_SECRET"]) for k, v in form.items()}
    status, body = api._send("POST", "/oauth2/token", urllib.parse.urlencode(filled).encode(),
                             {"Content-Type": "application/x-www-form-urlencoded"})
    assert status in (400, 401)
    assert json.loads(body)["error"] == error


@pytest.mark.parametrize("name,body,status", [
    ("no xml", b"this is no xml", "BAD_FORMAT"),
    ("truncated", b'<?xml version="1.0"?><TDSReport><Test', "BAD_FORMAT"),
    ("wrong root", b"<Report/>", "BAD_FORMAT"),
    ("entities", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><TDSReport>&b;</TDSReport>', "BAD_FORMAT"),
    ("external entity", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><TDSReport>&a;</TDSReport>', "BAD_FORMAT"),
    ("deep", b"<a>" * 50_000, "BAD_FORMAT"),
    ("NUL", b"<TDSReport>\x00</TDSReport>", "BAD_FORMAT"),
    ("bad UTF-8", b"<TDSReport>\xff\xfe\xfa</TDSReport>", "BAD_FORMAT"),
    ("UTF-16", '<?xml version="1.0" encoding="UTF-16"?><TDSReport/>'.encode("utf-16"), "BAD_FORMAT"),
])
def test_hostile_results(loaded, api, name, body, status):
    before = loaded.postgres.query("SELECT count(*) FROM results.exam", "ers")
    entry = api.wait(api.post("exams", name, body, "application/xml"))
    assert entry.status == status, entry
    assert entry.message
    assert alive(loaded)
    assert loaded.postgres.query("SELECT count(*) FROM results.exam", "ers") == before


def test_unknown_school_and_assessment_wait_under_their_status(loaded, api, sandbox_data):
    name, body = load.results_in(sandbox_data)[0]
    school = api.wait(api.post("exams", name, body.replace(b'value="99100010110001"', b'value="00000000000000"').replace(
        b'value="99200020220001"', b'value="00000000000000"').replace(b'value="99100010110002"', b'value="00000000000000"').replace(
        b'value="99100010110003"', b'value="00000000000000"'), "application/xml"))
    assert school.status == "UNKNOWN_SCHOOL"
    assert school.message.startswith("unable to find a school with natural id [00000000000000]. School name: ")
    assessment = api.wait(api.post("exams", name, body.replace(b'name="(DEMO)', b'name="(NOBODY)'), "application/xml"))
    assert assessment.status == "UNKNOWN_ASMT"
    assert assessment.message.startswith("Unable to find an assessment by natural id [(NOBODY)")


def test_the_same_bytes_are_the_same_import(api, sandbox_data):
    name, body = load.results_in(sandbox_data)[0]
    first = api.post("exams", name, body, "application/xml")
    assert first.id == api.post("exams", name, body, "application/xml").id
    assert first.status == "PROCESSED"
    resent = api.wait(api.post("exams", name, body + b"\n", "application/xml"))
    assert (resent.status, resent.message) == ("NO_UPDATE", "Duplicate -- no changes triggered an exam update")


def test_every_payload_that_is_taken_away_is_on_record(loaded, api, sandbox_data):
    """DESIGN §4.5: a payload holds a student's data."""
    name, body = load.results_in(sandbox_data)[1]
    sent = api.post("exams", name, body, "application/xml")
    query = f"SELECT count(*) FROM results.audit WHERE event = 'intake.payload' AND details->>'import' = '{sent.id}'"
    assert loaded.postgres.query(query, "ers") == "0"
    assert api.request("GET", f"/imports/{sent.id}/payload") == (200, body)
    assert loaded.postgres.query(query, "ers") == "1"
    assert api.request("GET", f"/imports/{sent.id + 8_000_000}/payload")[0] == 404
    assert loaded.postgres.query("SELECT count(*) FROM results.audit WHERE event = 'intake.payload'", "ers") == "1"


def test_http_refusals(api):
    assert api.request("GET", "/exams/imports")[0] == 400
    assert api.request("GET", "/exams/imports?status=nonsense")[0] == 400
    assert api.request("GET", "/exams/imports?limit=-4")[0] == 400
    status, body = api.request("GET", "/exams/imports?content=nonsense")
    assert (status, body) == (400, b"unable to read parameter content")
    assert api.request("GET", "/imports/99999999999")[0] == 404
    assert api.request("GET", "/imports/99999999999999999999999")[0] in (400, 404)
    assert api.request("DELETE", "/exams/imports")[0] == 405
    assert api.request("POST", "/exams/imports", b"", "application/xml")[0] == 400
    assert api.request("POST", "/nonsense/imports", b"x", "text/csv")[0] == 404
    assert api.request("GET", "/imports/user")[0] == 200


def test_a_large_package_is_refused_and_nobody_grows(loaded, api):
    body = b"AssessmentId,AssessmentName\n" + b"x" * (40 << 20)
    entry = api.wait(api.post("packages", "large.csv", body, "text/csv"), 60)
    assert entry.status == "BAD_FORMAT"
    assert alive(loaded)
    for name in ("gateway", "results"):
        status = open(f"/proc/{loaded.processes[name].pid}/status").read()
        peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        assert peak < 400_000, f"{name} grew to {peak} kB"


def test_a_body_over_the_limit_is_refused_early(api):
    headers = {"Authorization": f"Bearer {api._bearer()}", "Content-Type": "text/csv", "Content-Length": str(600 << 20)}
    import http.client

    connection = http.client.HTTPConnection(api.address.hostname, api.address.port, timeout=30)
    connection.putrequest("POST", "/packages/imports")
    for header, value in headers.items():
        connection.putheader(header, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_logs_hold_no_names(loaded, sandbox_data):
    import re

    ssids = {m.decode() for _, body in load.results_in(sandbox_data)[:200]
             for m in re.findall(rb'name="StudentIdentifier" value="([^"]+)"', body)}
    names = {m.decode() for _, body in load.results_in(sandbox_data)[:200]
             for m in re.findall(rb'name="LastOrSurname" value="([^"]+)"', body)}
    for path in loaded.logs.glob("*.log"):
        text = path.read_text(errors="replace")
        assert not [s for s in ssids if s in text], path.name
        assert not [n for n in names if n in text], path.name

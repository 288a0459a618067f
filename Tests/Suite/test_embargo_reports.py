"""Aggregate reports, files and transferred students under the embargo, over the whole suite (access §11.8)."""

import csv
import io
import re
import uuid

import load
import pytest
from browse import Visitor
from conftest import importer
from test_aggregates import make, rows_of
from test_embargo_everywhere import put
from test_exports import export


def summatives_of(visitor: Visitor, **change) -> dict:
    """The state, the visitor's district, if he has one, and its schools, on this year's summatives."""
    options = visitor.get("/api/v1/aggregate/options")
    own = options["defaultOrganization"]
    return {
        "type": "CustomAggregate", "assessmentTypeCode": "sum",
        "subjectCodes": [s["code"] for s in options["subjects"] if s["assessmentType"] == "sum"],
        "assessmentGradeCodes": options["assessmentGrades"], "schoolYears": [visitor.session["currentSchoolYear"]],
        "includeState": True, "districtIds": [own["id"]] if own else [], "includeAllSchoolsOfDistricts": True,
        "showEmpty": False} | change


def organizations_shown(visitor: Visitor, report: dict) -> dict[str, bool]:
    """Kind of organization → whether its rows hold numbers; they all do or none does."""
    shown: dict[str, set[bool]] = {}
    for row in rows_of(visitor, report):
        shown.setdefault(row["organization"]["organizationType"], set()).add(row.get("suppressed") is None)
    assert all(len(values) == 1 for values in shown.values()), shown
    return {kind: values.pop() for kind, values in shown.items()}


def download(visitor: Visitor, path: str) -> tuple[int, str]:
    visitor.connection.request("GET", path, headers={"Cookie": visitor.cookie})
    answer = visitor.connection.getresponse()
    return answer.status, answer.read().decode("utf-8-sig")


def may_download(visitor: Visitor, report: dict) -> bool:
    """Whether both files may be taken; the menu says the same as the server does."""
    table = visitor.get(f"/api/v1/aggregate/reports/{report['id']}")["tables"][0]["subject"]
    answers = {download(visitor, f"/api/v1/reports/{report['id']}/file")[0],
               download(visitor, f"/api/v1/aggregate/reports/{report['id']}/table?subject={table}")[0]}
    assert answers in ({200}, {403})
    online_only = visitor.get(f"/api/v1/reports/{report['id']}")["metadata"]["onlineOnly"]
    assert online_only == (answers == {403})
    return answers == {200}


@pytest.fixture
def people(loaded):
    state = Visitor(loaded.url, "State Admin")
    put(state, "state", "embargoed", "aggregate")
    put(state, "state", "embargoed")
    demb = Visitor(loaded.url, "District Admin")
    own = str(demb.get("/api/v1/embargo", year=demb.session["currentSchoolYear"])["districts"][0]["districtId"])
    put(demb, own, "embargoed", "aggregate")
    return state, demb, own, Visitor(loaded.url, "School Admin")


def test_T96_T97_T98_reports_on_summatives_follow_the_releases(loaded, people):
    state, demb, own, lea = people
    # T96: who may preview sees the district and its schools, not the state, and takes nothing away.
    report = make(demb, summatives_of(demb))
    assert report["status"] == "COMPLETED"
    assert organizations_shown(demb, report) == {"State": False, "District": True, "School": True}
    assert not may_download(demb, report)
    # The same query of a person without preview rights has nothing to show.
    mine = {"districtIds": [], "includeAllSchoolsOfDistricts": False, "includeState": False, "schoolIds": [lea.schools()[0]["id"]]}
    assert make(lea, summatives_of(lea, **mine))["status"] == "NO_RESULTS"

    # T97: released by the district, the report made before may be taken, and others see their school.
    put(demb, own, "released", "aggregate")
    own_only = make(demb, summatives_of(demb, includeState=False))
    assert may_download(demb, own_only)
    assert organizations_shown(lea, make(lea, summatives_of(lea, **mine))) == {"School": True}

    # T98: other districts are still embargoed. The state row waits for them, except for state-wide preview rights.
    assert organizations_shown(demb, make(demb, summatives_of(demb)))["State"] is False
    wide = make(state, summatives_of(state))
    assert organizations_shown(state, wide) == {"State": True}
    assert not may_download(state, wide)
    put(state, "state", "released", "aggregate")
    everything = make(demb, summatives_of(demb))
    assert organizations_shown(demb, everything) == {"State": True, "District": True, "School": True}
    # Also the report that was made first: what it shows and whether it may be taken is decided at the click.
    assert may_download(demb, report) and may_download(state, wide)
    put(state, "state", "embargoed", "aggregate")
    put(demb, own, "embargoed", "aggregate")
    assert not may_download(demb, everything)
    assert organizations_shown(demb, everything)["State"] is False


def test_T94_T95_no_file_that_leaves_the_screen_holds_an_embargoed_summative(loaded, people, sandbox_data):
    """Every address of the API that answers with a file, as somebody who may look through the embargo.

    The table must name them all: who adds a way out, such as a printed report, says here how it is tested.
    """
    state, demb, own, _ = people
    year = demb.session["currentSchoolYear"]
    school = next(s["id"] for s in demb.schools() if s["name"] == "Demo Elementary School")
    chosen = demb.get(f"/api/v1/schools/{school}/assessments", grade="03", year=year)["assessments"]
    sums = [a for a in chosen if a["type"] == "sum"]
    [shown] = demb.get(
        f"/api/v1/schools/{school}/results", grade="03", year=year, assessment=sums[0]["id"])["results"]
    student = shown["exams"][0]["student"]["id"]
    assert load.load_groups(importer(loaded), sandbox_data).status == "PROCESSED"
    teacher = Visitor(loaded.url, "Teacher: Demo Elementary School")
    group = teacher.get("/api/v1/groups")["groups"][0]["id"]
    both = "&".join(f"assessment={a['id']}" for a in chosen)
    report = make(demb, summatives_of(demb))
    table = demb.get(f"/api/v1/aggregate/reports/{report['id']}")["tables"][0]["subject"]
    exported = export(demb, schoolIds=[school])
    # Address → what to ask for, and whether a file without the summatives or a refusal is the right answer.
    ways_out = {
        "/api/v1/schools/{schoolID}/results.csv": (f"/api/v1/schools/{school}/results.csv?grade=03&year={year}&{both}", 200),
        "/api/v1/students/{studentID}/history.csv": (f"/api/v1/students/{student}/history.csv", 200),
        "/api/v1/groups/{groupID}/results.csv": (f"/api/v1/groups/{group}/results.csv?year={year}", 200),
        "/api/v1/reports/{id}/file": (f"/api/v1/reports/{report['id']}/file", 403),
        # The same address for what another service makes: a file without them.
        "/api/v1/reports/{id}/file of an export": (f"/api/v1/reports/{exported['id']}/file", 200),
        "/api/v1/aggregate/reports/{id}/table": (f"/api/v1/aggregate/reports/{report['id']}/table?subject={table}", 403),
        # What was sent and what became of it, for those who load data and nobody else.
        "/api/v1/imports/{id}/file": ("/api/v1/imports/11/file", 403),
        "/api/v1/reconciliations/{id}/file": ("/api/v1/reconciliations/1/file", 403),
        # Without any result: a form, and who changed which embargo.
        "/api/v1/embargo/history.csv": (None, 200),
        "/api/v1/group-uploads/template": (None, 200),
    }
    document = demb.get("/api/openapi.json")
    files = {
        path for path, methods in document["paths"].items() if path.startswith("/api/v1/") and "get" in methods
        for status, reply in methods["get"]["responses"].items()
        if status == "200" and not {"application/json", "text/event-stream"} & set(reply.get("content", {"application/json": {}}))}
    assert files == {path.split(" ")[0] for path in ways_out}, "a way out that is not in the table, or is no more"

    embargoed = {a["label"] for a in sums}
    for path, (address, expected) in ways_out.items():
        if address is None:
            continue
        status, text = download(teacher if "/groups/" in path else demb, address)
        assert status == expected, (path, status, text[:200])
        rows = list(csv.DictReader(io.StringIO(text))) if status == 200 else []
        assert not [row for row in rows if row["AssessmentName"] in embargoed and row["SchoolYear"].endswith(str(year)[2:])], path
    # Only with such results selected there is nothing to take.
    status, text = download(demb, f"/api/v1/schools/{school}/results.csv?grade=03&year={year}&assessment={sums[0]['id']}")
    assert status != 200 or len(text.splitlines()) == 1, (status, text[:200])


def attempt(folder, marks: dict[str, str], ssid: str, day: str, **relationships: str) -> bytes:
    """A result of the sandbox that has these marks, sent again as that of a new student on another day and elsewhere."""
    patterns = [f'{name}="{value}"'.encode() for name, value in marks.items()]
    body = next(body for _, body in load.each_result(folder) if all(pattern in body for pattern in patterns))
    old = re.search(rb'name="StudentIdentifier" value="(\d+)"', body)[1]
    body = body.replace(b'"' + old + b'"', f'"{ssid}"'.encode())
    body = re.sub(rb'(Date\w*|dateCompleted|\w+Date)="\d{4}-\d\d-\d\dT', rf'\1="{day}T'.encode(), body)
    for name in ("oppId", "key"):
        body = re.sub(rf'(<Opportunity [^>]*\b{name}=)"[^"]*"'.encode(), rf'\1"{uuid.uuid4().hex}"'.encode(), body, count=1)
    for name, value in relationships.items():
        body = re.sub(rf'(name="{name}" value=)"[^"]*"'.encode(), rf'\1"{value}"'.encode(), body)
    return body


def test_T105_the_district_of_the_exams_school_decides_also_after_a_transfer(loaded, people, sandbox_data):
    """A student took a summative at another district, which holds it back, and moved to one that has released its own."""
    state, demb, own, lea = people
    year = state.session["currentSchoolYear"]
    home = lea.schools()[0]
    other = next(s for s in state.schools() if s["districtId"] != home["districtId"])
    ssid = "9990003331"
    api = importer(loaded)
    summative = attempt(
        sandbox_data, {"assessmentType": "Summative", "academicYear": str(year), "subject": "Math", "value": other["naturalId"]},
        ssid, f"{year}-01-20")
    interim = attempt(
        sandbox_data, {"assessmentType": "Interim", "academicYear": str(year), "subject": "Math", "value": home["naturalId"]},
        ssid, f"{year}-03-20")
    for name, body in (("january.xml", summative), ("march.xml", interim)):
        done = api.wait(api.post("exams", name, body, "application/xml"))
        assert done.status == "PROCESSED", done.message

    def types() -> set[str]:
        found = lea.post("/api/v1/students/search", {"ssid": ssid})
        history = lea.get(f"/api/v1/students/{found['studentId']}/history")
        kinds = {a["id"]: a["type"] for a in history["assessments"]}
        return {kinds[exam["assessmentId"]] for exam in history["exams"]}

    put(demb, own, "released")
    assert types() == {"iab"} or types() == {"ica"}, "the release of the present district opens nothing of another's"
    put(state, "state", "released")
    assert "sum" in types(), "the transfer itself is no obstacle"
    put(state, "state", "embargoed")
    assert "sum" not in types()
    put(demb, own, "embargoed")


def test_T106_a_file_taken_after_the_embargo_is_set_holds_no_summatives(loaded, people):
    """The CSV file of a results page, which is asked for over and over while the embargo is set and lifted."""
    state, demb, own, lea = people
    year = state.session["currentSchoolYear"]
    school = lea.schools()[0]["id"]
    put(demb, own, "released")
    chosen = lea.get(f"/api/v1/schools/{school}/assessments", grade="03", year=year)["assessments"]
    query = "&".join(f"assessment={a['id']}" for a in chosen)
    labels = {a["label"] for a in chosen if a["type"] == "sum"}
    assert labels

    def summatives_in_file() -> int:
        status, text = download(lea, f"/api/v1/schools/{school}/results.csv?grade=03&year={year}&{query}")
        if status != 200:
            assert status in (403, 404, 503), (status, text)
            return 0
        return sum(row["AssessmentName"] in labels for row in csv.DictReader(io.StringIO(text)))

    for _ in range(5):
        assert summatives_in_file() > 0
        assert put(demb, own, "embargoed")["inForce"]
        assert summatives_in_file() == 0
        put(demb, own, "released")
    put(demb, own, "embargoed")

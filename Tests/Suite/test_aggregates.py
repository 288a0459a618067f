"""Aggregate reports over the whole suite: equal to the raw results, fresh, and gone alone when their process is."""

import re
import signal
import time
import uuid

import load
import pytest
from browse import BrowseError, Visitor
from conftest import importer

ELAS = ["EO", "EL", "IFEP", "RFEP", "TBD"]


def query_for(visitor: Visitor, **change) -> dict:
    """Every interim comprehensive result of the visitor's district, so that no embargo matters."""
    options = visitor.get("/api/v1/aggregate/options")
    subjects = [s["code"] for s in options["subjects"] if s["assessmentType"] == "ica"]
    return {
        "type": "CustomAggregate", "assessmentTypeCode": "ica", "subjectCodes": subjects,
        "assessmentGradeCodes": options["assessmentGrades"], "schoolYears": [visitor.session["currentSchoolYear"]],
        "districtIds": [options["defaultOrganization"]["id"]], "includeAllSchoolsOfDistricts": True,
        "dimensionTypes": ["ELAS"], "showEmpty": False} | change


def make(visitor: Visitor, query: dict) -> dict:
    report = visitor.post("/api/v1/aggregate/reports", query)
    deadline = time.monotonic() + 30
    while report["status"] in ("PENDING", "RUNNING"):
        assert time.monotonic() < deadline, report
        time.sleep(0.05)
        report = visitor.get(f"/api/v1/reports/{report['id']}")
    return report


def rows_of(visitor: Visitor, report: dict) -> list[dict]:
    path = f"/api/v1/aggregate/reports/{report['id']}"
    view = visitor.get(path)
    found = []
    for table in view["tables"]:
        token = None
        while True:
            page = visitor.get(f"{path}/rows", subject=table["subject"], limit=50, **({"pageToken": token} if token else {}))
            found += [row | {"slice": view["slices"][row["slice"]]} for row in page["rows"]]
            token = page["nextPageToken"]
            if not token:
                break
    return found


def rounded(value: float) -> int:
    """Half away from zero."""
    return int(value + 0.5) if value >= 0 else -int(-value + 0.5)


def test_F231_F247_F248_a_report_of_a_district_by_school_and_acquisition_status_equals_the_raw_exams(loaded):
    visitor = Visitor(loaded.url, "District Admin")
    year = visitor.session["currentSchoolYear"]
    report = make(visitor, query_for(visitor, completenessCodes=[], administrativeConditionCodes=[]))
    assert report["status"] == "COMPLETED"
    district = report["query"]["districtIds"][0]

    # By hand from what was stored: the latest scored attempt of each student at each assessment.
    raw = loaded.postgres.query(
        f"""SELECT DISTINCT ON (e.student_id, e.assessment_id) e.assessment_id, e.school_id, coalesce(e.elas, 0),
                   e.scale_score_milli, e.level
              FROM results.exam e JOIN results.school s ON s.id = e.school_id
             WHERE s.district_id = {district} AND e.school_year = {year} AND e.type = 1 AND NOT e.deleted
               AND e.scale_score_milli IS NOT NULL AND e.level IS NOT NULL
             ORDER BY e.student_id, e.assessment_id, e.completed_at DESC, e.id""", "ers")
    exams = [tuple(int(cell) for cell in line.split("|")) for line in raw.splitlines()]
    assert len(exams) > 20
    expected: dict[tuple, list] = {}
    for assessment, school, elas, score, level in exams:
        status = ELAS[elas - 1] if elas else "undefined"
        for organization in (("School", school), ("District", district)):
            for slice_ in (("Overall", ""), ("ELAS", status)):
                expected.setdefault((*organization, assessment, *slice_), []).append((score, level))
    found = {
        (r["organization"]["organizationType"], r["organization"]["id"], r["assessment"]["id"],
         r["slice"]["type"], r["slice"]["code"]): r["measures"]
        for r in rows_of(visitor, report)}
    assert found.keys() == expected.keys()
    for key, results in expected.items():
        measures = found[key]
        assert measures["studentCount"] == len(results), key
        assert measures["avgScaleScore"] == rounded(sum(score for score, _ in results) / len(results) / 1000), key
        counts = measures["levelCounts"]
        assert counts == [sum(1 for _, level in results if level == n + 1) for n in range(len(counts))], key
        assert ("avgStdErr" in measures) == (len(results) > 1)


def test_P5_a_new_result_is_in_the_next_report(loaded, sandbox_data):
    visitor = Visitor(loaded.url, "State Admin")
    query = query_for(
        Visitor(loaded.url, "District Admin"), includeState=True, assessmentTypeCode="sum", districtIds=[],
        subjectCodes=[s["code"] for s in visitor.get("/api/v1/aggregate/options")["subjects"] if s["assessmentType"] == "sum"],
        dimensionTypes=[], completenessCodes=[], administrativeConditionCodes=[])

    def students() -> int:
        return sum(row["measures"]["studentCount"] for row in rows_of(visitor, make(visitor, query)))

    before = students()
    assert before > 0
    # A scored summative of this year, sent again as the result of a new student.
    marks = re.compile(rb'assessmentType="Summative"'), f'academicYear="{visitor.session["currentSchoolYear"]}"'.encode()
    body = next(body for _, body in load.each_result(sandbox_data) if marks[0].search(body) and marks[1] in body)
    ssid = re.search(rb'name="(?:StudentIdentifier|SSID)"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="(?:StudentIdentifier|SSID)"', body)
    old = next(group for group in ssid.groups() if group)
    body = body.replace(b'"' + old + b'"', b'"9990001112"')
    body = re.sub(rb'oppId="[^"]*"', f'oppId="{uuid.uuid4().hex}"'.encode(), body, count=1)
    api = importer(loaded)
    done = api.wait(api.post("exams", "new.xml", body, "application/xml"))
    assert done.status == "PROCESSED", done.message
    deadline = time.monotonic() + 10
    while (now := students()) == before:
        assert time.monotonic() < deadline, "the result does not come into the reports"
        time.sleep(0.1)
    assert now == before + 1


def test_DESIGN_4_7_a_dead_AggregateSvc_takes_only_its_own_part_of_the_pages(loaded):
    visitor = Visitor(loaded.url, "District Admin")
    query = query_for(visitor)
    loaded.kill("aggregate", signal.SIGKILL)
    try:
        with pytest.raises(BrowseError) as refused:
            visitor.get("/api/v1/aggregate/options")
        assert refused.value.status == 503
        # My Reports shows those of the other owner, and says that some are missing.
        mine = visitor.get("/api/v1/reports")
        assert mine["incomplete"] is True and not [r for r in mine["reports"] if r["type"] != "DistrictSchoolExport"]
        school = visitor.schools()[0]["id"]
        assert visitor.get(f"/api/v1/schools/{school}/grades")["grades"]
        assert visitor.get("/api/v1/embargo", year=visitor.session["currentSchoolYear"])["districts"]
        assert loaded.readiness()[0] == 503
    finally:
        loaded.start_process("aggregate")
        loaded.wait_until_ready()
    assert make(visitor, query)["status"] == "COMPLETED"


def test_a_report_that_was_being_made_when_its_process_died_is_made_by_the_next(loaded):
    visitor = Visitor(loaded.url, "District Admin")
    query = query_for(visitor)
    reports = [visitor.post("/api/v1/aggregate/reports", query | {"name": f"Report {n}"}) for n in range(4)]
    loaded.kill("aggregate", signal.SIGKILL)
    loaded.start_process("aggregate")
    loaded.wait_until_ready()
    # A job that was held when its process died waits for the end of its lease.
    deadline = time.monotonic() + 60
    for report in reports:
        while (now := visitor.get(f"/api/v1/reports/{report['id']}"))["status"] in ("PENDING", "RUNNING"):
            assert time.monotonic() < deadline, now
            time.sleep(0.2)
        assert now["status"] == "COMPLETED"
    assert len(rows_of(visitor, reports[0])) == len(rows_of(visitor, reports[3])) > 0


def test_F342_what_a_sandbox_visitor_made_is_gone_after_the_session(loaded):
    visitor = Visitor(loaded.url, "District Admin")
    make(visitor, query_for(visitor))
    count = "SELECT count(*) FROM aggregate.report WHERE user_id = (SELECT max(user_id) FROM aggregate.report)"
    assert loaded.postgres.query(count, "ers") == "1"
    users = loaded.postgres.query("SELECT max(user_id) FROM aggregate.report", "ers")
    visitor.send("DELETE", "/api/v1/session")
    deadline = time.monotonic() + 10
    while loaded.postgres.query(f"SELECT count(*) FROM aggregate.report WHERE user_id = {users}", "ers") != "0":
        assert time.monotonic() < deadline, "a visitor's reports stay"
        time.sleep(0.1)


def test_F229_F216_a_target_report_of_a_district_says_what_its_residuals_say(loaded):
    visitor = Visitor(loaded.url, "District Admin")
    # Past summatives are released.
    year = visitor.session["currentSchoolYear"] - 1
    options = visitor.get("/api/v1/aggregate/options")
    subject = next(s["code"] for s in options["subjects"] if s["targetReport"])
    assert "Target" in options["reportTypes"]
    district = options["defaultOrganization"]["id"]
    grade = loaded.postgres.query(
        f"""SELECT a.grade FROM aggregate.fact f JOIN aggregate.fact_target t USING (exam_id)
              JOIN aggregate.assessment a ON a.id = f.assessment_id JOIN aggregate.subject s ON s.id = a.subject_id
             WHERE s.code = '{subject}' AND f.school_year = {year} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1""", "ers").strip()
    report = make(visitor, {
        "type": "Target", "subjectCode": subject, "assessmentGradeCodes": [grade], "schoolYear": year,
        "districtIds": [district], "dimensionTypes": ["ELAS"], "showEmpty": False})
    assert report["status"] == "COMPLETED"
    assert report["query"]["subjectCode"] == subject and report["query"]["schoolYear"] == year

    raw = loaded.postgres.query(
        f"""SELECT tt.claim, replace(tt.code, '|', '/'), r.student, r.standard,
                   CASE WHEN f.attributes & (1::bigint << 16) <> 0 THEN 'EL' WHEN f.attributes & (1::bigint << 15) <> 0 THEN 'EO'
                        ELSE '-' END
              FROM aggregate.fact f JOIN aggregate.school c ON c.id = f.school_id
              JOIN aggregate.assessment a ON a.id = f.assessment_id JOIN aggregate.subject s ON s.id = a.subject_id
              JOIN aggregate.fact_target t USING (exam_id)
              CROSS JOIN aggregate.unpacked_residuals(t.residuals) AS r
              JOIN aggregate.target tt ON tt.id = r.target
             WHERE f.counted AND f.type = 3 AND f.school_year = {year} AND s.code = '{subject}' AND a.grade = '{grade}'
               AND c.district_id = {district}""", "ers")
    found: dict[tuple, list] = {}
    for line in raw.splitlines():
        claim, code, student, standard, status = line.split("|")
        for slice_ in (("Overall", ""), ("ELAS", status)):
            found.setdefault((claim, code.replace("/", "|"), *slice_), []).append((int(student), int(standard)))
    assert len(found) > 10

    def level(residuals: list[int]) -> str:
        n, total, squares = len(residuals), sum(residuals), sum(r * r for r in residuals)
        if n < 2 or n * squares - total * total > 200_000**2 * n * n * (n - 1):
            return "InsufficientData"
        return "Near" if total * total < squares else "Above" if total >= 0 else "Below"

    rows = {(r["slice"]["claimCode"], r["slice"]["targetNaturalId"], r["slice"]["type"], r["slice"]["code"]): r
            for r in rows_of(visitor, report)}
    for key, residuals in found.items():
        if key[2:] == ("ELAS", "-"):
            continue
        assert rows[key]["studentRelativeResidualScoresLevel"] == level([s for s, _ in residuals]), key
        assert rows[key]["standardMetRelativeResidualLevel"] == level([m for _, m in residuals]), key
        assert rows[key]["measures"]["studentCount"] >= len(residuals)

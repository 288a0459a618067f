"""Groups across processes: what an upload opens and closes, and what happens while nobody can say who is in a group."""

import csv
import io
import json
import signal
import time
import uuid

import pytest
from browse import BrowseError, Visitor
from conftest import importer
from load import load_groups

HEADER = "group_name,school_natural_id,school_year,subject_code,student_ssid,group_user_login"


def upload(visitor: Visitor, rows: list[str], wait: bool = True) -> dict:
    """Sends a file as the web page does, and waits until it is done."""
    boundary = uuid.uuid4().hex
    text = "\r\n".join([HEADER, *rows]) + "\r\n"
    body = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="groups.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n{text}\r\n--{boundary}--\r\n").encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-CSRF": visitor.csrf, "Cookie": visitor.cookie}
    visitor.connection.request("POST", "/api/v1/group-uploads", body, headers)
    answer = visitor.connection.getresponse()
    kept = json.loads(answer.read())
    assert answer.status == 202, kept
    deadline = time.monotonic() + 30
    while wait and kept["status"] == "ACCEPTED":
        assert time.monotonic() < deadline, "the upload is not carried out"
        time.sleep(0.02)
        kept = visitor.get("/api/v1/group-uploads", id=kept["id"])["uploads"][0]
    return kept


@pytest.fixture(scope="module")
def groups(loaded, sandbox_data):
    """The sandbox's groups by school, as its file says."""
    done = load_groups(importer(loaded), sandbox_data)
    assert done is not None and done.status == "PROCESSED", done
    rows = list(csv.DictReader(io.StringIO((sandbox_data / "groups.csv").read_text())))
    assert done.message == "\n".join(
        f"{n} group{'s' if n != 1 else ''} accepted for {school}."
        for school in sorted({row["school_natural_id"] for row in rows})
        for n in [len({row["group_name"] for row in rows if row["school_natural_id"] == school})])
    return rows


@pytest.fixture(scope="module")
def teacher(loaded, groups):
    return Visitor(loaded.url, "Teacher: Demo Elementary School")


@pytest.fixture(scope="module")
def state(loaded, groups):
    return Visitor(loaded.url, "State Admin")


def ssids_of(visitor: Visitor, group: int, year: int) -> set[str]:
    chosen = visitor.get(f"/api/v1/groups/{group}/assessments", year=year)["assessments"]
    found: set[str] = set()
    for start in range(0, len(chosen), 30):
        ids = [a["id"] for a in chosen[start:start + 30]]
        for panel in visitor.get(f"/api/v1/groups/{group}/results", year=year, assessment=ids)["results"]:
            assert panel["examCount"] == len(panel["exams"]) and panel["nextPageToken"] is None
            found |= {exam["student"]["ssid"] for exam in panel["exams"]}
    return found


def status_of(visitor: Visitor, path: str, **query) -> int:
    try:
        visitor.get(path, **query)
        return 200
    except BrowseError as error:
        return error.status


def own_group(teacher: Visitor) -> tuple[int, str, int]:
    group = teacher.get("/api/v1/groups")["groups"][0]
    return group["id"], group["name"], group["schoolYear"]


def test_F041_T19_a_teacher_sees_exactly_the_students_of_the_assigned_groups(teacher, groups):
    login = next(row["group_user_login"] for row in groups if "elementary" in row["group_user_login"])
    mine = {row["group_name"] for row in groups if row["group_user_login"] == login}
    listed = teacher.get("/api/v1/groups")["groups"]
    assert {group["name"] for group in listed} == mine
    for group in listed:
        members = {row["student_ssid"] for row in groups if row["group_name"] == group["name"]}
        seen = ssids_of(teacher, group["id"], group["schoolYear"])
        assert seen and seen <= members
    # Home page and rights (T10): no school search for a teacher.
    assert status_of(teacher, "/api/v1/schools") == 403
    assert status_of(teacher, "/api/v1/group-filters") == 403


def test_F195_the_dashboard_counts_each_student_once(teacher):
    group, _, year = own_group(teacher)
    dashboard = teacher.get(f"/api/v1/groups/{group}/dashboard", year=year)
    size = dashboard["group"]["students"]
    assert dashboard["cards"]
    for card in dashboard["cards"]:
        assert card["assessment"]["type"] == "iab"
        panel = teacher.get(f"/api/v1/groups/{group}/results", year=year, assessment=card["assessment"]["id"])["results"][0]
        latest = {}
        for exam in sorted(panel["exams"], key=lambda e: (e["completedAt"], e["id"])):
            if exam["overall"]["scaleScore"] is not None and exam["overall"]["level"]:
                latest[exam["student"]["id"]] = exam["overall"]["level"]
        assert card["tested"] == len(latest) <= size
        counts = [sum(level == i + 1 for level in latest.values()) for i in range(len(card["levelCounts"]))]
        assert card["levelCounts"] == counts
        assert card["levelPercents"] == [int(100 * n / len(latest) + 0.5) for n in counts]
        assert card["participationPercent"] == min(100, int(100 * len(latest) / size + 0.5))


def test_F071_F073_T24_search_by_student_finds_members_only(teacher, state, groups):
    group, name, year = own_group(teacher)
    mine = sorted(ssids_of(teacher, group, year))[0]
    history = teacher.history(mine)
    assert history["student"]["ssid"] == mine and not history["groupsOff"]
    foreign = next(row["student_ssid"] for row in groups if "High" in row["group_name"])
    assert state.history(foreign)["exams"]
    for unknown in (foreign, mine[:-1]):
        with pytest.raises(BrowseError) as refused:
            teacher.history(unknown)
        assert refused.value.status == 404
        assert b"Student does not exist or has no available test results." in str(refused.value).encode()


def test_a_foreign_group_looks_like_none(teacher, state, groups):
    high = Visitor(f"http://{teacher.address.netloc}", "Teacher: Demo High School")
    foreign = high.get("/api/v1/groups")["groups"][0]["id"]
    for group in (foreign, 999_999):
        for page in ("assessments", "results", "dashboard"):
            assert status_of(teacher, f"/api/v1/groups/{group}/{page}", year=2020) == 404


def test_T56_taken_out_of_the_group_gone_within_a_second_and_back_by_the_next_upload(teacher, state, groups):
    """Processed promises it: at that moment nobody uses the old members any more."""
    group, name, year = own_group(teacher)
    rows = [row for row in groups if row["group_name"] == name]
    login = next(row["group_user_login"] for row in rows if row["group_user_login"])
    school = rows[0]["school_natural_id"]
    before = ssids_of(teacher, group, year)
    out = sorted(before)[0]
    student = teacher.post("/api/v1/students/search", {"ssid": out})["studentId"]

    def file(members: list[str]) -> list[str]:
        return [f"{name},{school},{year},,{ssid},{login if index == 0 else ''}" for index, ssid in enumerate(members)]

    members = [row["student_ssid"] for row in rows]
    try:
        kept = upload(state, file([ssid for ssid in members if ssid != out]))
        assert kept["status"] == "PROCESSED"
        assert status_of(teacher, f"/api/v1/students/{student}/history") == 404
        assert ssids_of(teacher, group, year) == before - {out}
        # Without a login everybody is out (access §10, trap 23).
        assert upload(state, [f"{name},{school},{year},,{out},"])["status"] == "PROCESSED"
        assert status_of(teacher, f"/api/v1/groups/{group}/results", year=year) == 404
        assert name not in {one["name"] for one in teacher.get("/api/v1/groups")["groups"]}
    finally:
        assert upload(state, file(members))["status"] == "PROCESSED"
    assert ssids_of(teacher, group, year) == before


def test_T66_a_deleted_group_opens_nothing_the_moment_the_answer_comes(teacher, state, groups):
    group, name, year = own_group(teacher)
    rows = [row for row in groups if row["group_name"] == name]
    state.send("DELETE", f"/api/v1/managed-groups/{group}")
    assert status_of(teacher, f"/api/v1/groups/{group}/results", year=year) == 404
    assert status_of(state, f"/api/v1/managed-groups/{group}") == 405
    kept = upload(state, [
        f"{name},{row['school_natural_id']},{year},,{row['student_ssid']},{row['group_user_login']}" for row in rows])
    assert kept["status"] == "PROCESSED"
    assert own_group(teacher)[0] == group, "it is back under its old id"


def test_F344_T110_a_group_deleted_by_one_visitor_is_gone_for_all(loaded, teacher, state, groups):
    """The district's administrator deletes it; another visitor by the teacher's entry and the first one both lose it."""
    _, name, year = own_group(teacher)
    school, login = groups[0]["school_natural_id"], next(r["group_user_login"] for r in groups if r["group_name"] == name)
    assert upload(state, [f"Short-lived,{school},{year},,{groups[0]['student_ssid']},{login}"])["status"] == "PROCESSED"
    other = Visitor(loaded.url, "Teacher: Demo Elementary School")
    administrator = Visitor(loaded.url, "District Admin")
    for visitor in (teacher, other):
        assert "Short-lived" in {one["name"] for one in visitor.get("/api/v1/groups")["groups"]}
    group = next(one["id"] for one in teacher.get("/api/v1/groups")["groups"] if one["name"] == "Short-lived")
    administrator.send("DELETE", f"/api/v1/managed-groups/{group}")
    for visitor in (teacher, other):
        assert "Short-lived" not in {one["name"] for one in visitor.get("/api/v1/groups")["groups"]}
        assert status_of(visitor, f"/api/v1/groups/{group}/results", year=year) == 404


def test_T58_a_later_result_of_an_unknown_student_appears_to_the_groups_users(loaded, teacher, state, groups, sandbox_data):
    """The student is a placeholder first; its results attach when they come."""
    from load import each_result

    group, name, year = own_group(teacher)
    rows = [row for row in groups if row["group_name"] == name]
    result = next(body for file, body in each_result(sandbox_data) if f"/{year}/{rows[0]['school_natural_id']}/" in f"/{file}")
    ssid = "8000000001"
    import re

    old = re.search(rb'name="StudentIdentifier" value="([^"]+)"', result).group(1)
    result = result.replace(b'value="%s"' % old, b'value="%s"' % ssid.encode()).replace(b'oppId="', b'oppId="later-')
    login = next(row["group_user_login"] for row in rows if row["group_user_login"])
    kept = upload(state, [f"Newcomers,{rows[0]['school_natural_id']},{year},,{ssid},{login}"])
    assert kept["status"] == "PROCESSED"
    newcomers = next(one["id"] for one in teacher.get("/api/v1/groups")["groups"] if one["name"] == "Newcomers")
    assert teacher.get(f"/api/v1/groups/{newcomers}/assessments")["schoolYear"] is None
    with pytest.raises(BrowseError):
        state.history(ssid)
    api = importer(loaded)
    done = api.wait(api.post("exams", "later", result, "application/xml"))
    assert done.status == "PROCESSED", done
    shown = teacher.get(f"/api/v1/groups/{newcomers}/assessments")
    # A summative of the current year is embargoed; any other shows.
    if shown["assessments"]:
        assert ssids_of(teacher, newcomers, shown["schoolYear"]) == {ssid}
    assert state.history(ssid)["exams"]


def test_a_dead_GroupSvc_closes_what_only_groups_open_and_leaves_the_rest(loaded, teacher, state, groups):
    group, name, year = own_group(teacher)
    mine = sorted(ssids_of(teacher, group, year))[0]
    student = teacher.post("/api/v1/students/search", {"ssid": mine})["studentId"]
    admin = Visitor(loaded.url, "School Admin: Demo Elementary School")
    loaded.kill("group", signal.SIGKILL)
    try:
        deadline = time.monotonic() + 20
        while status_of(teacher, f"/api/v1/groups/{group}/results", year=year) == 200:
            assert time.monotonic() < deadline, "the group stays open although nobody can say who is in it"
            time.sleep(0.05)
        for path in (f"/api/v1/groups/{group}/results", f"/api/v1/groups/{group}/assessments", f"/api/v1/groups/{group}/dashboard"):
            with pytest.raises(BrowseError) as refused:
                teacher.get(path, year=year)
            assert refused.value.status == 503 and "Student groups are not available" in str(refused.value)
        # The same for the search, which could not say the truth otherwise; and the history.
        with pytest.raises(BrowseError) as refused:
            teacher.post("/api/v1/students/search", {"ssid": mine})
        assert refused.value.status == 503
        assert status_of(teacher, f"/api/v1/students/{student}/history") == 503
        # Individual rights go on, and the page says that groups are off.
        history = admin.get(f"/api/v1/students/{student}/history")
        assert history["exams"] and history["groupsOff"]
        assert admin.schools()
    finally:
        loaded.start_process("group")
        loaded.wait_until_ready()
    deadline = time.monotonic() + 20
    while status_of(teacher, f"/api/v1/groups/{group}/results", year=year) != 200:
        assert time.monotonic() < deadline, "the group does not come back"
        time.sleep(0.05)
    assert mine in ssids_of(teacher, group, year)


@pytest.mark.parametrize("victim", ["group", "results"])
def test_an_acknowledged_upload_survives_a_crash(loaded, state, groups, victim):
    school = groups[0]["school_natural_id"]
    year = groups[0]["school_year"]
    name = f"Crash {victim}"
    kept = upload(state, [f"{name},{school},{year},,77{index:08d},crash@x.org" for index in range(150)], wait=False)
    loaded.kill(victim, signal.SIGKILL)
    loaded.start_process(victim)
    loaded.wait_until_ready()
    deadline = time.monotonic() + 30
    while True:
        row = state.get("/api/v1/group-uploads", id=kept["id"])["uploads"][0]
        if row["status"] == "PROCESSED":
            break
        assert row["status"] == "ACCEPTED" and time.monotonic() < deadline, row
        time.sleep(0.05)
    assert loaded.postgres.query(
        f"SELECT cardinality(student_ids) FROM groups.student_group WHERE name = '{name}'", "ers") == "150"
    assert loaded.postgres.query(
        "SELECT count(*) FROM results.group_student m JOIN results.student_group g ON g.id = m.group_id"
        f" WHERE g.name = '{name}'", "ers") == "150"
    assert loaded.postgres.query("SELECT count(*) FROM results.student WHERE ssid LIKE '77________'", "ers") == "150"


def test_looks_at_groups_are_on_record_with_their_students(loaded, teacher, groups):
    group, _, year = own_group(teacher)
    before = int(loaded.postgres.query("SELECT count(*) FROM results.audit WHERE event = 'results.group'", "ers"))
    shown = teacher.get(f"/api/v1/groups/{group}/results", year=year)["results"][0]
    row = loaded.postgres.query(
        "SELECT cardinality(student_ids), details->>'group' FROM results.audit WHERE event = 'results.group'"
        " ORDER BY id DESC LIMIT 1", "ers")
    assert row == f"{len({e['student']['id'] for e in shown['exams']})}|{group}"
    assert int(loaded.postgres.query("SELECT count(*) FROM results.audit WHERE event = 'results.group'", "ers")) == before + 1

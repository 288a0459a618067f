"""With the embargo on no path shows a summative to those without preview rights; released, all do (access §6, §11.8)."""

import csv
import http.client
import io
import json
import signal
import time

import pytest
from browse import BrowseError, Visitor



def types_on_every_path(visitor: Visitor) -> dict[str, set[str]]:
    """The types of assessments that each path shows for the current school year."""
    year = visitor.session["currentSchoolYear"]
    seen: dict[str, set[str]] = {"pickers": set(), "most recent": set(), "results": set(), "history": set()}
    students = set()
    for school in visitor.schools():
        base = f"/api/v1/schools/{school['id']}"
        for grade in visitor.get(f"{base}/grades")["grades"]:
            chosen = visitor.get(f"{base}/assessments", grade=grade, year=year)["assessments"]
            seen["pickers"] |= {a["type"] for a in chosen}
            for panel in visitor.get(f"{base}/results", grade=grade, year=year)["results"]:
                seen["most recent"].add(panel["assessment"]["type"])
            if chosen:
                panels = visitor.get(f"{base}/results", grade=grade, year=year, assessment=[a["id"] for a in chosen])["results"]
                for panel in panels:
                    if panel["exams"]:
                        seen["results"].add(panel["assessment"]["type"])
                    students |= {e["student"]["id"] for e in panel["exams"][:1]}
    for student in sorted(students)[:12]:
        history = visitor.get(f"/api/v1/students/{student}/history")
        types = {a["id"]: (a["type"], a["schoolYear"]) for a in history["assessments"]}
        seen["history"] |= {types[e["assessmentId"]][0] for e in history["exams"] if types[e["assessmentId"]][1] == year}
    return seen


def summatives_anywhere(visitor: Visitor) -> bool:
    """While they are being hidden: a student whom they alone made visible may vanish between two calls."""
    try:
        return any("sum" in types for types in types_on_every_path(visitor).values())
    except BrowseError as gone:
        if gone.status != 404:
            raise
        return True


def put(visitor: Visitor, organization: str, value: str, kind: str = "individual") -> dict:
    year = visitor.session["currentSchoolYear"]
    page = visitor.get("/api/v1/embargo", year=year)
    row = page["state"] if organization == "state" else next(d for d in page["districts"] if str(d["districtId"]) == organization)
    version = row["cells"][kind]["version"]
    return visitor.put(f"/api/v1/embargo/{year}/{organization}/{kind}", {"value": value, "version": version})


@pytest.fixture
def everybody(loaded):
    state = Visitor(loaded.url, "State Admin")
    put(state, "state", "embargoed")
    return state, Visitor(loaded.url, "District Admin"), Visitor(loaded.url, "School Admin")


def test_T93_embargoed_summatives_are_absent_from_every_path_and_picker(loaded, everybody):
    state, district, school = everybody
    for path, types in types_on_every_path(school).items():
        assert "sum" not in types and types, path
    # T87: those with preview rights see them, and are told.
    for visitor in (state, district):
        assert all("sum" in types for types in types_on_every_path(visitor).values())
    chosen = district.schools()[0]["id"]
    answer = district.get(f"/api/v1/schools/{chosen}/results", grade="03", year=district.session["currentSchoolYear"])
    assert answer["notice"] == "preview"


def test_T89_the_release_of_the_state_shows_them_to_everybody(loaded, everybody):
    state, district, school = everybody
    assert put(state, "state", "released")["inForce"]
    for visitor in everybody:
        assert all("sum" in types for types in types_on_every_path(visitor).values())
    page = district.get("/api/v1/embargo", year=district.session["currentSchoolYear"])
    assert all(d["cells"]["individual"]["releasedByState"] for d in page["districts"]), "T101"
    assert put(state, "state", "embargoed")["inForce"]
    assert all("sum" not in types for types in types_on_every_path(school).values())


def test_T88_a_district_releases_ahead_of_the_state(loaded, everybody):
    state, district, school = everybody
    own = str(district.get("/api/v1/embargo", year=district.session["currentSchoolYear"])["districts"][0]["districtId"])
    assert put(district, own, "released")["changed"]
    assert all("sum" in types for types in types_on_every_path(school).values())
    assert put(district, own, "released")["changed"] is False, "T103: the value it already has"
    put(district, own, "embargoed")


def test_T99_T100_rows_that_are_not_theirs_are_refused(loaded, everybody):
    state, district, _ = everybody
    year = state.session["currentSchoolYear"]
    with pytest.raises(BrowseError) as refused:
        put(district, "state", "released")
    assert refused.value.status == 403
    foreign = next(str(d["districtId"]) for d in state.get("/api/v1/embargo", year=year)["districts"])
    with pytest.raises(BrowseError) as refused:
        put(state, foreign, "released")
    assert refused.value.status in (403, 404)


def test_R02_T107_each_effective_change_is_in_the_history_once(loaded, everybody):
    state, _, _ = everybody
    year = state.session["currentSchoolYear"]
    before = len(state.get("/api/v1/embargo/history", year=year)["entries"])
    put(state, "state", "released")
    put(state, "state", "released")
    put(state, "state", "embargoed")
    entries = state.get("/api/v1/embargo/history", year=year)["entries"]
    assert len(entries) == before + 2
    # The same as a file, for those who keep records; taking it away is on record itself.
    state.connection.request("GET", f"/api/v1/embargo/history.csv?year={year}", headers={"Cookie": state.cookie})
    answer = state.connection.getresponse()
    rows = list(csv.DictReader(io.StringIO(answer.read().decode("utf-8-sig"))))
    assert answer.status == 200 and len(rows) == len(entries)
    words = {"embargoed": "Embargoed", "released": "Released", "unset": "Not set"}
    assert [(r["New Status"], r["Previous Status"], r["User Name"]) for r in rows] == [
        (words[e["newValue"]], words[e["oldValue"]], e["login"]) for e in entries]
    assert loaded.postgres.query("SELECT count(*) FROM embargo.audit WHERE event = 'embargo.history'", "ers") == "1"


def test_a_dead_EmbargoSvc_withholds_summatives_and_leaves_the_rest(loaded, everybody):
    state, district, school = everybody
    put(state, "state", "released")
    assert all("sum" in types for types in types_on_every_path(school).values())
    loaded.kill("embargo", signal.SIGKILL)
    try:
        deadline = time.monotonic() + 20
        while summatives_anywhere(state):
            assert time.monotonic() < deadline, "summatives stay although nobody can say whether they may"
        for visitor in everybody:
            types = types_on_every_path(visitor)
            assert all("sum" not in shown for shown in types.values())
            assert "iab" in types["results"] and "ica" in types["results"]
            chosen = visitor.schools()[0]["id"]
            answer = visitor.get(f"/api/v1/schools/{chosen}/grades")
            assert answer["notice"] == "withheld"
    finally:
        loaded.start_process("embargo")
        loaded.wait_until_ready()
    deadline = time.monotonic() + 20
    while not all("sum" in types for types in types_on_every_path(school).values()):
        assert time.monotonic() < deadline, "summatives do not come back"
    put(state, "state", "embargoed")


def test_an_open_page_hears_of_each_change_once_whatever_is_killed(loaded, everybody):
    """The stream of the gateway (Server-Sent Events), read as a browser does: it connects again, from where it was."""
    state, _, school = everybody
    heard: list[tuple[int, str]] = []
    position = None

    def listen(until: int, seconds: float = 30) -> None:
        nonlocal position
        deadline = time.monotonic() + seconds
        while len(heard) < until:
            assert time.monotonic() < deadline, heard
            connection = http.client.HTTPConnection(school.address.hostname, school.address.port, timeout=5)
            try:
                connection.request("GET", "/api/v1/embargo/events", headers={
                    "Cookie": school.cookie, **({"Last-Event-ID": position} if position else {})})
                answer = connection.getresponse()
                if answer.status != 200:
                    time.sleep(0.1)
                    continue
                event = {}
                while len(heard) < until or not position:
                    line = answer.fp.readline().decode().strip()
                    if answer.fp.closed:
                        break
                    name, _, value = line.partition(": ")
                    if name in ("id", "event", "data"):
                        event[name] = value
                    elif not line and event:
                        position = event.get("id", position)
                        if event.get("event") == "embargo":
                            change = json.loads(event["data"])
                            assert set(change) == {"schoolYear", "level", "naturalId", "kind", "value", "sequence", "at"}
                            heard.append((change["sequence"], change["value"]))
                        event = {}
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            finally:
                connection.close()

    # Where the log stands; then a change that nobody listened to, and one while a process is dead.
    first = int(loaded.postgres.query("SELECT coalesce(max(sequence), 0) FROM embargo.notification", "ers"))
    epoch = loaded.postgres.query("SELECT replace(epoch::text, '-', '') FROM embargo.feed_head", "ers")
    position = f"{epoch}.{first}"
    put(state, "state", "released")
    listen(1)
    loaded.kill("embargo", signal.SIGKILL)
    loaded.start_process("embargo")
    loaded.wait_until_ready()
    put(state, "state", "embargoed")
    listen(2)
    loaded.kill("gateway", signal.SIGKILL)
    loaded.start_process("gateway")
    loaded.wait_until_ready()
    put(state, "state", "released")
    listen(3)
    put(state, "state", "embargoed")
    listen(4)
    assert heard == [(first + 1, "released"), (first + 2, "embargoed"), (first + 3, "released"), (first + 4, "embargoed")]

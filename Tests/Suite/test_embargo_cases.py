"""The table of access §11.8 in one district, setting by setting, as three people see it (T87 is in test_embargo_everywhere)."""

import signal
import time

import pytest
from browse import Visitor

# State, district: what the School Admin of the district sees; whether those with preview rights are told so.
CASES = [
    ("T90", None, None, False),
    ("T91", None, "embargoed", False),
    ("T92", "embargoed", "embargoed", False),
    ("T88", "embargoed", "released", True),
    ("T89", "released", "embargoed", True),
]


def set_to(visitor: Visitor, organization: str, value: str) -> None:
    year = visitor.session["currentSchoolYear"]
    page = visitor.get("/api/v1/embargo", year=year)
    row = page["state"] if organization == "state" else next(d for d in page["districts"] if str(d["districtId"]) == organization)
    cell = row["cells"]["individual"]
    answer = visitor.put(
        f"/api/v1/embargo/{year}/{organization}/individual", {"value": value, "version": cell["version"]})
    assert answer["inForce"]


def summatives(visitor: Visitor, school: int, year: int) -> tuple[bool, str | None]:
    """Whether any is offered and shown, which must be the same, and the notice."""
    base = f"/api/v1/schools/{school}"
    offered, shown, notices = False, False, set()
    for grade in visitor.get(f"{base}/grades")["grades"]:
        chosen = [a["id"] for a in visitor.get(f"{base}/assessments", grade=grade, year=year)["assessments"] if a["type"] == "sum"]
        offered |= bool(chosen)
        if chosen:
            answer = visitor.get(f"{base}/results", grade=grade, year=year, assessment=chosen)
            shown |= any(panel["exams"] for panel in answer["results"])
            notices.add(answer["notice"])
    assert offered == shown
    assert len(notices) < 2
    return shown, next(iter(notices), None)


@pytest.fixture(scope="module")
def people(loaded):
    return {role: Visitor(loaded.url, role) for role in ("School Admin", "District Admin", "State Admin")}


def test_T88_T89_T90_T91_T92_who_sees_the_summatives_of_the_district(loaded, people):
    ordinary, demb, semb = people["School Admin"], people["District Admin"], people["State Admin"]
    year = ordinary.session["currentSchoolYear"]
    school = ordinary.schools()[0]["id"]
    district = str(demb.get("/api/v1/embargo", year=year)["districts"][0]["districtId"])
    set_before: dict[str, str | None] = {"state": None, district: None}
    for case, state, own, seen in CASES:
        for visitor, organization, value in ((demb, district, own), (semb, "state", state)):
            if value != set_before[organization]:
                set_to(visitor, organization, value)
                set_before[organization] = value
        assert summatives(ordinary, school, year) == (seen, "none" if seen else None), case
        for reader in (demb, semb):
            assert summatives(reader, school, year)[0], case
        # The banner is for those of whose region something is held back; the other districts are when this one is not.
        notice = summatives(demb, school, year)[1]
        assert notice == ("none" if seen else "preview"), case


def test_T104_the_current_year_moves_on_and_the_embargo_of_the_old_one_stays(loaded, people):
    semb = people["State Admin"]
    year = semb.session["currentSchoolYear"]
    school = people["School Admin"].schools()[0]["id"]
    set_to(semb, "state", "embargoed")
    assert summatives(people["School Admin"], school, year)[0] is False
    loaded.environment = loaded.environment | {"ERS_CURRENT_SCHOOL_YEAR": str(year + 1)}
    loaded.kill("identity", signal.SIGTERM)
    loaded.start_process("identity")
    loaded.wait_until_ready()
    deadline = time.monotonic() + 30
    while Visitor(loaded.url, "State Admin").session["currentSchoolYear"] != year + 1:
        assert time.monotonic() < deadline, "the year has not moved"
        time.sleep(0.05)
    assert summatives(Visitor(loaded.url, "School Admin"), school, year)[0] is False
    semb = Visitor(loaded.url, "State Admin")
    offered = semb.get("/api/v1/embargo", year=year + 1)
    assert offered["years"][:2] == [year + 1, year]
    old = semb.get("/api/v1/embargo", year=year)
    assert old["state"]["cells"]["individual"]["effective"] == "embargoed"

"""No leak: random releases, embargoes, moves of a school, late results and kills against a small model (access §6.3–§6.6).

After every step each path of each person shows exactly what the model allows. ERS_EMBARGO_STEPS says how many (30 unless
given), ERS_SEED from where.
"""

import csv
import io
import json
import os
import random
import signal
import time
from dataclasses import dataclass, field

import pytest
from browse import BrowseError, Visitor
from conftest import importer
from suite import SERVICES
from test_aggregates import make, rows_of
from test_embargo_reports import attempt, download

STEPS = int(os.environ.get("ERS_EMBARGO_STEPS", "30"))
KINDS = ["individual", "aggregate"]
GRADE = "03"


@dataclass
class Model:
    """What has been set, and what follows from it."""

    default: dict[int, str]
    districts: list[str]
    home: str
    settings: dict[tuple[int, str, str], str] = field(default_factory=dict)
    told: list[tuple[int, str, str, str]] = field(default_factory=list)

    def set(self, year: int, organization: str, kind: str, value: str) -> None:
        # Setting the value it has is no change.
        if self.settings.get((year, organization, kind)) != value:
            self.settings[year, organization, kind] = value
            self.told.append((year, organization, kind, value))

    def released(self, year: int, district: str, kind: str) -> bool:
        state, own = self.settings.get((year, "state", kind)), self.settings.get((year, district, kind))
        if state is None and own is None:
            return self.default[year] == "released"
        return "released" in (state, own)

    def state_row(self, year: int) -> bool:
        return all(self.released(year, district, "aggregate") for district in self.districts)


class World:
    """The suite, the people, the one school whose results are looked at, and the model beside them."""

    def __init__(self, suite, sandbox_data):
        self.suite, self.data, self.api = suite, sandbox_data, importer(suite)
        self.enter()
        year = self.state.session["currentSchoolYear"]
        self.years = [year, year - 1]
        page = self.state.get("/api/v1/embargo", year=year)
        names = {d["name"]: str(d["districtId"]) for d in page["districts"]}
        self.own, self.other = names["Demo District"], names["Bay View Unified"]
        self.school = next(s for s in self.state.schools() if s["name"] == "Demo Elementary School")
        self.naturals = {self.own: "99100010000000", self.other: "99200020000000"}
        self.model = Model(
            default={year: "embargoed", year - 1: "released"}, districts=[self.own, self.other], home=self.own)
        self.estimates = {
            year: self.site.post("/api/v1/aggregate/estimate", self.query(year, includeState=False)) for year in self.years}
        # Kept reports on the school alone, by year, made by somebody who may look through the embargo.
        self.kept = {year: self.keep(year) for year in self.years}

    def enter(self) -> None:
        self.state = Visitor(self.suite.url, "State Admin")
        self.district = Visitor(self.suite.url, "District Admin")
        self.site = Visitor(self.suite.url, "School Admin")

    def keep(self, year: int) -> dict:
        """A report with rows: AggregateSvc may not have heard of the last results yet."""
        deadline = time.monotonic() + 60
        while (made := make(self.state, self.query(year, includeState=False)))["status"] != "COMPLETED":
            assert made["status"] == "NO_RESULTS" and time.monotonic() < deadline, made
        return made

    # Steps ----------------------------------------------------------------------------------------------------------

    def set_embargo(self, visitor: Visitor, year: int, organization: str, kind: str, value: str) -> None:
        page = visitor.get("/api/v1/embargo", year=year)
        row = page["state"] if organization == "state" else next(
            d for d in page["districts"] if str(d["districtId"]) == organization)
        answer = visitor.put(
            f"/api/v1/embargo/{year}/{organization}/{kind}",
            {"value": value, "version": row["cells"][kind]["version"]})
        assert answer["inForce"]
        assert answer["changed"] == (self.model.settings.get((year, organization, kind)) != value)
        self.model.set(year, organization, kind, value)

    def move_school(self) -> None:
        """The school goes to the other district, with every result it ever had."""
        to = self.other if self.model.home == self.own else self.own
        names = {self.own: "Demo District", self.other: "Bay View Unified"}

        def row(kind: str, identifier: str, name: str, parent_kind: str, parent: str) -> dict:
            return {"entityType": kind, "entityId": identifier, "entityName": name, "parentEntityType": parent_kind,
                    "parentEntityId": parent, "stateAbbreviation": "CA"}

        # Otherwise the second move to the same place would be the same payload as the first.
        body = json.dumps({"note": str(time.monotonic_ns()), "organizations": [
            row("DISTRICT", self.naturals[to], names[to], "STATE", "CA"),
            row("INSTITUTION", self.school["naturalId"], self.school["name"], "DISTRICT", self.naturals[to])]})
        done = self.api.wait(self.api.post("organizations", "move.json", body.encode(), "application/json"))
        assert done.status == "PROCESSED", done
        self.model.home = to

    def late_result(self, year: int, number: int) -> None:
        body = attempt(
            self.data, {"assessmentType": "Summative", "academicYear": str(year), "value": self.school["naturalId"]},
            f"99977{number:05d}", f"{year}-05-{1 + number % 28:02d}")
        done = self.api.wait(self.api.post("exams", f"late-{number}.xml", body, "application/xml"))
        assert done.status == "PROCESSED", done

    def kill(self, name: str) -> None:
        self.suite.kill(name, signal.SIGKILL)
        self.suite.start_process(name)
        self.suite.wait_until_ready()

    # Looks ----------------------------------------------------------------------------------------------------------

    def query(self, year: int, **change) -> dict:
        options = self.state.get("/api/v1/aggregate/options")
        return {
            "type": "CustomAggregate", "assessmentTypeCode": "sum", "assessmentGradeCodes": [GRADE],
            "subjectCodes": [s["code"] for s in options["subjects"] if s["assessmentType"] == "sum"],
            "schoolYears": [year], "includeState": True, "schoolIds": [self.school["id"]], "showEmpty": False} | change

    def sees(self, visitor: Visitor, year: int) -> dict[str, bool] | None:
        """Path → whether it shows a summative of the school; None when the school itself is out of reach."""
        base = f"/api/v1/schools/{self.school['id']}"
        try:
            chosen = visitor.get(f"{base}/assessments", grade=GRADE, year=year)["assessments"]
        except BrowseError as refused:
            assert refused.status == 404
            return None
        offered = [a for a in chosen if a["type"] == "sum"]
        ids = [a["id"] for a in self.summatives[year]]
        panels = visitor.get(f"{base}/results", grade=GRADE, year=year, assessment=ids)["results"]
        recent = visitor.get(f"{base}/results", grade=GRADE, year=year)["results"]
        student = self.students[year]
        try:
            history = visitor.get(f"/api/v1/students/{student}/history")
            types = {a["id"]: (a["type"], a["schoolYear"]) for a in history["assessments"]}
            old = any(types[e["assessmentId"]] == ("sum", year) for e in history["exams"])
        except BrowseError as refused:
            assert refused.status == 404
            old = False
        status, text = download(visitor, f"{base}/results.csv?grade={GRADE}&year={year}" + "".join(f"&assessment={i}" for i in ids))
        in_file = status == 200 and any(csv.DictReader(io.StringIO(text)))
        return {
            "pickers": bool(offered), "results": any(p["exams"] for p in panels),
            "counts": any(p["examCount"] or p["overall"]["results"] for p in panels),
            "most recent": any(p["assessment"]["type"] == "sum" for p in recent), "history": old, "file": in_file}

    def look(self, deep: bool) -> None:
        for year in self.years:
            released = self.model.released(year, self.model.home, "individual")
            shown = {path: released for path in ("pickers", "results", "counts", "most recent", "history", "file")}
            where = f"{year} {self.model.settings} {self.model.home}"
            assert self.sees(self.site, year) == shown, where
            # Who may look through the embargo sees it on the screen, and in no file.
            preview = {path: True for path in shown} | {"file": released}
            assert self.sees(self.state, year) == preview, where
            assert self.sees(self.district, year) == (preview if self.model.home == self.own else None), where
            if deep:
                self.look_at_reports(year)

    def look_at_reports(self, year: int) -> None:
        released = self.model.released(year, self.model.home, "aggregate")
        where = f"{year} {self.model.settings} {self.model.home}"
        made = make(self.site, self.query(year, includeState=False))
        assert made["status"] == ("COMPLETED" if released else "NO_RESULTS"), where
        # Made of organizations and definitions, so it tells nothing of results (aggregates §3.1).
        assert self.site.post("/api/v1/aggregate/estimate", self.query(year, includeState=False)) == self.estimates[year], where
        # A report that was made before is judged by what holds now, where the school is now.
        status, _ = download(self.state, f"/api/v1/reports/{self.kept[year]['id']}/file")
        assert status == (200 if released else 403), where
        # The State row, for somebody whose preview rights are not state-wide.
        wide = make(self.district, self.query(year, schoolIds=[], districtIds=[int(self.own)]))
        if self.model.home != self.own and not self.model.state_row(year):
            # Nobody of the grade is left in the district, and the State's row may not be shown.
            assert wide["status"] == "NO_RESULTS", where
            return
        state = [row for row in rows_of(self.district, wide) if row["organization"]["organizationType"] == "State"]
        assert state and all((row.get("suppressed") is None) == self.model.state_row(year) for row in state), where


@pytest.fixture
def world(loaded, sandbox_data):
    made = World(loaded, sandbox_data)
    made.summatives, made.students = {}, {}
    base = f"/api/v1/schools/{made.school['id']}"
    for year in made.years:
        chosen = made.state.get(f"{base}/assessments", grade=GRADE, year=year)["assessments"]
        made.summatives[year] = [a for a in chosen if a["type"] == "sum"]
        panels = made.state.get(
            f"{base}/results", grade=GRADE, year=year, assessment=[a["id"] for a in made.summatives[year]])["results"]
        made.students[year] = panels[0]["exams"][0]["student"]["id"]
    return made


def test_F347_R5_no_path_shows_what_the_model_does_not_allow(world):
    seed = int(os.environ.get("ERS_SEED", random.randrange(1 << 30)))
    print(f"ERS_SEED={seed} ERS_EMBARGO_STEPS={STEPS}")
    choose = random.Random(seed)
    first = int(world.suite.postgres.query("SELECT coalesce(max(sequence), 0) FROM embargo.notification", "ers"))
    world.look(deep=True)
    for number in range(STEPS):
        year, kind = choose.choice(world.years), choose.choice(KINDS)
        value = choose.choice(["released", "embargoed"])
        match choose.choices(["state", "district", "move", "late", "kill"], [35, 35, 8, 10, 12])[0]:
            case "state":
                step = f"state {year} {kind} {value}"
                world.set_embargo(world.state, year, "state", kind, value)
            case "district":
                step = f"district {year} {kind} {value}"
                world.set_embargo(world.district, year, world.own, kind, value)
            case "move":
                step = "move"
                world.move_school()
            case "late":
                step = f"late result {year}"
                world.late_result(year, number)
            case "kill":
                victim = choose.choice(SERVICES)
                step = f"kill {victim}"
                world.kill(victim)
        try:
            world.look(deep=number % 5 == 4)
        except AssertionError as error:
            raise AssertionError(f"after step {number}, {step}: {error}") from error
    # What programs outside are told is the list of effective changes, in order, each once.
    told = world.suite.postgres.query(
        "SELECT school_year, CASE level WHEN 1 THEN 'state' ELSE natural_id END, kind, value FROM embargo.notification"
        f" WHERE sequence > {first} ORDER BY sequence", "ers")
    naturals = {**world.naturals, "state": "state"}
    kinds, values = {"individual": "1", "aggregate": "2"}, {"embargoed": "1", "released": "2"}
    assert told.splitlines() == [
        f"{year}|{naturals[organization]}|{kinds[kind]}|{values[value]}" for year, organization, kind, value in world.model.told]

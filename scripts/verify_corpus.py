"""Loads a folder of input into an empty suite and compares what the public API then shows with the folder's expected.json.

    verify_corpus.py FOLDER [--binaries DIR] [--keep]

Prints every difference; ends with 0 only when there is none.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import load
from browse import BrowseError, Visitor
from suite import Suite

STANDARD = {"Valid", "SD"}


class Differences:
    def __init__(self) -> None:
        self.count = 0
        self.compared = 0

    def same(self, where: str, expected: object, actual: object) -> None:
        self.compared += 1
        if expected != actual:
            self.count += 1
            print(f"DIFFERENT {where}: expected {expected!r}, got {actual!r}")

    def close(self, where: str, expected: float | None, actual: float | None) -> None:
        """Numbers that expected.json gives with four decimals."""
        self.compared += 1
        if expected is None or actual is None:
            equal = expected is None and actual is None
        else:
            equal = abs(expected - actual) < 0.00006
        if not equal:
            self.count += 1
            print(f"DIFFERENT {where}: expected {expected!r}, got {actual!r}")

    def tables(self, where: str, expected: dict, actual: dict) -> None:
        for key in sorted(set(expected) | set(actual), key=str):
            self.same(f"{where} {key}", expected.get(key), actual.get(key))


def read_back(visitor: Visitor, differences: Differences, expected: dict) -> list[dict]:
    """Every exam that the State can see, flat; on the way the server's statistics are compared."""
    exams = []
    for school in visitor.schools():
        for panel in visitor.panels(school):
            assessment = panel["assessment"]
            differences.same(f"rows of {assessment['naturalId']} at {school['naturalId']}", panel["examCount"], len(panel["exams"]))
            told = expected["scores"].get(assessment["naturalId"], {}).get("bySchool", {}).get(school["naturalId"])
            where = f"server's statistics of {assessment['naturalId']} at {school['naturalId']}"
            if told:
                differences.same(f"{where}, results", told["scored"], panel["overall"]["results"])
                differences.close(f"{where}, average", told["meanScaleScore"], panel["overall"]["average"])
            scored = [e["overall"] for e in panel["exams"] if e["overall"]["scaleScore"] is not None and e["overall"]["level"]]
            differences.same(f"{where}, levels", sorted(Counter(s["level"] for s in scored).items()),
                             [(i + 1, n) for i, n in enumerate(panel["overall"]["levelCounts"]) if n])
            if scored:
                differences.same(f"{where}, percents add up", 100, sum(panel["overall"]["levelPercents"]))
            for exam in panel["exams"]:
                exams.append({
                    "assessment": assessment["naturalId"], "assessmentId": assessment["id"], "label": assessment["label"], "type": assessment["type"],
                    "subject": assessment["subject"], "assessmentGrade": assessment["grade"],
                    "school": school["naturalId"], "district": school["districtId"], "ssid": exam["student"]["ssid"],
                    "year": exam["schoolYear"], "grade": exam["enrolledGrade"], "completedAt": exam["completedAt"],
                    "condition": exam["condition"], "completeness": exam["completeness"], "session": exam["session"],
                    "scale": exam["overall"]["scaleScore"], "error": exam["overall"]["standardError"],
                    "level": exam["overall"]["level"], "oppId": exam["opportunityId"],
                    "parts": {s["code"]: s for s in exam["claims"] + exam["alternates"] if s["level"] or s["scaleScore"] is not None},
                })
    return exams


def summary(exams: list[dict]) -> dict:
    scales = [e["scale"] for e in exams if e["scale"] is not None]
    return {
        "exams": len(exams), "students": len({e["ssid"] for e in exams}), "scored": len(scales),
        "meanScaleScore": sum(scales) / len(scales) if scales else None,
        "minScaleScore": min(scales, default=None), "maxScaleScore": max(scales, default=None),
        "levels": {str(k): n for k, n in Counter(e["level"] for e in exams if e["level"]).items()},
    }


def compare_summary(differences: Differences, where: str, expected: dict, exams: list[dict]) -> None:
    actual = summary(exams)
    for key in ["exams", "students", "scored", "levels"]:
        if key in expected:
            differences.same(f"{where} {key}", expected[key], actual[key])
    for key in ["meanScaleScore", "minScaleScore", "maxScaleScore"]:
        if key in expected:
            differences.close(f"{where} {key}", expected[key], actual[key])


def latest_per_student(exams: list[dict]) -> list[dict]:
    newest: dict[str, dict] = {}
    for exam in exams:
        if exam["scale"] is None:
            continue
        known = newest.get(exam["ssid"])
        if known is None or (exam["completedAt"], exam["oppId"]) > (known["completedAt"], known["oppId"]):
            newest[exam["ssid"]] = exam
    return list(newest.values())


def compare_state(differences: Differences, expected: dict, exams: list[dict], districts: dict, visitor: Visitor, where: str) -> None:
    for exam in exams:
        exam["district"] = districts.get(exam["district"], exam["district"])
    counts = expected["counts"]
    for key, field in [("students", "ssid"), ("schools", "school"), ("districts", "district"), ("assessments", "assessment")]:
        differences.same(f"{where} counts {key}", counts[key], len({e[field] for e in exams}))
    differences.same(f"{where} counts exams", counts["exams"], len(exams))
    keys = {
        "byAssessment": lambda e: e["assessment"], "bySchool": lambda e: e["school"], "byDistrict": lambda e: e["district"],
        "byGrade": lambda e: e["grade"], "bySchoolYear": lambda e: str(e["year"]), "byType": lambda e: e["type"],
        "bySubject": lambda e: e["subject"], "bySchoolYearType": lambda e: f"{e['school']}/{e['year']}/{e['type']}",
        "bySchoolGradeYear": lambda e: f"{e['school']}/{e['grade']}/{e['year']}",
        "byCondition": lambda e: f"{e['type']}/{e['condition']}", "byCompleteness": lambda e: f"{e['type']}/{e['completeness']}",
    }
    for table, key in keys.items():
        if table in expected:
            differences.tables(f"{where} {table}", expected[table], dict(Counter(map(key, exams))))
    sessions = Counter(e["session"] for e in exams)
    for session, number in expected.get("bySession", {}).items():
        differences.same(f"{where} bySession {session}", number, sessions[session])

    by_assessment = defaultdict(list)
    for exam in exams:
        by_assessment[exam["assessment"]].append(exam)
    for assessment, told in expected.get("scores", {}).items():
        mine = by_assessment[assessment]
        at = f"{where} scores {assessment}"
        compare_summary(differences, at, told, mine)
        if mine:
            for key in ["label", "type", "subject", "year"]:
                differences.same(f"{at} {key}", told.get(key, mine[0][key]), mine[0][key])
            differences.same(f"{at} grade", told.get("grade", mine[0]["assessmentGrade"]), mine[0]["assessmentGrade"])
        for table, field in [("bySchool", "school"), ("byDistrict", "district")]:
            for place, numbers in told.get(table, {}).items():
                compare_summary(differences, f"{at} {table} {place}", numbers, [e for e in mine if e[field] == place])
        if "latestPerStudent" in told:
            compare_summary(differences, f"{at} latestPerStudent", told["latestPerStudent"], latest_per_student(mine))
        if "completeAndStandard" in told:
            standard = [e for e in mine if e["completeness"] == "Complete" and e["condition"] in STANDARD]
            compare_summary(differences, f"{at} completeAndStandard", told["completeAndStandard"], standard)
    for assessment, told in expected.get("claimsAndAlts", {}).items():
        for code, numbers in told.items():
            parts = [e["parts"][code] for e in by_assessment[assessment] if code in e["parts"]]
            scales = [p["scaleScore"] for p in parts if p["scaleScore"] is not None]
            at = f"{where} claims {assessment} {code}"
            differences.same(f"{at} exams", numbers["exams"], len(parts))
            differences.close(f"{at} mean", numbers["meanScaleScore"], sum(scales) / len(scales) if scales else None)
            differences.tables(f"{at} levels", numbers["levels"], {str(k): n for k, n in Counter(p["level"] for p in parts if p["level"]).items()})
    for ssid, told in expected.get("students", {}).items():
        compare_student(differences, visitor, ssid, told, where)


def compare_student(differences: Differences, visitor: Visitor, ssid: str, told: dict, where: str) -> None:
    try:
        history = visitor.history(ssid)
    except BrowseError as error:
        differences.same(f"{where} student {ssid}", "a history", str(error))
        return
    at = f"{where} student {ssid}"
    for key in ["firstName", "lastName", "ssid"]:
        differences.same(f"{at} {key}", told[key], history["student"][key])
    labels = {a["id"]: a for a in history["assessments"]}
    mine = {(labels[e["assessmentId"]]["naturalId"], e["opportunityId"]): e for e in history["exams"]}
    differences.same(f"{at} exams", sorted((e["assessment"], e["oppId"]) for e in told["exams"]), sorted(mine))
    for exam in told["exams"]:
        actual = mine.get((exam["assessment"], exam["oppId"]))
        if actual is None:
            continue
        here = f"{at} exam {exam['oppId']}"
        differences.same(f"{here} grade", exam["grade"], actual["enrolledGrade"])
        differences.same(f"{here} year", exam["schoolYear"], actual["schoolYear"])
        differences.same(f"{here} completed", exam["completedAt"][:19], actual["completedAt"][:19])
        for key in ["condition", "completeness", "session"]:
            differences.same(f"{here} {key}", exam[key], actual[key])
        differences.close(f"{here} scale", exam["scaleScore"], actual["overall"]["scaleScore"])
        differences.close(f"{here} error", exam["stdErr"] if exam["scaleScore"] is not None else None,
                          actual["overall"]["standardError"] if exam["scaleScore"] is not None else None)
        differences.same(f"{here} level", exam["level"], actual["overall"]["level"])
        parts = {s["code"]: s for s in actual["claims"] + actual["alternates"]}
        for code, score in exam["scores"].items():
            differences.close(f"{here} {code} scale", score["scaleScore"], parts.get(code, {}).get("scaleScore"))
            differences.close(f"{here} {code} error", score["stdErr"], parts.get(code, {}).get("standardError"))
            differences.same(f"{here} {code} level", score["level"], parts.get(code, {}).get("level"))


def load_everything(api: load.ImportAPI, folder: Path, expected: dict, differences: Differences) -> None:
    done = load.load_definitions(api, folder)
    loaded = Counter()
    for entry in done:
        print(f"  {entry.status} {entry.name}: {entry.message}")
        differences.same(f"status of {entry.name}", "PROCESSED", entry.status)
        message = entry.message or ""
        for kind, pattern in [
            ("subjects", r"Subject .+ \(.+\) processed"), ("assessments", r"created: (\d+)"),
            ("accommodations", r"(\d+) accommodations processed"), ("schools", r"(\d+) schools processed"),
        ]:
            if found := re.search(pattern, message):
                loaded[kind] += int(found.group(1)) if found.groups() else 1
    reference = expected.get("reference", {})
    for kind, number in loaded.items():
        if kind in reference:
            told = reference[kind]
            differences.same(f"reference {kind}", len(told) if isinstance(told, list) else told, number)
    refused = {entry["file"]: entry for entry in expected.get("notProcessed", [])}
    results = load.results_in(folder)
    for entry in load.load_results(api, results):
        told = refused.get(entry.name)
        differences.same(f"status of {entry.name}", told["status"] if told else "PROCESSED", entry.status)
        differences.same(f"message of {entry.name}", told.get("message") if told else None, entry.message)
    print(f"  {len(results)} results sent")


def send_changes(api: load.ImportAPI, folder: Path, differences: Differences) -> None:
    with zipfile.ZipFile(folder / "trt-changes.zip") as source:
        names = source.namelist()
        manifest = json.loads(source.read(next(n for n in names if n.endswith("manifest.json"))))
        rows = manifest["changes"] if isinstance(manifest, dict) else manifest
        for row in sorted(rows, key=lambda r: r["file"]):
            entry = api.wait(api.post("exams", row["file"], source.read(row["file"]), "application/xml"))
            differences.same(f"status of {row['file']}", row["status"], entry.status)
            differences.same(f"message of {row['file']}", row["message"], entry.message)
    print(f"  {len(rows)} changes sent")


def managed_groups(url: str) -> dict[tuple[str, int, str], int]:
    """Every group that there is: school, year and name to number of students."""
    manager = Visitor(url, "State Admin")
    years = manager.get("/api/v1/group-filters")["schoolYears"]
    return {
        (school["naturalId"], year, group["name"]): group["students"]
        for school in manager.get("/api/v1/group-schools", limit=1000)["schools"] for year in years
        for group in manager.get("/api/v1/managed-groups", schoolId=school["id"], year=year)["groups"]}


def compare_found_groups(url: str, told: list[dict], differences: Differences) -> None:
    """The groups that results named have come to GroupSvc by feed (ingest §3.13)."""
    expected = {(g["school"], g["year"], g["name"]): g["students"] for g in told}
    deadline = time.monotonic() + 20
    while (found := managed_groups(url)) != expected and time.monotonic() < deadline:
        time.sleep(0.5)
    print(f"  {len(found)} groups found in results")
    differences.tables("group found in results", expected, found)


def send_groups(api: load.ImportAPI, folder: Path, differences: Differences) -> None:
    """Step 7: student groups, answered school by school in the order of the file, and there when *Processed* says so."""
    rows = list(csv.DictReader(io.StringIO((folder / "groups.csv").read_text(encoding="utf-8-sig"))))
    groups: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(dict)
    for row in rows:
        members = groups[row["school_natural_id"]].setdefault((row["school_year"], row["group_name"]), set())
        if row["student_ssid"]:
            members.add(row["student_ssid"])
    told = "\n".join(
        f"{len(named)} group{'' if len(named) == 1 else 's'} accepted for {school}." for school, named in groups.items())
    done = load.load_groups(api, folder)
    print("  " + done.message.replace("\n", "\n  "))
    differences.same("status of groups.csv", "PROCESSED", done.status)
    differences.same("message of groups.csv", told, done.message)
    found = managed_groups(api.environment["ERS_URL"])
    for school, named in groups.items():
        for (year, name), members in named.items():
            differences.same(f"students of {name} at {school}", len(members), found.get((school, int(year), name)))


def send_norms(api: load.ImportAPI, folder: Path, differences: Differences) -> None:
    """Step 8: percentile tables; the same again in other bytes replaces each."""
    body = (folder / "norms.csv").read_bytes()
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    tables = len({(row["assessment_id"], row["start_date"], row["end_date"]) for row in rows})
    for payload, told in [(body, f"created: {tables} updated: 0"), (body + b"\n", f"created: 0 updated: {tables}")]:
        done = api.wait(api.post("norms", "norms.csv", payload, "text/csv"))
        print(f"  {done.status} norms.csv: {done.message}")
        differences.same("status of norms.csv", "PROCESSED", done.status)
        differences.same("message of norms.csv", f"Percentiles {told}", done.message)


def send_students(api: load.ImportAPI, folder: Path, visitor: Visitor, exams: list[dict], differences: Differences) -> None:
    """Step 8: students who move. Their new school then sees what they took elsewhere."""
    body = (folder / "students.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter="^"))
    done = api.wait(api.post("students", "students.csv", body, "text/csv"))
    print(f"  {done.status} students.csv: {done.message}")
    differences.same("status of students.csv", "PROCESSED", done.status)
    differences.same("message of students.csv", f"Students updated: {len(rows)}", done.message)
    schools = {school["naturalId"]: school["id"] for school in visitor.schools()}
    school_of = {row["SSID"]: row["ResponsibleSchoolIdentifier"] for row in rows}
    elsewhere = [exam for exam in exams if school_of.get(exam["ssid"], exam["school"]) != exam["school"]]
    differences.same("students who move took tests elsewhere", True, bool(elsewhere))
    for exam in elsewhere:
        seen = visitor.sees_transfer(schools[school_of[exam["ssid"]]], exam)
        differences.same(f"exam {exam['oppId']} is seen at the new school", True, seen)


def compare_touched(differences: Differences, touched: list[dict], exams: list[dict]) -> None:
    by_key = {(e["assessment"], e["oppId"]): e for e in exams}
    for told in touched:
        at = f"touched {told['assessment']} {told['oppId']}"
        mine = by_key.get((told["assessment"], told["oppId"]))
        if told["deleted"]:
            differences.same(at, None, mine)
            continue
        if mine is None:
            differences.same(at, "an exam", None)
            continue
        differences.same(f"{at} school", told["school"], mine["school"])
        differences.close(f"{at} scale", told["scaleScore"], mine["scale"])
        differences.same(f"{at} level", told["level"], mine["level"])
        differences.same(f"{at} condition", told["condition"], mine["condition"])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--binaries", type=Path, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the suite's folder behind")
    options = parser.parse_args()
    expected = json.loads((options.folder / "expected.json").read_text())
    differences = Differences()
    run_dir = Path(tempfile.mkdtemp(prefix="ers-verify-", dir="/tmp"))
    suite = Suite(run_dir, binaries=options.binaries, durable=False, environment={"ERS_RATE_LIMITS": "off"})
    try:
        suite.start()
        api = load.ImportAPI({**read_demo_environment(run_dir)})
        load_everything(api, options.folder, expected, differences)
        visitor = Visitor(suite.url)
        print(f"reading back: {expected['base']['counts']['exams']} results expected")
        districts = {s["districtId"]: s["districtNaturalId"] for s in visitor.schools() if "districtNaturalId" in s}
        exams = read_back(visitor, differences, expected["base"])
        compare_state(differences, expected["base"], exams, districts, visitor, "base")
        if "groups" in expected["base"]:
            compare_found_groups(suite.url, expected["base"]["groups"], differences)
        if (options.folder / "groups.csv").exists():
            send_groups(api, options.folder, differences)
        if "afterChanges" in expected and (options.folder / "trt-changes.zip").exists():
            send_changes(api, options.folder, differences)
            after = read_back(visitor, differences, expected["afterChanges"])
            compare_state(differences, expected["afterChanges"], after, districts, visitor, "after changes")
            compare_touched(differences, expected["afterChanges"].get("touched", []), after)
            exams = after
        if (options.folder / "norms.csv").exists():
            send_norms(api, options.folder, differences)
        if (options.folder / "students.csv").exists():
            send_students(api, options.folder, visitor, exams, differences)
    finally:
        suite.stop()
        if options.keep:
            print(f"left behind: {run_dir}")
        else:
            shutil.rmtree(run_dir, ignore_errors=True)
    print(f"{differences.compared} figures compared, {differences.count} different")
    return 0 if differences.count == 0 else 1


def read_demo_environment(run_dir: Path) -> dict[str, str]:
    from suite import read_environment

    return read_environment(run_dir / "demo.env")


if __name__ == "__main__":
    sys.exit(main())

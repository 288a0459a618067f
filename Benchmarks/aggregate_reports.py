"""How long statewide aggregate reports take on the SQL engine, over generated facts of a whole state.

Puts facts of one school year straight into AggregateSvc's schema (set-wise, in the order of schools, as if they had come by
the feed), then asks for reports through the public API. `--facts` 6,400,000 is a year of a large state. The time printed is
from asking to completed, as the service stored it; the rows are those with results.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import load  # noqa: E402
from browse import Visitor  # noqa: E402
from demo import CURRENT_SCHOOL_YEAR  # noqa: E402
from suite import Suite, read_environment  # noqa: E402

DISTRICTS, SCHOOLS = 1_011, 10_000
TYPE = 3  # summative
SUBJECTS = ["ELA", "Math"]  # codes of the sandbox's data; seven grades each

# One bit for each code in the attribute word, as Sources/AggregateSvc/Rules/StudentField.swift lays them out: gender 0-3,
# ethnicity 4-11, English learner 12-14, acquisition status 15-21, 504 22-24, IEP 25-27, migrant 28-30, military 31-34,
# economic disadvantage 35-37. Shares are roughly those of a large state.
ATTRIBUTES = """
    (1::bigint << (r1 * 2)::int)
  | (CASE WHEN r2 < 0.55 THEN 1::bigint << 4 WHEN r2 < 0.65 THEN 1::bigint << 6 WHEN r2 < 0.70 THEN 1::bigint << 7
          WHEN r2 < 0.95 THEN 1::bigint << 8 ELSE (1::bigint << 8) | (1::bigint << 10) END)
  | (1::bigint << (CASE WHEN r3 < 0.2 THEN 12 ELSE 13 END))
  | (1::bigint << (15 + CASE WHEN r3 < 0.2 THEN 1 WHEN r3 < 0.75 THEN 0 WHEN r3 < 0.8 THEN 2 WHEN r3 < 0.99 THEN 3 ELSE 4 END))
  | (1::bigint << (22 + (r4 * 3)::int % 3)) | (1::bigint << (25 + CASE WHEN r4 < 0.12 THEN 0 ELSE 1 END))
  | (1::bigint << (28 + CASE WHEN r1 < 0.01 THEN 0 WHEN r1 < 0.98 THEN 1 ELSE 2 END)) | (1::bigint << 31)
  | (1::bigint << (35 + CASE WHEN r2 < 0.6 THEN 0 ELSE 1 END))
"""


def generate(suite: Suite, facts: int, year: int) -> None:
    def run(sql: str) -> str:
        return suite.postgres.query(f"SET search_path = aggregate; {sql}", "ers")

    run(f"""INSERT INTO district (id, natural_id, name)
            SELECT 1000000 + n, 'B' || n, 'District ' || n FROM generate_series(1, {DISTRICTS}) n""")
    # Districts are skewed: the largest one has a twelfth of the schools.
    run(f"""INSERT INTO school (id, natural_id, name, district_id)
            SELECT 2000000 + n, 'B' || n, 'School ' || n,
                   1000000 + CASE WHEN n % 12 = 0 THEN 1 ELSE 1 + (n * 7919) % {DISTRICTS} END
              FROM generate_series(1, {SCHOOLS}) n""")
    assessments = [int(i) for i in run(
        f"""SELECT a.id FROM assessment a JOIN subject s ON s.id = a.subject_id
             WHERE a.type = {TYPE} AND a.school_year = {year} AND s.code IN ('{"', '".join(SUBJECTS)}') ORDER BY a.id""").split()]
    run(f"""INSERT INTO fact (attributes, exam_id, student_id, school_id, completed_at, assessment_id, score, school_year, type,
                              language, context, level, counted)
            SELECT {ATTRIBUTES}, 1000000000 + n, 1000000000 + n / 2, 2000001 + (n::bigint * {SCHOOLS}) / {facts + 1}, now(),
                   ('{{{','.join(map(str, assessments))}}}'::int[])[1 + n % {len(assessments)}],
                   2200000 + (r5 * 600)::int * 1000, {year}, {TYPE}, 1 + (r3 * 60)::int, 9, 1 + (r5 * 4)::int % 4, true
              FROM (SELECT n, random() r1, random() r2, random() r3, random() r4, random() r5
                      FROM generate_series(1, {facts}) n) AS drawn""")
    run("""INSERT INTO tally (school_year, assessment_id, school_id, attempts)
           SELECT school_year, assessment_id, school_id, count(*) FROM fact WHERE exam_id > 1000000000 GROUP BY 1, 2, 3
           ON CONFLICT (school_year, assessment_id, school_id) DO UPDATE SET attempts = tally.attempts + excluded.attempts""")
    suite.postgres.query("VACUUM ANALYZE aggregate.fact", "ers")
    suite.postgres.query("VACUUM ANALYZE aggregate.tally", "ers")
    size = suite.postgres.query(
        "SELECT pg_size_pretty(sum(pg_total_relation_size(inhrelid))) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
        f"WHERE c.relname = 'fact_{year}_summative'", "ers")
    print(f"{facts:,} facts of {DISTRICTS:,} districts, {SCHOOLS:,} schools, {len(assessments)} assessments: {size} with indexes")


def seconds(visitor: Visitor, query: dict) -> tuple[float, int, str]:
    report = visitor.post("/api/v1/aggregate/reports", query)
    begun = time.monotonic()
    while report["status"] in ("PENDING", "RUNNING"):
        time.sleep(0.01)
        report = visitor.get(f"/api/v1/reports/{report['id']}")
    return time.monotonic() - begun, report["metadata"]["totalCount"], report["status"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", type=Path, default=ROOT / ".build" / "release")
    parser.add_argument("--facts", type=int, default=6_400_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--places", nargs="*", default=["state row", "all districts", "all schools"])
    options = parser.parse_args()
    run_dir = Path(tempfile.mkdtemp(prefix="ers-bench-", dir="/tmp"))
    limit = {"ERS_REPORT_ROW_LIMIT": "20000000"}
    suite = Suite(run_dir, binaries=options.binaries, durable=False, environment=CURRENT_SCHOOL_YEAR | limit)
    try:
        suite.start()
        folder = run_dir / "data"
        subprocess.run([options.binaries / "sandbox-data", str(folder), "--students", "1"], check=True)
        load.load_definitions(load.ImportAPI(read_environment(run_dir / "demo.env")), folder)
        visitor = Visitor(suite.url, "State Admin")
        year = visitor.session["currentSchoolYear"]
        while not suite.postgres.query("SELECT 1 FROM aggregate.assessment LIMIT 1", "ers"):
            time.sleep(0.1)
        time.sleep(2)
        generate(suite, options.facts, year)
        choices = visitor.get("/api/v1/aggregate/options")
        base = {
            "type": "CustomAggregate", "assessmentTypeCode": "sum", "schoolYears": [year], "showEmpty": False,
            "subjectCodes": SUBJECTS,
            "assessmentGradeCodes": choices["assessmentGrades"]}
        four = {"dimensionTypes": ["Ethnicity", "ELAS", "MigrantStatus", "Language"]}
        learners = {"studentFilters": {"elasCodes": ["EL", "RFEP"], "ethnicityCodes": ["HispanicOrLatinoEthnicity", "Asian"]}}
        places = {
            "state row": {"includeState": True}, "all districts": {"includeAllDistricts": True},
            "all schools": {"includeAllDistricts": True, "includeAllSchoolsOfDistricts": True}}
        print("state, districts and schools; each: median of", options.runs)
        for place in options.places:
            where = places[place]
            for name, what in {
                "overall": {}, "filter, acquisition status": learners | {"dimensionTypes": ["ELAS"]},
                "filter, four subgroups": learners | four, "four subgroups": four,
            }.items():
                times = sorted(seconds(visitor, base | where | what) for _ in range(options.runs))
                taken, rows, status = times[len(times) // 2]
                print(f"  {place:14} {name:28} {taken * 1000:8.0f} ms  {rows:9,} rows  {status if status != 'COMPLETED' else ''}",
                      flush=True)
    finally:
        suite.stop()
        shutil.rmtree(run_dir, ignore_errors=True)


if __name__ == "__main__":
    main()

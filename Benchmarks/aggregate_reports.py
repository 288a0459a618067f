"""How long statewide aggregate reports take on both engines, over generated facts of a whole state.

Puts facts of one school year straight into AggregateSvc's schema (set-wise, in the order of schools, as if they had come by
the feed), then asks for reports through the public API, first from the column engine, then from SQL. `--facts` 6,400,000 is a
year of a large state. For each report: the engine's own time and its processor time (PostgreSQL included), and the time from
asking to completed, the storing of all rows included; the rows are those with results. Every report is asked of both engines and
must have as many rows. Where Python's `duckdb` is installed the same groups are made by it as a yardstick.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
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
SEGMENTS = 14
TARGETS = 18
LARGEST_DISTRICT = 1_000_001

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


def generate(suite: Suite, facts: int, year: int, years: int) -> None:
    def run(sql: str) -> str:
        return suite.postgres.query(f"SET search_path = aggregate; {sql}", "ers")

    run(f"""INSERT INTO district (id, natural_id, name)
            SELECT 1000000 + n, 'B' || n, 'District ' || n FROM generate_series(1, {DISTRICTS}) n""")
    # Districts are skewed: the largest one has a twelfth of the schools.
    run(f"""INSERT INTO school (id, natural_id, name, district_id)
            SELECT 2000000 + n, 'B' || n, 'School ' || n,
                   1000000 + CASE WHEN n % 12 = 0 THEN 1 ELSE 1 + (n * 7919) % {DISTRICTS} END
              FROM generate_series(1, {SCHOOLS}) n""")
    found = [[int(cell) for cell in line.split("|")] for line in run(
        f"""SELECT a.id, a.grade::int FROM assessment a JOIN subject s ON s.id = a.subject_id
             WHERE a.type = {TYPE} AND a.school_year = {year} AND s.code IN ('{"', '".join(SUBJECTS)}') ORDER BY a.id""").split()]
    assessments, grades = [row[0] for row in found], [row[1] for row in found]
    # A student's other results: mostly of the year before, in the same school or at least in the same district.
    own = " | ".join(f"(1::bigint << (grade + {place}))" for place in (0, 14, 28))
    before = " | ".join(
        f"(CASE WHEN r4 < {share} THEN 1::bigint << (greatest(grade - 1, 0) + {place}) ELSE 0 END)"
        for place, share in ((0, 0.7), (14, 0.85), (28, 0.9)))
    # Schools test three grades, or one; their students speak few of the languages. Each assessment has as many facts.
    for number in range(years):
        run(f"""SET session_replication_role = replica;
            INSERT INTO fact (attributes, exam_id, student_id, school_id, completed_at, assessment_id, score, school_year, type,
                              language, context, level, counted, enrolled, cohort)
            SELECT {ATTRIBUTES}, {1 + number}000000000 + n, 1000000000 + n / 2, 2000000 + school, now(),
                   ('{{{','.join(map(str, assessments))}}}'::int[])[1 + n % {len(assessments)}],
                   2200000 + (r5 * 600)::int * 1000, {year - number}, {TYPE},
                   CASE WHEN r3 < 0.2 OR r3 >= 0.8 THEN 2 + (school * 7 + (r4 * 4)::int * 11) % 60 ELSE 1 END, 9,
                   1 + (r5 * 4)::int % 4, true, grade, {own} | {before}
              FROM (SELECT n, ('{{{','.join(map(str, grades))}}}'::int[])[1 + n % {len(grades)}] grade, random() r1, random() r2, random() r3, random() r4, random() r5,
                           CASE WHEN n % 14 < 6 THEN 1 + n::bigint * 6000 / {facts + 1}
                                WHEN n % 14 < 12 THEN 6001 + n::bigint * 2500 / {facts + 1}
                                ELSE 8501 + n::bigint * 1500 / {facts + 1} END AS school
                      FROM generate_series(1, {facts}) n) AS drawn""")
    run("""INSERT INTO tally (school_year, assessment_id, school_id, attempts)
           SELECT school_year, assessment_id, school_id, count(*) FROM fact WHERE exam_id > 1000000000 GROUP BY 1, 2, 3
           ON CONFLICT (school_year, assessment_id, school_id) DO UPDATE SET attempts = tally.attempts + excluded.attempts""")
    # Residuals of one assessment, as many for each result as an adaptive test has.
    run(f"""INSERT INTO fact_target (exam_id, residuals)
            SELECT f.exam_id, packed_residuals(
                   a.targets[1:{TARGETS}],
                   ARRAY(SELECT (random() * 1000000)::int - 500000 + (f.exam_id % 7)::int FROM generate_series(1, {TARGETS})),
                   ARRAY(SELECT (random() * 1000000)::int - 500000 + (f.exam_id % 7)::int FROM generate_series(1, {TARGETS})))
              FROM fact f JOIN assessment a ON a.id = f.assessment_id
             WHERE f.exam_id > 1000000000 AND f.school_year = {year} AND f.assessment_id = {assessments[0]}""")
    # They did not come by the log: segments begin anew.
    run("UPDATE fact_log_head SET epoch = gen_random_uuid()")
    suite.postgres.query("VACUUM ANALYZE aggregate.fact", "ers")
    suite.postgres.query("VACUUM ANALYZE aggregate.tally", "ers")
    suite.postgres.query("VACUUM ANALYZE aggregate.fact_target", "ers")
    size = suite.postgres.query(
        "SELECT pg_size_pretty(sum(pg_total_relation_size(inhrelid))) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
        f"WHERE c.relname = 'fact_{year}_summative'", "ers")
    print(f"{facts:,} facts of {DISTRICTS:,} districts, {SCHOOLS:,} schools, {len(assessments)} assessments: {size} with indexes")


class Meter:
    """What AggregateSvc has used and says of itself."""

    def __init__(self, suite: Suite):
        self.suite = suite

    def metric(self, name: str) -> float:
        page = urllib.request.urlopen(f"http://127.0.0.1:{self.suite.admin_ports['aggregate']}/metrics", timeout=5).read().decode()
        found = re.search(rf"^{re.escape(name)}(?:{{[^}}]*}})? ([0-9.e+-]+)$", page, re.MULTILINE)
        return float(found[1]) if found else 0

    def segments(self, state: str) -> float:
        return self.metric(f'aggregate_segments{{service="aggregate",state="{state}"}}')

    def processor(self) -> float:
        """Seconds of AggregateSvc and of all of PostgreSQL."""
        ticks, postgres = 0, self.suite.postgres.process.pid
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(folder.name) in (self.suite.processes["aggregate"].pid, postgres) or int(fields[1]) == postgres:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[int, int]:
        """Own and mapped MiB of AggregateSvc."""
        text = Path(f"/proc/{self.suite.processes['aggregate'].pid}/status").read_text()
        return tuple(int(re.search(rf"{name}:\s+(\d+)", text)[1]) // 1024 for name in ("RssAnon", "RssFile"))


def report(visitor: Visitor, meter: Meter, query: dict) -> tuple[float, float, float, int]:
    """Seconds of the engine, of the processors and in all; rows."""
    engine, processor, begun = meter.metric("aggregate_plan_seconds_sum"), meter.processor(), time.time()
    made = visitor.post("/api/v1/aggregate/reports", query)
    # Whoever asks often takes a part of the processors away from what is measured: PostgreSQL says when it was stored.
    while made["status"] in ("PENDING", "RUNNING"):
        time.sleep(0.1)
        made = visitor.get(f"/api/v1/reports/{made['id']}")
    assert made["status"] == "COMPLETED", made["status"]
    taken = float(meter.suite.postgres.query(
        f"SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM aggregate.report WHERE id = {made['id']}", "ers")) - begun
    return meter.metric("aggregate_plan_seconds_sum") - engine, meter.processor() - processor, taken, made["metadata"]["totalCount"]


def at_once(suite: Suite, meter: Meter, query: dict, people: int = 50, rounds: int = 4) -> None:
    """As many people each ask for a report of a district of their own, all in the same moment (aggregates P-4)."""
    visitors = [Visitor(suite.url, "State Admin") for _ in range(people)]
    start = threading.Barrier(people)

    def ask(number: int) -> list[float]:
        times = []
        for round_ in range(rounds):
            start.wait()
            begun = time.monotonic()
            districts = {"districtIds": [LARGEST_DISTRICT + 1 + number + people * round_]}
            made = visitors[number].post("/api/v1/aggregate/reports", query | districts)
            while made["status"] in ("PENDING", "RUNNING"):
                time.sleep(0.05)
                made = visitors[number].get(f"/api/v1/reports/{made['id']}")
            assert made["status"] == "COMPLETED", made["status"]
            times.append(time.monotonic() - begun)
        return times

    processor = meter.processor()
    with ThreadPoolExecutor(people) as pool:
        times = sorted(time_ for found in pool.map(ask, range(people)) for time_ in found)
    each = (meter.processor() - processor) / len(times)
    print(f"  {people} districts at once, {rounds} times: p50 {times[len(times) // 2] * 1000:.0f} ms, "
          f"p95 {times[len(times) * 95 // 100] * 1000:.0f} ms stored; {each * 1000:.1f} ms CPU a report")


def restart(suite: Suite, engine: str) -> float:
    """AggregateSvc anew; seconds until it is ready."""
    suite.environment["ERS_AGGREGATE_ENGINE"] = engine
    suite.processes["aggregate"].terminate()
    suite.processes["aggregate"].wait(30)
    begun = time.monotonic()
    suite.start_process("aggregate")
    suite.wait_until_ready()
    return time.monotonic() - begun


def yardstick(suite: Suite, year: int, runs: int) -> None:
    try:
        import duckdb
    except ImportError:
        print("  duckdb is not installed: no yardstick")
        return
    file = Path("/tmp") / f"facts-{os.getpid()}.csv"
    # attributes of the four subgroups, language; the school's district beside it
    suite.postgres.query(
        f"""COPY (SELECT f.assessment_id, f.school_id, c.district_id, f.attributes, f.language, f.score, f.level FROM aggregate.fact f
                    JOIN aggregate.school c ON c.id = f.school_id WHERE f.counted AND f.school_year = {year} AND f.type = {TYPE}) TO '{file}' CSV HEADER""", "ers")
    db = duckdb.connect()
    db.execute("SET threads = 2")
    db.execute(f"CREATE TABLE f AS SELECT assessment_id::INT AS a, school_id::INT AS school, district_id::INT AS district, attributes, language::SMALLINT AS language, (score / 1000)::INT AS score, level::TINYINT AS level FROM read_csv('{file}')")
    file.unlink()
    fields = {"ethnicity": 0xFF << 4, "elas": 0x7F << 15, "migrant": 7 << 28}
    db.execute("CREATE TABLE slices (mask BIGINT, language SMALLINT)")
    for bit in [1 << n for n in range(4, 12)] + [1 << n for n in range(15, 22)] + [1 << n for n in range(28, 31)] + [-1]:
        db.execute("INSERT INTO slices VALUES (?, NULL)", [bit])
    db.execute("INSERT INTO slices SELECT NULL, n FROM range(1, 73) t(n)")
    word = sum(fields.values())
    for place, key in {"state row": "0", "all districts": "district", "all schools": "school"}.items():
        times = []
        for _ in range(runs):
            begun = time.monotonic()
            rows = db.execute(
                f"""WITH g AS MATERIALIZED (
                      SELECT a, {key} AS place, attributes & {word} AS word, language, count(*) AS n, sum(score) AS s, sum(score * score) AS q,
                             count(*) FILTER (level = 1) AS l1, count(*) FILTER (level = 2) AS l2, count(*) FILTER (level = 3) AS l3, count(*) FILTER (level = 4) AS l4
                        FROM f GROUP BY ALL)
                    SELECT count(*) FROM (
                      SELECT g.a, g.place, x.mask, sum(n), sum(s), sum(q), sum(l1), sum(l2), sum(l3), sum(l4)
                        FROM g JOIN slices x ON x.mask IS NOT NULL AND (x.mask = -1 OR g.word & x.mask <> 0) GROUP BY ALL
                      UNION ALL
                      SELECT g.a, g.place, x.language, sum(n), sum(s), sum(q), sum(l1), sum(l2), sum(l3), sum(l4)
                        FROM g JOIN slices x ON x.language = g.language GROUP BY ALL)""").fetchone()[0]
            times.append(time.monotonic() - begun)
        print(f"  {place:14} {'four subgroups':28} {sorted(times)[len(times) // 2] * 1000:8.0f} ms  {rows:9,} groups")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", type=Path, default=ROOT / ".build" / "release")
    parser.add_argument("--facts", type=int, default=6_400_000)
    parser.add_argument("--years", type=int, default=1, help="school years with so many facts; 10 of 6.4 million are 64 million")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engines", nargs="*", default=["column", "sql"])
    parser.add_argument("--places", nargs="*", default=["state row", "all districts", "all schools"])
    options = parser.parse_args()
    run_dir = Path(tempfile.mkdtemp(prefix="ers-bench-", dir="/tmp"))
    limit = {"ERS_REPORT_ROW_LIMIT": "20000000"}
    suite = Suite(run_dir, binaries=options.binaries, durable=False, postgres_settings={"track_commit_timestamp": "on"},
                  environment=CURRENT_SCHOOL_YEAR | limit)
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
        generate(suite, options.facts, year, options.years)
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
        meter = Meter(suite)
        all_years = [year - number for number in range(options.years)]
        grade = suite.postgres.query(
            f"SELECT a.grade FROM aggregate.assessment a JOIN aggregate.fact_target t ON true JOIN aggregate.fact f USING (exam_id) "
            "WHERE a.id = f.assessment_id LIMIT 1", "ers").strip()
        kinds = {
            "overall": {}, "filter, acquisition status": learners | {"dimensionTypes": ["ELAS"]},
            "filter, four subgroups": learners | four, "four subgroups": four}
        counted: dict[tuple[str, str], int] = {}
        for engine in options.engines:
            ready = restart(suite, engine)
            if engine == "column":
                begun = time.monotonic()
                while meter.segments("ready") < SEGMENTS * options.years or meter.segments("missing") > 0:
                    time.sleep(0.05)
                print(f"segments built in {time.monotonic() - begun + ready:.1f} s; own {meter.memory()[0]} MiB")
                size = sum(file.stat().st_size for file in (run_dir / "segments").glob("*.seg"))
                print(f"  {size / 2**20:.1f} MiB of files, {size / options.facts / options.years:.2f} bytes a fact")
                ready = restart(suite, engine)
                begun = time.monotonic()
                report(visitor, meter, base | places["state row"] | four)
                first, (own, mapped), millions = time.monotonic() - begun, meter.memory(), options.facts * options.years / 1e6
                print(f"restart: ready after {ready:.2f} s, first state row {first:.2f} s later; own {own} MiB, mapped {mapped}")
                report(visitor, meter, base | places["state row"] | four | {"schoolYears": all_years})
                own, mapped = meter.memory()
                print(f"after a report of all years: own {own} MiB, mapped {mapped}: {(own + mapped) / millions:.1f} MiB per million facts")
            print(f"engine {engine}; each: median of {options.runs}")
            for place in options.places:
                for name, what in kinds.items():
                    times = sorted(report(visitor, meter, base | places[place] | what) for _ in range(options.runs))
                    own, processor, taken, rows = times[len(times) // 2]
                    assert counted.setdefault((place, name), rows) == rows, "the engines do not agree"
                    print(f"  {place:14} {name:28} {own * 1000:8.1f} ms engine {taken * 1000:8.0f} ms stored {processor * 1000:8.0f} ms CPU  {rows:9,} rows",
                          flush=True)
            others = {
                "one district": {"districtIds": [LARGEST_DISTRICT]} | learners | four,
                "its targets": {
                    "type": "Target", "subjectCode": SUBJECTS[0], "schoolYear": year, "assessmentGradeCodes": [grade],
                    "districtIds": [LARGEST_DISTRICT]} | four}
            if options.years >= 3:
                others["its cohorts"] = {
                    "type": "Longitudinal", "toSchoolYear": year, "assessmentGradeCodes": ["03", "04", "05"],
                    "districtIds": [LARGEST_DISTRICT]} | four
                others["all years, state"] = places["state row"] | four | {"schoolYears": all_years}
                others["all years, districts"] = places["all districts"] | learners | four | {"schoolYears": all_years}
            for name, what in others.items():
                query = base | what
                if what.get("type") in ("Target", "Longitudinal"):
                    del query["schoolYears"]
                if what.get("type") == "Target":
                    del query["subjectCodes"]
                times = sorted(report(visitor, meter, query) for _ in range(options.runs))
                own, processor, taken, rows = times[len(times) // 2]
                assert counted.setdefault((name, ""), rows) == rows, "the engines do not agree"
                print(f"  {name:43} {own * 1000:8.1f} ms engine {taken * 1000:8.0f} ms stored {processor * 1000:8.0f} ms CPU  {rows:9,} rows",
                      flush=True)
            at_once(suite, meter, base | learners | four)
            own, mapped = meter.memory()
            print(f"  memory afterwards: own {own} MiB, mapped {mapped} MiB")
        print("DuckDB over the same facts, two threads, groups counted only:")
        yardstick(suite, year, options.runs)
    finally:
        suite.stop()
        shutil.rmtree(run_dir, ignore_errors=True)


if __name__ == "__main__":
    main()

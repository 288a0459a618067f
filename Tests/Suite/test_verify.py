"""`ers verify` recomputes what is derived: silent about what is right, exact about what is not."""

import os
import re
import subprocess

import pytest
from browse import Visitor
from conftest import BINARIES, importer
from load import load_groups
from verify import verify

# What is broken by hand, and where it shows.
DAMAGES = [
    ("schools in groups", "UPDATE groups.school SET name = name || '?' WHERE id = (SELECT min(id) FROM groups.school)"),
    ("districts in embargo", "DELETE FROM embargo.district WHERE id = (SELECT min(id) FROM embargo.district)"),
    ("school years in aggregate", "UPDATE aggregate.school_year SET embargoed_by_default = NOT embargoed_by_default"),
    ("embargo settings in results", "INSERT INTO results.embargo_setting VALUES (2024, 0, 1, 2)"),
    ("members of groups in results", "DELETE FROM results.group_student WHERE (group_id, student_id) = "
                                     "(SELECT group_id, student_id FROM results.group_student LIMIT 1)"),
    ("facts of reports", "UPDATE aggregate.fact SET score = score + 1 WHERE exam_id = (SELECT min(exam_id) FROM aggregate.fact)"),
    ("results that count", "UPDATE aggregate.fact SET counted = NOT counted WHERE exam_id = (SELECT min(exam_id) FROM aggregate.fact)"),
    ("tallies of attempts", "UPDATE aggregate.tally SET attempts = attempts + 1"),
    ("cohorts", "UPDATE aggregate.fact SET cohort = cohort | (1::bigint << 41) WHERE exam_id = "
                "(SELECT min(exam_id) FROM aggregate.fact WHERE cohort <> 0)"),
]


@pytest.fixture(scope="module")
def filled(loaded, sandbox_data):
    assert load_groups(importer(loaded), sandbox_data).status == "PROCESSED"
    state = Visitor(loaded.url, "State Admin")
    year = state.session["currentSchoolYear"]
    version = state.get("/api/v1/embargo", year=year)["state"]["cells"]["aggregate"]["version"]
    state.put(f"/api/v1/embargo/{year}/state/aggregate", {"value": "released", "version": version})
    return loaded


def test_a_healthy_suite_is_as_it_should_be(filled):
    status, lines = verify(filled)
    assert status == 0, lines
    rows = {name: int(count) for name, count in (re.match(r"(.*): (\d+) rows, as they should be", line).groups() for line in lines)}
    for name in ("schools in results", "facts of reports", "members of groups in results", "cohorts", "keys of exams"):
        assert rows[name] > 0, name
    assert {name for name, _ in DAMAGES} <= set(rows)


def test_each_difference_is_told_with_its_keys(filled):
    tables = sorted({".".join(re.search(r"(\w+)\.(\w+)", damage).groups()) for _, damage in DAMAGES})
    copies = {table: f"public.{table.replace('.', '_')}" for table in tables}
    for table, copy in copies.items():
        filled.postgres.query(f"CREATE TABLE {copy} AS TABLE {table}", "ers")
    try:
        for _, damage in DAMAGES:
            filled.postgres.query(damage, "ers")
        status, lines = verify(filled)
        assert status == 2
        for name, _ in DAMAGES:
            assert any(re.fullmatch(rf"{name}: \d+ of \d+ rows differ: \S.*", line) for line in lines), (name, lines)
        # What nobody touched is right.
        assert any(line.startswith("schools in results: ") and line.endswith("as they should be") for line in lines)
    finally:
        for table, copy in copies.items():
            filled.postgres.query(
                f"SET session_replication_role = replica; DELETE FROM {table}; INSERT INTO {table} TABLE {copy}; DROP TABLE {copy}",
                "ers")
    assert verify(filled)[0] == 0


def test_it_says_which_database_is_missing():
    done = subprocess.run([BINARIES / "ers", "verify"], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "ERS_VERIFY_DATABASE_URL or ERS_VERIFY_IDENTITY_DATABASE_URL must name a database" in done.stderr

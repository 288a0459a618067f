"""A database is put back to a backup under running processes: every copy ends equal to its owner's rows (DESIGN §3)."""

import os
import subprocess
import time

from browse import Visitor
from conftest import importer
from suite import POSTGRES_BIN
from test_organizations_everywhere import organizations

# Table of the owner, what is compared, and where it is copied to with the same columns.
COPIES = [
    ("SELECT id, natural_id, name FROM identity.organization WHERE kind = 'School'",
     ["SELECT id, natural_id, name FROM results.school", "SELECT id, natural_id, name FROM groups.school",
      "SELECT id, natural_id, name FROM aggregate.school"]),
    ("SELECT id, natural_id, name FROM identity.organization WHERE kind = 'District'",
     ["SELECT id, natural_id, name FROM embargo.district", "SELECT id, natural_id, name FROM results.district"]),
]


def tool(suite, name: str, *arguments: str, read: bytes | None = None) -> bytes:
    return subprocess.run(
        [POSTGRES_BIN / name, "-h", str(suite.postgres.sockets), "-U", "postgres", *arguments],
        input=read, check=True, stdout=subprocess.PIPE,
        env=os.environ | {"PGPASSWORD": suite.postgres.password_file.read_text().strip()}).stdout


def rows(suite, question: str) -> list[str]:
    return sorted(suite.postgres.query(question, "ers").splitlines())


def test_the_owner_of_the_organizations_is_restored_and_goes_further_than_before(suite):
    api = importer(suite)

    def load(number: int) -> None:
        done = api.wait(api.post("organizations", f"{number}.json", organizations(number), "application/json"))
        assert done.status == "PROCESSED", done

    load(1)
    backup = b"DROP SCHEMA identity CASCADE;" + tool(suite, "pg_dump", "--schema=identity", "ers")
    for number in (2, 3):
        load(number)
    # The backup knows neither 2 nor 3; then other imports bring the counter further than every copy's position, so that
    # nothing but the epoch tells the copies.
    tool(suite, "psql", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "ers", read=backup)
    for number in (4, 5, 6, 7):
        load(number)
    deadline = time.monotonic() + 30
    for owner, copies in COPIES:
        for copy in copies:
            while rows(suite, copy) != rows(suite, owner):
                assert time.monotonic() < deadline, f"{copy} is not {owner}"
                time.sleep(0.1)
    names = {school["name"] for school in Visitor(suite.url, "State Admin").schools()}
    assert names == {f"Written School {number}" for number in (1, 4, 5, 6, 7)}

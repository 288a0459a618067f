"""`ers verify` on a suite of the tests."""

import os
import subprocess

from conftest import BINARIES


def verify(suite) -> tuple[int, list[str]]:
    """Its status (0: everything as it should be, 2: differences) and its lines."""
    password = suite.postgres.password_file.read_text().strip()
    url = f"host={suite.postgres.sockets} dbname=ers user=postgres password={password}"
    done = subprocess.run(
        [BINARIES / "ers", "verify"], env=os.environ | {"ERS_VERIFY_DATABASE_URL": url}, capture_output=True, text=True)
    assert done.returncode in (0, 2), done.stderr
    return done.returncode, done.stdout.splitlines()

"""Runs a command while a suite with the sandbox's data is up: `with_suite.py [--binaries DIR] [--set NAME=VALUE] COMMAND …`.

The command finds ERS_URL and the import credentials in its environment. Everything is gone afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo import CURRENT_SCHOOL_YEAR, load_sandbox
from suite import Suite, read_environment


@contextmanager
def sandbox_suite(binaries: Path | None = None, settings: dict[str, str] = {}) -> Iterator[dict[str, str]]:
    """A suite with the sandbox's data. Gives ERS_URL, the import credentials and RUN_DIR."""
    run_dir = Path(tempfile.mkdtemp(prefix="ers-suite-", dir="/tmp"))
    suite = Suite(run_dir, binaries=binaries, durable=False, environment=CURRENT_SCHOOL_YEAR | settings)
    try:
        suite.start()
        load_sandbox(suite)
        yield read_environment(run_dir / "demo.env") | {"RUN_DIR": str(run_dir)}
    finally:
        suite.stop()
        if os.environ.get("KEEP_LOGS"):
            shutil.copytree(suite.logs, os.environ["KEEP_LOGS"], dirs_exist_ok=True)
        shutil.rmtree(run_dir, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binaries", type=Path, default=None)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of all processes")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with sandbox_suite(options.binaries, dict(pair.split("=", 1) for pair in options.set)) as environment:
        return subprocess.run(options.command, env=os.environ | environment).returncode


if __name__ == "__main__":
    sys.exit(main())

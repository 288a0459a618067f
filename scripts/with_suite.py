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
from pathlib import Path

from demo import CURRENT_SCHOOL_YEAR, load_sandbox
from suite import Suite, read_environment


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binaries", type=Path, default=None)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of all processes")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    settings = dict(pair.split("=", 1) for pair in options.set)
    run_dir = Path(tempfile.mkdtemp(prefix="ers-suite-", dir="/tmp"))
    suite = Suite(run_dir, binaries=options.binaries, durable=False, environment=CURRENT_SCHOOL_YEAR | settings)
    try:
        suite.start()
        load_sandbox(suite)
        environment = os.environ | read_environment(run_dir / "demo.env") | {"RUN_DIR": str(run_dir)}
        status = subprocess.run(options.command, env=environment).returncode
    finally:
        suite.stop()
        if os.environ.get("KEEP_LOGS"):
            shutil.copytree(suite.logs, os.environ["KEEP_LOGS"], dirs_exist_ok=True)
        shutil.rmtree(run_dir, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())

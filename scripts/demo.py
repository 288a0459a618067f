"""`make demo`: the whole suite with its own data on one machine, until Ctrl-C.

RUN_DIR (default .run) keeps the data between runs; PORT (default 8080) is the web server's; DEMO_EMPTY=1 starts without data;
DEMO_SIZE is tiny (default), district or state.
"""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import load
from suite import BINARIES, ROOT, SERVICES, Suite, SuiteError, read_environment


# The sandbox plays in the school year that ended last, so that none of its results lies in the future.
_today = datetime.date.today()
CURRENT_SCHOOL_YEAR = {"ERS_CURRENT_SCHOOL_YEAR": str(_today.year - (_today.month < 7))}


def load_sandbox(suite: Suite) -> None:
    """Makes the sandbox's data and sends them through the import API, as a test delivery system would."""
    done = suite.run_dir / "sandbox.loaded"
    if done.exists():
        print("the sandbox's data are there from an earlier run")
        return
    data = suite.run_dir / "sandbox-data"
    shutil.rmtree(data, ignore_errors=True)
    size = os.environ.get("DEMO_SIZE", "tiny")
    subprocess.run([suite.binaries / "sandbox-data", str(data), "--size", size], check=True)
    api = load.ImportAPI(read_environment(suite.run_dir / "demo.env"))
    print("loading the sandbox through the import API")
    for entry in load.load_definitions(api, data):
        print(f"  {entry.message or entry.status}")
        if entry.status != "PROCESSED":
            raise SuiteError(f"{entry.name}: {entry.status} {entry.message}")
    started = time.monotonic()
    count, refused = load.load_archives(api, data)
    if refused:
        raise SuiteError(f"results refused, the first: {refused[0].status} {refused[0].message}")
    groups = load.load_groups(api, data)
    if groups and groups.status != "PROCESSED":
        raise SuiteError(f"{groups.name}: {groups.status} {groups.message}")
    print(f"  {count} test results in {time.monotonic() - started:.1f} s")
    done.touch()


def watch(suite: Suite) -> None:
    """Starts a process again when it has died, as a supervisor does in production."""
    died: dict[str, float] = {}
    while True:
        time.sleep(0.5)
        for name in SERVICES:
            process = suite.processes[name]
            if process.poll() is None:
                continue
            pause = 5 if time.monotonic() - died.get(name, 0) < 10 else 0
            print(f"{BINARIES[name]} ended with {process.returncode}; starting it again", flush=True)
            time.sleep(pause)
            died[name] = time.monotonic()
            suite.start_process(name)
        if suite.postgres.process and suite.postgres.process.poll() is not None:
            print("PostgreSQL ended; starting it again", flush=True)
            suite.postgres.start()


def main() -> int:
    run_dir = Path(os.environ.get("RUN_DIR", ROOT / ".run"))
    port = int(os.environ.get("PORT", "8080"))
    binaries = Path(os.environ.get("BINARIES", ROOT / ".build" / "release"))
    empty = os.environ.get("DEMO_EMPTY") == "1"
    suite = Suite(run_dir, port, binaries, environment={} if empty else CURRENT_SCHOOL_YEAR)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        started = time.monotonic()
        suite.start()
        print(f"ready after {time.monotonic() - started:.1f} s; logs in {suite.logs}")
        if not empty:
            load_sandbox(suite)
        print(f"\n    {suite.url}\n\nCtrl-C stops it.", flush=True)
        watch(suite)
    except KeyboardInterrupt:
        print("stopping")
    except (SuiteError, load.LoadError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    finally:
        suite.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The built processes as a whole, with their own PostgreSQL, dying on purpose.

BINARIES names the folder of the built programs (default .build/debug). Seeds are printed with each failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import load  # noqa: E402
from demo import CURRENT_SCHOOL_YEAR  # noqa: E402
from suite import Suite, read_environment  # noqa: E402

BINARIES = Path(os.environ.get("BINARIES", ROOT / ".build" / "debug"))


# What takes longest comes first: two files are run side by side, and neither of them shall wait for the other at the end.
LONGEST = ["faults", "random_kills", "ingest_acceptance", "exports", "embargo_notifications", "webhooks", "verify", "embargo_model",
           "aggregates"]


def pytest_collection_modifyitems(items):
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def sandbox_data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox")
    subprocess.run([BINARIES / "sandbox-data", str(folder), "--students", "4"], check=True)
    return folder


def new_suite(**settings: str) -> Suite:
    run_dir = Path(tempfile.mkdtemp(prefix="ers-test-", dir="/tmp"))
    environment = {"ERS_RATE_LIMITS": "off", **CURRENT_SCHOOL_YEAR, **settings}
    return Suite(run_dir, binaries=BINARIES, durable=True, environment=environment)


@contextmanager
def running():
    """A suite without data, ready; nothing of it is left afterwards."""
    made = new_suite()
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(made.run_dir, ignore_errors=True)


@pytest.fixture
def suite():
    """A suite without data, for one test."""
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def empty():
    """A suite without data, shared by the tests of a file in their order."""
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def api(empty):
    return importer(empty)


@pytest.fixture(scope="module")
def loaded(sandbox_data):
    """A suite with the sandbox's data, shared by the tests of a file."""
    with running() as made:
        api = importer(made)
        assert all(entry.status == "PROCESSED" for entry in load.load_definitions(api, sandbox_data))
        results = load.load_results(api, load.results_in(sandbox_data))
        assert {entry.status for entry in results} == {"PROCESSED"}
        yield made


def importer(suite: Suite) -> load.ImportAPI:
    return load.ImportAPI(read_environment(suite.run_dir / "demo.env"))

"""The built processes as a whole, with their own PostgreSQL, dying on purpose.

BINARIES names the folder of the built programs (default .build/debug). Seeds are printed with each failure.
"""

import os
import shutil
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
from templates import Templates  # noqa: E402

BINARIES = Path(os.environ.get("BINARIES", ROOT / ".build" / "debug"))


# What takes longest comes first: three files are run side by side, and none of them shall wait for the others at the end.
LONGEST = ["faults", "random_kills", "ingest_acceptance", "exports", "embargo_notifications", "webhooks", "verify", "embargo_model",
           "aggregates"]


def pytest_collection_modifyitems(items):
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


TEMPLATES = "ERS_TEST_TEMPLATES"


def pytest_configure():
    if TEMPLATES not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="ers-templates-", dir="/tmp"))
        folder.chmod(0o755)
        os.environ[TEMPLATES] = str(folder)


def pytest_unconfigure(config):
    # Of the workers, who share it, none removes it.
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(TEMPLATES), ignore_errors=True)


def templates() -> Templates:
    return Templates(Path(os.environ[TEMPLATES]), BINARIES)


@pytest.fixture(scope="session")
def sandbox_data() -> Path:
    return templates().sandbox()


def new_suite(data: str = "empty", folder: Path | None = None, **settings: str) -> Suite:
    """A suite that can be started, with the data of a template, or those that its folder has. Whoever starts it discards it.

    A killed process loses nothing that it gave to the kernel, only a dying machine does: so nothing waits for the disk.
    """
    run_dir = folder or Path(tempfile.mkdtemp(prefix="ers-test-", dir="/tmp"))
    if not (run_dir / "postgres").exists():
        templates().copy(data, run_dir)
    return Suite(
        run_dir, binaries=BINARIES, durable=True, postgres_settings={"fsync": "off"}, prepared=True,
        environment={"ERS_RATE_LIMITS": "off", **CURRENT_SCHOOL_YEAR, **settings})


@contextmanager
def running(data: str = "empty", **settings: str):
    """A suite, ready; nothing of it is left afterwards."""
    made = new_suite(data, **settings)
    try:
        made.start()
        yield made
    finally:
        made.discard()


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
def loaded():
    """A suite with the sandbox's data, shared by the tests of a file."""
    with running("loaded") as made:
        yield made


def importer(suite: Suite) -> load.ImportAPI:
    return load.ImportAPI(read_environment(suite.run_dir / "demo.env"))

"""Suites that were filled once and are copied: to install and load one anew takes longer than most tests do."""

import fcntl
import subprocess
from contextlib import contextmanager
from pathlib import Path

import load
from demo import CURRENT_SCHOOL_YEAR
from suite import Suite, read_environment

# Each with the one that it is made from.
MADE_FROM = {"empty": None, "defined": "empty", "loaded": "defined"}


class Templates:
    """Stopped suites in one folder that all workers of a run share, each made when it is first asked for.

    `empty` has its database, keys and schemas; `defined` the sandbox's organizations, subjects, packages, accommodations, students
    and norms besides; `loaded` its results too.
    """

    def __init__(self, folder: Path, binaries: Path):
        self.folder = folder
        self.binaries = binaries

    def copy(self, name: str, to: Path) -> None:
        """Puts what a suite keeps into its folder; it is started as `prepared`."""
        with self._alone():
            self._make(name)
        self._copy(self.folder / name, to)

    def sandbox(self) -> Path:
        """The files of the sandbox, to be sent."""
        with self._alone():
            return self._sandbox()

    @contextmanager
    def _alone(self):
        with open(self.folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sandbox(self) -> Path:
        data = self.folder / "sandbox"
        if not data.exists():
            subprocess.run([self.binaries / "sandbox-data", str(data), "--students", "4"], check=True)
        return data

    def _make(self, name: str) -> None:
        folder, done, before = self.folder / name, self.folder / f"{name}.done", MADE_FROM[name]
        if done.exists():
            return
        if before:
            self._make(before)
            self._copy(self.folder / before, folder)
        suite = Suite(
            folder, binaries=self.binaries, durable=False, prepared=before is not None,
            environment={"ERS_RATE_LIMITS": "off", **CURRENT_SCHOOL_YEAR})
        suite.start()
        try:
            api = load.ImportAPI(read_environment(folder / "demo.env"))
            if name == "defined":
                assert {entry.status for entry in load.load_definitions(api, self._sandbox())} == {"PROCESSED"}
            if name == "loaded":
                results = load.results_in(self._sandbox())
                assert {entry.status for entry in load.load_results(api, results)} == {"PROCESSED"}
        finally:
            suite.stop()
        done.touch()

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        target.mkdir(exist_ok=True)
        # Keeps the owner, who must be PostgreSQL's.
        subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)

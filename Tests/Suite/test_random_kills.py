"""Kills at random under mixed load: nothing acknowledged is lost or doubled, and what is derived equals what it follows from.

Each process, PostgreSQL and the loader is killed as often as any other, give or take one. ERS_KILLS says how many (8 unless given:
each once), ERS_SEED from where, ERS_KILLS_BETWEEN_LOOKS how many come before everything is looked at (4). With ERS_KILLS_IN a folder
is kept and a later run goes on with the suite in it, so that a thousand kills may be had in batches.
"""

import collections
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import load
from browse import BrowseError, Visitor
from conftest import importer, new_suite, running
from loader import marked, read_journal
from suite import SERVICES, Suite
from verify import verify

KILLS = int(os.environ.get("ERS_KILLS", "8"))
VICTIMS = [*SERVICES, "PostgreSQL", "loader"]
BETWEEN_LOOKS = int(os.environ.get("ERS_KILLS_BETWEEN_LOOKS", "4"))


def distinct(results: list[tuple[str, bytes]], mark: str) -> list[tuple[str, bytes]]:
    """The same results as other opportunities of the same students."""
    return [(f"{mark}-{name}", marked(body, mark)) for name, body in results]


class Load:
    """A loader in a process of its own, and a reader, until they are stopped."""

    def __init__(self, suite: Suite, data: Path, journal: Path, seed: int):
        self.suite, self.url, self.journal = suite, suite.url, journal
        self.command = [sys.executable, Path(__file__).with_name("loader.py"), suite.run_dir / "demo.env", data, journal, str(seed)]
        self.loader: subprocess.Popen | None = None
        self.reads = self.refusals = 0
        self.stopped = threading.Event()
        self.reader = threading.Thread(target=self.read)

    def start_loader(self) -> None:
        self.loader = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        while not (self.journal.exists() and f"\nB {self.loader.pid}\n" in self.journal.read_text()):
            assert self.loader.poll() is None, "the loader does not start"
            time.sleep(0.01)

    def kill_loader(self) -> None:
        self.loader.kill()
        self.loader.wait(30)
        self.start_loader()

    def acknowledged(self) -> list[load.Import]:
        """What the loader was told, as it stands when all of it has been carried out."""
        sent, imports = read_journal(self.journal)
        assert sent == set(imports), "the loader ended before everything was acknowledged"
        api = importer(self.suite)
        with ThreadPoolExecutor(6) as pool:
            return list(pool.map(lambda e: api.wait(load.Import(e[0][1], e[1], "ACCEPTED", None), 180), imports.items()))

    def read(self) -> None:
        """Pages are right or refused; never wrong, and never stay refused (checked afterwards)."""
        visitor = None
        while not self.stopped.is_set():
            try:
                visitor = visitor or Visitor(self.url, "District Admin")
                school = visitor.schools()[0]["id"]
                panels = visitor.get(f"/api/v1/schools/{school}/results", grade="03", year=visitor.session["currentSchoolYear"])
                assert all(p["overall"]["results"] <= p["examCount"] for p in panels["results"])
                self.reads += 1
            except BrowseError as refused:
                self.refusals += 1
                assert refused.status in (401, 404, 429, 502, 503, 504), refused
                visitor = None if refused.status == 401 else visitor
                time.sleep(0.05)

    def __enter__(self) -> "Load":
        self.start_loader()
        self.reader.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        self.loader.terminate()
        try:
            assert self.loader.wait(300) == 0, "the loader failed"
        finally:
            self.loader.kill()
        self.reader.join(150)
        assert not self.reader.is_alive()


def kill(suite: Suite, victim: str, under_load: Load, choose: random.Random) -> tuple[str, float]:
    """Who, and how long until everything was ready again."""
    time.sleep(choose.uniform(0.05, 0.6))
    if victim == "PostgreSQL":
        # SIGQUIT: an immediate shutdown, as after a crash; the next start recovers from the log.
        suite.postgres.stop(signal.SIGQUIT)
        suite.postgres.start()
    elif victim == "loader":
        under_load.kill_loader()
    else:
        suite.kill(victim, signal.SIGKILL)
        suite.start_process(victim)
    began = time.monotonic()
    suite.wait_until_ready()
    return victim, time.monotonic() - began


def exams_of(visitor: Visitor) -> list[tuple[str, str]]:
    found = []
    for school in visitor.schools():
        for panel in visitor.panels(school):
            scored = [e["overall"] for e in panel["exams"] if e["overall"]["scaleScore"] is not None and e["overall"]["level"]]
            assert panel["overall"]["results"] == len(scored)
            counts = collections.Counter(s["level"] for s in scored)
            assert panel["overall"]["levelCounts"] == [counts[i + 1] for i in range(len(panel["overall"]["levelCounts"]))]
            if scored:
                mean = sum(s["scaleScore"] for s in scored) / len(scored)
                assert abs(panel["overall"]["average"] - mean) < 1e-6
            found += [(panel["assessment"]["naturalId"], e["opportunityId"]) for e in panel["exams"]]
    return found


def check(suite: Suite, sent: list[load.Import], before: int) -> int:
    """Everything acknowledged is there once. Answers how many exams there are."""
    assert {entry.status for entry in sent} == {"PROCESSED"}
    assert len({entry.id for entry in sent}) == len(sent), "the same payload became two imports"
    now = int(suite.postgres.query("SELECT count(*) FROM results.exam WHERE NOT deleted", "ers"))
    assert now == before + len(sent)
    assert suite.postgres.query("SELECT count(*) FROM results.exam_history", "ers") == "0", "a result was stored twice"
    assert suite.postgres.query("SELECT count(*) FROM results.import_queue", "ers") == "0"
    # The same through the public API, with the numbers of the pages made again by hand.
    found = exams_of(Visitor(suite.url))
    assert len(found) == len(set(found)) == now
    status, lines = verify(suite)
    assert status == 0, lines
    return now


def test_random_kills_lose_and_double_nothing(sandbox_data, tmp_path):
    seed = int(os.environ.get("ERS_SEED", random.randrange(1 << 30)))
    print(f"ERS_SEED={seed} ERS_KILLS={KILLS}")
    choose = random.Random(seed)
    kept = os.environ.get("ERS_KILLS_IN")
    suite = new_suite("defined", Path(kept) if kept else None)
    suite.start()
    try:
        exams = int(suite.postgres.query("SELECT count(*) FROM results.exam WHERE NOT deleted", "ers"))
        killed: list[tuple[str, float]] = []
        order = [victim for _ in range(-(-KILLS // len(VICTIMS))) for victim in choose.sample(VICTIMS, len(VICTIMS))]
        while len(killed) < KILLS:
            under_load = Load(suite, sandbox_data, tmp_path / f"journal-{len(killed)}", choose.randrange(1 << 30))
            with under_load:
                for _ in range(min(BETWEEN_LOOKS, KILLS - len(killed))):
                    killed.append(kill(suite, order[len(killed)], under_load, choose))
            exams = check(suite, under_load.acknowledged(), exams)
            print(f"{len(killed)} kills, {exams} exams, {under_load.reads} pages read, {under_load.refusals} refused, "
                  f"longest until ready {max(seconds for _, seconds in killed):.1f} s", flush=True)
    finally:
        suite.stop() if kept else suite.discard()


def test_a_zip_that_is_taken_apart_survives_kills(sandbox_data, tmp_path):
    """Every file of a zip is there exactly once, whenever ResultsSvc dies; another process goes on when the lease has ended."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)
    results = load.results_in(sandbox_data)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in results:
            archive.writestr(name, body)
    with running("defined") as suite:
        api = importer(suite)
        sent = api.form("exams", path.name, path.read_bytes(), "application/zip")
        for _ in range(3):
            time.sleep(moments.uniform(0.05, 0.3))
            suite.kill("results", signal.SIGKILL)
            suite.start_process("results")
        suite.wait_until_ready()
        done = api.wait(sent, 120)
        assert (done.status, done.message) == ("PROCESSED", f"Files received: {len(results)}, known before: 0, passed over: 0")
        check(suite, load.zip_files(api, done), 0)

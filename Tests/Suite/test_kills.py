"""Whatever is killed during an import: what was acknowledged is there exactly once, and the derived numbers are right."""

import collections
import random
import signal
import threading
import time
import zipfile

import load
import pytest
from browse import Visitor
from conftest import importer
from suite import SERVICES


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


def send_while(suite, sandbox_data, disturb) -> list[load.Import]:
    """Sends all results with eight clients while `disturb` runs; answers the acknowledged imports."""
    api = importer(suite)
    load.load_definitions(api, sandbox_data)
    results = load.results_in(sandbox_data)
    sent: list[load.Import] = []

    def send():
        sent.extend(load.load_results(api, results, clients=8, retry_for=60))

    sending = threading.Thread(target=send)
    sending.start()
    disturb()
    sending.join(240)
    assert not sending.is_alive(), "the results were not taken"
    return sent


def check(suite, sent, sandbox_data) -> None:
    results = load.results_in(sandbox_data)
    assert len(sent) == len(results)
    assert {entry.status for entry in sent} == {"PROCESSED"}
    assert len({entry.id for entry in sent}) == len(results), "the same payload became two imports"
    found = exams_of(Visitor(suite.url))
    assert len(found) == len(set(found)) == len(results)
    assert suite.postgres.query("SELECT count(*) FROM results.import_queue", "ers") == "0"
    assert suite.postgres.query("SELECT count(*) FROM results.exam_history", "ers") == "0", "a result was stored twice"


@pytest.mark.parametrize("victim", SERVICES)
def test_a_killed_process_loses_and_doubles_nothing(suite, sandbox_data, victim):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)

    def disturb():
        for _ in range(2):
            time.sleep(moments.uniform(0.2, 0.8))
            suite.kill(victim, signal.SIGKILL)
            suite.start_process(victim)

    sent = send_while(suite, sandbox_data, disturb)
    suite.wait_until_ready()
    check(suite, sent, sandbox_data)


def test_a_killed_postgres_loses_and_doubles_nothing(suite, sandbox_data):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)

    def disturb():
        for _ in range(2):
            time.sleep(moments.uniform(0.3, 0.9))
            # SIGQUIT: an immediate shutdown, as after a crash; the next start recovers from the log.
            suite.postgres.stop(signal.SIGQUIT)
            suite.postgres.start()

    sent = send_while(suite, sandbox_data, disturb)
    suite.wait_until_ready()
    check(suite, sent, sandbox_data)


def test_processes_start_in_any_order(suite):
    for name in SERVICES:
        suite.kill(name, signal.SIGTERM)
    order = list(SERVICES)
    random.Random(7).shuffle(order)
    for name in order:
        suite.start_process(name)
        time.sleep(0.1)
    suite.wait_until_ready()


def test_a_stop_is_graceful(suite):
    for name in SERVICES:
        process = suite.processes[name]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, name


def test_a_zip_that_is_taken_apart_survives_kills(suite, sandbox_data, tmp_path):
    """Every file of a zip is there exactly once, whenever ResultsSvc dies; another process goes on when the lease has ended."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)
    api = importer(suite)
    load.load_definitions(api, sandbox_data)
    results = load.results_in(sandbox_data)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in results:
            archive.writestr(name, body)
    sent = api.form("exams", path.name, path.read_bytes(), "application/zip")
    for _ in range(3):
        time.sleep(moments.uniform(0.05, 0.3))
        suite.kill("results", signal.SIGKILL)
        suite.start_process("results")
    suite.wait_until_ready()
    done = api.wait(sent, 120)
    assert (done.status, done.message) == ("PROCESSED", f"Files received: {len(results)}, known before: 0, passed over: 0")
    check(suite, load.zip_files(api, done), sandbox_data)

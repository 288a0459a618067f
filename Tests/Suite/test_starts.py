"""How the processes of a suite start and stop. What a kill may not do is in test_random_kills.py."""

import random
import signal
import time

from suite import SERVICES


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

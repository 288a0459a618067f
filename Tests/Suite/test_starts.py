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

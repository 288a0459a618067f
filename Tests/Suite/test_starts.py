"""How the processes of a suite start and stop. What a kill may not do is in test_random_kills.py."""

import http.client
import random
import signal
import time

from browse import Visitor
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
    """A page that listens for news does not keep the gateway: it is let go of, and asks the next one."""
    visitor = Visitor(suite.url, "State Admin")
    page = http.client.HTTPConnection(visitor.address.hostname, visitor.address.port, timeout=60)
    page.request("GET", "/api/v1/embargo/events", headers={"Cookie": visitor.cookie})
    events = page.getresponse()
    assert events.status == 200
    assert events.readline()
    for name in ("gateway", *(name for name in SERVICES if name != "gateway")):
        process = suite.processes[name]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, name
    assert b"event: position" in events.read(), "the stream ends as it should, after what was told"

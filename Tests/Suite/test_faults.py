"""What the suite does when the machine or the network under it fails. docs/faults.md says the same in words.

Nothing acknowledged is lost or doubled, what cannot be done is refused with a reason, and everything goes on by itself when
the fault is over.
"""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import load
import pytest
from browse import BrowseError, Visitor
from conftest import importer, new_suite
from faults import Faults, Relay, with_faults
from test_embargo_everywhere import put, types_on_every_path
from test_random_kills import check, distinct
from verify import verify

# What a page or a call answers while something that it needs is away. A client may ask again.
NOT_NOW = load.NOT_NOW


@pytest.fixture(scope="module")
def faulty():
    """A suite with the sandbox's data, whose PostgreSQL, ResultsSvc and IdentitySvc feel the faults; and the faults.

    ResultsSvc reaches EmbargoSvc, and the gateway ResultsSvc, through relays.
    """
    faults = Faults()
    suite = new_suite("loaded")
    # Here the disk is looked at.
    suite.postgres.settings = {}
    relays = {"embargo": suite.sockets / "embargo-relay.sock", "results": suite.sockets / "results-relay.sock"}
    suite.own["results"] = {"ERS_EMBARGO_URLS": f"ipc://{relays['embargo']}"}
    suite.own["gateway"] = {"ERS_RESULTS_URLS": f"ipc://{relays['results']}"}
    with_faults(suite, faults, "postgres", "results", "identity")
    suite.relays = {name: Relay(path, suite.bus / f"{name}.sock") for name, path in relays.items()}
    suite.start()
    yield suite, faults
    for relay in suite.relays.values():
        relay.close()
    suite.discard()
    faults.close()


def exams(suite) -> int:
    return int(suite.postgres.query("SELECT count(*) FROM results.exam WHERE NOT deleted", "ers"))


def refusal(ask) -> int:
    """The status with which something is refused; 0 when it is not."""
    try:
        ask()
        return 0
    except BrowseError as refused:
        return refused.status


def eventually(what: str, holds) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def page(visitor: Visitor) -> dict:
    school = next(s for s in visitor.schools() if s["name"] == "Demo Elementary School")
    return visitor.get(f"/api/v1/schools/{school['id']}/results", grade="03", year=visitor.session["currentSchoolYear"])


def others(visitor: Visitor) -> dict:
    """Something that neither ResultsSvc nor a record of who looked is needed for."""
    return visitor.get("/api/v1/aggregate/options")


def test_a_full_disk_refuses_new_results_and_keeps_what_was_acknowledged(faulty, sandbox_data):
    suite, faults = faulty
    api, before = importer(suite), exams(suite)
    results = load.results_in(sandbox_data)
    sent, refused = [], None
    visitor = Visitor(suite.url, "District Admin")
    with faults.having("disk-full"):
        # Until the free space inside the files is used up.
        for i in range(200):
            for name, body in distinct(results, f"full{i}")[:400]:
                try:
                    sent.append(api.post("exams", name, body, "application/xml"))
                except load.LoadError as error:
                    refused = (name, body, str(error))
                    break
            if refused:
                break
        assert refused, "a full disk is not noticed"
        assert " 503 " in refused[2], refused[2]
        # Who looks at a student's results is recorded, and without room for the record nobody looks.
        assert refusal(lambda: page(visitor)) in (0, 503)
        assert others(visitor), "other reading goes on"
    eventually("ready again", lambda: suite.readiness()[0] == 200)
    sent.append(api.post("exams", refused[0], refused[1], "application/xml", retry_for=60))
    done = [api.wait(entry, 180) for entry in sent]
    check(suite, done, before)


def test_a_stalled_disk_acknowledges_nothing_and_a_second_try_doubles_nothing(faulty, sandbox_data):
    suite, faults = faulty
    api, before = importer(suite), exams(suite)
    batch = distinct(load.results_in(sandbox_data), "stalled")[:20]
    visitor = Visitor(suite.url, "District Admin")
    answers = []

    def send() -> None:
        for name, body in batch:
            try:
                answers.append(api.post("exams", name, body, "application/xml"))
            except load.LoadError as error:
                answers.append(error)
                return

    with faults.having("disk-stalled"):
        sender = threading.Thread(target=send)
        sender.start()
        sender.join(60)
        assert not sender.is_alive(), "a call waits longer than its budget"
        assert isinstance(answers[-1], load.LoadError) and len(answers) == 1, answers
        assert " 503 " in str(answers[-1]) or " 504 " in str(answers[-1]), answers
        # Reading is recorded, and a session notes when it was last used: such pages wait too, as long as their budget lets them.
        assert refusal(lambda: page(visitor)) in (0, 503, 504)
    eventually("ready again", lambda: suite.readiness()[0] == 200)
    done = [api.wait(api.post("exams", name, body, "application/xml", retry_for=60), 120) for name, body in batch]
    check(suite, done, before)


def test_no_connections_left_is_not_now_and_heals(faulty, sandbox_data):
    suite, _ = faulty
    visitor = Visitor(suite.url, "District Admin")
    assert page(visitor)["results"]
    query = suite.postgres.query
    query("ALTER ROLE results CONNECTION LIMIT 0; ALTER ROLE results_reader CONNECTION LIMIT 0")
    try:
        query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('results', 'results_reader')")
        eventually("the page notices", lambda: refusal(lambda: page(visitor)) in NOT_NOW)
        eventually("readiness notices", lambda: suite.readiness()[0] == 503)
        assert "database" in suite.readiness()[1]
        with pytest.raises(load.LoadError, match=" 503 "):
            name, body = load.results_in(sandbox_data)[0]
            importer(suite).post("exams", name, body + b" ", "application/xml")
        # The other services are not concerned.
        assert others(visitor)
    finally:
        query("ALTER ROLE results CONNECTION LIMIT -1; ALTER ROLE results_reader CONNECTION LIMIT -1")
    eventually("ready again", lambda: suite.readiness()[0] == 200)
    assert page(visitor)["results"]


def test_a_partition_between_results_and_embargo_hides_summatives_until_it_ends(faulty):
    suite, _ = faulty
    state = Visitor(suite.url, "State Admin")
    put(state, "state", "released")
    eventually("released", lambda: "sum" in types_on_every_path(state)["results"])
    with suite.relays["embargo"].cut():
        eventually("hidden", lambda: page(state).get("notice") == "withheld")
        for shown in types_on_every_path(state).values():
            assert "sum" not in shown and shown, "interims stay"
        # A change that ResultsSvc cannot hear of.
        assert put(state, "state", "embargoed")["changed"]
    school = Visitor(suite.url, "School Admin")
    eventually("heard", lambda: page(state).get("notice") == "preview")
    assert all("sum" not in shown for shown in types_on_every_path(school).values())


def test_a_partition_between_gateway_and_results_refuses_in_time_and_leaves_the_rest_alone(faulty, sandbox_data):
    suite, _ = faulty
    visitor = Visitor(suite.url, "District Admin")
    api, before = importer(suite), exams(suite)
    name, body = distinct(load.results_in(sandbox_data), "parted")[0]
    with suite.relays["results"].cut(), ThreadPoolExecutor() as pool:
        seen = pool.submit(refusal, lambda: page(visitor))
        sent = pool.submit(api.post, "exams", name, body, "application/xml")
        assert others(visitor)
        assert seen.result() in (503, 504)
        with pytest.raises(load.LoadError, match=" 50[34] "):
            sent.result()
    # What was sent into the silence arrives now; sent again it is the same import.
    eventually("the page comes back", lambda: refusal(lambda: page(visitor)) == 0)
    check(suite, [api.wait(api.post("exams", name, body, "application/xml", retry_for=60), 60)], before)


@pytest.mark.parametrize("seconds", [600, -600, 86_400])
def test_a_process_whose_wall_clock_is_wrong_is_not_believed_and_heals(faulty, seconds):
    """Tokens of other processes are expired or from the future to it: it refuses, and nobody is logged off."""
    suite, faults = faulty
    suite.own["identity"].pop("LD_PRELOAD", None)
    suite.kill("identity", signal.SIGTERM)
    suite.start_process("identity")
    suite.wait_until_ready()
    visitor = Visitor(suite.url, "District Admin")
    assert page(visitor)["results"]
    with faults.having("wall-clock", str(seconds)):
        # PostgreSQL and ResultsSvc are wrong, the other processes right.
        eventually("refused", lambda: refusal(lambda: page(visitor)) in NOT_NOW)
        assert refusal(lambda: page(visitor)) in NOT_NOW, "not logged off"
    eventually("answered again", lambda: refusal(lambda: page(visitor)) == 0)
    assert verify(suite)[0] == 0


def test_a_clock_that_jumps_for_everybody_logs_off_at_most(faulty, sandbox_data):
    """The machine's clock is set by hours, forward and back: imports go on, the embargo stays, a visitor may have to enter again."""
    suite, faults = faulty
    with_faults(suite, faults, "identity", "results", "gateway", "group", "aggregate", "embargo")
    for name in ("identity", "results", "gateway", "group", "aggregate", "embargo"):
        suite.kill(name, signal.SIGTERM)
        suite.start_process(name)
    suite.wait_until_ready()
    results = load.results_in(sandbox_data)
    for hours in (3, -3):
        before = exams(suite)
        with faults.having("wall-clock", str(hours * 3600)):
            eventually("ready", lambda: suite.readiness()[0] == 200)
            api = importer(suite)
            batch = distinct(results, f"jump{hours}")[:20]
            check(suite, [api.wait(api.post("exams", n, b, "application/xml", retry_for=60), 60) for n, b in batch], before)
            school = Visitor(suite.url, "School Admin")
            assert all("sum" not in shown for shown in types_on_every_path(school).values())
        eventually("ready", lambda: suite.readiness()[0] == 200)
        assert page(Visitor(suite.url, "District Admin"))["results"]

"""Webhooks of the embargoes: signed, in order, nothing lost, whatever the receiver, EmbargoSvc or its database does."""

import http.client
import http.server
import json
import signal
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import jsonschema_rs
import pytest
from browse import Visitor
from conftest import ROOT, running
from suite import free_port
from test_asyncapi import DOCUMENT, resolve
from test_embargo_everywhere import put
from test_embargo_notifications import Authority
from test_restore import tool

SECRET = "not a secret outside this test, and long enough"
PATIENCE = 60


class Trial(http.server.BaseHTTPRequestHandler):
    """A receiver that misbehaves on demand and keeps what it was sent."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((dict(self.headers.items()), body))
        match self.server.mode:
            case "slow":
                self.server.wait.wait(30)
            case "redirect":
                self.send_response(307)
                self.send_header("Location", self.server.elsewhere)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            case "endless":
                self.send_response(200)
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b"x" * 65536)
                except OSError:
                    return
        try:
            self.send_response(500 if self.server.mode == "error" else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    def log_message(self, *_):
        pass


class TrialServer:
    def __init__(self, certificate: tuple[Path, Path] | None = None):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trial)
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.http.requests, self.http.mode, self.http.elsewhere, self.http.wait = [], "well", "", threading.Event()
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def requests(self):
        return self.http.requests


class Example:
    """The receiver that we ship, as a process of its own."""

    def __init__(self, folder: Path, secret: Path):
        self.port, self.journal, self.secret = free_port(), folder / "journal.jsonl", secret
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "docs" / "embargo_webhook.py", str(self.port), str(self.secret), str(self.journal)])

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait(20)

    def lines(self) -> list[dict]:
        content = self.journal.read_bytes() if self.journal.exists() else b""
        return [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]


def until(condition, what: str):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture(scope="module")
def hooked(tmp_path_factory):
    """A suite with five webhooks, and their receivers."""
    folder = tmp_path_factory.mktemp("webhooks")
    secret = folder / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    example, trial, elsewhere = Example(folder, secret), TrialServer(), TrialServer()
    trial.http.elsewhere = f"http://127.0.0.1:{elsewhere.port}/"
    hooks = folder / "webhooks.json"
    hooks.write_text(json.dumps([
        {"name": name, "url": url, "secretFile": str(secret)} for name, url in {
            "example": f"http://127.0.0.1:{example.port}/embargo",
            "trial": f"http://localhost:{trial.port}/?of=district",
            "wrong-name": "http://no-such-host.invalid/",
        }.items()]))
    settings = {
        "ERS_WEBHOOKS_FILE": str(hooks), "ERS_WEBHOOK_HOSTS": "127.0.0.1 localhost no-such-host.invalid",
        "ERS_WEBHOOKS_ALLOW_HTTP": "true", "ERS_WEBHOOKS_ALLOW_PRIVATE": "true"}
    with running("defined", **settings) as made:
        example.start()
        yield made, example, trial, elsewhere
        example.stop()


def head(suite) -> int:
    return int(suite.postgres.query("SELECT coalesce(max(sequence), 0) FROM embargo.notification", "ers"))


def row(suite, hook: str, columns: str) -> list[str]:
    return suite.postgres.query(f"SELECT {columns} FROM embargo.webhook WHERE name = '{hook}'", "ers").split("|")


def hurry(suite):
    """What was put off is due now: no test waits for minutes."""
    suite.postgres.query("UPDATE embargo.webhook SET due = now()", "ers")


def change(visitor: Visitor, times: int):
    for number in range(times):
        value = put(visitor, "state", "released" if number % 2 == 0 else "embargoed")
        assert value["changed"]


def taken(lines: list[dict], epoch: str | None = None) -> list[int]:
    return [line["sequence"] for line in lines if "begins" not in line and epoch in (None, line["epoch"])]


def test_every_change_is_told_once_and_in_order_as_the_document_says(hooked):
    suite, example, trial, _ = hooked
    state = Visitor(suite.url, "State Admin")
    put(state, "state", "embargoed")
    change(state, 4)
    until(lambda: taken(example.lines())[-1:] == [head(suite)], "the example is not told everything")
    assert taken(example.lines()) == list(range(1, head(suite) + 1))
    until(lambda: int(row(suite, "trial", "sequence")[0]) == head(suite), "the trial is not told everything")
    message = resolve(DOCUMENT["channels"]["webhook"]["messages"]["changes"])
    for headers, body in trial.requests:
        told = json.loads(body)
        jsonschema_rs.validate(DOCUMENT["components"]["schemas"]["webhook"], json.loads(body))
        for one in told["changes"]:
            jsonschema_rs.validate(DOCUMENT["components"]["schemas"]["change"], one)
        assert {"ERS-Timestamp", "ERS-Signature"} <= set(headers)
        assert set(message["headers"]["required"]) <= set(headers)
        assert SECRET not in body.decode()
    # What was set is what is told, from EmbargoSvc's own log.
    rows = suite.postgres.query(
        "SELECT CASE value WHEN 1 THEN 'embargoed' ELSE 'released' END FROM embargo.notification ORDER BY sequence", "ers")
    assert [line["value"] for line in example.lines() if "begins" not in line] == rows.splitlines()


def test_a_receiver_that_is_down_answers_500_redirects_or_never_ends_loses_nothing_and_holds_up_nobody(hooked):
    suite, example, trial, elsewhere = hooked
    state = Visitor(suite.url, "State Admin")
    put(state, "state", "embargoed")
    for mode, problem in [
        ("error", "the receiver did not answer 2xx"), ("redirect", "the receiver answered with a redirect"),
        ("slow", "no answer in time")]:
        trial.http.mode = mode
        change(state, 2)
        # The others hear of it while this one does not take it.
        until(lambda: taken(example.lines())[-1:] == [head(suite)], f"the example waits for one that is {mode}")
        until(lambda: row(suite, "trial", "problem")[0] == problem, f"{mode}: {row(suite, 'trial', '*')}")
        assert int(row(suite, "trial", "failures")[0]) >= 1
        trial.http.mode = "well"
        trial.http.wait.set()
        hurry(suite)
        until(lambda: int(row(suite, "trial", "sequence")[0]) == head(suite), f"not told after {mode}")
        assert row(suite, "trial", "failures, problem") == ["0", ""]
        trial.http.wait.clear()
    assert not elsewhere.requests, "a redirect was followed"
    # An answer without an end is not read.
    trial.http.mode = "endless"
    change(state, 2)
    until(lambda: int(row(suite, "trial", "sequence")[0]) == head(suite), "an answer without an end is waited for")
    trial.http.mode = "well"
    # Down for a while, then told what it missed in one go.
    example.stop()
    change(state, 4)
    until(lambda: row(suite, "example", "problem")[0] == "no answer in time", "it is down")
    example.start()
    until(lambda: (hurry(suite), taken(example.lines())[-1:] == [head(suite)])[1], "not told after it was down")
    assert taken(example.lines()) == list(range(1, head(suite) + 1))
    # A name that leads nowhere waits for itself.
    assert row(suite, "wrong-name", "problem, sequence") == ["no such host", "0"]


def test_EmbargoSvc_is_killed_in_between_and_nothing_is_lost(hooked):
    suite, example, trial, _ = hooked
    state = Visitor(suite.url, "State Admin")
    put(state, "state", "embargoed")
    for _ in range(3):
        trial.http.mode = "error"
        change(state, 2)
        suite.kill("embargo", signal.SIGKILL)
        suite.start_process("embargo")
        suite.wait_until_ready()
        trial.http.mode = "well"
        # The lease of the process that died has run out meanwhile.
        suite.postgres.query("UPDATE embargo.webhook SET lease_ends = now()", "ers")
        until(
            lambda: (hurry(suite), int(row(suite, "trial", "sequence")[0]) == head(suite))[1],
            "not told after EmbargoSvc died")
    until(lambda: taken(example.lines())[-1:] == [head(suite)], "the example is not told everything")
    assert taken(example.lines()) == list(range(1, head(suite) + 1))


def test_a_request_that_was_changed_recorded_or_signed_by_somebody_else_is_refused_by_the_example(hooked):
    suite, example, trial, _ = hooked
    headers, body = next(one for one in reversed(trial.requests) if b'"released"' in one[1])
    before = example.lines()

    def post(body: bytes, **change: str) -> int:
        sent = {name: headers[name] for name in ("ERS-Timestamp", "ERS-Signature")} | {
            name.replace("_", "-"): value for name, value in change.items()}
        connection = http.client.HTTPConnection("127.0.0.1", example.port, timeout=20)
        connection.request("POST", "/embargo", body, sent)
        status = connection.getresponse().status
        connection.close()
        return status

    assert post(body) == 204, "a repeat is taken and changes nothing"
    assert post(body.replace(b"released", b"embargoed")) == 401
    assert post(body, ERS_Timestamp=str(int(headers["ERS-Timestamp"]) + 1)) == 401
    assert post(body, ERS_Timestamp="²") == 401
    assert post(body, ERS_Signature="v1=" + "0" * 64) == 401
    assert post(body, ERS_Signature="") == 401
    assert example.lines() == before


def test_a_restored_database_tells_everything_again_in_a_new_epoch(hooked):
    suite, example, trial, _ = hooked
    state = Visitor(suite.url, "State Admin")
    put(state, "state", "embargoed")
    backup = tool(suite, "pg_dump", "--schema=embargo", "--clean", "--if-exists", "ers")
    change(state, 2)
    until(lambda: taken(example.lines())[-1:] == [head(suite)], "told before the restore")
    old = example.lines()[-1]["epoch"]
    tool(suite, "psql", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "ers", read=backup)
    restored = head(suite)
    until(lambda: example.lines()[-1]["epoch"] != old and example.lines()[-1]["sequence"] == restored, "told again")
    new = example.lines()[-1]["epoch"]
    assert taken(example.lines(), new) == list(range(1, restored + 1))


def test_addresses_of_private_networks_are_refused_unless_a_setting_permits_them(tmp_path):
    trial = TrialServer()
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    hooks = tmp_path / "webhooks.json"
    names = {
        "loopback": f"http://127.0.0.1:{trial.port}/", "by-name": f"http://localhost:{trial.port}/",
        "short": f"http://127.1:{trial.port}/", "number": f"http://2130706433:{trial.port}/",
        "mapped": f"http://[::ffff:127.0.0.1]:{trial.port}/", "metadata": "http://169.254.169.254/latest/"}
    hooks.write_text(json.dumps(
        [{"name": name, "url": url, "secretFile": str(secret)} for name, url in names.items()]))
    settings = {
        "ERS_WEBHOOKS_FILE": str(hooks), "ERS_WEBHOOKS_ALLOW_HTTP": "true",
        "ERS_WEBHOOK_HOSTS": "127.0.0.1 localhost 127.1 2130706433 [::ffff:127.0.0.1] 169.254.169.254"}
    with running("defined", **settings) as suite:
        put(Visitor(suite.url, "State Admin"), "state", "released")
        for name in names:
            until(lambda: row(suite, name, "problem")[0] != "", f"{name} was not tried")
            assert row(suite, name, "problem, sequence") == ["its address is not public", "0"], name
        assert not trial.requests


def test_over_tls_only_a_receiver_whose_certificate_is_trusted_and_has_its_name_is_told(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    ours, foreign = Authority(tmp_path, "ours"), Authority(tmp_path, "foreign")
    certificates = {
        "trusted": ours.issue("localhost"), "of-a-stranger": foreign.issue("localhost"),
        "of-another-name": ours.issue("elsewhere.example.org")}
    trials = {name: TrialServer(certificate) for name, certificate in certificates.items()}
    trials["without-tls"] = TrialServer()
    hooks = tmp_path / "webhooks.json"
    hooks.write_text(json.dumps(
        [{"name": name, "url": f"https://localhost:{trial.port}/", "secretFile": str(secret)} for name, trial in trials.items()]))
    settings = {
        "ERS_WEBHOOKS_FILE": str(hooks), "ERS_WEBHOOK_HOSTS": "localhost", "ERS_WEBHOOKS_ALLOW_PRIVATE": "true",
        "ERS_WEBHOOKS_CA_FILE": str(ours.pem)}
    with running("defined", **settings) as suite:
        put(Visitor(suite.url, "State Admin"), "state", "released")
        until(lambda: int(row(suite, "trusted", "sequence")[0]) == head(suite), row(suite, "trusted", "problem"))
        assert trials["trusted"].requests
        for name in trials.keys() - {"trusted"}:
            until(lambda: row(suite, name, "problem")[0] != "", f"{name} was not tried")
            assert row(suite, name, "problem, sequence") == ["no TLS connection whose certificate is trusted", "0"], name
            assert not trials[name].requests, name

"""Programs outside the suite follow the embargoes: refused without the right credentials, told everything with them.

Whatever happens to a subscriber or to EmbargoSvc, the subscriber ends with the full history in order and no change twice
(DESIGN §3, docs/embargo-notifications.md). Both subscribers that we ship are held to it: `ers embargo watch` and the
example in Python.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pynng
import pytest
from browse import BrowseError, Visitor
from conftest import BINARIES, ROOT, running
from faults import Relay
from suite import BINARIES as PROGRAMS
from suite import free_port, read_environment

SUBSCRIBERS = ["ers", "python"]
PATIENCE = 60


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    subprocess.run(
        ["protoc", "-I", ROOT / "proto", f"--python_out={folder}"]
        + [ROOT / "proto" / f"{name}.proto" for name in ("options", "events", "rpc")], check=True)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def told():
    """A suite with organizations and nobody's results."""
    with running("defined") as made:
        yield made


class Watching:
    """One subscriber, with a journal that outlives it."""

    def __init__(self, kind: str, suite, generated: Path, journal: Path, **environment: str):
        self.command = {
            "ers": [BINARIES / "ers", "embargo", "watch", "--journal", journal],
            "python": [sys.executable, ROOT / "docs" / "embargo_watch.py", journal],
        }[kind]
        self.environment = os.environ | read_environment(suite.run_dir / "demo.env") | {
            "PYTHONPATH": str(generated)} | environment
        self.journal = journal
        self.process: subprocess.Popen | None = None

    def start(self) -> "Watching":
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return self

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def __enter__(self) -> "Watching":
        return self.start()

    def __exit__(self, *_) -> None:
        self.kill()

    def lines(self) -> list[dict]:
        if not self.journal.exists():
            return []
        content = self.journal.read_bytes()
        return [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]

    def wait_for(self, head: int) -> list[dict]:
        """The lines, once the last one is that of `head`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            lines = self.lines()
            if lines and lines[-1]["sequence"] >= head:
                return lines
            assert self.process and self.process.poll() is None, self.process.stderr.read().decode()
            assert time.monotonic() < deadline, f"at {lines[-1:]} of {head}"
            time.sleep(0.02)


def history(suite) -> list[dict]:
    """What really happened, from EmbargoSvc's own record."""
    rows = suite.postgres.query(
        """SELECT json_agg(json_build_object('schoolYear', h.school_year, 'level',
                      CASE h.district_id WHEN 0 THEN 'state' ELSE 'district' END,
                      'naturalId', CASE h.district_id WHEN 0 THEN 'CA' ELSE d.natural_id END,
                      'kind', CASE h.kind WHEN 1 THEN 'individual' ELSE 'aggregate' END,
                      'value', CASE h.new_value WHEN 1 THEN 'embargoed' ELSE 'released' END,
                      'atMicroseconds', (extract(epoch FROM h.at) * 1000000)::bigint) ORDER BY h.id)
             FROM embargo.history h LEFT JOIN identity.organization d ON d.id = h.district_id""", "ers")
    return json.loads(rows) if rows else []


def head(suite) -> int:
    return int(suite.postgres.query("SELECT coalesce(max(sequence), 0) FROM embargo.notification", "ers"))


def change(visitor: Visitor, times: int, kind: str = "individual") -> None:
    """Sets the State's value that many times to the one it does not have; whoever is away is waited for."""
    year = visitor.session["currentSchoolYear"]
    for _ in range(times):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                cell = visitor.get("/api/v1/embargo", year=year)["state"]["cells"][kind]
                value = "released" if cell["effective"] == "embargoed" else "embargoed"
                visitor.put(f"/api/v1/embargo/{year}/state/{kind}", {"value": value, "version": cell["version"]})
                break
            except BrowseError as error:
                assert error.status in (503, 504, 409) and time.monotonic() < deadline, error
                time.sleep(0.05)


def expect_history(suite, lines: list[dict]) -> None:
    """All of it, in order, none twice."""
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    plain = [{k: v for k, v in line.items() if k not in ("epoch", "sequence")} for line in lines]
    assert plain == history(suite)


# Who may --------------------------------------------------------------------------------------------------------------


class Door:
    """Questions at the door for subscribers, put together by hand."""

    def __init__(self, url: str, tls: pynng.TLSConfig | None = None):
        self.socket = pynng.Req0(recv_timeout=10_000, send_timeout=10_000, resend_time=-1)
        if tls:
            self.socket.tls_config = tls
        self.socket.dial(url, block=False)

    def ask(self, **fields):
        import events_pb2
        import rpc_pb2

        question = events_pb2.ReplayRequest(limit=10).SerializeToString()
        request = rpc_pb2.RpcRequest(**{
            "protocol": 1, "service": "ers.EmbargoEvents", "method": "ReplayEmbargoNotifications",
            "request_id": os.urandom(16), "timeout_ms": 10_000, "payload": question, **fields})
        self.socket.send(request.SerializeToString())
        return rpc_pb2.RpcReply.FromString(self.socket.recv())


def access_token(suite, client: str, scope: str | None = None) -> str:
    environment = read_environment(suite.run_dir / "demo.env")
    prefix = {"events": "ERS_EVENTS", "import": "ERS_IMPORT"}[client]
    form = {"grant_type": "client_credentials", "client_id": environment[f"{prefix}_CLIENT_ID"],
            "client_secret": environment[f"{prefix}_CLIENT_SECRET"]} | ({"scope": scope} if scope else {})
    with urllib.request.urlopen(f"{suite.url}/oauth2/token", urllib.parse.urlencode(form).encode(), 30) as answer:
        body = json.load(answer)
    assert body.get("scope") == ("embargo.events" if client == "events" and scope != "nothing" else None)
    return body["access_token"]


def test_refused_without_a_token_with_a_wrong_one_and_with_a_wrong_scope(told, generated):
    door = Door(told.subscribers_url)
    assert door.ask().code == 16
    assert door.ask(access_token="nonsense").code == 16
    assert door.ask(access_token="x" * 5000).code == 16
    assert door.ask(service_token=b"nonsense").code == 16
    wrong = door.ask(access_token=access_token(told, "import"))
    assert (wrong.code, wrong.payload) == (7, b"") and "embargo.events" in wrong.detail
    assert door.ask(access_token=access_token(told, "events", "nothing")).code == 7
    assert door.ask(access_token=access_token(told, "events")).code == 0


def test_refused_with_an_expired_token(told, generated):
    door = Door(told.subscribers_url)
    token = access_token(told, "events")
    told.postgres.query(
        "UPDATE identity.access_token SET issued = issued - interval '2 hours', expires = expires - interval '2 hours'", "ers")
    assert door.ask(access_token=token).code == 16


def test_nothing_else_is_behind_the_door(told, generated):
    door = Door(told.subscribers_url)
    token = access_token(told, "events")
    for service, method in [("ers.Embargo", "SetEmbargo"), ("ers.Embargo", "EmbargoChanges"), ("ers.Health", "CheckHealth")]:
        assert door.ask(access_token=token, service=service, method=method).code == 12
    # And the log is not on the suite's own bus.
    assert Door(told.bus_url("embargo")).ask(access_token=token).code == 12


def test_the_subscribers_token_opens_no_import(told):
    request = urllib.request.Request(
        f"{told.url}/exams/imports", b"<TDSReport/>",
        {"Authorization": f"Bearer {access_token(told, 'events')}", "Content-Type": "application/xml"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 403


# Nothing is lost, nothing is doubled ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_T107_a_subscriber_that_comes_late_is_told_everything(told, generated, tmp_path, kind):
    visitor = Visitor(told.url, "State Admin")
    change(visitor, 3)
    change(visitor, 2, "aggregate")
    with Watching(kind, told, generated, tmp_path / "journal") as watching:
        watching.wait_for(head(told))
        change(visitor, 3)
        expect_history(told, watching.wait_for(head(told)))


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_a_subscriber_that_stalls_is_told_everything(told, generated, tmp_path, kind):
    visitor = Visitor(told.url, "State Admin")
    with Watching(kind, told, generated, tmp_path / "journal") as watching:
        watching.wait_for(head(told))
        watching.process.send_signal(signal.SIGSTOP)
        change(visitor, 12)
        watching.process.send_signal(signal.SIGCONT)
        expect_history(told, watching.wait_for(head(told)))


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_a_subscriber_that_is_killed_at_any_moment_goes_on_where_it_was(told, generated, tmp_path, kind):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)
    changing = threading.Thread(target=change, args=(Visitor(told.url, "State Admin"), 30))
    watching = Watching(kind, told, generated, tmp_path / "journal").start()
    try:
        changing.start()
        for _ in range(6):
            changing.join(moments.uniform(0.05, 0.6))
            watching.kill()
            watching.start()
        changing.join(120)
        assert not changing.is_alive()
        expect_history(told, watching.wait_for(head(told)))
    finally:
        watching.kill()


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_a_subscriber_behind_a_broken_network_is_told_everything(told, generated, tmp_path, kind):
    """Its way to the hints and its way to the log fall silent, or lose their connections, at random while changes are made."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    choose = random.Random(seed)
    state = Visitor(told.url, "State Admin")
    folder = Path(tempfile.mkdtemp(prefix="ers-net-", dir="/tmp"))
    relays = [Relay(folder / "events.sock", Path(told.notifications_url.removeprefix("ipc://"))),
              Relay(folder / "log.sock", Path(told.subscribers_url.removeprefix("ipc://")))]
    urls = {"ERS_EMBARGO_EVENTS_URL": f"ipc://{folder}/events.sock", "ERS_EMBARGO_RPC_URL": f"ipc://{folder}/log.sock"}
    try:
        with Watching(kind, told, generated, tmp_path / "journal", **urls) as watching:
            change(state, 1)
            watching.wait_for(head(told))
            for _ in range(6):
                broken = choose.choice(relays)
                if choose.random() < 0.5:
                    with broken.cut():
                        change(state, choose.randint(1, 4))
                        time.sleep(choose.uniform(0, 0.3))
                else:
                    change(state, choose.randint(0, 2))
                    broken.drop()
                    change(state, choose.randint(1, 2))
            expect_history(told, watching.wait_for(head(told)))
    finally:
        for relay in relays:
            relay.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_a_line_that_was_being_written_is_written_again(told, generated, tmp_path, kind):
    change(Visitor(told.url, "State Admin"), 1)
    watching = Watching(kind, told, generated, tmp_path / "journal")
    with watching:
        watching.wait_for(head(told))
    whole = watching.journal.read_bytes()
    watching.journal.write_bytes(whole[:-7])
    with watching:
        expect_history(told, watching.wait_for(head(told)))
    assert watching.journal.read_bytes() == whole


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_EmbargoSvc_killed_while_changes_are_made_loses_and_doubles_nothing(told, generated, tmp_path, kind):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)
    changing = threading.Thread(target=change, args=(Visitor(told.url, "State Admin"), 15))
    with Watching(kind, told, generated, tmp_path / "journal") as watching:
        changing.start()
        for _ in range(3):
            changing.join(moments.uniform(0.1, 0.7))
            told.kill("embargo", signal.SIGKILL)
            told.start_process("embargo")
        changing.join(240)
        assert not changing.is_alive()
        expect_history(told, watching.wait_for(head(told)))
    told.wait_until_ready()


class Replica:
    """Another EmbargoSvc over the same database, with doors of its own."""

    def __init__(self, suite, **settings: str):
        bus = suite.bus
        environment = suite.settings("embargo") | {
            "ERS_ADMIN_PORT": str(free_port()), "ERS_LISTEN": f"ipc://{bus}/embargo-2.sock",
            "ERS_EVENTS_LISTEN": f"ipc://{bus}/embargo-2-events.sock",
            "ERS_SUBSCRIBERS_LISTEN": f"ipc://{bus}/embargo-2-subscribers.sock",
            "ERS_SUBSCRIBERS_EVENTS_LISTEN": f"ipc://{bus}/embargo-2-notifications.sock"} | settings
        self.rpc = environment["ERS_SUBSCRIBERS_LISTEN"]
        self.events = environment["ERS_SUBSCRIBERS_EVENTS_LISTEN"]
        with open(suite.logs / "embargo-2.log", "ab") as log:
            self.process = subprocess.Popen(
                [suite.binaries / PROGRAMS["embargo"]], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def __enter__(self) -> "Replica":
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait(30)


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_two_replicas_publish_everything_twice_and_it_is_told_once(told, generated, tmp_path, kind):
    visitor = Visitor(told.url, "State Admin")
    with Replica(told) as other:
        both = {"ERS_EMBARGO_EVENTS_URL": f"{told.notifications_url} {other.events}",
                "ERS_EMBARGO_RPC_URL": f"{told.subscribers_url} {other.rpc}"}
        heard = pynng.Sub0(recv_timeout=30_000, topics=b"embargo.notifications|")
        heard.dial(other.events, block=False)
        heard.recv()  # the other replica publishes
        with Watching(kind, told, generated, tmp_path / "journal", **both) as watching:
            watching.wait_for(head(told))
            change(visitor, 5)
            lines = watching.wait_for(head(told))
            # The replica that did not make the change tells it too: heartbeats come until it does.
            while True:
                import events_pb2

                publication = events_pb2.EmbargoPublication.FromString(heard.recv().split(b"|", 1)[1])
                if publication.head == lines[-1]["sequence"]:
                    break
            change(visitor, 1)
            expect_history(told, watching.wait_for(head(told)))


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_after_a_restore_the_history_begins_again(generated, tmp_path, kind):
    with running("defined") as suite:
        visitor = Visitor(suite.url, "State Admin")
        change(visitor, 4)
        dump = tmp_path / "embargo.sql"
        connect = {"env": os.environ | {"PGPASSWORD": suite.postgres.password_file.read_text().strip()}, "check": True}
        at = ["-h", str(suite.postgres.sockets), "-U", "postgres", "-d", "ers"]
        subprocess.run(["pg_dump", *at, "-n", "embargo", "-f", dump], **connect)
        with Watching(kind, suite, generated, tmp_path / "journal") as watching:
            change(visitor, 3)
            before = watching.wait_for(7)
            suite.kill("embargo", signal.SIGTERM)
            suite.postgres.query("DROP SCHEMA embargo CASCADE", "ers")
            subprocess.run(["psql", *at, "-q", "-v", "ON_ERROR_STOP=1", "-f", dump], stdout=subprocess.DEVNULL, **connect)
            suite.start_process("embargo")
            suite.wait_until_ready()
            change(visitor, 2)
            deadline = time.monotonic() + PATIENCE
            while not any(line.get("begins") for line in watching.lines()):
                assert time.monotonic() < deadline
                time.sleep(0.02)
            lines = watching.wait_for(6)
        assert lines[:7] == before
        begun = lines[7]
        assert begun["begins"] and begun["sequence"] == 0 and begun["epoch"] != before[0]["epoch"]
        assert {line["epoch"] for line in lines[7:]} == {begun["epoch"]}
        expect_history(suite, lines[8:])


def test_ers_embargo_watch_after_a_sequence_prints_what_follows(told, generated):
    change(Visitor(told.url, "State Admin"), 3)
    last = head(told)
    environment = os.environ | read_environment(told.run_dir / "demo.env")
    with subprocess.Popen(
            [BINARIES / "ers", "embargo", "watch", "--after", str(last - 2)], env=environment, stdout=subprocess.PIPE) as ers:
        lines = [json.loads(ers.stdout.readline()) for _ in range(2)]
        ers.kill()
    assert [line["sequence"] for line in lines] == [last - 1, last]
    for arguments in (["--after", "-1"], ["--after"], ["--after", "x"], ["--journal", "f", "--after", "1"], ["--what", "1"]):
        assert subprocess.run(
            [BINARIES / "ers", "embargo", "watch", *arguments], env=environment, capture_output=True).returncode == 64


# Certificates ---------------------------------------------------------------------------------------------------------


class Authority:
    """An authority and the certificates it signs, by the machine's openssl."""

    def __init__(self, folder: Path, name: str):
        self.folder, self.name = folder, name
        self.pem = folder / f"{name}.pem"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", self.pem)

    def issue(self, name: str) -> tuple[Path, Path]:
        key, request, pem, extension = (self.folder / f"{self.name}-{name}{end}" for end in (".key", ".csr", ".pem", ".ext"))
        extension.write_text(f"subjectAltName=DNS:{name}\n")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                      "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.pem, "-CAkey", self.folder / f"{self.name}.key",
                      "-CAcreateserial", "-days", "2", "-extfile", extension, "-out", pem)
        key.chmod(0o600)
        return pem, key

    @staticmethod
    def _openssl(*arguments) -> None:
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def client_tls(ca: Path, certificate: tuple[Path, Path] | None) -> pynng.TLSConfig:
    own = {"own_cert_string": certificate[0].read_text(), "own_key_string": certificate[1].read_text()} if certificate else {}
    return pynng.TLSConfig(pynng.TLSConfig.MODE_CLIENT, server_name="localhost", ca_string=ca.read_text(),
                           auth_mode=pynng.TLSConfig.AUTH_MODE_REQUIRED, **own)


@pytest.fixture(scope="module")
def behind_tls(told, tmp_path_factory):
    """A replica whose doors are tls+tcp, with an authority of its own for subscribers."""
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder, "subscribers")
    certificate, key = authority.issue("localhost")
    with Replica(
            told, ERS_SUBSCRIBERS_LISTEN=f"tls+tcp://localhost:{free_port()}",
            ERS_SUBSCRIBERS_EVENTS_LISTEN=f"tls+tcp://localhost:{free_port()}", ERS_SUBSCRIBERS_CA_FILE=str(authority.pem),
            ERS_SUBSCRIBERS_CERTIFICATE_FILE=str(certificate), ERS_SUBSCRIBERS_KEY_FILE=str(key)) as replica:
        yield replica, authority, Authority(folder, "strangers")


def test_tls_without_a_certificate_of_the_authority_nothing_is_answered_or_heard(told, generated, behind_tls):
    replica, authority, strangers = behind_tls
    token = access_token(told, "events")
    good = client_tls(authority.pem, authority.issue("subscriber"))
    assert Door(replica.rpc, good).ask(access_token=token).code == 0
    assert Door(replica.rpc, client_tls(authority.pem, authority.issue("tokenless"))).ask().code == 16
    hears = pynng.Sub0(recv_timeout=10_000, topics=b"embargo.notifications|")
    hears.tls_config = client_tls(authority.pem, authority.issue("listener"))
    hears.dial(replica.events, block=False)
    hears.recv()
    for certificate in (None, strangers.issue("stranger")):
        door = Door(replica.rpc, client_tls(authority.pem, certificate))
        door.socket.recv_timeout = door.socket.send_timeout = 1_500
        with pytest.raises(pynng.NNGException):
            door.ask(access_token=token)
        deaf = pynng.Sub0(recv_timeout=1_500, topics=b"")
        deaf.tls_config = client_tls(authority.pem, certificate)
        deaf.dial(replica.events, block=False)
        # Others hear a heartbeat in this time.
        hears.recv()
        hears.recv()
        with pytest.raises(pynng.Timeout):
            deaf.recv()


@pytest.mark.parametrize("kind", SUBSCRIBERS)
def test_tls_with_certificate_and_token_a_subscriber_follows(told, generated, tmp_path, behind_tls, kind):
    replica, authority, _ = behind_tls
    certificate, key = authority.issue(f"subscriber-{kind}")
    settings = {"ERS_EMBARGO_EVENTS_URL": replica.events, "ERS_EMBARGO_RPC_URL": replica.rpc,
                "ERS_SUBSCRIBER_CA_FILE": str(authority.pem), "ERS_SUBSCRIBER_CERTIFICATE_FILE": str(certificate),
                "ERS_SUBSCRIBER_KEY_FILE": str(key)}
    with Watching(kind, told, generated, tmp_path / "journal", **settings) as watching:
        watching.wait_for(head(told))
        change(Visitor(told.url, "State Admin"), 2)
        expect_history(told, watching.wait_for(head(told)))


@pytest.mark.parametrize("settings,named", [
    ({"ERS_SUBSCRIBERS_LISTEN": "tls+tcp://localhost:1", "ERS_SUBSCRIBERS_EVENTS_LISTEN": "tls+tcp://localhost:2"},
     "ERS_SUBSCRIBERS_CA_FILE"),
    ({"ERS_SUBSCRIBERS_LISTEN": "tcp://localhost:1"}, "ERS_SUBSCRIBERS_LISTEN"),
    ({"ERS_SUBSCRIBERS_EVENTS_LISTEN": ""}, "ERS_SUBSCRIBERS_LISTEN"),
])
def test_a_door_without_certificates_is_no_setting(told, settings, named):
    done = subprocess.run(
        [told.binaries / PROGRAMS["embargo"], "--check"], env=told.settings("embargo") | settings, capture_output=True, text=True)
    assert done.returncode == 78 and named in done.stderr

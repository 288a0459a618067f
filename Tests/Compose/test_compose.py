"""The suite in containers, for real: built, started in order, used, killed, scaled, replaced.

Run by `make compose-test`, inside compose/with-engine. BINARIES names the folder of the built programs.
"""

import collections
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import load  # noqa: E402
from browse import BrowseError, Visitor  # noqa: E402
from demo import CURRENT_SCHOOL_YEAR  # noqa: E402
from suite import free_port  # noqa: E402

BINARIES = Path(os.environ.get("BINARIES", ROOT / ".build" / "release"))
ENGINE = os.environ.get("ENGINE", "docker")
LONG_RUNNING = ["database", "identity", "embargo-1", "embargo-2", "group", "results", "aggregate", "gateway", "proxy"]
PATIENCE = 90


def until(condition, what: str):
    deadline = time.monotonic() + PATIENCE
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Compose:
    def __init__(self, folder: Path):
        self.folder = folder
        self.secrets = folder / "secrets"
        self.port = free_port()
        self.log_port, self.events_port = free_port(), free_port()
        self.environment = os.environ | {
            "COMPOSE_PROJECT_NAME": f"ers{os.getpid()}", "ERS_SECRETS": str(self.secrets), "ERS_MODE": "sandbox",
            "ERS_IMAGE": "ers:test", "SECRETS": str(self.secrets), "BINARIES": str(BINARIES),
            "ERS_HTTPS_PORT": str(self.port), "ERS_SUBSCRIBERS_PORT_1": str(self.log_port),
            "ERS_EVENTS_PORT_1": str(self.events_port), "ERS_SUBSCRIBERS_PORT_2": str(free_port()),
            "ERS_EVENTS_PORT_2": str(free_port()), **CURRENT_SCHOOL_YEAR}
        self.url = f"https://localhost:{self.port}"

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            ["/usr/bin/docker-compose", "-f", ROOT / "compose" / "compose.yaml", *arguments], env=self.environment,
            capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def build(self) -> None:
        for script in (["local-images"], ["build-images", "localhost"]):
            subprocess.run([ROOT / "compose" / script[0], *script[1:]], env=self.environment, check=True)

    def containers(self, service: str) -> list[str]:
        labels = {"project": self.environment["COMPOSE_PROJECT_NAME"], "service": service}
        filters = [word for name, value in labels.items() for word in ("--filter", f"label=com.docker.compose.{name}={value}")]
        return subprocess.run([ENGINE, "ps", "-q", *filters], capture_output=True, text=True, check=True).stdout.split()

    def inspect(self, container: str) -> dict:
        return json.loads(subprocess.run([ENGINE, "inspect", container], capture_output=True, check=True).stdout)[0]

    def execute(self, container: str, script: str, user: str | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [ENGINE, "exec", *(["-u", user] if user else []), container, "bash", "-c", script], capture_output=True, text=True)

    def crash(self, service: str) -> None:
        """Ends the process in the container as a crash would; `docker kill` would count as the operator's wish."""
        program = {"embargo-1": "EmbargoSvc"}.get(service, f"{service.capitalize()}Svc")
        for container in self.containers(service):
            done = self.execute(container, f"""
                for p in /proc/[0-9]*; do [[ $(readlink $p/exe) == /opt/ers/{program} ]] && kill -KILL ${{p#/proc/}}; done; true""")
            assert done.returncode in (0, 137), done.stderr

    def page(self, container: str, port: int, path: str) -> str:
        """What the process in a container answers on one of its ports; there is no curl in the image."""
        return self.execute(
            container, f"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET {path} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3 && cat <&3").stdout

    def requests(self, container: str, route: str) -> float:
        lines = self.page(container, 9000, "/metrics").splitlines()
        return sum(float(line.split()[-1]) for line in lines if "http_requests_total{" in line and route in line)

    def ready(self) -> bool:
        """Every gateway says that all six are ready, and so does whoever answers through the proxy."""
        if not all(self.page(c, 8080, "/readyz").startswith("HTTP/1.1 200 ") for c in self.containers("gateway")):
            return False
        connection = load.connection_to(urllib.parse.urlparse(self.url), 10)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@pytest.fixture(scope="module")
def compose():
    folder = Path(tempfile.mkdtemp(prefix="ers-compose-", dir="/var/tmp"))
    made = Compose(folder)
    try:
        made.build()
        os.environ["SSL_CERT_FILE"] = str(made.secrets / "web-ca.pem")
        started = time.monotonic()
        made.run("up", "-d")
        print(f"up after {time.monotonic() - started:.0f} s")
        until(made.ready, "the suite is not ready")
        yield made
    finally:
        logs = subprocess.run(
            ["/usr/bin/docker-compose", "-f", ROOT / "compose" / "compose.yaml", "logs", "--no-color"], env=made.environment,
            capture_output=True).stdout
        made.run("down", "-v", "--remove-orphans")
        os.environ.pop("SSL_CERT_FILE", None)
        if os.environ.get("KEEP_LOGS"):
            Path(os.environ["KEEP_LOGS"]).write_bytes(logs)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def used(compose):
    """With the sandbox's data, loaded by the import API over TLS."""
    data = compose.folder / "data"
    subprocess.run([BINARIES / "sandbox-data", str(data), "--students", "2"], check=True)
    secret = lambda name: (compose.secrets / name).read_text().strip()  # noqa: E731
    api = load.ImportAPI({
        "ERS_URL": compose.url, "ERS_IMPORT_CLIENT_ID": "delivery", "ERS_IMPORT_CLIENT_SECRET": secret("import-client"),
        "ERS_IMPORT_USER": "delivery@example.org", "ERS_IMPORT_PASSWORD": secret("import-password")})
    assert all(entry.status == "PROCESSED" for entry in load.load_definitions(api, data))
    results = load.load_results(api, load.results_in(data))
    assert {entry.status for entry in results} == {"PROCESSED"}
    return len(results)


def exams(compose) -> int:
    visitor = Visitor(compose.url)
    return sum(len(panel["exams"]) for school in visitor.schools() for panel in visitor.panels(school))


class Poller:
    """Asks for pages all the time, each on a connection of its own; what went wrong is kept."""

    def __init__(self, compose, look):
        self.compose, self.look = compose, look
        self.answers: collections.Counter = collections.Counter()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.answers[self.look()] += 1
            except Exception as error:  # noqa: BLE001
                self.answers[repr(error)] += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(60)


def test_TLS_in_front_with_HTTP_2_and_no_older_protocol(compose):
    context = ssl.create_default_context(cafile=str(compose.secrets / "web-ca.pem"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("localhost", compose.port)) as plain, context.wrap_socket(plain, server_hostname="localhost") as tls:
        assert tls.selected_alpn_protocol() == "h2" and tls.version() in ("TLSv1.2", "TLSv1.3")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings(action="ignore"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError), socket.create_connection(("localhost", compose.port)) as plain:
        old.wrap_socket(plain, server_hostname="localhost")


def test_no_container_is_root_keeps_rights_or_may_write(compose):
    for service in LONG_RUNNING:
        for container in compose.containers(service):
            found = compose.inspect(container)
            host = found["HostConfig"]
            assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["CapAdd"], service
            assert "no-new-privileges:true" in host["SecurityOpt"] and not host["Privileged"], service
            status = compose.execute(container, "cat /proc/1/status").stdout
            assert "CapEff:\t0000000000000000" in status and "CapBnd:\t0000000000000000" in status, service
            uid = next(line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
            assert uid != "0", service
            assert compose.execute(container, "touch /etc/x /opt/x /usr/x 2>/dev/null").returncode != 0, service


def test_only_the_proxy_has_a_way_out(compose):
    def networks(service: str) -> dict[str, bool]:
        """The networks of a service, and whether each has no way out."""
        ids = [n["NetworkID"] for n in compose.inspect(compose.containers(service)[0])["NetworkSettings"]["Networks"].values()]
        return {n["Name"].split("_")[-1]: n["Internal"] for n in map(compose.inspect, ids)}

    assert networks("proxy") == {"edge": False, "front": True}
    for service in LONG_RUNNING:
        assert service == "proxy" or all(networks(service).values()), service
    published = {
        service: [p for p in compose.inspect(compose.containers(service)[0])["NetworkSettings"]["Ports"].items() if p[1]]
        for service in LONG_RUNNING}
    assert [service for service, ports in published.items() if ports] == ["proxy"]
    reach = "timeout 3 bash -c '</dev/tcp/{}'"
    assert compose.execute(compose.containers("results")[0], reach.format("database/5432")).returncode == 0
    # The databases are not on the way from the proxy, and the proxy is not on the bus.
    assert compose.execute(compose.containers("proxy")[0], reach.format("database/5432")).returncode != 0
    assert compose.execute(compose.containers("gateway")[0], reach.format("database/5432")).returncode != 0
    assert compose.execute(compose.containers("proxy")[0], reach.format("identity/7000")).returncode != 0


def test_secrets_are_files_of_those_who_need_them(compose):
    texts = {path.read_text().strip() for path in compose.secrets.iterdir() if path.name.startswith(("database-", "import-", "events-", "results-"))}
    assert len(texts) >= 20
    for service in LONG_RUNNING:
        container = compose.containers(service)[0]
        assert not [text for text in texts if text in json.dumps(compose.inspect(container))], service
        names = set(compose.execute(container, "ls /run/secrets").stdout.split())
        assert {n for n in names if n.startswith("service-")} <= {f"service-{service.split('-')[0]}"}, service
        assert not [n for n in names if n.endswith(("_owner.pgpass", "-ca.key"))], service
        if service not in ("database", "proxy"):
            modes = compose.execute(container, "stat -Lc '%a %u %n' /run/secrets/*").stdout.splitlines()
            assert modes
            assert all(line.startswith(("400 10001", "444 0")) for line in modes), modes
            assert not [line for line in modes if line.startswith("444") and not line.endswith(".pem")], modes


def test_it_is_used(compose, used):
    assert exams(compose) == used
    with pytest.raises(BrowseError) as refused:
        Visitor(compose.url).get("/api/v1/students/1/nothing")
    assert refused.value.status == 404


@pytest.mark.parametrize("victim", ["results", "identity", "gateway", "embargo-1", "group", "aggregate"])
def test_a_container_whose_process_dies_comes_back_and_nothing_is_lost(compose, used, victim):
    before = {c: compose.inspect(c)["RestartCount"] for c in compose.containers(victim)}
    compose.crash(victim)
    until(lambda: all(compose.inspect(c)["RestartCount"] > n for c, n in before.items()), f"{victim} does not come back")
    until(compose.ready, f"not ready after {victim} died")
    assert exams(compose) == used


def test_the_database_dies_and_nothing_is_lost(compose, used):
    container = compose.containers("database")[0]
    before = compose.inspect(container)["RestartCount"]
    done = compose.execute(container, "kill -KILL $(head -1 /var/lib/postgresql/data/postmaster.pid)")
    assert done.returncode in (0, 137), done.stderr
    until(lambda: compose.inspect(container)["RestartCount"] > before, "the database does not come back")
    until(compose.ready, "not ready after the database died")
    assert exams(compose) == used


def test_gateways_are_scaled_while_they_are_used(compose, used):
    visitor = Visitor(compose.url)
    school = visitor.schools()[0]["id"]

    def look():
        with_own_connection = load.connection_to(visitor.address, 30)
        try:
            with_own_connection.request("GET", f"/api/v1/schools/{school}/grades", headers={"Cookie": visitor.cookie})
            answer = with_own_connection.getresponse()
            answer.read()
            return answer.status
        finally:
            with_own_connection.close()

    with Poller(compose, look) as poller:
        compose.run("up", "-d", "--no-recreate", "--scale", "gateway=4")
        gateways = compose.containers("gateway")
        assert len(gateways) == 4
        until(lambda: all(compose.requests(c, "/grades") > 10 for c in gateways), "not all four are used")
        compose.run("up", "-d", "--no-recreate", "--scale", "gateway=2")
        until(lambda: len(compose.containers("gateway")) == 2, "still four")
    assert set(poller.answers) == {200} and poller.answers[200] > 50, poller.answers


def test_EmbargoSvc_is_replaced_and_nothing_is_withheld(compose, used):
    visitor = Visitor(compose.url)
    year = visitor.session["currentSchoolYear"]
    cell = visitor.get("/api/v1/embargo", year=year)["state"]["cells"]["individual"]
    assert visitor.put(f"/api/v1/embargo/{year}/state/individual", {"value": "released", "version": cell["version"]})["inForce"]
    school = visitor.schools()[0]["id"]

    def look():
        return visitor.get(f"/api/v1/schools/{school}/grades").get("notice")

    without = look()
    assert without != "withheld"
    with Poller(compose, look) as poller:
        for replica in ("embargo-1", "embargo-2"):
            old = compose.containers(replica)[0]
            compose.run("up", "-d", "--no-deps", "--force-recreate", replica)
            assert compose.containers(replica)[0] != old
            until(lambda: compose.inspect(compose.containers(replica)[0])["State"]["Health"]["Status"] == "healthy", replica)
    assert set(poller.answers) == {without} and poller.answers[without] > 20, poller.answers


def test_a_subscriber_follows_through_the_proxy(compose, used, tmp_path):
    environment = os.environ | {
        "ERS_URL": compose.url, "ERS_EVENTS_CLIENT_ID": "subscriber", "CURL_CA_BUNDLE": str(compose.secrets / "web-ca.pem"),
        "ERS_EVENTS_CLIENT_SECRET_FILE": str(compose.secrets / "events-client"),
        "ERS_EMBARGO_RPC_URL": f"tls+tcp://localhost:{compose.log_port}",
        "ERS_EMBARGO_EVENTS_URL": f"tls+tcp://localhost:{compose.events_port}",
        "ERS_SUBSCRIBER_CA_FILE": str(compose.secrets / "subscribers-ca.pem"),
        "ERS_SUBSCRIBER_CERTIFICATE_FILE": str(compose.secrets / "subscriber-1.pem"),
        "ERS_SUBSCRIBER_KEY_FILE": str(compose.secrets / "subscriber-1.key")}
    visitor = Visitor(compose.url)
    year = visitor.session["currentSchoolYear"]
    with subprocess.Popen([BINARIES / "ers", "embargo", "watch", "--after", "0"], env=environment, stdout=subprocess.PIPE) as ers:
        try:
            cell = visitor.get("/api/v1/embargo", year=year)["state"]["cells"]["aggregate"]
            value = "released" if cell["effective"] == "embargoed" else "embargoed"
            visitor.put(f"/api/v1/embargo/{year}/state/aggregate", {"value": value, "version": cell["version"]})
            while True:
                line = json.loads(ers.stdout.readline())
                if (line["kind"], line["value"], line["level"]) == ("aggregate", value, "state"):
                    break
        finally:
            ers.kill()

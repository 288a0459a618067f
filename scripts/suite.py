"""Starts and stops the whole suite on one machine: a private PostgreSQL and the six processes.

Used by `make demo`, `make verify-corpus`, the benchmarks and the tests that kill processes on purpose. Needs nothing but
Python's standard library. Everything it makes lies in one folder, `RUN_DIR`; it ends only what it started.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ["identity", "embargo", "group", "results", "aggregate", "gateway"]
BINARIES = {name: name.capitalize() + "Svc" for name in SERVICES}
POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")
SCHEMAS = {"identity": "identity", "group": "groups", "results": "results", "aggregate": "aggregate", "embargo": "embargo"}


class SuiteError(Exception):
    """Something did not start; the text says what to look at."""


# Held until this process ends. Names of sockets without a file belong to one process of the machine at a time.
_claims: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody listens on and no other suite of this machine has been given, below those that the system gives to
    outgoing connections, which could take it before a suite does."""
    for _ in range(1000):
        port = 15_000 + secrets.randbelow(15_000)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0ers-port-{port}")
            with socket.socket() as s:
                s.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
    raise SuiteError("no free port between 15000 and 30000")


def as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root; then it runs as the system's user `postgres`."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


def reachable_by_others(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [folder, *folder.parents])


class Console:
    """A psql that stays: to start one for each question takes more of the processor than most questions."""

    def __init__(self, command: list[str], password: str):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*command, "-v", "ON_ERROR_STOP=1", "-qAtX"], env=os.environ | {"PGPASSWORD": password}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)

    def is_there(self) -> bool:
        """Whether its connection is; what was set in it is forgotten."""
        try:
            return self.ask("DISCARD ALL") == ""
        except SuiteError:
            return False

    def ask(self, sql: str) -> str:
        end = f"end-{secrets.token_hex(8)}"
        lines = []
        try:
            self.process.stdin.write(f"{sql}\n;\n\\echo {end}\n")
            self.process.stdin.flush()
            # At a mistake it ends.
            while (line := self.process.stdout.readline().rstrip("\n")) != end:
                if not line and self.process.poll() is not None:
                    raise BrokenPipeError
                lines.append(line)
        except BrokenPipeError:
            self.process.wait(30)
            self.errors.seek(0)
            raise SuiteError(f"psql: {self.errors.read().strip()}") from None
        return "\n".join(lines).strip()

    def close(self) -> None:
        self.process.kill()
        self.process.wait(30)
        for file in (self.process.stdin, self.process.stdout, self.errors):
            with contextlib.suppress(OSError):
                file.close()


class Postgres:
    """A private server with its data in one folder, reached through a Unix socket only."""

    def __init__(self, folder: Path, sockets: Path, durable: bool = True, settings: dict[str, str] | None = None):
        self.folder = folder
        self.sockets = sockets
        self.durable = durable
        self.settings = settings or {}
        self.process: subprocess.Popen | None = None
        self.environment: dict[str, str] = {}
        self.password_file = folder.parent / "postgres.password"
        # By database; of several threads one asks at a time.
        self.consoles: dict[str, Console] = {}
        self.lock = threading.Lock()

    def start(self) -> None:
        if not (self.folder / "PG_VERSION").exists():
            self._initialize()
        settings = {
            "unix_socket_directories": str(self.sockets),
            "listen_addresses": "",
            "max_connections": "120",
            "shared_buffers": "256MB",
            "jit": "off",
            "wal_compression": "lz4",
            "max_wal_size": "2GB",
            "log_min_messages": "warning",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings |= self.settings
        command = as_postgres() + [str(POSTGRES_BIN / "postgres"), "-D", str(self.folder)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder.parent / "postgres.log", "ab") as log:
            self.process = subprocess.Popen(
                command, env=os.environ | self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, cwd="/")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self.query("SELECT 1", check=False) == "1":
                return
            time.sleep(0.05)
        raise SuiteError(f"PostgreSQL did not start: see {self.folder.parent / 'postgres.log'}")

    def _initialize(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.password_file.write_text(secrets.token_hex(24) + "\n")
        self.password_file.chmod(0o600)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            os.chown(self.password_file, user.pw_uid, user.pw_gid)
        self.folder.chmod(0o700)
        subprocess.run(
            as_postgres() + [
                str(POSTGRES_BIN / "initdb"), "--no-sync", "-A", "scram-sha-256", "-U", "postgres",
                "--pwfile", str(self.password_file), "--locale=C.UTF-8", "-E", "UTF8", "-D", str(self.folder)],
            check=True, stdout=subprocess.DEVNULL, cwd="/")

    def console(self, database: str) -> Console:
        """A connection for one thread, which closes it."""
        return Console(
            ["psql", "-h", str(self.sockets), "-U", "postgres", "-d", database], self.password_file.read_text().strip())

    def query(self, sql: str, database: str = "postgres", check: bool = True) -> str:
        """What statements answer: a line for each row, | between columns. Without `check` nothing when it cannot be asked."""
        with self.lock:
            console = self.consoles.get(database)
            if console is None or not console.is_there():
                if console:
                    console.close()
                console = self.consoles[database] = self.console(database)
            try:
                return console.ask(sql)
            except SuiteError:
                console.close()
                del self.consoles[database]
                if check:
                    raise
                return ""

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        with self.lock:
            for console in self.consoles.values():
                console.close()
            self.consoles = {}
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


class Suite:
    """The six processes and their PostgreSQL."""

    def __init__(
        self, run_dir: Path, port: int | None = None, binaries: Path | None = None, durable: bool = True,
        environment: dict[str, str] | None = None, postgres_settings: dict[str, str] | None = None,
        prepared: bool = False,
    ):
        # Its folder is the copy of another's, which had its database, keys and schemas.
        self.prepared = prepared
        self.run_dir = run_dir.resolve()
        self.run_dir.mkdir(parents=True, exist_ok=True)
        self.run_dir.chmod(0o755)
        self.port = port or free_port()
        self.binaries = binaries or ROOT / ".build" / "debug"
        self.environment = environment or {}
        # By process: what only that one gets.
        self.own: dict[str, dict[str, str]] = {}
        self.processes: dict[str, subprocess.Popen] = {}
        self.admin_ports = {name: free_port() for name in SERVICES}
        # Socket paths may have 107 bytes, and PostgreSQL's own user must reach them.
        self.sockets = Path(tempfile.mkdtemp(prefix="ers-", dir="/tmp"))
        self.sockets.chmod(0o755)
        self.bus = self.sockets / "bus"
        self.bus.mkdir(mode=0o700)
        database_sockets = self.sockets / "pg"
        database_sockets.mkdir(mode=0o700)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(database_sockets, user.pw_uid, user.pw_gid)
        data = self.run_dir
        if os.geteuid() == 0 and not reachable_by_others(self.run_dir):
            data = Path("/var/tmp") / f"ers-{abs(hash(str(self.run_dir))):x}"
            data.mkdir(mode=0o755, exist_ok=True)
            print(f"PostgreSQL's data lie in {data}, since its user cannot reach {self.run_dir}")
        self.postgres = Postgres(data / "postgres", database_sockets, durable, postgres_settings)
        self.secrets = self.run_dir / "secrets"
        self.logs = self.run_dir / "log"

    # Preparing -----------------------------------------------------------------------------------------------------

    def secret(self, name: str) -> Path:
        """A file with a random secret, made once."""
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        path = self.secrets / name
        if not path.exists():
            path.write_text(secrets.token_urlsafe(32) + "\n")
            path.chmod(0o600)
        return path

    def connection(self, role: str) -> str:
        """A connection string whose password lies in a file."""
        passfile = self.secrets / f"{role}.pgpass"
        password = self.secret(f"database-{role}").read_text().strip()
        passfile.write_text(f"*:*:*:*:{password}\n")
        passfile.chmod(0o600)
        return f"host={self.postgres.sockets} dbname=ers user={role} passfile={passfile}"

    def prepare_database(self) -> None:
        if self.postgres.query("SELECT 1 FROM pg_database WHERE datname = 'ers'") != "1":
            self.postgres.query("CREATE DATABASE ers")
        roles_sql = (ROOT / "compose" / "roles.sql").read_text()
        script = []
        for schema in SCHEMAS.values():
            script += [f"SET ers.service = '{schema}';", roles_sql]
            for role in (f"{schema}_owner", schema, f"{schema}_reader"):
                script.append(f"ALTER ROLE {role} PASSWORD '{self.secret(f'database-{role}').read_text().strip()}';")
        self.postgres.query("\n".join(script), "ers")

    def settings(self, name: str) -> dict[str, str]:
        """The environment of one process. Secrets are named by file only."""
        values = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "ERS_MODE": "sandbox",
            "ERS_KEYS_DIR": str(self.secrets / "keys"),
            "ERS_ADMIN_PORT": str(self.admin_ports[name]),
            "ERS_LOG_LEVEL": "info",
        }
        for other in SERVICES:
            if other not in (name, "gateway"):
                values[f"ERS_{other.upper()}_URLS"] = self.bus_url(other)
        if name != "gateway":
            values["ERS_LISTEN"] = self.bus_url(name)
            values["ERS_DATABASE_URL"] = self.connection(SCHEMAS[name])
            values["ERS_MIGRATION_DATABASE_URL"] = self.connection(f"{SCHEMAS[name]}_owner")
        if name in ("identity", "embargo", "group"):
            values["ERS_EVENTS_LISTEN"] = f"ipc://{self.bus}/{name}-events.sock"
        for publisher in ("identity", "embargo", "group"):
            values[f"ERS_{publisher.upper()}_EVENTS_URLS"] = f"ipc://{self.bus}/{publisher}-events.sock"
        if name == "embargo":
            values["ERS_SUBSCRIBERS_LISTEN"] = self.subscribers_url
            values["ERS_SUBSCRIBERS_EVENTS_LISTEN"] = self.notifications_url
        if name == "results":
            values["ERS_READER_DATABASE_URL"] = self.connection("results_reader")
            values["ERS_CURSOR_SECRET_FILE"] = str(self.secret("results-cursor"))
        if name == "aggregate":
            values["ERS_SEGMENTS_FOLDER"] = str(self.run_dir / "segments")
        if name == "identity":
            values |= {
                "ERS_IMPORT_CLIENT_ID": "demo-delivery",
                "ERS_IMPORT_CLIENT_SECRET_FILE": str(self.secret("import-client")),
                "ERS_IMPORT_USER": "delivery@example.org",
                "ERS_IMPORT_PASSWORD_FILE": str(self.secret("import-password")),
                "ERS_EVENTS_CLIENT_ID": "demo-subscriber",
                "ERS_EVENTS_CLIENT_SECRET_FILE": str(self.secret("events-client")),
                "ERS_SANDBOX_ENTRIES_FILE": str(ROOT / "scripts" / "sandbox-entries.json"),
            }
        if name == "gateway":
            values |= {
                "ERS_HTTP_PORT": str(self.port),
                "ERS_HTTP_HOST": "127.0.0.1",
                "ERS_COOKIE_SECURE": "false",
            }
        return values | self.environment | self.own.get(name, {})

    def bus_url(self, name: str) -> str:
        return f"ipc://{self.bus}/{name}.sock"

    @property
    def subscribers_url(self) -> str:
        """Where programs outside the suite ask for what was told about embargoes."""
        return f"ipc://{self.bus}/embargo-subscribers.sock"

    @property
    def notifications_url(self) -> str:
        return f"ipc://{self.bus}/embargo-notifications.sock"

    # Running -------------------------------------------------------------------------------------------------------

    def start(self, wait: bool = True) -> None:
        """Everything, ready to be used. What was started is stopped again when something fails."""
        try:
            self.logs.mkdir(exist_ok=True)
            self.postgres.start()
            if not self.prepared:
                self.prepare_database()
                keys = str(self.secrets / "keys")
                subprocess.run([self.binaries / "ers", "keys", keys], check=True, stdout=subprocess.DEVNULL)
                with ThreadPoolExecutor() as pool:
                    list(pool.map(self.migrate, SCHEMAS))
            for name in SERVICES:
                self.start_process(name)
            if wait:
                self.wait_until_ready()
            self.write_environment()
        except BaseException:
            self.stop()
            raise

    def migrate(self, name: str) -> None:
        done = subprocess.run(
            [self.binaries / BINARIES[name], "migrate"], env=self.settings(name), capture_output=True, text=True)
        if done.returncode != 0:
            raise SuiteError(f"{BINARIES[name]} migrate failed:\n{done.stderr.strip()}")

    def start_process(self, name: str) -> subprocess.Popen:
        with open(self.logs / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                [self.binaries / BINARIES[name]], env=self.settings(name), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True)
        self.processes[name] = process
        return process

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends one process as a crash would, and waits until it is gone."""
        process = self.processes[name]
        process.send_signal(how)
        process.wait(30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def readiness(self) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError as error:
            return 0, str(error)

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        status, body = 0, ""
        while time.monotonic() < deadline:
            status, body = self.readiness()
            if status == 200:
                return
            for name, process in self.processes.items():
                if process.poll() is not None:
                    tail = (self.logs / f"{name}.log").read_text(errors="replace").splitlines()[-5:]
                    raise SuiteError(f"{BINARIES[name]} ended with {process.returncode}:\n" + "\n".join(tail))
            time.sleep(0.05)
        raise SuiteError(f"not ready after {seconds} s: {status} {body}; logs in {self.logs}")

    def write_environment(self) -> None:
        values = {
            "ERS_URL": self.url,
            "ERS_IMPORT_CLIENT_ID": "demo-delivery",
            "ERS_IMPORT_CLIENT_SECRET": self.secret("import-client").read_text().strip(),
            "ERS_IMPORT_USER": "delivery@example.org",
            "ERS_IMPORT_PASSWORD": self.secret("import-password").read_text().strip(),
            "ERS_EMBARGO_EVENTS_URL": self.notifications_url,
            "ERS_EMBARGO_RPC_URL": self.subscribers_url,
            "ERS_EVENTS_CLIENT_ID": "demo-subscriber",
            "ERS_EVENTS_CLIENT_SECRET": self.secret("events-client").read_text().strip(),
        }
        path = self.run_dir / "demo.env"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    def stop(self) -> None:
        """Ends what was started, the gateway first, PostgreSQL last."""
        self._end_processes()
        self.postgres.stop()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def discard(self) -> None:
        """Ends what was started and removes its folder; PostgreSQL writes nothing out for data that nobody wants."""
        self._end_processes()
        self.postgres.stop(signal.SIGQUIT)
        for folder in (self.sockets, self.postgres.folder, self.run_dir):
            shutil.rmtree(folder, ignore_errors=True)

    def _end_processes(self) -> None:
        for name in reversed(SERVICES):
            process = self.processes.get(name)
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for name in reversed(SERVICES):
            process = self.processes.get(name)
            if process is None:
                continue
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def read_environment(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if "=" in line]
    return dict(line.split("=", 1) for line in lines)


if __name__ == "__main__":
    sys.exit("suite.py is used by demo.py, verify_corpus.py and the tests")

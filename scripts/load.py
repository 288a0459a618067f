"""Sends a folder of input through the import API, as a test delivery system would, and waits until it is carried out.

The folder holds any of: subjects/*.xml, packages/*.csv, accommodations*.xml, organizations.json (or
organizations.calpads.csv), groups.csv, trt.zip, trt/*.zip or trt/**/*.xml. Standard library only.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
import urllib.parse
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


class LoadError(Exception):
    pass


def connection_to(address: urllib.parse.ParseResult, timeout: float) -> http.client.HTTPConnection:
    """By TLS for https; SSL_CERT_FILE names an authority that the machine does not know."""
    if address.scheme == "https":
        return http.client.HTTPSConnection(address.hostname, address.port, timeout=timeout)
    return http.client.HTTPConnection(address.hostname, address.port, timeout=timeout)


@dataclass
class Import:
    name: str
    id: int
    status: str
    message: str | None


class ImportAPI:
    """One client of the import API. Safe to use from several threads: each has its own connection."""

    def __init__(self, environment: dict[str, str]):
        self.environment = environment
        self.address = urllib.parse.urlparse(environment["ERS_URL"])
        self.local = threading.local()
        self.lock = threading.Lock()
        self.token = ""
        self.token_until = 0.0

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self.local, "connection"):
            self.local.connection = connection_to(self.address, 120)
        return self.local.connection

    def _bearer(self) -> str:
        with self.lock:
            if time.monotonic() < self.token_until:
                return self.token
            form = urllib.parse.urlencode({
                "grant_type": "password", "client_id": self.environment["ERS_IMPORT_CLIENT_ID"],
                "client_secret": self.environment["ERS_IMPORT_CLIENT_SECRET"],
                "username": self.environment["ERS_IMPORT_USER"], "password": self.environment["ERS_IMPORT_PASSWORD"]})
            status, body = self._send("POST", "/oauth2/token", form.encode(), {
                "Content-Type": "application/x-www-form-urlencoded"})
            if status != 200:
                raise LoadError(f"no token: {status} {body[:300]!r}")
            answer = json.loads(body)
            self.token = answer["access_token"]
            self.token_until = time.monotonic() + answer["expires_in"] * 0.8
            return self.token

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        for attempt in range(2):
            connection = self._connection()
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                connection.close()
                # The same bytes give the same import, so sending again is safe.
                if attempt:
                    raise
        raise AssertionError("unreachable")

    def request(self, method: str, path: str, body: bytes | None = None, content_type: str | None = None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._bearer()}"}
        if content_type:
            headers["Content-Type"] = content_type
        return self._send(method, path, body, headers)

    def post(self, scope: str, name: str, body: bytes, content_type: str, retry_for: float = 0) -> Import:
        """Sends one payload. With `retry_for`, an unavailable suite is asked again for so many seconds."""
        deadline = time.monotonic() + retry_for
        while True:
            try:
                status, answer = self.request("POST", f"/{scope}/imports", body, content_type)
            except (http.client.HTTPException, OSError) as error:
                status, answer = 0, str(error).encode()
            if status == 202:
                row = json.loads(answer)
                return Import(name, row["id"], row["status"], row.get("message"))
            if status not in (0, 429, 502, 503, 504) or time.monotonic() > deadline:
                raise LoadError(f"{name}: {status} {answer[:500]!r}")
            time.sleep(0.1)

    def form(self, scope: str, name: str, body: bytes, content_type: str) -> Import:
        boundary = uuid.uuid4().hex
        head = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                f"Content-Type: {content_type}\r\n\r\n").encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        return self.post(scope, name, head + body + tail, f"multipart/form-data; boundary={boundary}")

    def get(self, import_id: int) -> Import:
        status, body = self.request("GET", f"/imports/{import_id}")
        if status != 200:
            raise LoadError(f"import {import_id}: {status} {body[:300]!r}")
        row = json.loads(body)
        return Import("", row["id"], row["status"], row.get("message"))

    def wait(self, sent: Import, seconds: float = 60) -> Import:
        deadline = time.monotonic() + seconds
        pause = 0.005
        while True:
            now = self.get(sent.id)
            if now.status != "ACCEPTED":
                now.name = sent.name
                return now
            if time.monotonic() > deadline:
                raise LoadError(f"{sent.name}: still ACCEPTED after {seconds} s (import {sent.id})")
            time.sleep(pause)
            pause = min(0.2, pause * 2)


def load_definitions(api: ImportAPI, folder: Path) -> list[Import]:
    """Subjects, packages, accommodations and organizations, in the order of ingest §1, each waited for."""
    done = []
    for path in sorted((folder / "subjects").glob("*.xml")):
        done.append(api.wait(api.form("subjects", path.name, path.read_bytes(), "application/xml")))
    for path in sorted((folder / "packages").glob("*.csv")):
        done.append(api.wait(api.post("packages", path.name, path.read_bytes(), "text/csv"), 120))
    for path in sorted(folder.glob("accommodations*.xml")):
        done.append(api.wait(api.post("accommodations", path.name, path.read_bytes(), "application/xml")))
    organizations = folder / "organizations.json"
    if organizations.exists():
        done.append(api.wait(api.post("organizations", organizations.name, organizations.read_bytes(), "application/json")))
    elif (folder / "organizations.calpads.csv").exists():
        path = folder / "organizations.calpads.csv"
        done.append(api.wait(api.post("organizations", path.name, path.read_bytes(), "text/csv")))
    return done


def load_zip(api: ImportAPI, path: Path, seconds: float = 600) -> Import:
    """All results of a zip in one call. The answer is the zip's own import; `zip_files` says what became of each file."""
    return api.wait(api.form("exams", path.name, path.read_bytes(), "application/zip"), seconds)


def zip_files(api: ImportAPI, sent: Import, seconds: float = 180) -> list[Import]:
    """The files of a zip in their order, when all have been carried out. One that could not be unpacked has id 0."""
    deadline = time.monotonic() + seconds
    while True:
        status, body = api.request("GET", f"/imports/{sent.id}/files")
        if status != 200:
            raise LoadError(f"files of import {sent.id}: {status} {body[:300]!r}")
        files = json.loads(body)
        rows = [f.get("import", {"id": 0, "status": "", "message": f.get("problem")}) for f in files]
        if all(row["status"] != "ACCEPTED" for row in rows):
            return [Import(f["name"], row["id"], row["status"], row.get("message")) for f, row in zip(files, rows)]
        if time.monotonic() > deadline:
            raise LoadError(f"files of import {sent.id}: not carried out after {seconds} s")
        time.sleep(0.2)


def load_archives(api: ImportAPI, folder: Path) -> tuple[int, list[Import]]:
    """All results of a folder's zips, a call for each zip, when all of them have been carried out.

    Answers how many there were, and the refused ones, or the first hundred of each kind.
    """
    count = 0
    for path in archives_in(folder):
        done = load_zip(api, path)
        found = re.match(r"Files received: (\d+),", done.message or "")
        if done.status != "PROCESSED" or not found:
            raise LoadError(f"{path.name}: {done.status} {done.message}")
        count += int(found.group(1))

    def listed(status: str, limit: int) -> list[Import]:
        code, body = api.request("GET", f"/exams/imports?status={status}&limit={limit}")
        if code != 200:
            raise LoadError(f"list of imports: {code} {body[:300]!r}")
        return [Import("", row["id"], row["status"], row.get("message")) for row in json.loads(body)]

    while listed("ACCEPTED", 1):
        time.sleep(0.2)
    return count, [entry for status in range(-7, 0) for entry in listed(str(status), 100)]


def load_groups(api: ImportAPI, folder: Path) -> Import | None:
    """The student groups of a folder, if it has any, waited for until everybody knows them."""
    path = folder / "groups.csv"
    return api.wait(api.form("groups", path.name, path.read_bytes(), "text/csv"), 120) if path.exists() else None


def archives_in(folder: Path) -> list[Path]:
    """The zips of results of a folder."""
    return [folder / "trt.zip"] if (folder / "trt.zip").exists() else sorted((folder / "trt").glob("*.zip"))


def each_result(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every TRT of a folder with its name, one after the other: a folder may hold millions."""
    archives = archives_in(folder)
    for archive in archives:
        with zipfile.ZipFile(archive) as source:
            for name in sorted(source.namelist()):
                if name.endswith(".xml"):
                    yield name, source.read(name)
    if not archives:
        for path in sorted((folder / "trt").rglob("*.xml")):
            yield str(path.relative_to(folder)), path.read_bytes()


def results_in(folder: Path) -> list[tuple[str, bytes]]:
    """Every TRT of a folder that fits into memory, by name."""
    return list(each_result(folder))


def load_results(api: ImportAPI, results: list[tuple[str, bytes]], clients: int = 8, retry_for: float = 0) -> list[Import]:
    """Sends all, then waits for all. Answers in the order given."""
    with ThreadPoolExecutor(clients) as pool:
        sent = list(pool.map(lambda entry: api.post("exams", entry[0], entry[1], "application/xml", retry_for), results))
        return list(pool.map(lambda entry: api.wait(entry, 180), sent))

"""Reads results back through the public API, as a user of the web app does. Standard library only."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from collections.abc import Iterator

import load


class BrowseError(Exception):
    def __init__(self, status: int, body: bytes):
        super().__init__(f"{status} {body[:300]!r}")
        self.status = status


class Visitor:
    """One sandbox session. Asks again when it is told to wait."""

    def __init__(self, url: str, role: str = "State Admin"):
        self.address = urllib.parse.urlparse(url)
        self.connection = load.connection_to(self.address, 60)
        self.cookie = ""
        self.csrf = ""
        entries = self.get("/api/v1/context")["sandboxEntries"]
        entry = next((e for e in entries if e["label"].startswith(role)), None)
        if entry is None:
            raise LookupError(f"no sandbox entry begins with {role}: {[e['label'] for e in entries]}")
        self.post("/api/v1/sandbox/sessions", {"entry": entry["key"]})
        self.session = self.get("/api/v1/session")
        self.csrf = self.session["csrf"]

    def send(self, method: str, path: str, body: object = None) -> dict:
        payload = None if body is None else json.dumps(body).encode()
        headers = {"Accept": "application/json"}
        if payload is not None:
            headers["Content-Type"] = "application/json"
        if self.csrf:
            headers["X-CSRF"] = self.csrf
        deadline = time.monotonic() + 120
        while True:
            if self.cookie:
                headers["Cookie"] = self.cookie
            try:
                self.connection.request(method, path, payload, headers)
                answer = self.connection.getresponse()
                status, content = answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                self.connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
                continue
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self.cookie = value.split(";")[0]
            if status == 429 and time.monotonic() < deadline:
                time.sleep(float(answer.getheader("Retry-After") or 1))
                continue
            if status >= 400:
                raise BrowseError(status, content)
            return json.loads(content) if content else {}

    def get(self, path: str, **query: object) -> dict:
        pairs = [(name, item) for name, value in query.items() for item in (value if isinstance(value, list) else [value])]
        return self.send("GET", path + ("?" + urllib.parse.urlencode(pairs) if pairs else ""))

    def post(self, path: str, body: object) -> dict:
        return self.send("POST", path, body)

    def put(self, path: str, body: object) -> dict:
        return self.send("PUT", path, body)

    # Walking -------------------------------------------------------------------------------------------------------

    def schools(self) -> list[dict]:
        return self.get("/api/v1/schools", limit=1000)["schools"]

    def panels(self, school: dict) -> Iterator[dict]:
        """Every results panel of a school, with all rows: {assessment, overall, …, exams}. Transfers are left out, so
        that each exam appears at the school that administered it and nowhere else."""
        base = f"/api/v1/schools/{school['id']}"
        for grade in self.get(f"{base}/grades")["grades"]:
            for year in self.session["schoolYears"]:
                chosen = self.get(f"{base}/assessments", grade=grade, year=year)["assessments"]
                for assessment in chosen:
                    query = {"grade": grade, "year": year, "assessment": assessment["id"], "transfers": "hide"}
                    panel = self.get(f"{base}/results", **query)["results"][0]
                    token = panel["nextPageToken"]
                    while token:
                        more = self.get(f"{base}/results", pageToken=token, **query)["results"][0]
                        panel["exams"] += more["exams"]
                        token = more["nextPageToken"]
                    yield panel

    def history(self, ssid: str) -> dict:
        student = self.post("/api/v1/students/search", {"ssid": ssid})["studentId"]
        return self.get(f"/api/v1/students/{student}/history")

    def sees_transfer(self, school_id: int, exam: dict) -> bool:
        """Is an exam that was taken elsewhere among the results of its assessment at the student's school?"""
        query = {"grade": exam["assessmentGrade"], "year": exam["year"], "assessment": exam["assessmentId"]}
        while True:
            panel = self.get(f"/api/v1/schools/{school_id}/results", **query)["results"][0]
            found = [e for e in panel["exams"] if e["opportunityId"] == exam["oppId"] and e["student"]["ssid"] == exam["ssid"]]
            if found:
                return found[0]["fromPreviousSchool"]
            if not panel["nextPageToken"]:
                return False
            query["pageToken"] = panel["nextPageToken"]

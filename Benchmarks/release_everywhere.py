"""Release and re-embargo until every replica of every process shows it (DESIGN §10, aggregates P-5: 1 s p99 while connected).

Two of each process. Each gateway knows one ResultsSvc and one AggregateSvc of its own, so that asking both gateways asks every
replica. A change is in force when a School Admin, who may not look through the embargo, is shown it (or not) by the pickers, the
results, the student's history and the file of both gateways, and a kept aggregate report is given or refused by both.
"""

from __future__ import annotations

import argparse
import http.client
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import load  # noqa: E402
from browse import BrowseError, Visitor  # noqa: E402
from demo import CURRENT_SCHOOL_YEAR  # noqa: E402
from suite import BINARIES, SERVICES, Suite, free_port, read_environment  # noqa: E402

PAIRED = ("results", "aggregate")
GRADE = "03"


class Replicated(Suite):
    """A suite with a second process of each service, named `results-2` and so on."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ports = [self.port, free_port()]
        self.second_admin_ports = {name: free_port() for name in SERVICES}

    def listening(self, name: str, number: int) -> str:
        return f"ipc://{self.bus}/{name}{'' if number == 1 else '-2'}.sock"

    def settings(self, name: str) -> dict[str, str]:
        base, _, second = name.partition("-")
        number = 2 if second else 1
        values = super().settings(base)
        for other in SERVICES:
            key = f"ERS_{other.upper()}_URLS"
            if key in values:
                # A gateway has ResultsSvc and AggregateSvc for itself; everybody else sees both of everything.
                own = base == "gateway" and other in PAIRED
                values[key] = " ".join(self.listening(other, n) for n in ([number] if own else [1, 2]))
        for publisher in ("identity", "embargo", "group"):
            values[f"ERS_{publisher.upper()}_EVENTS_URLS"] = (
                f"ipc://{self.bus}/{publisher}-events.sock ipc://{self.bus}/{publisher}-2-events.sock")
        if number == 2:
            values["ERS_ADMIN_PORT"] = str(self.second_admin_ports[base])
            if base != "gateway":
                values["ERS_LISTEN"] = self.listening(base, 2)
            if base in ("identity", "embargo", "group"):
                values["ERS_EVENTS_LISTEN"] = f"ipc://{self.bus}/{base}-2-events.sock"
            for key in ("ERS_SUBSCRIBERS_LISTEN", "ERS_SUBSCRIBERS_EVENTS_LISTEN"):
                values.pop(key, None)
            if base == "aggregate":
                values["ERS_SEGMENTS_FOLDER"] += "-2"
            if base == "gateway":
                values["ERS_HTTP_PORT"] = str(self.ports[1])
        return values

    def start_process(self, name: str) -> subprocess.Popen:
        base = name.partition("-")[0]
        with open(self.logs / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                [self.binaries / BINARIES[base]], env=self.settings(name), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        self.processes[name] = process
        return process

    def start(self, wait: bool = True) -> None:
        super().start(wait)
        for name in SERVICES:
            self.start_process(f"{name}-2")
        deadline = time.monotonic() + 60
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.ports[1], timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, "the second gateway is not ready"
            time.sleep(0.05)

    def stop(self) -> None:
        for name in list(self.processes):
            if name.endswith("-2"):
                self.processes[name].terminate()
        for name in list(self.processes):
            if name.endswith("-2"):
                self.processes.pop(name).wait(30)
        super().stop()


class Watcher:
    """Asks one path of one gateway without pause, and notes when its answer changes."""

    def __init__(self, name: str, ask):
        self.name, self.ask = name, ask
        self.shown: bool | None = None
        self.since = 0.0
        self.asked = 0
        self.stopped = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while not self.stopped:
            shown = self.ask()
            self.asked += 1
            if shown != self.shown:
                self.shown, self.since = shown, time.perf_counter()
            time.sleep(0.01)


def paths(gateway: int, state: Visitor, school: Visitor, site: dict, year: int, kept: str) -> dict[str, object]:
    """The questions, by name; each answers whether a summative of the year is shown."""
    base = f"/api/v1/schools/{site['id']}"
    chosen = state.get(f"{base}/assessments", grade=GRADE, year=year)["assessments"]
    ids = [a["id"] for a in chosen if a["type"] == "sum"]
    student = state.get(f"{base}/results", grade=GRADE, year=year, assessment=ids)["results"][0]["exams"][0]["student"]["id"]

    def another() -> Visitor:
        # A connection for each watcher, in one session.
        copy = object.__new__(Visitor)
        copy.__dict__ |= school.__dict__ | {"connection": load.connection_to(school.address, 60)}
        return copy

    def pickers(v=another()) -> bool:
        return "sum" in {a["type"] for a in v.get(f"{base}/assessments", grade=GRADE, year=year)["assessments"]}

    def results(v=another()) -> bool:
        return any(p["exams"] for p in v.get(f"{base}/results", grade=GRADE, year=year, assessment=ids)["results"])

    def history(v=another()) -> bool:
        answer = v.get(f"/api/v1/students/{student}/history")
        types = {a["id"]: (a["type"], a["schoolYear"]) for a in answer["assessments"]}
        return any(types[e["assessmentId"]] == ("sum", year) for e in answer["exams"])

    def file(v=another()) -> bool:
        v.connection.request(
            "GET", f"{base}/results.csv?grade={GRADE}&year={year}" + "".join(f"&assessment={i}" for i in ids),
            headers={"Cookie": v.cookie})
        answer = v.connection.getresponse()
        return answer.read().count(b"\n") > 1 and answer.status == 200

    def report(v=another()) -> bool:
        v.connection.request("GET", f"/api/v1/reports/{kept}/file", headers={"Cookie": v.cookie})
        answer = v.connection.getresponse()
        answer.read()
        return answer.status == 200

    return {f"{name} {gateway}": ask for name, ask in {
        "pickers": pickers, "results": results, "history": history, "file": file, "report": report}.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binaries", type=Path, default=ROOT / ".build" / "release")
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args()
    run_dir = Path(tempfile.mkdtemp(prefix="ers-bench-", dir="/tmp"))
    suite = Replicated(run_dir, binaries=options.binaries, durable=True,
                       environment={"ERS_RATE_LIMITS": "off", "ERS_LOG_LEVEL": "warning", **CURRENT_SCHOOL_YEAR})
    watchers: list[Watcher] = []
    try:
        suite.start()
        data = run_dir / "data"
        subprocess.run([options.binaries / "sandbox-data", str(data), "--students", "4"], check=True, stdout=subprocess.DEVNULL)
        api = load.ImportAPI(read_environment(run_dir / "demo.env"))
        load.load_definitions(api, data)
        assert {entry.status for entry in load.load_results(api, load.results_in(data))} == {"PROCESSED"}
        urls = [f"http://127.0.0.1:{port}" for port in suite.ports]
        state = Visitor(urls[0], "State Admin")
        year = state.session["currentSchoolYear"]

        def put(kind: str, value: str) -> None:
            version = state.get("/api/v1/embargo", year=year)["state"]["cells"][kind]["version"]
            state.put(f"/api/v1/embargo/{year}/state/{kind}", {"value": value, "version": version})

        put("individual", "released")
        put("aggregate", "released")
        for number, url in enumerate(urls, 1):
            school = Visitor(url, "School Admin")
            site = school.schools()[0]
            subjects = school.get("/api/v1/aggregate/options")["subjects"]
            made = school.post("/api/v1/aggregate/reports", {
                "type": "CustomAggregate", "assessmentTypeCode": "sum", "assessmentGradeCodes": [GRADE],
                "subjectCodes": [s["code"] for s in subjects if s["assessmentType"] == "sum"], "schoolYears": [year],
                "includeState": False, "schoolIds": [site["id"]], "showEmpty": False})
            while made["status"] in ("PENDING", "RUNNING"):
                time.sleep(0.05)
                made = school.get(f"/api/v1/reports/{made['id']}")
            assert made["status"] == "COMPLETED", made
            watchers += [Watcher(name, ask) for name, ask in paths(number, state, school, site, year, made["id"]).items()]
        took: dict[str, list[float]] = {"release": [], "re-embargo": []}
        slowest: dict[str, int] = {}
        for number in range(options.times):
            shown = number % 2 == 1
            value = "released" if shown else "embargoed"
            began = time.perf_counter()
            put("individual", value)
            put("aggregate", value)
            while any(w.shown != shown for w in watchers):
                assert time.perf_counter() - began < 10, [w.name for w in watchers if w.shown != shown]
                time.sleep(0.002)
            # The second of the two writes ends the change; watchers count from before the first.
            last = max(watchers, key=lambda w: w.since)
            took["release" if shown else "re-embargo"].append(last.since - began)
            slowest[last.name] = slowest.get(last.name, 0) + 1
            time.sleep(0.05)
        for name, values in took.items():
            values.sort()
            print(f"{name}, {len(values)} times, both kinds, ten paths of two replicas of each process: "
                  f"p50 {1000 * statistics.median(values):.0f}, p99 {1000 * values[min(len(values) - 1, int(len(values) * 0.99))]:.0f}, "
                  f"longest {1000 * values[-1]:.0f} ms")
        print("last to show it: " + ", ".join(f"{k} {v}" for k, v in sorted(slowest.items(), key=lambda e: -e[1])))
    except BrowseError as refused:
        sys.exit(f"refused: {refused}")
    finally:
        for watcher in watchers:
            watcher.stopped = True
        suite.stop()
        shutil.rmtree(run_dir, ignore_errors=True)


if __name__ == "__main__":
    main()

"""Figures of the whole suite on this machine: time to ready, memory, pages of a school and a group, release, group upload. Those of
ingest are in ingest_figures.py.

CPU per unit and ratios count; wall times depend on what else the machine does. The load generator shares the processors.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import load  # noqa: E402
from browse import Visitor  # noqa: E402
from demo import CURRENT_SCHOOL_YEAR  # noqa: E402
from suite import SERVICES, Suite, read_environment  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
HEADER = "group_name,school_natural_id,school_year,subject_code,student_ssid,group_user_login"
# Whose assignments the sandbox's first teacher has (scripts/sandbox-entries.json).
TEACHER = "teacher.elementary@sandbox.example"


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, its finished children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / TICKS


def postgres_cpu(suite: Suite) -> float:
    root = suite.postgres.process.pid
    total = cpu_seconds(root)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int(Path(entry, "stat").read_text().rsplit(")", 1)[1].split()[1]) == root:
                    total += cpu_seconds(int(entry.name))
            except (OSError, ValueError, IndexError):
                pass
    return total


def resident(suite: Suite) -> dict[str, float]:
    def of(pid: int) -> float:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    return {name: of(suite.processes[name].pid) for name in SERVICES}


def percentile(values: list[float], p: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * p))]


def page_load(suite: Suite, name: str, visitor: Visitor, path: str, query: dict, rate: int, seconds: float) -> None:
    """One page, asked for at a steady rate whatever its answers take. Answers are read, not parsed."""
    target = path + "?" + urllib.parse.urlencode(query, doseq=True)
    headers = {"Accept": "application/json", "Cookie": visitor.cookie}

    def ask(connection: http.client.HTTPConnection) -> int:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        size = len(answer.read())
        assert answer.status == 200, answer.status
        return size

    first = http.client.HTTPConnection(visitor.address.hostname, visitor.address.port, timeout=60)
    size = ask(first)
    before = {name: cpu_seconds(suite.processes[name].pid) for name in SERVICES}
    postgres_before = postgres_cpu(suite)
    latencies: list[float] = []
    lock = threading.Lock()
    began = time.perf_counter()
    total = int(rate * seconds)
    numbers = iter(range(total))

    def client() -> None:
        connection = http.client.HTTPConnection(visitor.address.hostname, visitor.address.port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            ask(connection)
            with lock:
                latencies.append(time.perf_counter() - due)

    clients = [threading.Thread(target=client) for _ in range(8)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    spent = {name: cpu_seconds(suite.processes[name].pid) - before[name] for name in SERVICES}
    database = postgres_cpu(suite) - postgres_before
    parts = ", ".join(f"{name} {1e6 * used / total:.0f}" for name, used in spent.items() if used > 0.02)
    print(f"{name}, {size} bytes, {rate} requests/s offered for {seconds:.0f} s: p50 {1000 * statistics.median(latencies):.1f} ms, "
          f"p99 {1000 * percentile(latencies, 0.99):.1f} ms")
    print(f"  CPU-µs a request: {parts}, PostgreSQL {1e6 * database / total:.0f}")


def school_page(suite: Suite, rate: int, seconds: float) -> None:
    visitor = Visitor(suite.url, "School Admin")
    school = visitor.schools()[0]
    query = {"grade": "03", "year": visitor.session["currentSchoolYear"]}
    page_load(suite, "school page", visitor, f"/api/v1/schools/{school['id']}/results", query, rate, seconds)


def group_page(suite: Suite, rate: int, seconds: float) -> None:
    """A teacher's group of thirty students and one assessment."""
    teacher, state = Visitor(suite.url, "Teacher: Demo Elementary School"), Visitor(suite.url, "State Admin")
    school = next(s for s in state.schools() if s["name"] == "Demo Elementary School")
    year = state.session["currentSchoolYear"]
    chosen = state.get(f"/api/v1/schools/{school['id']}/assessments", grade="03", year=year)["assessments"]
    assessment = next(a for a in chosen if a["type"] == "ica")["id"]
    rows = state.get(f"/api/v1/schools/{school['id']}/results", grade="03", year=year, assessment=assessment)["results"][0]
    ssids = sorted({exam["student"]["ssid"] for exam in rows["exams"]})[:30]
    lines = [f"Thirty,{school['naturalId']},{year},,{ssid},{TEACHER}" for ssid in ssids]
    api = load.ImportAPI(read_environment(suite.run_dir / "demo.env"))
    done = api.wait(api.post("groups", "thirty", "\n".join([HEADER, *lines]).encode(), "text/csv"))
    assert done.status == "PROCESSED", done
    group = next(g for g in teacher.get("/api/v1/groups")["groups"] if g["name"] == "Thirty")["id"]
    path, query = f"/api/v1/groups/{group}/results", {"year": year, "assessment": assessment}
    shown = teacher.get(path, **query)["results"][0]["examCount"]
    page_load(suite, f"group page ({shown} results)", teacher, path, query, rate, seconds)


def group_upload(suite: Suite, rows: int) -> None:
    """From the first byte of a file to *Processed*: every member is a new student, then the same members again."""
    state = Visitor(suite.url, "State Admin")
    school = state.schools()[0]["naturalId"]
    year = state.session["currentSchoolYear"]
    api = load.ImportAPI(read_environment(suite.run_dir / "demo.env"))
    for turn, login in [("all students new", "a"), ("all students known, another user in each group", "b")]:
        lines = [f"Load {n // 25},{school},{year},,77{n:08d},{login}{n // 25}@example.org" for n in range(rows)]
        body = "\n".join([HEADER, *lines]).encode()
        before = {name: cpu_seconds(suite.processes[name].pid) for name in SERVICES}
        postgres_before = postgres_cpu(suite)
        began = time.perf_counter()
        sent = api.post("groups", turn, body, "text/csv")
        accepted = time.perf_counter() - began
        done = api.wait(sent, 120)
        took = time.perf_counter() - began
        assert done.status == "PROCESSED", done
        spent = ", ".join(
            f"{name} {used:.2f}" for name in SERVICES
            if (used := cpu_seconds(suite.processes[name].pid) - before[name]) > 0.02)
        print(f"group upload, {rows} rows, {turn}: checked and accepted after {accepted:.2f} s, processed after {took:.2f} s; "
              f"CPU-s: {spent}, PostgreSQL {postgres_cpu(suite) - postgres_before:.2f}")


def release(suite: Suite, times: int) -> None:
    """From the request of a release (or embargo) to its answer "in force", and to the page of a School Admin."""
    state, school = Visitor(suite.url, "State Admin"), Visitor(suite.url, "School Admin")
    year = state.session["currentSchoolYear"]
    base = f"/api/v1/schools/{school.schools()[0]['id']}/assessments"
    latencies = []
    for number in range(times):
        value = "released" if number % 2 == 0 else "embargoed"
        version = state.get("/api/v1/embargo", year=year)["state"]["cells"]["individual"]["version"]
        began = time.perf_counter()
        state.put(f"/api/v1/embargo/{year}/state/individual", {"value": value, "version": version})
        while ("sum" in {a["type"] for a in school.get(base, grade="03", year=year)["assessments"]}) != (value == "released"):
            assert time.perf_counter() - began < 10, "not in force after ten seconds"
        latencies.append(time.perf_counter() - began)
    print(f"release or embargo to the school page, {times} times: p50 {1000 * statistics.median(latencies):.0f} ms, "
          f"longest {1000 * max(latencies):.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binaries", type=Path, default=ROOT / ".build" / "release")
    options = parser.parse_args()
    run_dir = Path(tempfile.mkdtemp(prefix="ers-bench-", dir="/tmp"))
    suite = Suite(run_dir, binaries=options.binaries, durable=True,
                  environment={"ERS_RATE_LIMITS": "off", "ERS_LOG_LEVEL": "warning", **CURRENT_SCHOOL_YEAR})
    try:
        suite.start()
        for name in SERVICES:
            suite.kill(name)
        began = time.perf_counter()
        for name in SERVICES:
            suite.start_process(name)
        suite.wait_until_ready()
        print(f"six processes ready after {time.perf_counter() - began:.2f} s")
        data = run_dir / "data"
        import subprocess

        subprocess.run([options.binaries / "sandbox-data", str(data)], check=True, stdout=subprocess.DEVNULL)
        load.load_definitions(load.ImportAPI(read_environment(run_dir / "demo.env")), data)
        load.load_results(load.ImportAPI(read_environment(run_dir / "demo.env")), load.results_in(data))
        school_page(suite, 100, 10)
        group_page(suite, 200, 10)
        group_upload(suite, 100_000)
        release(suite, 20)
        memory = resident(suite)
        print(f"resident: {sum(memory.values()):.0f} MiB without PostgreSQL (" + ", ".join(f"{k} {v:.0f}" for k, v in memory.items()) + ")")
    finally:
        suite.stop()
        shutil.rmtree(run_dir, ignore_errors=True)


if __name__ == "__main__":
    main()

"""Figures of ingest: how many results a second, by single calls and by zips; where the processor time of one goes; how soon a
result has reached the aggregates under load; what a payload of 500 MB takes in memory.

    Benchmarks/ingest_figures.py --binaries .build/release [--only single,zip,fresh,upload] [--results 20000] [--statements 25]

CPU per result is the figure that survives a loaded machine; rates do not. The load generator shares the processors, and its own
time is printed as well. `--statements N` adds what PostgreSQL says of the N statements that cost most (pg_stat_statements, which
itself costs some percent); `--profile` adds where the processes of the way and those of PostgreSQL spend their time (Linux `perf`).
"""

from __future__ import annotations

import argparse
import collections
import os
import re
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
from demo import CURRENT_SCHOOL_YEAR  # noqa: E402
from ingest_load import SingleCalls, Transmissions  # noqa: E402
from suite import SERVICES, Console, Suite, read_environment  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def ticks(stat: Path) -> int:
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def percentile(values: list[float], p: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * p))]


class Spent:
    """Processor time of everything since it was made, by process, by kind of thread, and by what PostgreSQL worked for."""

    def __init__(self, suite: Suite, console: Console):
        self.suite, self.console = suite, console
        self.before = self._now()
        self.wal = self._wal()

    def _wal(self) -> int:
        return int(self.console.ask("SELECT pg_current_wal_lsn() - '0/0'"))

    def _now(self) -> collections.Counter:
        now: collections.Counter = collections.Counter()
        for name in SERVICES:
            pid = self.suite.processes[name].pid
            now[name] = ticks(Path(f"/proc/{pid}/stat"))
            for thread in Path(f"/proc/{pid}/task").iterdir():
                try:
                    kind = re.sub(r"[-:]?\d+$", "", (thread / "comm").read_text().strip())
                    now[f"{name}: {'Swift' if kind.endswith('Svc') else kind}"] += ticks(thread / "stat")
                except OSError:
                    continue
        kinds = dict(line.split("|") for line in self.console.ask(
            "SELECT pid, coalesce(nullif(application_name, ''), backend_type) FROM pg_stat_activity").splitlines())
        postgres = self.suite.postgres.process.pid
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(folder.name) == postgres:
                # Its ended children, such as vacuums, are in the last two.
                now["PostgreSQL"] += sum(int(fields[i]) for i in (11, 12, 13, 14))
            elif int(fields[1]) == postgres:
                used = int(fields[11]) + int(fields[12])
                now["PostgreSQL"] += used
                now[f"PostgreSQL for {kinds.get(folder.name, 'others')}"] += used
        own = os.times()
        now["load generator"] = int((own.user + own.system) * TICKS)
        return now

    def report(self, results: int) -> None:
        used = self._now() - self.before
        micros = {name: 1e6 * count / TICKS / results for name, count in used.items()}
        total = sum(micros.get(name, 0) for name in (*SERVICES, "PostgreSQL"))
        print(f"  CPU-µs a result: {total:.0f} in all, PostgreSQL {micros.get('PostgreSQL', 0):.0f}, " + ", ".join(
            f"{name} {micros[name]:.0f}" for name in SERVICES if micros.get(name, 0) >= 1)
            + f"; load generator {micros.get('load generator', 0):.0f}")
        parts = {name: value for name, value in micros.items() if (": " in name or " for " in name) and value >= 5}
        for name, value in sorted(parts.items(), key=lambda part: -part[1]):
            print(f"    {value:6.0f}  {name}")
        print(f"  WAL {(self._wal() - self.wal) / results:.0f} bytes a result")


class Statements:
    """What PostgreSQL says of its statements, for one result each."""

    def __init__(self, console: Console, count: int):
        self.console, self.count = console, count
        if count:
            console.ask("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            console.ask("SELECT pg_stat_statements_reset()")

    def report(self, results: int) -> None:
        if not self.count:
            return
        rows = self.console.ask(f"""
            SELECT round((s.total_exec_time + s.total_plan_time) * 1000 / {results}), round(s.calls::numeric / {results}, 3),
                   round(s.wal_bytes / {results}), r.rolname, left(regexp_replace(s.query, '\\s+', ' ', 'g'), 110)
              FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname <> 'postgres'
             ORDER BY s.total_exec_time + s.total_plan_time DESC LIMIT {self.count}""")
        print("  µs, calls and bytes of WAL a result, by statement")
        for row in rows.splitlines():
            print("    " + row)


class Profile:
    """Where the processes of the way and those of PostgreSQL spend their time, by symbol."""

    def __init__(self, suite: Suite, folder: Path, wanted: bool):
        self.path, self.process = folder / "perf.data", None
        if wanted:
            pids = [str(suite.processes[name].pid) for name in ("results", "gateway", "aggregate")]
            pids += Path(f"/proc/{suite.postgres.process.pid}/task/{suite.postgres.process.pid}/children").read_text().split()
            self.process = subprocess.Popen(
                ["perf", "record", "-F", "499", "-g", "-p", ",".join(pids), "-o", str(self.path)], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)

    def report(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(2)
        self.process.wait(60)
        shutil.copy(self.path, "/tmp/ingest.perf.data")
        print("  perf report -i /tmp/ingest.perf.data --no-children --sort comm,symbol")


def wait_until_everywhere(console: Console) -> tuple[float, float]:
    """When everything was carried out, and when the aggregates had followed."""
    while console.ask("SELECT count(*) FROM results.import_queue") != "0":
        time.sleep(0.01)
    stored = time.perf_counter()
    head = int(console.ask("SELECT change FROM results.feed_head"))
    while int(console.ask("SELECT min(change) FROM aggregate.feed_position WHERE feed LIKE 'exams%' OR feed = 'students'")) < head:
        time.sleep(0.01)
    return stored, time.perf_counter()


def check(console: Console, before: int, sent: int) -> int:
    """Every one is there, once. Answers how many results there are."""
    now = int(console.ask("SELECT count(*) FROM results.exam"))
    refused = console.ask("SELECT status, count(*) FROM results.import WHERE status <> 1 GROUP BY 1")
    assert now == before + sent and not refused, f"{now} results instead of {before + sent}; refused: {refused}"
    return now


class Bench:
    def __init__(self, options: argparse.Namespace, folder: Path, suite: Suite):
        self.options, self.folder, self.suite = options, folder, suite
        self.console = suite.postgres.console("ers")
        self.api = load.ImportAPI(read_environment(suite.run_dir / "demo.env"))
        self.transmissions = Transmissions(folder, options.binaries / "sandbox-data", options.size)
        load.load_definitions(self.api, self.transmissions.folder)
        self.exams = 0

    def single(self, count: int, clients: int, rate: float | None = None, quiet: bool = False) -> None:
        calls = SingleCalls(self.api, clients, rate)
        spent, statements = Spent(self.suite, self.console), Statements(self.console, 0 if quiet else self.options.statements)
        profile = Profile(self.suite, self.folder, self.options.profile and not quiet)
        began = time.perf_counter()
        accepted = calls.run(self.transmissions.stream(count))
        stored, followed = wait_until_everywhere(self.console)
        calls.close()
        offered = f"{rate:.0f}/s offered" if rate else "as fast as they are answered"
        print(f"single calls, {clients} clients, {count} results, {offered}: accepted {count / accepted:.0f}/s, "
              f"stored {count / (stored - began):.0f}/s, in aggregates {count / (followed - began):.0f}/s; "
              f"202 p50 {1000 * statistics.median(calls.latencies):.1f} ms, p95 {1000 * percentile(calls.latencies, 0.95):.1f}, "
              f"p99 {1000 * percentile(calls.latencies, 0.99):.1f}")
        self.exams = check(self.console, self.exams, count)
        if not quiet:
            spent.report(count)
            statements.report(count)
            profile.report()

    def zips(self, count: int, each: int) -> None:
        paths = self.transmissions.zips(self.folder, count, each)
        spent, statements = Spent(self.suite, self.console), Statements(self.console, self.options.statements)
        profile = Profile(self.suite, self.folder, self.options.profile)
        began = time.perf_counter()
        sent = [self.api.post("exams", path.name, path.read_bytes(), "application/zip") for path in paths]
        done = [self.api.wait(one, 600) for one in sent]
        stored, followed = wait_until_everywhere(self.console)
        assert all(one.status == "PROCESSED" for one in done), done
        print(f"zips of {each}, {count} results: stored {count / (stored - began):.0f}/s, "
              f"in aggregates {count / (followed - began):.0f}/s")
        self.exams += count
        assert self.exams == int(self.console.ask("SELECT count(*) FROM results.exam"))
        spent.report(count)
        statements.report(count)
        profile.report()
        for path in paths:
            path.unlink()

    def fresh(self, rate: float, seconds: float) -> None:
        """From the sending of a result to its page and to the facts that reports are made of, while others come."""
        probes = 4
        stream, ended = self.transmissions.stream(1 << 30), threading.Event()
        lock, api = threading.Lock(), self.api
        pages: list[float] = []
        facts: list[float] = []

        def probe() -> None:
            console, opportunity = self.suite.postgres.console("ers"), re.compile(rb'oppId="([^"]+)"')
            scored = re.compile(rb'measureOf="Overall" measureLabel="ScaleScore" value="\d')
            while not ended.is_set():
                with lock:
                    body = next(body for body in stream if scored.search(body))
                key = opportunity.search(body)[1].decode()
                began = time.perf_counter()
                api.post("exams", key, body, "application/xml")
                exam = ""
                while not exam:
                    exam = console.ask(f"SELECT exam_id FROM results.exam_key WHERE opportunity_id = '{key}' LIMIT 1")
                    exam or time.sleep(0.005)
                with lock:
                    pages.append(time.perf_counter() - began)
                while console.ask(f"SELECT count(*) FROM aggregate.fact WHERE exam_id = {exam}") == "0":
                    time.sleep(0.01)
                with lock:
                    facts.append(time.perf_counter() - began)
                time.sleep(0.2)
            console.close()

        threads = [threading.Thread(target=probe) for _ in range(probes)]
        background = Transmissions.__new__(Transmissions)
        background.path, background.copy = self.transmissions.path, 5_000
        for thread in threads:
            thread.start()
        calls = SingleCalls(self.api, 16, rate)
        count = int(rate * seconds)
        calls.run(background.stream(count))
        ended.set()
        for thread in threads:
            thread.join(60)
        calls.close()
        wait_until_everywhere(self.console)
        self.exams = int(self.console.ask("SELECT count(*) FROM results.exam"))
        for name, values in (("stored", pages), ("in the aggregates", facts)):
            print(f"a result while {rate:.0f}/s come, {len(values)} looked at: {name} p50 {statistics.median(values):.2f} s, "
                  f"p95 {percentile(values, 0.95):.2f} s, p99 {percentile(values, 0.99):.2f} s, longest {max(values):.2f} s")

    def upload(self, megabytes: int) -> None:
        """Resident memory while one payload of so many megabytes comes in and is carried out."""
        def memory(name: str, field: str) -> int:
            text = Path(f"/proc/{self.suite.processes[name].pid}/status").read_text()
            return int(re.search(rf"{field}:\s+(\d+)", text)[1]) // 1024

        class Body:
            """A package whose rows nobody can read, made while it is sent."""
            left = megabytes << 20

            def read(self, size: int) -> bytes:
                size = min(size, self.left)
                self.left -= size
                return (b"x,%d\n" % self.left * (size // 4 + 1))[:size]

        for name in ("gateway", "results"):
            Path(f"/proc/{self.suite.processes[name].pid}/clear_refs").write_text("5")
        before = {name: memory(name, "VmRSS") for name in ("gateway", "results")}
        began = time.perf_counter()
        connection = load.connection_to(self.api.address, 600)
        connection.request("POST", "/packages/imports", Body(), {
            "Content-Type": "text/csv", "Content-Length": str(megabytes << 20), "Authorization": f"Bearer {self.api._bearer()}"})
        answer = connection.getresponse()
        text, took = answer.read(), time.perf_counter() - began
        assert answer.status == 202, (answer.status, text[:300])
        import json

        done = self.api.wait(load.Import("large", json.loads(text)["id"], "", None), 600)
        grown = ", ".join(f"{name} {before[name]} MiB and at most {memory(name, 'VmHWM') - before[name]} more" for name in before)
        print(f"a package of {megabytes} MB: accepted after {took:.1f} s ({megabytes / took:.0f} MB/s), ended {done.status}; "
              f"resident: {grown}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binaries", type=Path, default=ROOT / ".build" / "release")
    parser.add_argument("--only", default="single,zip,fresh,upload", help="which figures, separated by commas")
    parser.add_argument("--size", default="tiny", help="of the sandbox's data, of which copies are sent")
    parser.add_argument("--results", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--zip-size", type=int, default=5_000)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--statements", type=int, default=0)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ers-ingest-", dir="/tmp"))
    folder.chmod(0o755)
    extra = {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all"} if options.statements else {}
    suite = Suite(folder / "suite", binaries=options.binaries, durable=True, postgres_settings=extra,
                  environment={"ERS_RATE_LIMITS": "off", "ERS_LOG_LEVEL": "warning", **CURRENT_SCHOOL_YEAR})
    try:
        suite.start()
        bench = Bench(options, folder, suite)
        wanted = set(options.only.split(","))
        if "single" in wanted:
            # Plans, pools and caches of a suite that has been running.
            bench.single(min(3_000, options.results), options.clients, quiet=True)
            bench.single(options.results, options.clients)
            for rate in (500, 1_000):
                bench.single(int(rate * 10), options.clients, rate, quiet=True)
        if "zip" in wanted:
            bench.zips(options.results, options.zip_size)
        if "fresh" in wanted:
            bench.fresh(500, 40)
        if "upload" in wanted:
            bench.upload(options.megabytes)
        bench.console.close()
    finally:
        suite.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

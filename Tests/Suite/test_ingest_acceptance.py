"""The acceptance cases of the import service (ingest §16) that need the whole suite. The others are in Swift: §16.2, §16.4 in
ExamCorpusLoadTests, §16.7 with each kind of file, §16.8 and §16.9 in ExamRulesTests, §16.10 in ExamBatchWriterTests, §16.11 in
the gateway's ImportTests, §16.12 in IntakeTests, §16.15 in InventedSubject; §16.14 is Benchmarks/ingest_figures.py."""

import csv
import http.client
import io
import json
import os
import random
import re
import signal
import threading
import time

import load
import pytest
from conftest import importer, running

TICKS = os.sysconf("SC_CLK_TCK")


def send_definitions(api, folder, change=lambda body: body) -> dict[str, str]:
    """Everything but organizations, in the order of ingest §1; the message of each file."""
    messages = {}
    kinds = [("subjects", "subjects/*.xml", "application/xml"), ("packages", "packages/*.csv", "text/csv"),
             ("accommodations", "accommodations*.xml", "application/xml")]
    for scope, pattern, content_type in kinds:
        for path in sorted(folder.glob(pattern)):
            post = api.form if scope == "subjects" else api.post
            done = api.wait(post(scope, path.name, change(path.read_bytes()), content_type), 120)
            assert done.status == "PROCESSED", done
            messages[path.name] = done.message
    return messages


def send_organizations(api, folder, change=lambda body: body) -> str:
    path = folder / "organizations.json"
    done = api.wait(api.post("organizations", path.name, change(path.read_bytes()), "application/json"))
    assert done.status == "PROCESSED", done
    return done.message


def rows_written(suite) -> dict[str, str]:
    """By which transaction each row was written last: another one is an update, whatever it says."""
    tables = ["results.subject", "results.assessment", "results.item", "results.exam", "results.student", "identity.organization"]
    return {table: suite.postgres.query(
        f"SELECT md5(coalesce(string_agg(r.id || ' ' || r.xmin, ',' ORDER BY r.id), '')) FROM {table} r", "ers")
        for table in tables}


def count(suite, table: str) -> int:
    return int(suite.postgres.query(f"SELECT count(*) FROM {table}", "ers"))


def test_R18_16_5_results_before_organizations_are_resubmitted_in_steps(empty, api, sandbox_data):
    first = send_definitions(api, sandbox_data)
    results = load.results_in(sandbox_data)
    sent = load.load_results(api, results)
    assert {one.status for one in sent} == {"UNKNOWN_SCHOOL"}
    assert count(empty, "results.exam") == count(empty, "results.student") == 0
    message = send_organizations(api, sandbox_data)
    # In steps of 100 until there are fewer. They are also taken up by themselves, so there may be fewer at once, and one that
    # is carried out while it is being resubmitted is carried out once more, which changes nothing.
    while json.loads(api.request("POST", "/exams/imports/resubmit?status=UNKNOWN_SCHOOL")[1]) == 100:
        pass
    deadline = time.monotonic() + 60
    while empty.postgres.query(
            "SELECT count(*) FROM results.import WHERE content = 1 AND status NOT IN (1, 2)", "ers") != "0" or count(
            empty, "results.import_queue"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert count(empty, "results.exam") == len(results)
    assert count(empty, "results.exam_history") == 0
    check_messages(sandbox_data, first, message, again=False)


def check_messages(folder, messages: dict[str, str], organizations: str, again: bool) -> None:
    """The four kinds of success message, to the letter (ingest §1)."""
    for path in (folder / "subjects").glob("*.xml"):
        subject = re.search(r'<Subject code="([^"]+)" name="([^"]+)"', path.read_text())
        assert messages[path.name] == f"Subject {subject[2]} ({subject[1]}) processed"
    for path in (folder / "packages").glob("*.csv"):
        n = len({row["AssessmentId"] for row in csv.DictReader(io.StringIO(path.read_text()))})
        assert messages[path.name] == f"Assessments processed: {n}, created: {0 if again else n}, updated: 0, rejected: 0"
    for path in folder.glob("accommodations*.xml"):
        assert messages[path.name] == f"{path.read_text().count('<Selection>')} accommodations processed"
    schools = (folder / "organizations.json").read_text().count('"INSTITUTION"')
    assert organizations == f"{schools} schools processed"


def test_16_1_loading_again_in_other_bytes_changes_nothing(empty, api, sandbox_data):
    before = rows_written(empty)

    def other(body: bytes) -> bytes:
        return body.replace(b"\r\n", b"\n") if b"\r\n" in body else body.replace(b"\n", b"\r\n")

    messages = send_definitions(api, sandbox_data, other)
    check_messages(sandbox_data, messages, send_organizations(api, sandbox_data, other), again=True)
    after = rows_written(empty)
    # The definition of a subject is taken over as a whole; nothing that refers to it is written.
    del before["results.subject"], after["results.subject"]
    assert after == before


def test_16_3_results_again_are_the_same_imports_and_with_a_blank_line_no_update(empty, api, sandbox_data):
    results = load.results_in(sandbox_data)
    before, imports = rows_written(empty), count(empty, "results.import")
    ids = {int(n) for n in empty.postgres.query("SELECT id FROM results.import WHERE content = 1", "ers").split()}
    again = load.load_results(api, results)
    assert {one.id for one in again} == ids and {one.status for one in again} <= {"PROCESSED", "NO_UPDATE"}
    assert count(empty, "results.import") == imports and rows_written(empty) == before
    longer = load.load_results(api, [(name, body + b"\n") for name, body in results])
    assert {(one.status, one.message) for one in longer} == {
        ("NO_UPDATE", "Duplicate -- no changes triggered an exam update")}
    assert count(empty, "results.import") == imports + len(results)
    assert rows_written(empty) == before


def memory(suite, name: str, field: str) -> int:
    """In MiB."""
    text = open(f"/proc/{suite.processes[name].pid}/status").read()
    return int(re.search(rf"{field}:\s+(\d+)", text)[1]) // 1024


@pytest.mark.parametrize("scope,megabytes", [("packages", 160), ("exams", 96), ("students", 96)])
def test_16_13_a_large_payload_is_never_in_memory_whole(empty, api, scope, megabytes):
    """Beside parts of a megabyte nothing of a payload is held: twice as large takes no more."""
    class Body:
        left = megabytes << 20

        def read(self, size: int) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return (b"a%d,b\n" % self.left * (size // 5 + 1))[:size]

    for name in ("gateway", "results"):
        with open(f"/proc/{empty.processes[name].pid}/clear_refs", "w") as file:
            file.write("5")
    before = {name: memory(empty, name, "VmRSS") for name in ("gateway", "results")}
    connection = http.client.HTTPConnection(api.address.hostname, api.address.port, timeout=300)
    connection.request("POST", f"/{scope}/imports", Body(), {
        "Content-Type": "text/csv", "Content-Length": str(megabytes << 20), "Authorization": f"Bearer {api._bearer()}"})
    answer = connection.getresponse()
    row = json.loads(answer.read())
    assert answer.status == 202
    done = api.wait(load.Import("large", row["id"], row["status"], None), 120)
    assert done.status == "BAD_FORMAT" and "larger than the limit" in done.message, done
    for name in before:
        assert memory(empty, name, "VmHWM") - before[name] < 64, f"{name} has grown with the payload"
    assert empty.postgres.query("SELECT count(*) FROM results.blob", "ers") == "0"


@pytest.mark.parametrize("body", [
    b"<!DOCTYPE x [" + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 20 if n else b"x" * 20) for n in range(12))
    + b"]><TDSReport>&e11;</TDSReport>",
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><TDSReport>&a;</TDSReport>',
], ids=["nested", "external"])
def test_16_13_entities_are_refused_before_anything_is_expanded(empty, api, body):
    def used() -> int:
        fields = open(f"/proc/{empty.processes['results'].pid}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = used()
    done = api.wait(api.post("exams", "entities", body, "application/xml"))
    assert done.status == "BAD_FORMAT" and "document type" in done.message.lower(), done
    # Processor time of everything that it did meanwhile; expanding one would take minutes.
    assert (used() - before) / TICKS < 2


def test_16_6_ten_kills_during_a_load_lose_double_and_halve_nothing(sandbox_data):
    """Results come alone, from clients that ask again when ResultsSvc is away."""
    seed = int(os.environ.get("ERS_SEED", random.randrange(1 << 30)))
    print(f"ERS_SEED={seed}")
    choose = random.Random(seed)
    with running("defined") as suite:
        api = importer(suite)
        results = [(f"{copy}-{name}", body.replace(b'oppId="demo-', b'oppId="demo-%d-' % copy))
                   for copy in range(2) for name, body in load.results_in(sandbox_data)]
        acknowledged: list[load.Import] = []
        sender = threading.Thread(target=lambda: acknowledged.extend(
            load.load_results(api, results, clients=8, retry_for=180)))
        sender.start()
        kills = 0
        while kills < 10:
            time.sleep(choose.uniform(0.05, 0.5))
            suite.kill("results", signal.SIGKILL)
            suite.start_process("results")
            suite.wait_until_ready()
            kills += 1
        sender.join(300)
        assert not sender.is_alive() and len(acknowledged) == len(results)
        assert {one.status for one in acknowledged} == {"PROCESSED"}
        assert len({one.id for one in acknowledged}) == len(results)
        assert count(suite, "results.import_queue") == 0
        # Each result once, with its items; nothing was stored a second time.
        assert count(suite, "results.exam") == count(suite, "results.exam_key") == len(results)
        assert count(suite, "results.exam_history") == 0
        whole = suite.postgres.query("SELECT count(*) FROM results.exam WHERE items IS NOT NULL AND extra IS NOT NULL", "ers")
        assert int(whole) == sum(b"<Item " in body for _, body in results)

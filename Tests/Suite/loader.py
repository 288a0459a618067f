"""Sends results without end, as a test delivery system does, and keeps a journal; made to be killed.

    loader.py DEMO_ENV SANDBOX_DATA JOURNAL SEED

A line `S mark name` is written before a result is sent, `A mark name id` when it was acknowledged. Started again with the same
journal it first sends again what was not acknowledged: the same bytes are the same import. SIGTERM ends it when everything that
it began is acknowledged.
"""

import os
import random
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "scripts"))

import load  # noqa: E402
from suite import read_environment  # noqa: E402

CLIENTS = 6
# Sent at once, with a pause after it: kills shall fall into the middle of work, and looking at everything stay affordable.
CHUNK = 20
PAUSE = 0.1


def marked(body: bytes, mark: str) -> bytes:
    """The same result as another opportunity of the same student."""
    return body.replace(b'oppId="demo-', f'oppId="demo-{mark}-'.encode())


def read_journal(path: Path) -> tuple[set[tuple[str, str]], dict[tuple[str, str], int]]:
    """What was sent, and the imports of what was acknowledged. A last line may be cut off."""
    sent, acknowledged = set(), {}
    text = path.read_text() if path.exists() else ""
    for line in text[: text.rfind("\n") + 1].splitlines():
        kind, mark, name, *number = line.split(" ")
        sent.add((mark, name))
        if kind == "A":
            acknowledged[mark, name] = int(number[0])
    return sent, acknowledged


def main(environment: str, data: str, journal: str, seed: str) -> None:
    api = load.ImportAPI(read_environment(Path(environment)))
    results = dict(load.results_in(Path(data)))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    sent, acknowledged = read_journal(Path(journal))
    choose = random.Random(f"{seed} {len(sent)}")
    file = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def send(entry: tuple[str, str]) -> None:
        mark, name = entry
        os.write(file, f"S {mark} {name}\n".encode())
        row = api.post("exams", f"{mark}-{name}", marked(results[name], mark), "application/xml", retry_for=240)
        os.write(file, f"A {mark} {name} {row.id}\n".encode())

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(send, sorted(sent - set(acknowledged))))
        while not stopping.is_set():
            mark = f"{choose.randrange(1 << 40):x}"
            list(pool.map(send, [(mark, name) for name in choose.sample(sorted(results), CHUNK)]))
            time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])

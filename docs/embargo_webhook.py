"""Receives the webhooks of the embargoes, in Python: an example to start from, and a test of the description.

    python docs/embargo_webhook.py 8099 secret-file changes.jsonl

Standard library only. embargo-notifications.md says what is promised and how a request is signed. Every change becomes a line
of JSON, once and in order. The file is history and position at once, so that a crash at any moment neither loses a line nor
writes one twice. In earnest it stands behind a proxy with TLS.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

LARGEST = 1 << 20
# How far the sender's clock may be from ours, in seconds: what is older may have been recorded and sent again.
TOLERANCE = 300


class Refused(Exception):
    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class Journal:
    """What was told, and so the position: that of the last whole line."""

    def __init__(self, path: str):
        self.file = open(path, "ab+", buffering=0)
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.file.seek(0)
        content = self.file.read()
        whole = content[: content.rfind(b"\n") + 1]
        self.file.truncate(len(whole))
        last = json.loads(whole.splitlines()[-1]) if whole else {"epoch": "", "sequence": 0}
        self.epoch, self.sequence = last["epoch"], last["sequence"]

    def write(self, line: dict) -> None:
        self.file.write(json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n")
        os.fsync(self.file.fileno())
        self.epoch, self.sequence = line["epoch"], line["sequence"]

    def take(self, told: dict) -> None:
        if told["epoch"] != self.epoch:
            # The log was restored: everything derived from the old epoch is void.
            self.write({"epoch": told["epoch"], "sequence": 0, "begins": True})
        for change in told["changes"]:
            if change["sequence"] <= self.sequence:
                continue  # told before, and taken
            if change["sequence"] != self.sequence + 1:
                raise Refused(409, "a change is missing")
            self.write({"epoch": told["epoch"], **change})


def verify(secret: bytes, timestamp: str, signature: str, body: bytes, now: float) -> None:
    """Ours, whole, and of now."""
    if not timestamp.isascii() or not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        raise Refused(401, "too old, or of the future")
    expected = "v1=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    # In constant time, so that nobody finds a signature byte by byte.
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogateescape")):
        raise Refused(401, "not signed with our secret")


class Receiver(BaseHTTPRequestHandler):
    secret: bytes
    journal: Journal
    timeout = 10

    def do_POST(self) -> None:
        try:
            length = int(self.headers.get("Content-Length") or -1)
            if not 0 <= length <= LARGEST:
                raise Refused(413, "too large, or without a length")
            body = self.rfile.read(length)
            verify(
                self.secret, self.headers.get("ERS-Timestamp", ""), self.headers.get("ERS-Signature", ""), body, time.time())
            self.journal.take(json.loads(body))
        except Refused as refused:
            self.answer(refused.status)
        else:
            # Only now: what is not on disk is told again.
            self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def main(port: str, secret_file: str, journal: str) -> None:
    with open(secret_file, "rb") as file:
        Receiver.secret = file.read().rstrip(b"\n")
    Receiver.journal = Journal(journal)
    HTTPServer(("127.0.0.1", int(port)), Receiver).serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

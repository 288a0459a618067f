"""Follows the embargoes from outside the suite, in Python: an example to start from, and a test of the description.

    protoc -I proto --python_out=generated proto/options.proto proto/events.proto proto/rpc.proto
    PYTHONPATH=generated python docs/embargo_watch.py changes.jsonl

Needs pynng and protobuf. The settings are those of `ers embargo watch`; embargo-notifications.md says what they mean and
what is promised. Every change becomes a line of JSON. The file is history and position at once, so that a crash at any
moment neither loses a line nor writes one twice.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request

import events_pb2
import pynng
import rpc_pb2

TOPIC = b"embargo.notifications|"
PATIENCE_MS = 5_000
UNAVAILABLE = {1, 4, 8, 14}  # CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE: ask again later
UNAUTHENTICATED = 16


class Away(Exception):
    """Nobody answers at the moment."""


class Refused(Exception):
    """Asking again would not help."""


class Journal:
    """What was told, and so the position: that of the last whole line."""

    def __init__(self, path: str):
        self.file = open(path, "ab+", buffering=0)
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.file.seek(0)
        content = self.file.read()
        whole = content[: content.rfind(b"\n") + 1]
        # A line that was being written when the process died is asked for again.
        self.file.truncate(len(whole))
        last = json.loads(whole.splitlines()[-1]) if whole else {"epoch": "", "sequence": 0}
        self.epoch = bytes.fromhex(last["epoch"])
        self.sequence = last["sequence"]

    def write(self, line: dict) -> None:
        self.file.write(json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n")
        os.fsync(self.file.fileno())
        self.epoch, self.sequence = bytes.fromhex(line["epoch"]), line["sequence"]

    def change(self, epoch: bytes, change: events_pb2.EmbargoNotification) -> None:
        self.write({
            "epoch": epoch.hex(),
            "sequence": change.sequence,
            "schoolYear": change.school_year,
            "level": {1: "state", 2: "district"}.get(change.level, str(change.level)),
            "naturalId": change.natural_id,
            "kind": {1: "individual", 2: "aggregate"}.get(change.kind, str(change.kind)),
            "value": {1: "embargoed", 2: "released"}.get(change.value, str(change.value)),
            "atMicroseconds": change.at_us,
        })

    def begin_again(self, epoch: bytes) -> None:
        self.write({"epoch": epoch.hex(), "sequence": 0, "begins": True})


class Suite:
    """The two doors of the suite: published hints, and the log to ask."""

    def __init__(self, environment: dict[str, str]):
        self.environment = environment
        self.token = ""
        self.hints = self._socket(pynng.Sub0, "ERS_EMBARGO_EVENTS_URL", recv_timeout=PATIENCE_MS)
        self.hints.subscribe(TOPIC)
        # Repeating a question is our decision, not the socket's.
        self.log = self._socket(pynng.Req0, "ERS_EMBARGO_RPC_URL", recv_timeout=10_000, send_timeout=10_000, resend_time=-1)

    def _socket(self, kind, setting: str, **options):
        socket = kind(recv_max_size=4 << 20, reconnect_time_min=10, reconnect_time_max=500, **options)
        for url in self.environment[setting].split():
            if url.startswith("tls+tcp://"):
                socket.tls_config = self._tls(urllib.parse.urlparse(url).hostname)
            socket.dial(url, block=False)
        return socket

    def _tls(self, host: str) -> pynng.TLSConfig:
        def text(name: str) -> str:
            with open(self.environment[name], encoding="ascii") as file:
                return file.read()

        return pynng.TLSConfig(
            pynng.TLSConfig.MODE_CLIENT,
            server_name=host,
            ca_string=text("ERS_SUBSCRIBER_CA_FILE"),
            own_cert_string=text("ERS_SUBSCRIBER_CERTIFICATE_FILE"),
            own_key_string=text("ERS_SUBSCRIBER_KEY_FILE"),
            auth_mode=pynng.TLSConfig.AUTH_MODE_REQUIRED,
        )

    def _new_token(self) -> str:
        """OAuth2, client credentials (RFC 6749 §4.4)."""
        form = {
            "grant_type": "client_credentials",
            "scope": "embargo.events",
            "client_id": self.environment["ERS_EVENTS_CLIENT_ID"],
            "client_secret": self.environment["ERS_EVENTS_CLIENT_SECRET"],
        }
        request = urllib.request.Request(
            self.environment["ERS_URL"] + "/oauth2/token", urllib.parse.urlencode(form).encode())
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)["access_token"]
        except urllib.error.HTTPError as error:
            if error.code in (400, 401):
                raise Refused(f"no token: {error.read().decode()}") from error
            raise Away(f"no token: {error.code}") from error
        except OSError as error:
            raise Away(f"no token: {error}") from error

    def hint(self) -> events_pb2.EmbargoPublication | None:
        """The next publication; nothing when there was none for a while, and it is time to look."""
        try:
            message = self.hints.recv()
        except pynng.Timeout:
            return None
        return events_pb2.EmbargoPublication.FromString(message[len(TOPIC):])

    def replay(self, epoch: bytes, after: int) -> events_pb2.ReplayPage:
        for fresh in (False, True):
            if fresh or not self.token:
                self.token = self._new_token()
            reply = self._ask(events_pb2.ReplayRequest(epoch=epoch, after=after, limit=500))
            if reply.code == 0:
                return events_pb2.ReplayPage.FromString(reply.payload)
            if reply.code != UNAUTHENTICATED:
                break
        raise (Away if reply.code in UNAVAILABLE else Refused)(f"{reply.code}: {reply.detail}")

    def _ask(self, question: events_pb2.ReplayRequest) -> rpc_pb2.RpcReply:
        request = rpc_pb2.RpcRequest(
            protocol=1,
            service="ers.EmbargoEvents",
            method="ReplayEmbargoNotifications",
            request_id=secrets.token_bytes(16),
            timeout_ms=10_000,
            access_token=self.token,
            attempt=1,
            payload=question.SerializeToString(),
        )
        try:
            self.log.send(request.SerializeToString())
            reply = rpc_pb2.RpcReply.FromString(self.log.recv())
        except pynng.NNGException as error:
            raise Away(str(error)) from error
        if reply.code == 0 and reply.request_id != request.request_id:
            raise Refused("the answer to another question")
        return reply


def catch_up(suite: Suite, journal: Journal) -> None:
    while True:
        page = suite.replay(journal.epoch, journal.sequence)
        if page.begin_again:
            journal.begin_again(page.epoch)
            continue
        for change in page.notifications:
            if change.sequence != journal.sequence + 1:
                raise Refused(f"after {journal.sequence} the log has {change.sequence}")
            journal.change(page.epoch, change)
        if journal.sequence >= page.head:
            return


def watch(suite: Suite, journal: Journal) -> None:
    hint = None
    while True:
        is_present = hint is not None and hint.epoch == journal.epoch
        if is_present and hint.HasField("notification") and hint.notification.sequence == journal.sequence + 1:
            journal.change(hint.epoch, hint.notification)
        elif not is_present or hint.head != journal.sequence:
            # Told before, if the head is higher only because more has come meanwhile: the log knows.
            try:
                catch_up(suite, journal)
            except Away as away:
                print(f"waiting: {away}", file=sys.stderr)
        hint = suite.hint()


if __name__ == "__main__":
    watch(Suite(dict(os.environ)), Journal(sys.argv[1]))

"""A load generator for the import API: distinct results from the sandbox's generator, sent by single calls or as zips.

Results are read from one file on disk and made distinct on their way out, so a hundred thousand of them take no memory here.
One thread serves all connections: it shares the processors with what it measures, and takes a twentieth of a core for
a hundred calls a second.
"""

from __future__ import annotations

import mmap
import select
import socket
import struct
import subprocess
import time
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path

import load


class Transmissions:
    """As many distinct results as are wanted: copies of the sandbox's with other opportunity ids and other students."""

    def __init__(self, folder: Path, sandbox_data: Path, size: str):
        self.folder = folder / "sandbox"
        subprocess.run([sandbox_data, str(self.folder), "--size", size], check=True, stdout=subprocess.DEVNULL)
        self.path = folder / "results.bin"
        self.count = 0
        with open(self.path, "wb") as out:
            for _, body in load.each_result(self.folder):
                out.write(struct.pack("<I", len(body)))
                out.write(body)
                self.count += 1
        self.copy = 0

    def stream(self, count: int) -> Iterator[bytes]:
        """Never the same result twice, also in another call."""
        with open(self.path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as bytes_:
            while count > 0:
                self.copy += 1
                opportunity = f'oppId="demo-c{self.copy}-'.encode()
                student = f'name="StudentIdentifier" value="{10_000 + self.copy}'.encode()
                position = 0
                while position < len(bytes_) and count > 0:
                    (length,) = struct.unpack_from("<I", bytes_, position)
                    body = bytes_[position + 4:position + 4 + length]
                    position += 4 + length
                    count -= 1
                    yield body.replace(b'oppId="demo-', opportunity, 1).replace(
                        b'name="StudentIdentifier" value="99', student, 1)

    def zips(self, folder: Path, count: int, each: int) -> list[Path]:
        """Zips of so many results each, on disk."""
        paths, results = [], self.stream(count)
        for number in range(-(-count // each)):
            path = folder / f"load-{self.copy}-{number}.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
                for index in range(min(each, count - number * each)):
                    out.writestr(f"{number}-{index}.xml", next(results))
            paths.append(path)
        return paths


class Client:
    """One connection and the call under way on it."""

    def __init__(self, address: urllib.parse.ParseResult):
        self.socket = socket.create_connection((address.hostname, address.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.out = memoryview(b"")
        self.answer = b""
        self.begun = 0.0

    def begin(self, call: bytes, begun: float) -> None:
        self.out, self.answer, self.begun = memoryview(call), b"", begun

    def send(self) -> bool:
        """Whether everything has left."""
        while self.out:
            try:
                self.out = self.out[self.socket.send(self.out):]
            except BlockingIOError:
                return False
        return True

    def receive(self) -> int | None:
        """The status of the answer, when it is there."""
        piece = self.socket.recv(65_536)
        if not piece:
            raise ConnectionError("the gateway has closed a connection")
        self.answer += piece
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return None
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
        return int(head[9:12]) if len(body) >= length else None


class SingleCalls:
    """Sends results by single calls from `clients` connections.

    Without `rate` each client sends its next call when it has its answer; with it so many calls a second are due, whatever the
    answers take, and a call's time counts from when it was due.
    """

    def __init__(self, api: load.ImportAPI, clients: int, rate: float | None = None):
        self.api, self.rate = api, rate
        self.clients = [Client(api.address) for _ in range(clients)]
        self.latencies: list[float] = []

    def _call(self, body: bytes) -> bytes:
        return (f"POST /exams/imports HTTP/1.1\r\nHost: {self.api.address.netloc}\r\nContent-Type: application/xml\r\n"
                f"Authorization: Bearer {self.api._bearer()}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body

    def run(self, results: Iterator[bytes]) -> float:
        """Seconds until the last answer. Anything but a 202 ends it."""
        watch = select.epoll()
        by_file = {client.socket.fileno(): client for client in self.clients}
        for file in by_file:
            watch.register(file, select.EPOLLIN)
        idle, waiting = list(self.clients), set()
        began, number, ended = time.perf_counter(), 0, False
        following = next(results, None)
        while not ended or len(idle) < len(self.clients):
            now = time.perf_counter()
            pause = -1.0
            while idle and following is not None:
                due = began + number / self.rate if self.rate else now
                if due > now:
                    pause = due - now
                    break
                client = idle.pop()
                client.begin(self._call(following), due)
                number += 1
                following = next(results, None)
                if not client.send():
                    waiting.add(client)
                    watch.modify(client.socket.fileno(), select.EPOLLIN | select.EPOLLOUT)
            ended = following is None
            if ended and len(idle) == len(self.clients):
                break
            for file, event in watch.poll(pause):
                client = by_file[file]
                if event & select.EPOLLOUT and client.send():
                    waiting.discard(client)
                    watch.modify(file, select.EPOLLIN)
                if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                    status = client.receive()
                    if status is None:
                        continue
                    if status != 202:
                        raise load.LoadError(f"{status}: {client.answer[-300:]!r}")
                    self.latencies.append(time.perf_counter() - client.begun)
                    idle.append(client)
        watch.close()
        return time.perf_counter() - began

    def close(self) -> None:
        for client in self.clients:
            client.socket.close()

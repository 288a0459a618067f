"""What a machine or a network does to the suite on purpose: a full or stalled disk, a wrong wall clock, a lost connection."""

import selectors
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")


class Faults:
    """Faults of the machine, for the processes that were started with `environment` (see faults.c)."""

    def __init__(self):
        # PostgreSQL's own user reads it too.
        self.folder = Path(tempfile.mkdtemp(prefix="ers-faults-", dir="/tmp"))
        self.folder.chmod(0o755)
        library = self.folder / "faults.so"
        subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": str(library), "ERS_TEST_FAULTS": str(self.folder)}

    @contextmanager
    def having(self, fault: str, text: str = ""):
        """The fault begins at once and ends with the block."""
        path = self.folder / fault
        new = path.with_suffix(".new")
        new.write_text(text)
        new.rename(path)
        try:
            yield
        finally:
            path.unlink()

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Relay:
    """A way from one Unix socket to another that may fall silent: what is sent stays where it is, and nobody is told.

    That is what a cut cable or a firewall looks like from both ends.
    """

    def __init__(self, listens: Path, to: Path):
        self.to = to
        self.silent = threading.Event()
        self.closed = False
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(listens))
        self.server.listen(64)
        self.pairs: list[socket.socket] = []
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(str(self.to))
            except OSError:
                near.close()
                continue
            with self.lock:
                self.pairs += [near, far]
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        others = {near: far, far: near}
        with selectors.DefaultSelector() as ready:
            for end in others:
                ready.register(end, selectors.EVENT_READ)
            try:
                while not self.closed:
                    for key, _ in ready.select(0.05):
                        while self.silent.is_set() and not self.closed:
                            # Nothing is read, so nothing is told: not even that the other end is gone.
                            threading.Event().wait(0.01)
                        data = key.fileobj.recv(1 << 16)
                        if not data:
                            return
                        others[key.fileobj].sendall(data)
            except OSError:
                return
            finally:
                near.close()
                far.close()

    @contextmanager
    def cut(self):
        """Nothing passes while the block runs; what was sent meanwhile arrives afterwards."""
        self.silent.set()
        try:
            yield
        finally:
            self.silent.clear()

    def drop(self) -> None:
        """Every connection that there is now ends, as when a router restarts; new ones are carried."""
        with self.lock:
            ends, self.pairs = self.pairs, []
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self) -> None:
        self.closed = True
        self.server.close()
        with self.lock:
            for end in self.pairs:
                end.close()


def with_faults(suite, faults: Faults, *processes: str) -> None:
    """The named processes of a suite, or `postgres`, will start with the faults in them."""
    for name in processes:
        if name == "postgres":
            suite.postgres.environment = faults.environment
        else:
            suite.own[name] = {**suite.own.get(name, {}), **faults.environment}


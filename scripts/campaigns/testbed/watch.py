"""The administrator who keeps asking while others are hostile, and what the daemon takes then."""

import os
import threading
import time
from pathlib import Path
from types import TracebackType

from .daemon import Daemon
from .wire import Client, Silence

ANSWER_SECONDS_MAX = 3.0


def resident_bytes(pid: int) -> int:
    """What the process holds in memory now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int:
    """How many descriptors the process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


class Watch:
    """Asks the admin socket for its status on a fresh connection, again and again."""

    def __init__(self, daemon: Daemon):
        self.pid = daemon.process.pid
        self.path = daemon.admin.connection.path
        self.worst_seconds = 0.0
        self.answers = 0
        self.peak_bytes = 0
        self.faults: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        if self.answers == 0:
            self.faults.append("nobody was answered on the admin socket")

    def _run(self) -> None:
        while not self._ended.is_set():
            self._ask()
            self.peak_bytes = max(self.peak_bytes, resident_bytes(self.pid))
            self._ended.wait(0.02)

    def _ask(self) -> None:
        client = Client(self.path, ANSWER_SECONDS_MAX)
        began = time.monotonic()
        try:
            status = client.ask("GET", "/v1/operator/status").status
        except Silence as error:
            self.faults.append(f"no answer on the admin socket: {error}")
            return
        finally:
            client.close()
        self.answers += 1
        self.worst_seconds = max(self.worst_seconds, time.monotonic() - began)
        if status != 200:
            self.faults.append(f"{status} on the admin socket")

    def figures(self) -> str:
        """What was seen, for people."""
        return (f"admin.sock answered {self.answers} times, the slowest after "
                f"{self.worst_seconds * 1000:.0f} ms; resident at most {self.peak_bytes >> 20} MiB")

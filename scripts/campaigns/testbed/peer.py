"""A peer that sends bytes, not requests, and sees what comes back for them."""

import array
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Seen:
    """What came back: the statuses of whole answers, and whether the connection was ended."""

    statuses: list[int]
    is_closed: bool
    rest: bytes

    def refusal_faults(self) -> list[str]:
        """What is wrong with it as the refusal of bytes that are no request."""
        faults = []
        # The sender's fault must be called that; 505 is the one of HTTP's that begins otherwise.
        if len(self.statuses) != 1 or self.statuses[0] not in (*range(400, 500), 505):
            faults.append(f"answers {self.statuses} instead of one refusal")
        if not self.is_closed:
            faults.append("the connection stays open")
        if self.rest:
            faults.append(f"{len(self.rest)} bytes that are no answer")
        return faults


class Peer:
    """One connection to a Unix socket of the daemon."""

    def __init__(self, path: Path, seconds: float = 5):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(str(path))

    def send(self, data: bytes) -> None:
        """As much as the daemon takes: who has refused takes no more."""
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def send_descriptors(self, data: bytes, count: int) -> None:
        """Bytes with as many open files as fit in a message."""
        with open("/dev/null", "rb") as file:
            passed = array.array("i", [file.fileno()] * count)
            self.socket.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])

    def seen(self) -> Seen:
        """Everything until the daemon closes, or says nothing for a while."""
        data, is_closed = b"", False
        try:
            while piece := self.socket.recv(1 << 16):
                data += piece
            is_closed = True
        except TimeoutError:
            pass
        except ConnectionError:
            is_closed = True
        return parsed(data, is_closed)

    def close(self) -> None:
        """Lets the connection go."""
        self.socket.close()


def parsed(data: bytes, is_closed: bool) -> Seen:
    """The answers that the bytes are made of."""
    statuses = []
    while b"\r\n\r\n" in data:
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *fields = head.split(b"\r\n")
        words = first.split(b" ")
        if words[0] != b"HTTP/1.1" or not words[1].isdigit():
            break
        values = dict(field.lower().split(b": ", 1) for field in fields)
        data = rest[int(values.get(b"content-length", 0)):]
        statuses.append(int(words[1]))
    return Seen(statuses, is_closed, data)


def ask(path: Path, data: bytes, seconds: float = 5) -> Seen:
    """What comes back for these bytes on a connection of their own."""
    peer = Peer(path, seconds)
    peer.send(data)
    seen = peer.seen()
    peer.close()
    return seen

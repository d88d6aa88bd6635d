"""Peers that take time, connections, memory or descriptors: as much as they are given."""

import contextlib
import select
import time
from collections.abc import Iterator
from pathlib import Path

from .peer import Peer, Seen, ask, parsed

HEAD = (b"POST /v1/introspect HTTP/1.1\r\nHost: x\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n")
BODY = HEAD + b"Content-Length: 131072\r\n\r\n" + b"a" * 131_071
DESCRIPTORS_IN_A_MESSAGE = 253
LET_GO_SECONDS_MAX = 12


def verification(token: str) -> bytes:
    """One good request."""
    return f"GET /v1/verify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


@contextlib.contextmanager
def crowd(path: Path, count: int) -> Iterator[list[Peer]]:
    """So many connections at once, or as many as the kernel queues for a daemon that is full."""
    peers: list[Peer] = []
    try:
        while len(peers) < count and (peer := admitted(path)) is not None:
            peers.append(peer)
        yield peers
    finally:
        for peer in peers:
            peer.close()


def admitted(path: Path) -> Peer | None:
    """A connection, as soon as the queue has room for it; none where it has none for a second."""
    for _ in range(100):
        try:
            return Peer(path)
        except BlockingIOError:
            time.sleep(0.01)
    return None


def unended(peers: list[Peer]) -> int:
    """How many connections the daemon keeps although their time is up."""
    poll = select.poll()
    for peer in peers:
        poll.register(peer.socket, select.POLLRDHUP | select.POLLHUP)
    open_count, deadline = len(peers), time.monotonic() + LET_GO_SECONDS_MAX
    while open_count and time.monotonic() < deadline:
        for number, _ in poll.poll(100):
            poll.unregister(number)
            open_count -= 1
    return open_count


def stalled(path: Path, token: str, count: int) -> list[str]:
    """Silent, or stopped in a line, a header, a body; each must be let go when its time is up."""
    beginnings = {"silence": b"", "half a line": b"GET /v1/ver", "half a header": HEAD[:-9],
                  "half a body": BODY[:-60_000], "one byte less than a body": BODY}
    with contextlib.ExitStack() as stack:
        crowds = {name: stack.enter_context(crowd(path, count)) for name in beginnings}
        for name, peers in crowds.items():
            for peer in peers:
                peer.send(beginnings[name])
        kept = {name: unended(peers) for name, peers in crowds.items()}
    return [f"{name}: {left} of {count} are kept" for name, left in kept.items() if left]


def dribbling(path: Path, token: str, count: int) -> list[str]:
    """A byte now and then does not buy more time."""
    with crowd(path, count) as peers:
        for byte in HEAD[:40]:
            for peer in peers:
                peer.send(bytes([byte]))
            time.sleep(0.05)
        if kept := unended(peers):
            return [f"{kept} of {count} connections are kept"]
    return []


def unread_answers(path: Path, token: str, count: int) -> list[str]:
    """Many good requests whose answers nobody takes."""
    data = verification(token) * 512
    with crowd(path, count) as peers:
        for peer in peers:
            peer.socket.setblocking(False)
        for _ in range(8):
            for peer in peers:
                # The daemon does not read on, or has let the peer go: as it should.
                with contextlib.suppress(OSError):
                    peer.socket.send(data)
        if kept := unended(peers):
            return [f"{kept} of {count} connections are kept"]
    return []


def large_bodies(path: Path, token: str, count: int) -> list[str]:
    """Each wants to leave the largest body that there is, without its last byte."""
    with crowd(path, count) as peers:
        for peer in peers:
            peer.socket.setblocking(False)
            with contextlib.suppress(OSError):
                peer.socket.send(BODY)
        if kept := unended(peers):
            return [f"{kept} of {count} connections are kept"]
    return []


def many_connections(path: Path, token: str, count: int, may_wait: bool = False) -> list[str]:
    """All at once; each gets an identity, or is told that there are too many, or has to wait."""
    statuses: dict[int, int] = {}
    with crowd(path, count) as peers:
        for peer in peers:
            peer.send(verification(token))
        for peer in peers:
            if may_wait:
                peer.socket.settimeout(0.002)
            for status in first_answer(peer).statuses[:1] or [0]:
                statuses[status] = statuses.get(status, 0) + 1
    expected = (200, 503, 0) if may_wait else (200, 503)
    strange = {status: found for status, found in statuses.items() if status not in expected}
    if strange or not statuses.get(200):
        return [f"answers by status: {statuses}"]
    return []


def first_answer(peer: Peer) -> Seen:
    """What has come with the first bytes."""
    try:
        return parsed(peer.socket.recv(1 << 16), False)
    except OSError:
        return Seen([], True, b"")


def passed_descriptors(path: Path, token: str, count: int) -> list[str]:
    """Open files sent along with requests: the daemon must not end up with any of them."""
    statuses = set()
    for _ in range(count):
        peer = Peer(path)
        peer.send_descriptors(verification(token), DESCRIPTORS_IN_A_MESSAGE)
        statuses.update(first_answer(peer).statuses)
        peer.close()
    return [] if statuses == {200} else [f"answers by status: {statuses}"]


def bombs() -> dict[str, bytes]:
    """Documents that are small on the wire and large, deep or slow in a careless reader."""
    room = 131_072
    return {
        "arrays in arrays": b"[" * room,
        "objects in objects": b'{"a":' * (room // 5),
        "nine levels": b'{"name":' + b"[" * 9 + b"]" * 9 + b"}",
        "as many members as fit": b"{%s}" % b",".join(b'"a%d":1' % i for i in range(12_000)),
        "257 members": b"{%s}" % b",".join(b'"a%d":1' % i for i in range(257)),
        "one name again and again": b"{%s}" % b",".join([b'"name":"x"'] * 10_000),
        "as many elements as fit": b'{"name":[%s]}' % b",".join([b"1"] * 65_000),
        "a number of all digits": b'{"name":%s}' % (b"9" * (room - 20)),
        "a large exponent": b'{"name":1e999999999}',
        "escapes alone": b'{"name":"%s"}' % (b"\\u0000" * 20_000),
        "half a surrogate": b'{"name":"\\ud800"}',
        "bytes that are no text": b'{"name":"\xff\xfe"}',
        "a string without end": b'{"name":"' + b"a" * (room - 10),
        "white space": b" " * room,
        "another encoding": '{"name":"x"}'.encode("utf-16"),
        "a mark of the order of bytes": b'\xef\xbb\xbf{"name":"x"}',
    }


def bombed(path: Path, target: str, token: str, again: int) -> list[str]:
    """Every bomb is refused, again and again, and none leaves anything behind."""
    faults = []
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    for name, body in bombs().items():
        head = (f"POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{authorization}"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        for _ in range(again):
            seen = ask(path, head + body)
            if len(seen.statuses) != 1 or not 400 <= seen.statuses[0] < 500:
                faults.append(f"{name}: answers {seen.statuses}")
                break
    return faults


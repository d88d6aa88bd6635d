"""One request hidden in another, sent through real gateways: nobody may take it for a request."""

import importlib
import random
import sys
from pathlib import Path
from typing import Any

from .campaign import programs

TESTING = Path(__file__).resolve().parents[2] / "gateways" / "testing"
sys.path.append(str(TESTING))
backend, cases, gateways, main, wire = map(
    importlib.import_module, ("backend", "cases", "gateways", "main", "wire"))

HIDDEN = (b"GET /hidden HTTP/1.1\r\nHost: api.example\r\nX-Strongroom-Organization: evil\r\n"
          b"X-Strongroom-Account: evil\r\n\r\n")
CHUNK = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
LAST = b"0\r\n\r\n"


def length(body: bytes) -> bytes:
    """The header field that says how long a body is."""
    return b"Content-Length: %d\r\n" % len(body)


def codings() -> list[bytes]:
    """A transfer coding written so that one reader may see it and the next may not."""
    return [
        b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding:\tchunked\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n", b"Transfer-Encoding:\r\n chunked\r\n",
        b" Transfer-Encoding: chunked\r\n", b"X: y\r\n\tTransfer-Encoding: chunked\r\n",
        b"X: y\nTransfer-Encoding: chunked\r\n", b"X: y\rTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n", b"Transfer-Encoding: identity, chunked\r\n",
        b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n",
        b'Transfer-Encoding: "chunked"\r\n', b"Transfer-Encoding: chunked;x=y\r\n",
        b"Transfer_Encoding: chunked\r\n", b"Transfer-Encoding: chun\0ked\r\n",
        b"Transfer-\xc4\xb0ncoding: chunked\r\n", b"Transfer-Encoding: CHUNKED\r\n",
    ]


def bodies() -> dict[str, tuple[bytes, bytes]]:
    """Header fields and what follows the header, by what is unclear about it."""
    found = {}
    for number, coding in enumerate(codings()):
        whole = LAST + HIDDEN
        found[f"length before coding {number}"] = length(whole) + coding, whole
        found[f"coding {number} before length"] = coding + length(b"four"), CHUNK
        found[f"coding {number} alone"] = coding, whole
    short, whole = length(b""), length(HIDDEN)
    found |= {
        "two lengths, the shorter first": (short + whole, HIDDEN),
        "two lengths, the longer first": (whole + short, HIDDEN),
        "a list of lengths": (b"Content-Length: 0, %d\r\n" % len(HIDDEN), HIDDEN),
        "a length with a sign": (b"Content-Length: +%d\r\n" % len(HIDDEN), HIDDEN),
        "a length with a zero": (b"Content-Length: 0%d\r\n" % len(HIDDEN), HIDDEN),
        "a length with a NUL": (b"Content-Length: %d\0\r\n" % len(HIDDEN), HIDDEN),
        "a length with a space": (b"Content-Length : %d\r\n" % len(HIDDEN), HIDDEN),
        "a length that is folded": (b"Content-Length:\r\n %d\r\n" % len(HIDDEN), HIDDEN),
        "a length with an underscore": (b"Content_Length: %d\r\n" % len(HIDDEN), HIDDEN),
        "a length beyond 2^64": (b"Content-Length: %d\r\n" % (len(HIDDEN) + (1 << 64)), HIDDEN),
        "a length to be dropped": (b"Connection: Content-Length\r\n" + whole, HIDDEN),
        "a true body": (whole, HIDDEN),
        "an expectation": (b"Expect: 100-continue\r\n" + whole, HIDDEN),
        "an upgrade": (b"Connection: Upgrade\r\nUpgrade: websocket\r\n" + whole, HIDDEN),
        "an upgrade to HTTP/2": (
            b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
            + whole, HIDDEN),
    }
    return found | chunks()


def chunks() -> dict[str, tuple[bytes, bytes]]:
    """Chunked bodies whose sizes or ends can be read in two ways."""
    size, coding = b"%x" % len(HIDDEN), b"Transfer-Encoding: chunked\r\n"
    ends = {
        "a size of many digits": b"1" + b"0" * 16 + size + b"\r\n" + HIDDEN + b"\r\n" + LAST,
        "a size with 0x": b"0x" + size + b"\r\n" + HIDDEN + b"\r\n" + LAST,
        "a size with a sign": b"+" + size + b"\r\n" + HIDDEN + b"\r\n" + LAST,
        "a size with a space": size + b" \r\n" + HIDDEN + b"\r\n" + LAST,
        "a size ended by a line feed": b"0\n\n" + HIDDEN,
        "a size ended by a carriage return": b"0\r\r" + HIDDEN,
        "an extension with a line feed": b"5;x\n" + b"hello\r\n" + LAST + HIDDEN,
        "a chunk longer than its size": b"1\r\nab\r\n" + LAST + HIDDEN,
        "a chunk without an end": b"5\r\nhello" + LAST + HIDDEN,
        "trailers": b"0\r\nContent-Length: 9\r\nX-Strongroom-Account: evil\r\n\r\n" + HIDDEN,
    }
    return {f"chunks: {name}": (coding, data) for name, data in ends.items()}


class Smuggler:
    """Asks one gateway as a tenant who hides a request, then as another one."""

    def __init__(self, gateway: Any, vault: Any, origin: Any):
        self.gateway = gateway
        self.origin = origin
        self.sender, self.bystander = vault.tenant(), vault.tenant()

    def faults(self, method: bytes, fields: bytes, body: bytes) -> list[str]:
        """What the backend must not have seen after these bytes."""
        self.origin.seen.clear()
        bearer = self.sender.token.access.encode()
        data = (method + b" /v2/things HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer "
                + bearer + b"\r\n" + fields + b"\r\n" + body)
        try:
            with wire.Connection(self.gateway.address, 0.25) as connection:
                connection.send(data)
                while connection.more():
                    pass
        except wire.Silence:
            pass
        faults = [self.misread(seen) for seen in self.origin.seen]
        faults.append(self.poisoned())
        return [fault for fault in faults if fault]

    def misread(self, seen: Any) -> str:
        """What is wrong with a request that the backend has got."""
        if "/hidden" in seen["target"]:
            return "the hidden request reached the backend"
        told = cases.identity(seen["headers"])
        if told.get("integration") != [self.sender.integration]:
            return f"the backend was told {told.get('integration')}"
        return ""

    def poisoned(self) -> str:
        """Whether another tenant's next requests are answered as its own."""
        for _ in range(2):
            try:
                answer = wire.ask(self.gateway.address, "GET", "/v2/mine",
                                  self.bystander.token.bearer)
            except wire.Silence as error:
                return f"the next request is not answered: {error}"
            told = cases.identity(answer.json["headers"]) if answer.status == 200 else {}
            if told.get("integration") != [self.bystander.integration]:
                return f"the next request of another tenant: {answer.status}, {told}"
        return ""


# What was tried through one gateway, and what was wrong with it.
Attempts = dict[str, list[str]]


def smuggled(work: Path, choices: random.Random, count: int) -> tuple[dict[str, Attempts], int]:
    """The attempts through each gateway, none where it is absent, and what the vault refused."""
    work.mkdir(mode=0o755)
    vault = main.make_vault(str(programs()), str(work))
    found: dict[str, Attempts] = {}
    vault.start()
    try:
        for kind in (gateways.Nginx, gateways.Caddy, gateways.HAProxy):
            tried = attempts(choices, count)
            if kind is gateways.Caddy:
                # It passes names with underscores on; the vault refuses them, as it should.
                tried = [one for one in tried if b"_" not in one[2]]
            found[kind.name] = (through(kind, vault, work / kind.name, tried)
                                if kind.is_installed() else {})
        refused = len(vault.events(event="request.refuse"))
    finally:
        vault.stop()
    return found, refused


def attempts(choices: random.Random, count: int) -> list[tuple[str, bytes, bytes, bytes]]:
    """Name, method, header fields and what follows them, of as many as there shall be."""
    every = [(f"{method.decode()}, {name}", method, fields, body)
             for name, (fields, body) in bodies().items() for method in (b"POST", b"GET")]
    return choices.sample(every, min(count, len(every)))


def through(kind: Any, vault: Any, work: Path,
            tried: list[tuple[str, bytes, bytes, bytes]]) -> Attempts:
    """Attempts through one gateway."""
    work.mkdir(mode=0o755)
    origin = backend.Backend()
    gateway = kind(str(work), vault, origin)
    found = {}
    try:
        gateway.start()
        smuggler = Smuggler(gateway, vault, origin)
        for name, method, fields, body in tried:
            found[name] = smuggler.faults(method, fields, body)
    finally:
        gateway.stop()
        origin.close()
    return found

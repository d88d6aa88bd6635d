"""Secrets that can be recognized in whatever form, looked for wherever they must not be."""

import base64
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Kind and selector are no secret; the checksum at the end says nothing of one that is not known.
TOKEN_SECRET = slice(21, 64)


def forms(secret: bytes) -> dict[str, bytes]:
    """Raw, hexadecimal and base64 from each of three shifts, less what depends on neighbours."""
    found = {"raw": secret, "hex": secret.hex().encode(), "HEX": secret.hex().upper().encode()}
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        inner = encoded[4 if shift else 0:len(encoded) - 4]
        found[f"base64 from {shift}"] = inner
        found[f"base64url from {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def token_needles(token: str) -> list[bytes]:
    """A token's secret as it is written, and as the 32 bytes that it stands for."""
    text = token[TOKEN_SECRET]
    number = 0
    for digit in text:
        number = number * 62 + BASE62.index(digit)
    return [text.encode(), number.to_bytes(33, "big")[1:]]


def hits(data: bytes, needles: Iterable[bytes]) -> list[bytes]:
    """Those that are in the data."""
    return [needle for needle in needles if needle in data]


def regions(pid: int) -> Iterator[tuple[str, bytes]]:
    """Every writable region of a process that has pages in memory, by its name, and its bytes."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, name in resident(pid):
            try:
                memory.seek(start)
                yield name, memory.read(end - start)
            except OSError:
                # Gone by now, or nobody's to read.
                continue


def resident(pid: int) -> list[tuple[int, int, str]]:
    """Start, end and name of the writable regions that have pages in memory."""
    found: list[tuple[int, int, str]] = []
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        mapping = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)", line)
        if mapping:
            current = int(mapping[1], 16), int(mapping[2], 16), mapping[4] or "anonymous"
            is_writable = mapping[3].startswith("rw")
        elif line.startswith("Rss:") and is_writable and int(line.split()[1]) > 0:
            found.append(current)
    return found


def flags_of_locked(pid: int) -> list[set[str]]:
    """The kernel's flags of every region that is locked in memory."""
    lines = Path(f"/proc/{pid}/smaps").read_text().splitlines()
    flags = [set(line.split()[1:]) for line in lines if line.startswith("VmFlags:")]
    return [found for found in flags if "lo" in found]


def files(*places: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below these directories."""
    for place in places:
        for directory, _, names in os.walk(place):
            for name in names:
                path = Path(directory, name)
                if path.is_file():
                    yield str(path), path.read_bytes()

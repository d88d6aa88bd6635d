"""What a daemon did to its data, call by call, as strace has seen it; with every byte."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .daemon import Vault
from .tracing import CHANGING, tracer

DATA_BYTES_MAX = 1 << 22
LINE = re.compile(r"^(\d+) +(\d+\.\d+) (.*)$")
RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
FINISHED = re.compile(r"^(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?(.*)$", re.DOTALL)
DESCRIPTOR = re.compile(r"^(\d+)<([^>]*)>")
BYTES = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass(frozen=True)
class Operation:
    """One call: what it did to which file, and when it began."""

    time: float
    call: str
    path: str
    offset: int = 0
    data: bytes = b""
    byte_count: int = 0
    target: str = ""


def recorder(vault: Vault, output: Path) -> list[str]:
    """The words before the daemon's own that record all that it does to its data."""
    words = tracer(vault, output, "trace=" + ",".join(CHANGING))
    return [*words[:1], "-ttt", "-xx", "-s", str(DATA_BYTES_MAX), *words[1:]]


def operations(output: Path) -> list[Operation]:
    """The calls that did something, in the order in which they were over."""
    offsets: dict[str, int] = {}
    return [operation for time, text in _calls(output)
            if (operation := _operation(time, text, offsets)) is not None]


def _calls(output: Path) -> Iterator[tuple[float, str]]:
    """Whole calls: what was cut in two by another thread is put together."""
    begun: dict[str, tuple[float, str]] = {}
    with open(output, encoding="ascii", errors="replace") as lines:
        for line in lines:
            match = LINE.match(line.rstrip("\n"))
            if match is None:
                continue
            thread, time, text = match[1], float(match[2]), match[3]
            if text.endswith("<unfinished ...>"):
                begun[thread] = (time, text.removesuffix("<unfinished ...>").rstrip())
            elif (resumed := RESUMED.match(text)) and thread in begun:
                time, start = begun.pop(thread)
                yield time, start + resumed[1]
            else:
                yield time, text


def _operation(time: float, text: str, offsets: dict[str, int]) -> Operation | None:
    match = FINISHED.match(text)
    if match is None or int(match[3]) < 0 or "INJECTED" in match[5]:
        return None
    call, arguments, result = match[1], match[2], int(match[3])
    if call == "openat":
        return _opened(time, arguments, _path(match[4]), offsets)
    if call in ("rename", "unlink"):
        names = [_decoded(name) for name, _ in BYTES.findall(arguments)]
        return Operation(time, call, names[0], target=names[-1])
    descriptor = DESCRIPTOR.match(arguments)
    if descriptor is None:
        return None
    path = _path(descriptor[2])
    numbers = [int(word) for word in re.findall(r"(?<=, )\d+", arguments)]
    if call in ("write", "pwrite64"):
        offset = numbers[-1] if call == "pwrite64" else offsets.get(path, 0)
        offsets[path] = offset + result
        return Operation(time, "write", path, offset, _data(arguments, result), result)
    if call == "ftruncate":
        return Operation(time, call, path, byte_count=numbers[-1])
    if call in ("fsync", "fdatasync"):
        return Operation(time, "sync", path)
    return None


def _opened(time: float, arguments: str, path: str, offsets: dict[str, int]) -> Operation | None:
    offsets[path] = 0
    if "O_TRUNC" in arguments:
        return Operation(time, "ftruncate", path)
    return Operation(time, "create", path) if "O_CREAT" in arguments else None


def _path(text: str | None) -> str:
    """A descriptor's name, which is in hexadecimal or not as strace likes."""
    return _decoded(text) if text and text.startswith("\\x") else text or ""


def _decoded(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode()


def _data(arguments: str, byte_count: int) -> bytes:
    match = BYTES.search(arguments)
    data = bytes.fromhex(match[1].replace("\\x", "")) if match else b""
    if match and match[2] and any(data):
        raise ValueError("a write is longer than what was recorded of it")
    # Only zeros are written in larger pieces than are kept.
    return data[:byte_count]

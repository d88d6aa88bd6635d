"""strace around the daemon: counts the calls that change its data, and tampers with them."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .daemon import Daemon, NotServing, Vault

# What can change a file or a directory, or make a change durable.
CHANGING = ("write", "pwrite64", "pwritev", "fsync", "fdatasync", "ftruncate", "rename", "renameat",
            "renameat2", "unlink", "unlinkat", "mkdir", "openat", "fallocate", "chmod", "fchmod")
CALL = re.compile(r"^(\d+) +(\w+)\((.*)$")


@dataclass(frozen=True)
class Site:
    """The n-th time that one thread makes one call on the vault's data."""

    call: str
    number: int


def tracer(vault: Vault, output: Path, *expressions: str) -> list[str]:
    """The words before the daemon's own; the daemon stays our child, strace is its own.

    Only calls on the vault's data count: wake-ups and sockets come as time has it.
    """
    words = ["strace", "-D", "-f", "-qq", "-y", "-o", str(output)]
    for path in data_paths(vault):
        words += ["-P", str(path)]
    for expression in expressions or ("trace=" + ",".join(CHANGING),):
        words += ["-e", expression]
    return words


def data_paths(vault: Vault) -> list[Path]:
    """Everything in a vault's directory that the daemon writes, there or not yet."""
    names = ("strongroom.db", "strongroom.db-wal", "strongroom.db-shm", "strongroom.db-journal",
             "key-ring", "key-ring.new", "anchor", "reserve", "audit", "lock", "audit-key.pub")
    return [vault.data, *(vault.data / name for name in names)]


def injection(calls: Sequence[str], effect: str, when: str) -> list[str]:
    """Expressions that tamper with calls on the vault's data; the others are not even seen."""
    names = ",".join(calls)
    return ["trace=" + names, f"inject={names}:{effect}:when={when}"]


def recorded_sites(template: Vault, work: Path, job: Callable[[Daemon], None]) -> list[Site]:
    """The sites of a start, a job and an orderly end, in a copy of a vault."""
    vault = template.copy(work / "recorded")
    daemon = vault.launch(under=tracer(vault, work / "sites"))
    if not daemon.serves():
        raise NotServing(vault.last_words())
    job(daemon)
    daemon.stop()
    vault.remove()
    return sites(work / "sites")


def sites(output: Path) -> list[Site]:
    """Every site of a recorded run, in the order of their first happening."""
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[Site, None] = {}
    for line in output.read_text(errors="replace").splitlines():
        match = CALL.match(line)
        if match is None or not _changes(match[2], match[3]):
            continue
        counts[match[1], match[2]] += 1
        found[Site(match[2], counts[match[1], match[2]])] = None
    return list(found)


def _changes(call: str, arguments: str) -> bool:
    """Opening a file to read it changes nothing, but it is counted by whoever counts calls."""
    return call in CHANGING and "resumed>" not in arguments

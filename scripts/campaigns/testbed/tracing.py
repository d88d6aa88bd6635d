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

BEGUN = re.compile(r"^(\d+) +(\w+)\(")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>")
# What strace writes behind a call that it has tampered with; flaws.c leaves the same.
TAMPERED = "INJECTED"


@dataclass(frozen=True)
class Call:
    """One call of one thread, and between which lines of the trace it was under way."""

    thread: str
    name: str
    text: str
    began: int
    ended: int

    @property
    def is_tampered(self) -> bool:
        """Whether it is one that was made to fail."""
        return TAMPERED in self.text


def calls(trace: list[str]) -> list[Call]:
    """All of a trace, in the order of their ends; what did not end is not among them."""
    found = []
    begun: dict[tuple[str, str], tuple[int, str]] = {}
    for number, line in enumerate(trace):
        if start := BEGUN.match(line):
            begun[start[1], start[2]] = number, line
        end = start or RESUMED.match(line)
        if end and "<unfinished ..." not in line and (end[1], end[2]) in begun:
            began, text = begun.pop((end[1], end[2]))
            found.append(Call(end[1], end[2], text if start else text + line, began, number))
    return found


@dataclass(frozen=True)
class Site:
    """The n-th time that one thread makes one call on the vault's data, or on its segment alone.

    The segment's calls are counted by themselves: what makes one is another thread than what
    writes the database, and the n-th calls of both would be one site.
    """

    call: str
    number: int
    is_of_segment: bool = False

    def __str__(self) -> str:
        return f"{self.call} {self.number}{' of the segment' if self.is_of_segment else ''}"


def tracer(vault: Vault, output: Path, *expressions: str, of_segment: bool = False) -> list[str]:
    """The words before the daemon's own; the daemon stays our child, strace is its own.

    Only calls on the vault's data count: wake-ups and sockets come as time has it.
    """
    words = ["strace", "-D", "-f", "-qq", "-y", "-o", str(output)]
    for path in segment_paths(vault) if of_segment else data_paths(vault):
        words += ["-P", str(path)]
    for expression in expressions or ("trace=" + ",".join(CHANGING),):
        words += ["-e", expression]
    return words


def data_paths(vault: Vault) -> list[Path]:
    """Everything in a vault's directory that the daemon writes, there or not yet."""
    names = ("strongroom.db", "strongroom.db-wal", "strongroom.db-shm", "strongroom.db-journal",
             "key-ring", "key-ring.new", "anchor", "reserve", "audit", "lock", "audit-key.pub")
    return [vault.data, *(vault.data / name for name in names), *segment_paths(vault)]


def segment_paths(vault: Vault) -> list[Path]:
    """Where the segment comes that the vault is due to make; nowhere if it is not."""
    if not vault.due:
        return []
    name = f"{0:020}-{vault.due - 1:020}.segment"
    return [vault.data / "audit", *(vault.data / "audit" / f"{name}{end}" for end in ("", ".new"))]


def injection(calls: Sequence[str], effect: str, when: str) -> list[str]:
    """Expressions that tamper with calls on the vault's data; the others are not even seen."""
    names = ",".join(calls)
    return ["trace=" + names, f"inject={names}:{effect}:when={when}"]


def recorded_sites(template: Vault, work: Path, job: Callable[[Daemon], None]) -> list[Site]:
    """The sites of a start, a job and an orderly end, in copies of a vault."""
    found = []
    for of_segment in (False, True) if template.due else (False,):
        vault = template.copy(work / "recorded")
        daemon = vault.launch(under=tracer(vault, work / "sites", of_segment=of_segment))
        if not daemon.serves():
            raise NotServing(vault.last_words())
        job(daemon)
        daemon.stop()
        vault.remove()
        found += sites(work / "sites", of_segment)
    return found


def sites(output: Path, of_segment: bool = False) -> list[Site]:
    """Every site of a recorded run, in the order of their first happening."""
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[Site, None] = {}
    for line in output.read_text(errors="replace").splitlines():
        match = CALL.match(line)
        if match is None or not _changes(match[2], match[3]):
            continue
        counts[match[1], match[2]] += 1
        found[Site(match[2], counts[match[1], match[2]], of_segment)] = None
    return list(found)


def _changes(call: str, arguments: str) -> bool:
    """Opening a file to read it changes nothing, but it is counted by whoever counts calls."""
    return call in CHANGING and "resumed>" not in arguments

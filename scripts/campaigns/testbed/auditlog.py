"""Audit logs at rest, as a tamperer finds them, and the two verifiers that they are shown to."""

import base64
import hashlib
import importlib.machinery
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .campaign import programs

SCRIPTS = Path(__file__).resolve().parents[2]
sys.path.append(str(SCRIPTS))

import pynacl  # noqa: E402

pynacl.require()
from nacl.signing import SigningKey  # noqa: E402

verifier: Any = importlib.machinery.SourceFileLoader(
    "audit_verify", str(SCRIPTS / "audit-verify.py")).load_module()

TABLES = """
CREATE TABLE IF NOT EXISTS audit_batch (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, first_time INTEGER NOT NULL,
    last_time INTEGER NOT NULL, root BLOB NOT NULL, records BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), head BLOB NOT NULL
) STRICT;
"""
Batch = tuple[int, int, int, int, bytes, bytes]


class Signer:
    """A log's name and a key that signs for it."""

    def __init__(self, name: str, seed: bytes):
        self.name = name
        self.key = SigningKey(seed)
        public = b"\x01" + bytes(self.key.verify_key)
        self.key_id = hashlib.sha256(f"{name}\n".encode() + public).digest()[:4]
        self.text = f"{name}+{self.key_id.hex()}+{base64.b64encode(public).decode()}"

    def checkpoint(self, size: int, root: bytes) -> bytes:
        """A signed note of so many records under that root."""
        text = f"{self.name}\n{size}\n{base64.b64encode(root).decode()}\n"
        return f"{text}\n{self.line(text)}".encode()

    def line(self, text: str) -> str:
        """The line below a text that says who has signed it."""
        data = self.key_id + self.key.sign(text.encode()).signature
        return f"\u2014 {self.name} {base64.b64encode(data).decode()}\n"


@dataclass(frozen=True)
class Log:
    """A log at rest: everything that a tamperer can change."""

    key: str
    head: bytes = b""
    batches: tuple[Batch, ...] = ()
    segments: dict[str, bytes] = field(default_factory=dict)
    earlier: bytes | None = None

    @classmethod
    def of_vector(cls, vector: dict[str, str]) -> "Log":
        """One of schema/vectors/audit-log.json, made by the vault's own code."""
        lines = [line.split() for line in vector["batches"].split("\n")]
        segments = [line.split() for line in vector["segments"].split("\n") if line]
        return cls(
            vector["key"], bytes.fromhex(vector["head"]),
            tuple((int(first), int(last), int(earliest), int(latest), bytes.fromhex(root),
                   bytes.fromhex(data)) for first, last, earliest, latest, root, data in lines),
            {name: bytes.fromhex(data) for name, data in segments})

    @classmethod
    def of_vault(cls, data: Path) -> "Log":
        """The log of a stopped vault, whose write-ahead log is taken in."""
        with opened(data / "strongroom.db") as database:
            (head,) = database.execute("SELECT head FROM audit_head").fetchone()
            batches = database.execute(verifier.BATCHES, [0]).fetchall()
        return cls((data / "audit-key.pub").read_text().strip(), head, tuple(batches))

    def exported(self) -> "Log":
        """Its segments alone."""
        return replace(self, head=b"", batches=())

    def write(self, directory: Path) -> None:
        """As a vault's data directory, or as a directory of segments, over what was there."""
        segments = directory / "audit" if self.head else directory
        segments.mkdir(parents=True, exist_ok=True)
        for path in segments.glob("*.segment"):
            path.unlink()
        for name, data in self.segments.items():
            (segments / f"{name}.segment").write_bytes(data)
        if self.earlier is not None:
            (directory / "earlier.note").write_bytes(self.earlier)
        if self.head:
            self._write_storage(directory)

    def _write_storage(self, directory: Path) -> None:
        (directory / "key-ring").touch()
        with opened(directory / "strongroom.db") as database:
            database.executescript(TABLES)
            database.execute("DELETE FROM audit_batch")
            database.execute("INSERT OR REPLACE INTO audit_head VALUES (1, ?)", [self.head])
            database.executemany("INSERT INTO audit_batch VALUES (?, ?, ?, ?, ?, ?)", self.batches)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A database in whose durability nobody is interested."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    with database:
        yield database
    database.close()


def our_verdict(log: Log, directory: Path) -> str:
    """What `strongroom audit verify` says, once the log was written there."""
    place = "--data" if log.head else "--segments"
    words = ["audit", "verify", "--json", place, str(directory), "--public-key", log.key]
    if log.earlier is not None:
        words += ["--checkpoint", str(directory / "earlier.note")]
    ended = subprocess.run([programs() / "strongroom", *words], capture_output=True, text=True,
                           check=False, timeout=600)
    if ended.returncode < 0:
        return f"trapped with {-ended.returncode}"
    result = json.loads(ended.stdout)["result"] if ended.stdout else {"outcome": "refused"}
    if (ended.returncode == 0) != (result["outcome"] == "proved"):
        return f"{result['outcome']} with status {ended.returncode}"
    return verdict(result["outcome"], result.get("uncovered", 0))


def their_verdict(log: Log, directory: Path) -> str:
    """What the independent verifier says."""
    earlier = [] if log.earlier is None else [log.earlier]
    try:
        uncovered = verifier.verify(log.key, directory, earlier)
    except Exception:  # pylint: disable=broad-except  # As its own main does.
        return "refused"
    return verdict("uncovered" if uncovered else "proved", uncovered)


def verdict(outcome: str, uncovered: int) -> str:
    """In words that both can be compared by."""
    return f"uncovered {uncovered}" if outcome == "uncovered" else outcome

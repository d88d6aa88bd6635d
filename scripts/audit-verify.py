#!/usr/bin/env python3
"""Proves an audit log, from its first record on, with its public key alone.

Usage: scripts/audit-verify.py KEY DIRECTORY [CHECKPOINT]...
KEY is the verifier key, DIRECTORY a stopped vault's data or exported segments, each CHECKPOINT a
file with one that was kept elsewhere. The exit status is 0 for "proved" only. Written from
schema/audit-*.md and not from the vault's code, so that nobody has to trust its authors.
"""
import base64
import copy
import hashlib
import io
import pathlib
import re
import shutil
import sqlite3
import struct
import sys
import tempfile

from nacl.signing import VerifyKey

EVENTS = {*range(1, 13), *range(20, 26), *range(30, 36), *range(40, 45), *range(50, 55),
          *range(60, 66), *range(70, 75), *range(80, 85), *range(90, 95), 100, 101,
          *range(110, 113), *range(120, 123), *range(130, 133), *range(140, 148)}
REASONS = {*range(14), *range(20, 27), *range(40, 48), *range(60, 64), *range(80, 89)}
VAULT_STOP, ROLLBACK_ACCEPT, UNCOVERED_MICROSECONDS_MAX = 141, 145, 60_000_000
INDEXED = slice(32, 48), slice(48, 64), slice(64, 80), slice(80, 96), slice(1, 3)
NAME = "[!-*,-~]{1,255}"
SIGNATURE = f"\u2014 ({NAME}) (\\S+)\n"
CHECKPOINT = f"(({NAME})\n(0|[1-9][0-9]*)\n(\\S+)\n)\n((?:{SIGNATURE}){{1,16}})"
BATCHES = ("SELECT first, last, first_time, last_time, root, records FROM audit_batch "
           "WHERE max(first, last) >= ? ORDER BY first")


def demand(holds: object, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    demand(base64.b64encode(data).decode() == text, "a text is not the canonical base64")
    return data


def index_of(records: list[bytes]) -> bytes:
    """A segment's index: for each field and each of its values, which records have it."""
    sizes, sections = bytearray(), bytearray()
    for field in INDEXED:
        places: dict[bytes, list[int]] = {}
        for place, record in enumerate(records):
            places.setdefault(record[field], []).append(place)
        places.pop(bytes(16), None)
        entries, lists = bytearray(), bytearray()
        for _, own in sorted(places.items()):
            entries += struct.pack(">II", len(lists), len(own))
            for distance in (place - before for before, place in zip([0, *own], own)):
                while distance > 127:
                    lists.append(distance & 127 | 128)
                    distance >>= 7
                lists.append(distance)
        sizes += struct.pack(">II", len(places), len(lists))
        sections += entries + lists
    return bytes(sizes + sections)


class Log:
    """Goes over all records in order, and holds the tree against all that was signed or kept."""

    def __init__(self, key: str):
        self.name, key_id, encoded = key.split("+", 2)
        public = unbase64(encoded)
        self.key_id, self.key = sha256(f"{self.name}\n".encode(), public)[:4], VerifyKey(public[1:])
        demand(re.fullmatch(NAME, self.name) and (public[0], key_id) == (1, self.key_id.hex()),
               "this is not a verifier key")
        self.size, self.frontier, self.generation, self.newest = 0, [], 0, b""
        self.head, self.promises, self.uncovered = None, [], []

    def checkpoint(self, note: bytes) -> tuple[int, bytes]:
        """The size and the root that the key has signed, once, for its log."""
        found = re.fullmatch(CHECKPOINT, note.decode())
        demand(found and len(note) <= 8192, "a checkpoint is not a signed note")
        text, origin, size, root, lines = found.group(1, 2, 3, 4, 5)
        signed = [(name, unbase64(data)) for name, data in re.findall(SIGNATURE, lines)]
        own = [data[4:] for name, data in signed if (name, data[:4]) == (self.name, self.key_id)]
        demand(origin == self.name and len(own) == 1 and all(len(data) > 4 for _, data in signed)
               and int(size) < 1 << 64, "a checkpoint is not of this log, or not signed for it")
        self.key.verify(text.encode(), own[0])
        return int(size), unbase64(root)

    def begin(self, head: bytes) -> int:
        """Takes what the storage says of the whole log; returns where the hot end begins."""
        rest = io.BytesIO(head)
        version, size, root, time, generation, sealed = struct.unpack(">BQ32s8s8sQ", rest.read(65))
        frontiers = [rest.read(32 * rest.read(1)[0]) for _ in range(3)]
        length, note = rest.read(4), rest.read()
        demand(version == 1 and len(note) == int.from_bytes(length, "big"), "the head is none")
        covered, signed = self.checkpoint(note)
        self.promises += [(size, root, frontiers[0]), (covered, signed, frontiers[1]),
                          (sealed, None, frontiers[2])]
        self.head = size, covered, generation + time
        return sealed

    def root(self) -> bytes:
        node = self.frontier[-1] if self.size else sha256()
        for left in reversed(self.frontier[:-1]):
            node = sha256(b"\1", left, node)
        return node

    def keep_promises(self) -> None:
        for size, root, frontier in self.promises:
            demand(size != self.size or root in (None, self.root()) and frontier in (
                None, b"".join(self.frontier)), f"the tree of {size} records is another one")

    def add(self, data: bytes) -> tuple[list[bytes], int, int]:
        """Adds records to the tree; returns them, their earliest and their latest time."""
        records = [data[i:i + 160] for i in range(0, len(data), 160)]
        times = [struct.unpack(">q", record[24:32])[0] for record in records]
        for record, time in zip(records, times):
            version, event, outcome, reason, level, slot, kind, zero = record[:8]
            sequence, generation = struct.unpack(">QQ", record[8:24])
            demand(len(record) == 160 and version == 1 and event in EVENTS and 1 <= outcome <= 3
                   and reason in REASONS and level <= 3 and slot <= 2 and kind <= 8 and zero == 0
                   and sequence == self.size, f"record {self.size} is not one of a vault")
            demand(generation >= self.generation or event == ROLLBACK_ACCEPT, "an older database")
            if self.head and sequence >= self.head[1]:
                self.uncovered.append(time)
            node, rest = sha256(b"\0", record), self.size
            while rest & 1:
                node, rest = sha256(b"\1", self.frontier.pop(), node), rest >> 1
            self.frontier.append(node)
            self.size, self.generation, self.newest = self.size + 1, generation, record
            self.keep_promises()
        return records, min(times), max(times)

    def segment(self, name: str, data: bytes) -> None:
        """Makes the whole file again from its records and its checkpoint, and compares."""
        n, m, count, length = struct.unpack(">10xHH10xII", data[:32])
        start, end = 88 + n + 32 * m, 88 + n + 32 * m + 160 * count
        first, before = self.size, b"".join(self.frontier)
        records, earliest, latest = self.add(data[start:end])
        index, note = index_of(records), data[end + length:-32]
        header = struct.pack(
            ">8sHHHHQIIIIqq32s", b"SRSEGMNT", 1, len(self.name), len(before) // 32, 0, first,
            len(records), len(index), len(note), 0, earliest, latest, self.root())
        header += self.name.encode() + before
        demand(data == header + b"".join(records) + index + note + sha256(header, index, note)
               and len(records) <= 262144 and name == f"{first:020}-{self.size - 1:020}"
               and self.checkpoint(note) == (self.size, self.root()), f"segment {name}")

    def batch(self, first: int, last: int, earliest: int, latest: int, *rest: bytes) -> None:
        demand(first == self.size and self.add(rest[1])[1:] == (earliest, latest)
               and last == self.size - 1 and rest[0] == self.root(), f"batch {first}")

    def finish(self) -> int:
        """The number of records at the end that no checkpoint covers yet."""
        demand(self.head or self.size, "there is no log here")
        demand(all(size <= self.size for size, *_ in self.promises), "records are missing")
        demand(not self.head or self.head[0] == self.size and (
            not self.size or self.head[2] == self.newest[16:32]), "the head is of another log")
        demand(not self.uncovered or self.newest[1] != VAULT_STOP and max(self.uncovered)
               <= self.uncovered[0] + UNCOVERED_MICROSECONDS_MAX, "the end should be signed for")
        return len(self.uncovered)


def verify(key: str, directory: pathlib.Path, earlier: list[bytes]) -> int:
    """The number of records that are not proved yet; an error for a log to be refused."""
    log, sealed, batches, segments = Log(key), 1 << 62, [], directory
    if (directory / "audit").exists():
        segments = directory / "audit"
        with tempfile.TemporaryDirectory() as scratch:  # SQLite would tidy up what is evidence.
            for path in directory.glob("strongroom.db*"):
                shutil.copy(path, scratch)
            database = sqlite3.connect(f"{scratch}/strongroom.db")
            sealed = log.begin(database.execute("SELECT head FROM audit_head").fetchone()[0])
            batches = database.execute(BATCHES, [sealed]).fetchall()
    log.promises += [(*log.checkpoint(note), None) for note in earlier]
    log.keep_promises()
    for path in sorted(segments.glob(f"{20 * '[0-9]'}-{20 * '[0-9]'}.segment")):
        is_hot_too = int(path.stem[:20]) >= sealed  # After a crash; both have to hold.
        (copy.deepcopy(log) if is_hot_too else log).segment(path.stem, path.read_bytes())
    for batch in batches:
        log.batch(*batch)
    return log.finish()


if __name__ == "__main__":
    try:
        _, text, place, *notes = sys.argv
        kept = [pathlib.Path(path).read_bytes() for path in notes]
        not_proved = verify(text, pathlib.Path(place), kept)
    except Exception as error:  # What cannot be read is not proved either.
        sys.exit(f"refused: {error}")
    sys.exit(f"uncovered {not_proved}" if not_proved else print("proved"))

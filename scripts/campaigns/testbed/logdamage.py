"""Every way in which an audit log is damaged, one at a time, and what an insider mends after it."""

import hashlib
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .auditlog import Batch, Log, Signer

RECORD = 160
HEAD = ">BQ32sqQQ"
Case = tuple[str, Log]


@dataclass
class Choice:
    """Which of many places are tried: all of them, or some drawn from the campaign's seed."""

    random: random.Random
    count_max: int

    def of(self, places: int) -> list[int]:
        """Some of so many places, in ascending order."""
        if places <= self.count_max:
            return list(range(places))
        return sorted(self.random.sample(range(places), self.count_max))

    def bit(self) -> int:
        """One bit of a byte."""
        return 1 << self.random.randrange(8)


def changed(data: bytes, place: int, bit: int) -> bytes:
    """The same with one bit the other way."""
    return data[:place] + bytes([data[place] ^ bit]) + data[place + 1:]


def with_batch(log: Log, place: int, *batches: Batch) -> Log:
    """Others, or none, instead of one batch."""
    return replace(log, batches=log.batches[:place] + batches + log.batches[place + 1:])


def with_segment(log: Log, name: str, data: bytes) -> Log:
    """Another content of one segment, or a segment more."""
    return replace(log, segments={**log.segments, name: data})


def flips(log: Log, choice: Choice) -> Iterator[Case]:
    """One bit anywhere: head, batches, segments."""
    for place in choice.of(len(log.head)):
        yield f"head byte {place}", replace(log, head=changed(log.head, place, choice.bit()))
    for index in choice.of(len(log.batches)):
        batch = log.batches[index]
        for column in range(4):
            numbers = tuple(value ^ (column == at) << 40 for at, value in enumerate(batch[:4]))
            yield f"batch {index} number {column}", with_batch(log, index, (*numbers, *batch[4:]))
        for column in (4, 5):
            for place in choice.of(len(batch[column])):
                blobs = [changed(blob, place, choice.bit()) if at == column else blob
                         for at, blob in enumerate(batch[4:], 4)]
                yield f"batch {index} column {column} byte {place}", with_batch(
                    log, index, (*batch[:4], *blobs))
    for name, data in log.segments.items():
        for place in choice.of(len(data)):
            yield f"segment {name} byte {place}", with_segment(
                log, name, changed(data, place, choice.bit()))


def cuts(log: Log, choice: Choice) -> Iterator[Case]:
    """Something ends too early, or too late."""
    for place in choice.of(len(log.head)):
        yield f"head of {place} bytes", replace(log, head=log.head[:place] or b"\0")
    for kept in choice.of(len(log.batches)):
        yield f"{kept} batches kept", replace(log, batches=log.batches[:kept])
    for index in choice.of(len(log.batches)):
        *numbers, root, data = log.batches[index]
        for length in (len(data) - RECORD, len(data) - 1, len(data) + 1):
            yield f"batch {index} of {length} bytes", with_batch(
                log, index, (*numbers, root, (data + b"\0")[:length]))
    for name, data in log.segments.items():
        for length in choice.of(len(data)):
            yield f"segment {name} of {length} bytes", with_segment(log, name, data[:length])
        yield f"segment {name} longer", with_segment(log, name, data + b"\0")


def moves(log: Log, choice: Choice) -> Iterator[Case]:
    """Pieces are deleted, doubled, exchanged, renamed."""
    for index in choice.of(len(log.batches)):
        first, last, *times, root, data = log.batches[index]
        yield f"batch {index} deleted", with_batch(log, index)
        size = last - first + 1
        moved = (log.batches[-1][1] + 1, log.batches[-1][1] + size, *times, root, data)
        yield f"batch {index} doubled at the end", replace(log, batches=(*log.batches, moved))
        if size > 1:
            swapped = data[RECORD:2 * RECORD] + data[:RECORD] + data[2 * RECORD:]
            yield f"records of batch {index} exchanged", with_batch(
                log, index, (first, last, *times, root, swapped))
    for index in choice.of(max(len(log.batches) - 1, 0)):
        here, there = log.batches[index], log.batches[index + 1]
        exchanged = with_batch(log, index, (*here[:2], *there[2:]))
        yield f"batches {index} and {index + 1} exchanged", with_batch(
            exchanged, index + 1, (*there[:2], *here[2:]))
    for name, data in log.segments.items():
        others = {other: kept for other, kept in log.segments.items() if other != name}
        yield f"segment {name} deleted", replace(log, segments=others)
        yield f"segment {name} renamed", replace(
            log, segments={**others, name[:-1] + str((int(name[-1]) + 1) % 10): data})
        for other in others:
            yield f"segments {name} and {other} exchanged", replace(
                log, segments={**log.segments, name: log.segments[other], other: data})


def resealed(log: Log, choice: Choice) -> Iterator[Case]:
    """Header and index of a segment changed, and its trailer made to fit: no key is needed."""
    for name, data in log.segments.items():
        origin, frontier, count, index, note = struct.unpack(">10xHH10xIII", data[:36])
        start = 88 + origin + 32 * frontier
        end = start + RECORD * count
        parts = [*range(start), *range(end, end + index + note)]
        for place in choice.of(len(parts)):
            body = changed(data[:-32], parts[place], choice.bit())
            trailer = hashlib.sha256(body[:start] + body[end:]).digest()
            yield f"segment {name} byte {parts[place]}, sealed again", with_segment(
                log, name, body + trailer)


class Tree:
    """An RFC 6962 tree of whatever records, right or wrong."""

    def __init__(self) -> None:
        self.size = 0
        self.frontier: list[bytes] = []

    def add(self, record: bytes) -> None:
        """Its leaf, and the subtrees that it completes."""
        node = hashlib.sha256(b"\0" + record).digest()
        for _ in range((~self.size & self.size + 1).bit_length() - 1):
            node = hashlib.sha256(b"\1" + self.frontier.pop() + node).digest()
        self.frontier.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Of all that was added."""
        node = self.frontier[-1]
        for left in reversed(self.frontier[:-1]):
            node = hashlib.sha256(b"\1" + left + node).digest()
        return node


def head_parts(head: bytes) -> tuple[list[bytes], bytes]:
    """The three frontiers, each behind its count, and the checkpoint."""
    frontiers, position = [], struct.calcsize(HEAD)
    for _ in range(3):
        end = position + 1 + 32 * head[position]
        frontiers.append(head[position:end])
        position = end
    return frontiers, head[position + 4:]


def mended(log: Log, records: list[bytes], signer: Signer | None) -> Log:
    """A hot log of these records with all roots right; signed for by who has the key."""
    tree, batches = Tree(), []
    for start in range(0, len(records), 3):
        piece, first = records[start:start + 3], tree.size
        for record in piece:
            tree.add(record)
        times = [struct.unpack(">q", record[24:32])[0] for record in piece]
        batches.append((first, tree.size - 1, min(times), max(times), tree.root(), b"".join(piece)))
    frontier = bytes([len(tree.frontier)]) + b"".join(tree.frontier)
    (_, signed, _), note = head_parts(log.head)
    if signer:
        signed, note = frontier, signer.checkpoint(tree.size, tree.root())
    generation, time = struct.unpack(">Qq", records[-1][16:32])
    head = struct.pack(HEAD, 1, tree.size, tree.root(), time, generation, 0)
    head += frontier + signed + b"\0" + struct.pack(">I", len(note)) + note
    return replace(log, head=head, batches=tuple(batches))


def rewritten(log: Log, choice: Choice, signer: Signer | None) -> Iterator[Case]:
    """A hot log of which every root was made to fit what was changed in a record."""
    data = b"".join(batch[5] for batch in log.batches)
    records = [data[at:at + RECORD] for at in range(0, len(data), RECORD)]
    by = "the key's owner" if signer else "a stranger"
    for place in choice.of(len(data)):
        other = changed(data, place, choice.bit())
        yield f"record {place // RECORD} byte {place % RECORD}, mended by {by}", mended(
            log, [other[at:at + RECORD] for at in range(0, len(data), RECORD)], signer)
    for kept in choice.of(len(records) - 1):
        yield f"the first {kept + 1} records, mended by {by}", mended(
            log, records[:kept + 1], signer)
    for place in choice.of(len(records) - 1):
        deleted = records[:place] + records[place + 1:]
        yield f"record {place} deleted, mended by {by}", mended(log, deleted, signer)


def notes(log: Log, signer: Signer, stranger: Signer) -> Iterator[Case]:
    """Checkpoints in the head that are, or are not, a signed note of this log by this key."""
    _, note = head_parts(log.head)
    text, lines = note.decode().split("\n\n")
    root = text.split("\n")[2]
    size = len(b"".join(batch[5] for batch in log.batches)) // RECORD
    others = "".join(stranger.line(f"{number}\n") for number in range(15))
    variants = {
        "other signatures before": f"{text}\n\n{others}{lines}",
        "too many signatures": f"{text}\n\n{others}{others}{lines}",
        "signed twice": f"{text}\n\n{lines}{lines}",
        "not signed": f"{text}\n\n{stranger.line(text)}",
        "no signature at all": f"{text}\n\n",
        "a line that is no signature": f"{text}\n\n{lines}— x y\n",
        "no last newline": note.decode()[:-1],
        "an extension line": signed(signer, f"{text}\nextension\n"),
        "a leading zero": signed(signer, f"{signer.name}\n0{size}\n{root}\n"),
        "another origin": signed(signer, f"elsewhere\n{size}\n{root}\n"),
        "a plus": signed(signer, f"{signer.name}\n+{size}\n{root}\n"),
        "a root of 31 bytes": signed(signer, f"{signer.name}\n{size}\n{root[:-4]}\n"),
        "base64 of another form": signed(signer, f"{signer.name}\n{size}\n{root[:-2]}9=\n"),
        "carriage returns": signed(signer, f"{signer.name}\r\n{size}\r\n{root}\r\n"),
    }
    start = log.head[:-len(note) - 4]
    for name, variant in variants.items():
        data = variant.encode()
        head = start + struct.pack(">I", len(data)) + data
        yield f"a checkpoint with {name}", replace(log, head=head)


def signed(signer: Signer, text: str) -> str:
    """A note of that text, whatever it says."""
    return f"{text}\n{signer.line(text)}"

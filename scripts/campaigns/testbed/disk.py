"""What may be on the disk when the power goes: everything synced, and anything of the rest."""

import os
import random
from dataclasses import dataclass, field
from pathlib import Path

from .recording import Operation

SECTOR_BYTES = 512


@dataclass
class File:
    """A file's bytes; what lies behind them up to its length is zeros."""

    content: bytearray = field(default_factory=bytearray)
    length: int = 0

    @classmethod
    def read(cls, path: Path) -> "File":
        """As it is on a real disk."""
        content = bytearray(path.read_bytes())
        return cls(content, len(content)).trimmed()

    def trimmed(self) -> "File":
        """Without the zeros at its end, which only cost time."""
        self.content = bytearray(self.content.rstrip(b"\0"))
        return self

    def copy(self) -> "File":
        """One that can be written to by itself."""
        return File(bytearray(self.content), self.length)

    def write(self, offset: int, data: bytes, byte_count: int) -> None:
        """Writes; data shorter than its count goes on with zeros."""
        end = offset + byte_count
        if data.strip(b"\0") or offset < len(self.content):
            self.content.extend(bytes(max(0, end - len(self.content))))
            self.content[offset:end] = data + bytes(byte_count - len(data))
        self.length = max(self.length, end)

    def truncate(self, length: int) -> None:
        """Cuts off, or goes on with zeros."""
        del self.content[length:]
        self.length = length

    def store(self, path: Path) -> None:
        """Makes it a real file, with holes for the zeros."""
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self.content)
            file.truncate(self.length)


# Stands in a file's pending calls for a sync of it that came while its name was not durable.
SYNCED = Operation(0, "synced", "")


class Disk:
    """The files of one directory tree: what is durable of them, and what is on its way."""

    def __init__(self, root: Path):
        self.root = root
        self.directories = [Path(path) for path, _, _ in os.walk(root)]
        self.durable = {str(path): File.read(path) for path in sorted(root.rglob("*"))
                        if path.is_file()}
        self.pending: dict[str, list[Operation]] = {}
        self.names: dict[str, list[Operation]] = {}
        self.existing = set(self.durable)

    def perform(self, operation: Operation) -> None:
        """Takes the next call; a sync makes durable what came before it, of that file alone."""
        path = operation.path
        if operation.call == "sync":
            self._sync(path)
        elif operation.call in ("write", "ftruncate"):
            self.pending.setdefault(path, []).append(operation)
            self._created(operation)
        elif operation.call in ("rename", "unlink"):
            self.names.setdefault(str(Path(path).parent), []).append(operation)
            self.existing.discard(path)
            if operation.call == "rename":
                self.existing.add(operation.target)
        else:
            self._created(operation)

    def _created(self, operation: Operation) -> None:
        path = operation.path
        if path not in self.existing:
            self.existing.add(path)
            made = Operation(operation.time, "create", path)
            self.names.setdefault(str(Path(path).parent), []).append(made)

    def _sync(self, path: str) -> None:
        if Path(path) in self.directories:
            for operation in self.names.pop(path, []):
                apply_name(self.durable, operation, self.pending)
            return
        # A file whose name is not durable keeps its content for when the name is.
        if path in self.durable:
            for operation in self.pending.pop(path, []):
                apply_content(self.durable[path], operation)
        else:
            self.pending.setdefault(path, []).append(SYNCED)

    def image(self, choice: "Choice") -> dict[str, File]:
        """One state that the power may leave behind."""
        files = {path: file.copy() for path, file in self.durable.items()}
        pending = dict(self.pending)
        for operations in self.names.values():
            for operation in choice.names(operations):
                apply_name(files, operation, pending)
        for path, operations in pending.items():
            if path in files:
                for operation in choice.contents(operations):
                    apply_content(files[path], operation)
        return files


def apply_name(files: dict[str, File], operation: Operation,
               pending: dict[str, list[Operation]]) -> None:
    """Makes, renames or takes away a file, with what was synced of it."""
    if operation.call == "unlink":
        files.pop(operation.path, None)
        return
    if operation.call == "rename":
        if operation.path in files:
            files[operation.target] = files.pop(operation.path)
            pending[operation.target] = pending.pop(operation.path, [])
        return
    file = files.setdefault(operation.path, File())
    written = pending.get(operation.path, [])
    if SYNCED in written:
        end = len(written) - written[::-1].index(SYNCED)
        for earlier in written[:end]:
            apply_content(file, earlier)
        pending[operation.path] = written[end:]


def apply_content(file: File, operation: Operation) -> None:
    """Writes or cuts off."""
    if operation.call == "write":
        file.write(operation.offset, operation.data, operation.byte_count)
    elif operation.call == "ftruncate":
        file.truncate(operation.byte_count)


class Choice:
    """What the disk has made of calls that were not synced yet: all, nothing, or any of it."""

    KINDS = ("everything", "nothing", "reordered", "torn")

    def __init__(self, kind: str, chance: random.Random):
        self.kind = kind
        self.chance = chance

    def names(self, operations: list[Operation]) -> list[Operation]:
        """Names come in order, for file systems keep a journal of them, but perhaps not all."""
        if self.kind == "everything":
            return operations
        if self.kind == "nothing":
            return []
        return operations[:self.chance.randint(0, len(operations))]

    def contents(self, operations: list[Operation]) -> list[Operation]:
        """Contents come in any order, and sector by sector."""
        if self.kind == "everything":
            return operations
        if self.kind == "nothing":
            return []
        kept = [operation for operation in operations if self.chance.random() < 0.7]
        if self.kind == "reordered":
            return kept
        return [part for operation in kept for part in self.torn(operation)]

    def torn(self, operation: Operation) -> list[Operation]:
        """Some sectors of a write."""
        if operation.call != "write" or self.chance.random() < 0.5 or not operation.data:
            return [operation]
        cuts = [0, *range(SECTOR_BYTES - operation.offset % SECTOR_BYTES, operation.byte_count,
                          SECTOR_BYTES), operation.byte_count]
        return [Operation(operation.time, "write", operation.path, operation.offset + start,
                          operation.data[start:end], end - start)
                for start, end in zip(cuts, cuts[1:]) if self.chance.random() < 0.6]


def store(files: dict[str, File], root: Path, place: Path, directories: list[Path]) -> None:
    """Makes real files of an image, below another directory."""
    for directory in directories:
        (place / directory.relative_to(root)).mkdir(mode=0o700, exist_ok=True)
    for path, file in files.items():
        file.store(place / Path(path).relative_to(root))

"""Whether a tenant senses its neighbours over the daemon's own threads and sockets."""

import http.client
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .daemon import Daemon, Vault
from .tenant import OPERATORS, Tenant
from .transcript import Names, Told

STEPS = 150
NEIGHBOURS = 3
# After so many calls a neighbour's organization is deleted, and it founds another one.
LIFE = 60
START_SECONDS_MAX = 60


class Neighbours:
    """Tenants that do whatever they like, all at once, for as long as the watched one is there."""

    def __init__(self, vault: Vault, seed: int, subject: Tenant):
        self.vault = vault
        self.subject = subject
        self.over = threading.Event()
        # The watched one begins when all are there.
        self.ready = threading.Barrier(NEIGHBOURS + 1)
        self.good = 0
        self.faults: list[str] = []
        self.threads = [threading.Thread(target=self._live, args=(seed * NEIGHBOURS + number,))
                        for number in range(NEIGHBOURS)]

    def __enter__(self) -> "Neighbours":
        for thread in self.threads:
            thread.start()
        self.ready.wait(START_SECONDS_MAX)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _live(self, seed: int) -> None:
        try:
            for number in itertools.count():
                if self.over.is_set():
                    return
                tenant = Tenant(self.vault, f"neighbour-{seed}-{number}", ~seed - number)
                tenant.found()
                if number == 0:
                    self.ready.wait(START_SECONDS_MAX)
                self._act(tenant)
        except (OSError, http.client.HTTPException) as error:
            self.faults.append(f"a neighbour was not answered: {error!r}")

    def _act(self, tenant: Tenant) -> None:
        own = f"{OPERATORS}/{tenant.name}"
        for _ in range(LIFE):
            if self.over.is_set():
                break
            # An id is a name, never an authority: they know all that the watched tenant has.
            tenant.strangers = tuple(self.subject.ids)
            tenant.step()
            if tenant.chance(20):
                for state in ("disabled", "enabled"):
                    tenant.admin.ask("PATCH", own, body={"state": state})
        else:
            tenant.admin.ask("DELETE", own)
        self.good += tenant.good
        tenant.close()


@dataclass
class Trace:
    """What the watched tenant was told, call by call."""

    told: list[Told] = field(default_factory=list)
    good: int = 0
    neighbours_good: int = 0
    faults: list[str] = field(default_factory=list)


def trace(work: Path, seed: int, has_neighbours: bool) -> Trace:
    """A tenant's calls in a new vault, with neighbours or without."""
    with served(work) as (vault, _):
        tenant = Tenant(vault, "subject", seed)
        found = Trace([tenant.found()])
        if not has_neighbours:
            found.told += [tenant.step() for _ in range(STEPS)]
        else:
            with Neighbours(vault, seed, tenant) as neighbours:
                found.told += [tenant.step() for _ in range(STEPS)]
            found.neighbours_good = neighbours.good
            found.faults = neighbours.faults
        found.good = tenant.good
        tenant.close()
    return found


@contextmanager
def served(work: Path) -> Iterator[tuple[Vault, Daemon]]:
    """A new vault and its daemon."""
    vault = Vault.make(work)
    daemon = vault.serve()
    try:
        yield vault, daemon
    finally:
        daemon.kill()
        vault.remove()


def difference(alone: Trace, beside: Trace, hidden: tuple[str, ...]) -> list[str]:
    """The first call that was answered otherwise, with what was told each time."""
    left, right = Names(hidden), Names(hidden)
    for number, (one, other) in enumerate(zip(alone.told, beside.told)):
        without, with_them = left.of(one), right.of(other)
        if without != with_them:
            lines = [pair for pair in itertools.zip_longest(
                without.split("\n"), with_them.split("\n")) if pair[0] != pair[1]]
            return [f"call {number} alone: {lines[0][0]}", f"with neighbours: {lines[0][1]}"]
    return []

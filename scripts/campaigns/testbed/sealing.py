"""Vaults of whose audit log a part is due to be sealed, and whether it was."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .daemon import Daemon, Vault
from .faketime import WallClock
from .job import MainJob, new_organization
from .ledger import SEGMENT_RECORDS, Ledger, Refused
from .wire import Client

BATCH_RECORDS = 256
# More than is read of the hot end at a time.
AGED_BATCHES = 28
MISSING_BATCHES = 8
# The hot end is sealed when its oldest record is a day old.
AGE = timedelta(hours=25)


def aged(work: Path) -> tuple[Vault, Ledger]:
    """A vault that was used a day ago: its next life seals all that it finds on the log."""
    vault = Vault.make(work)
    with yesterday(vault) as daemon:
        return vault, _filled(daemon, AGED_BATCHES)


@contextmanager
def yesterday(vault: Vault) -> Iterator[Daemon]:
    """A life of its daemon, killed in the end, of which all is due to be sealed by now."""
    clock = WallClock(vault)
    clock.freeze(datetime.now(timezone.utc) - AGE)
    daemon = clock.start()
    yield daemon
    daemon.kill()
    clock.tidy()
    clock.file.unlink()
    vault.due = log_size(vault)


def nearly_full(work: Path) -> tuple[Vault, Ledger]:
    """A vault on whose log there are a few batches less than a segment has."""
    vault = Vault.make(work)
    daemon = vault.serve()
    ledger = _filled(daemon, SEGMENT_RECORDS // BATCH_RECORDS - MISSING_BATCHES)
    daemon.kill()
    return vault, ledger


def _filled(daemon: Daemon, batches: int) -> Ledger:
    ledger = new_organization(daemon)
    MainJob(daemon, ledger, "before").rounds(1)
    fill(daemon, ledger, batches)
    return ledger


def make_full(daemon: Daemon, ledger: Ledger) -> None:
    """Adds what is missing, so that a segment is made from now on."""
    fill(daemon, ledger, MISSING_BATCHES)


def fill(daemon: Daemon, ledger: Ledger, batches: int) -> None:
    """Verifications, many in one request; ends with `Silence` or `Refused`."""
    gateway = Client(daemon.gateway.connection.path)
    body = {"tokens": [{"token": next(iter(ledger.live))}] * BATCH_RECORDS}
    for _ in range(batches):
        answer = gateway.ask("POST", "/v1/verify/batch", body=body)
        if answer.status != 200:
            raise Refused("a batch", answer)
        ledger.request_ids.append(answer.request_id)
    gateway.close()


def log_size(vault: Vault) -> int:
    """How many records there are of a vault that is not served."""
    proof = vault.strongroom("audit", "verify", "--json", "--data", str(vault.data))
    return json.loads(proof.stdout)["result"]["size"]


def progress(vault: Vault) -> str:
    """How far the first segment of a killed vault has come."""
    names = [path.name for path in (vault.data / "audit").iterdir()]
    if not any(name.endswith(".segment") for name in names):
        return "while it was written" if names else "before"
    # Not in the place itself: what the engine tidies up is for the daemon to find.
    with tempfile.TemporaryDirectory() as place:
        for path in vault.data.glob("strongroom.db*"):
            shutil.copy(path, place)
        database = sqlite3.connect(f"{place}/strongroom.db")
        is_hot = database.execute("SELECT 1 FROM audit_batch WHERE first = 0").fetchone()
        database.close()
    return "between the file and its rows' end" if is_hot else "after"

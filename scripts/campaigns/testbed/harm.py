"""Changes a stopped vault behind its back, and judges what its daemon then makes of it."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .daemon import Daemon, Vault
from .job import MainJob, new_organization
from .ledger import Ledger

DATABASE = ("strongroom.db", "strongroom.db-wal")

# Of everything that an organization has, so that a row that no token needs is asked for too.
LISTS = ("accounts", "integrations", "tokens")

# Another value of the same type, or none, and for which values it is one.
OTHERS = (("typeof(%) = 'integer'", "% + 1"), ("typeof(%) = 'integer'", "-1 - %"),
          ("typeof(%) = 'text'", "% || 'x'"), ("typeof(%) = 'text' AND length(%) > 0",
                                               "substr(%, 2)"),
          ("typeof(%) = 'blob' AND length(%) > 0", "zeroblob(length(%))"),
          ("typeof(%) = 'blob'", "CAST(% || x'00' AS BLOB)"), ("% IS NOT NULL", "NULL"),
          ("% IS NULL", "7"), ("% IS NULL", "x'00000000000000000000000000000007'"))


@contextmanager
def database(vault: Vault) -> Iterator[sqlite3.Connection]:
    """The database of a vault that is not served, without the checks of its schema."""
    connection = sqlite3.connect(vault.data / DATABASE[0], isolation_level=None)
    try:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        yield connection
    finally:
        connection.close()


def columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every table with each of its columns, as the database itself lists them."""
    return connection.execute(
        "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
        "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'").fetchall()


def change(connection: sqlite3.Connection, table: str, column: str, other: tuple[str, str],
           turn: int) -> bool:
    """Changes a column of one row; false where no row has such a value, or the schema forbids it."""
    condition, value = (text.replace("%", column) for text in other)
    key = ", ".join(name for _, name in primary_key(connection, table))
    rows = f"FROM {table} WHERE {condition} AND {column} IS NOT ({value})"
    try:
        changed = connection.execute(
            f"UPDATE {table} SET {column} = {value} WHERE ({key}) IN (SELECT {key} {rows} "
            f"LIMIT 1 OFFSET (? % max(1, (SELECT count(*) {rows}))))", (turn,))
        return changed.rowcount > 0
    except sqlite3.IntegrityError:
        return False


def finds(connection: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether rows are looked up by a column: with another value there, one is not found."""
    unique = connection.execute(
        "SELECT 1 FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i "
        "WHERE l.\"unique\" AND i.name = ?", (table, column)).fetchone()
    return unique is not None or column in dict(primary_key(connection, table)).values()


def primary_key(connection: sqlite3.Connection, table: str) -> list[tuple[int, str]]:
    """By what one row is told from the others, in order; a token's row has a unique id only."""
    key = connection.execute("SELECT pk, name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
                             (table,)).fetchall()
    return key or [(1, "organization"), (2, "id")]


def put_back(vault: Vault, earlier: Vault, names: tuple[str, ...] = DATABASE) -> None:
    """Files of the vault as they were earlier, or not there."""
    for name in names:
        old, new = earlier.data / name, vault.data / name
        new.unlink(missing_ok=True)
        if old.exists():
            shutil.copy2(old, new)


def populated(work: Path, rounds: int = 1) -> tuple[Vault, list[Ledger]]:
    """A vault with two organizations that are used, stopped."""
    vault = Vault.make(work)
    daemon = vault.serve()
    ledgers = []
    for name in ("acme", "globex"):
        ledger = new_organization(daemon, name)
        job = MainJob(daemon, ledger, name)
        job.rounds(rounds)
        job.close()
        ledgers.append(ledger)
    daemon.stop()
    return vault, ledgers


@dataclass
class Verdict:
    """What became of a harmed vault, and what was wrong with it.

    `refused`: the daemon does not start. `alarm`: something raised an integrity alarm. `denied`: a
    living token was refused, and nothing said why. `unmoved`: everything was served as it was.
    """

    outcome: str
    faults: list[str]

    def expect(self, *outcomes: str) -> "Verdict":
        """Another outcome is a fault."""
        if self.outcome not in outcomes:
            self.faults.append(f"{self.outcome} instead of {' or '.join(outcomes)}")
        return self


def verdict(vault: Vault, ledgers: list[Ledger]) -> Verdict:
    """Starts the daemon and asks for everything that was acknowledged."""
    daemon = vault.launch()
    if not daemon.serves():
        return _refused(vault, daemon.stop())
    faults: list[str] = []
    answers = [_ask(ledger, daemon, faults) for ledger in ledgers]
    alarms = daemon.admin.ask("GET", "/v1/operator/status").result["integrity_alarms"]
    status = daemon.stop()
    if status != 0:
        faults.append(f"the daemon ended with {status}: {vault.last_words()}")
    statuses = {status for answer in answers for status in answer}
    if not alarms:
        if 503 in statuses:
            faults.append("an object was not served, without an alarm")
        return Verdict("unmoved" if statuses == {200} else "denied", faults)
    if all(503 in answer for answer in answers):
        faults.append("one changed row keeps both organizations from being served")
    if "integrity.alarm" not in _events(vault):
        faults.append("the alarm is not on the log")
    return Verdict("alarm", faults)


def _refused(vault: Vault, status: int) -> Verdict:
    words = vault.last_words()
    is_sentence = status == 1 and words.startswith("strongroomd: ")
    return Verdict("refused", [] if is_sentence else [f"it ended with {status}: {words}"])


def _ask(ledger: Ledger, daemon: Daemon, faults: list[str]) -> set[int]:
    """The statuses of everything that is to be served; what is dead must stay so."""
    for secret in ledger.dead:
        if daemon.gateway.ask("GET", "/v1/verify", secret).status == 200:
            faults.append(f"token {secret[:8]}... lives again")
    for name in ledger.absent:
        if daemon.admin.ask("GET", f"/v1/accounts/{name}", ledger.organization).status == 200:
            faults.append(f"account {name} is there again")
    statuses = {daemon.gateway.ask("GET", "/v1/verify", ledger.organization).status}
    for secret, credentials in ledger.live.items():
        statuses.add(daemon.gateway.ask("GET", "/v1/verify", secret).status)
        released = daemon.gateway.ask("POST", "/v1/credential", secret)
        statuses.add(released.status)
        if released.status == 200 and released.result["secret"] not in credentials:
            faults.append("another credential than was stored was released")
    for kind in LISTS:
        statuses.add(daemon.admin.ask("GET", f"/v1/{kind}?limit=1000", ledger.organization).status)
    unknown = statuses - {200, 401, 403, 503}
    if unknown:
        faults.append(f"answers that are none: {sorted(unknown)}")
    return statuses


def _events(vault: Vault) -> set[str]:
    export = vault.strongroom("audit", "export", "--format", "jsonl", "--data", str(vault.data))
    return {json.loads(line)["event"] for line in export.stdout.splitlines()}

"""What the daemon has said yes to, to be found again after whatever happened to it."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .auditlog import verifier
from .daemon import Daemon, NotServing, Vault
from .wire import Answer, Silence


# How long a daemon may say that the disk is full when there is room again: it looks once a second.
ROOM_SECONDS_MAX = 10
# Records after which a segment is made, and how long the making may take on a busy machine.
SEGMENT_RECORDS = 131_072
SEALING_SECONDS_MAX = 30
# Read without a parser of JSON, for there are hundreds of thousands; some have more behind the id.
SEQUENCE = re.compile(r'^{"seq":(\d+),', re.MULTILINE)
REQUEST = re.compile(r'"request_id":"(\w+)"')


class Refused(Exception):
    """The answer was a no: nothing of what was asked may have happened."""

    def __init__(self, question: str, answer: Answer):
        super().__init__(f"{question}: {answer.status} {answer.body.decode(errors='replace')}")
        self.status = answer.status


@dataclass
class Ledger:
    """Facts that were acknowledged; what was asked and not answered is in none of them."""

    organization: str = ""
    accounts: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    live: dict[str, set[str]] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    request_ids: list[str] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)

    @contextmanager
    def in_doubt(self, *secrets: str) -> Iterator[None]:
        """While a request may end these tokens, they are nothing that can be relied upon."""
        taken = {secret: self.live.pop(secret) for secret in secrets if secret in self.live}
        try:
            yield
        except Refused:
            self.live.update(taken)
            raise

    @contextmanager
    def replacing(self, credential: str, secrets: list[str]) -> Iterator[None]:
        """While a credential is replaced, these tokens may release the old one or the new one."""
        before = {secret: self.live[secret] for secret in secrets if secret in self.live}
        for secret, credentials in before.items():
            self.live[secret] = credentials | {credential}
        try:
            yield
        except Refused:
            self.live.update(before)
            raise
        self.live.update({secret: {credential} for secret in before})

    def end(self, *secrets: str) -> None:
        """It was acknowledged that these tokens are dead, for ever."""
        self.dead.update(secrets)


def differences(ledger: Ledger, daemon: Daemon) -> list[str]:
    """What a daemon that serves does not know, or knows better than it said."""
    faults = list(ledger.lies)
    try:
        faults += _account_faults(ledger, daemon)
        faults += _token_faults(ledger, daemon)
    except Silence as silence:
        faults.append(f"the daemon went away: {silence}; {daemon.vault.last_words()}")
    return faults


def _asked(ask: Callable[[], Answer]) -> Answer:
    """The answer; a daemon whose disk was full until now may put it off."""
    deadline = time.monotonic() + ROOM_SECONDS_MAX
    while (answer := ask()).status == 503 and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def _account_faults(ledger: Ledger, daemon: Daemon) -> Iterator[str]:
    wanted = {name: 200 for name in ledger.accounts} | {name: 404 for name in ledger.absent}
    for name, status in wanted.items():
        got = _asked(lambda name=name: daemon.admin.ask(
            "GET", f"/v1/accounts/{name}", ledger.organization)).status
        if got != status:
            yield f"account {name}: {got} instead of {status}"


def _token_faults(ledger: Ledger, daemon: Daemon) -> Iterator[str]:
    for secret, credentials in ledger.live.items():
        status = _asked(lambda secret=secret: daemon.gateway.ask(
            "GET", "/v1/verify", secret)).status
        if status != 200:
            yield f"token {secret[:8]}...: verified with {status} instead of 200"
            continue
        released = daemon.gateway.ask("POST", "/v1/credential", secret)
        if released.status != 200 or released.result["secret"] not in credentials:
            yield f"token {secret[:8]}...: another credential than was stored, {released.status}"
    for secret in ledger.dead:
        status = _asked(lambda secret=secret: daemon.gateway.ask(
            "GET", "/v1/verify", secret)).status
        if status != 401:
            yield f"token {secret[:8]}...: {status} although its end was acknowledged"


def seals(daemon: Daemon, seconds: float = SEALING_SECONDS_MAX) -> bool:
    """Waits until all that is due is in segments; false if it does not come to that."""
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            answer = daemon.admin.ask("GET", "/v1/operator/status")
            # Without room for its record it is refused; that may pass.
            if answer.status == 200 and _is_sealed(answer.result["audit"], daemon.vault.due):
                return True
            time.sleep(0.01)
    except Silence:
        pass
    return False


def _is_sealed(log: dict[str, int], due: int) -> bool:
    return log["sealed"] >= due and log["size"] - log["sealed"] < SEGMENT_RECORDS


def _sealing_faults(daemon: Daemon) -> list[str]:
    return [] if seals(daemon) else [f"the log is not sealed: {daemon.vault.last_words()}"]


def proof_faults(vault: Vault) -> list[str]:
    """Whether the log of a vault that is not served is proved."""
    proof = vault.strongroom("audit", "verify", "--data", str(vault.data))
    if proof.returncode == 0:
        return []
    return ["the log is not proved: " + " ".join((proof.stdout + proof.stderr).split())[:300]]


def _second_proof_faults(vault: Vault) -> list[str]:
    """The same of the verifier that was not written by the vault's authors."""
    key = (vault.data / "audit-key.pub").read_text().strip()
    try:
        uncovered = verifier.verify(key, vault.data, [])
    except Exception as error:  # pylint: disable=broad-except  # As its own main does.
        return [f"the second verifier refuses the log: {error}"]
    return [f"the second verifier finds {uncovered} records uncovered"] if uncovered else []


def log_faults(ledger: Ledger, vault: Vault) -> list[str]:
    """Whether both verifiers call the log proved, and it has the record of every answer."""
    unproved = proof_faults(vault) + _second_proof_faults(vault)
    if unproved:
        return unproved
    export = vault.strongroom("audit", "export", "--format", "jsonl", "--data", str(vault.data))
    numbers = [int(number) for number in SEQUENCE.findall(export.stdout)]
    faults = []
    if numbers != list(range(export.stdout.count("\n"))):
        faults.append("the log's numbers have a gap")
    recorded = set(REQUEST.findall(export.stdout))
    lost = [request for request in ledger.request_ids if request not in recorded]
    if lost:
        faults.append(f"acknowledged and not on the log: {len(lost)}, first {lost[0]}")
    return faults


def faults_after_restart(ledger: Ledger, vault: Vault) -> list[str]:
    """Everything that must hold: it starts, knows what it said, ends in order, proves its log."""
    try:
        daemon = vault.serve()
    except NotServing as error:
        return [f"the daemon does not start again: {error}"]
    faults = differences(ledger, daemon) or _sealing_faults(daemon)
    status = daemon.stop()
    if status != 0:
        faults.append(f"the daemon ended with {status}: {vault.last_words()}")
    return faults + log_faults(ledger, vault)

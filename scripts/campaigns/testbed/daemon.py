"""A vault in a directory of its own, and the lives of its daemon."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from .campaign import programs
from .wire import Client, Silence

START_SECONDS_MAX = 60


def flaw(under: Sequence[str]) -> list[str]:
    """What plants a fault in the daemon, where a control asks for one, beside what is loaded."""
    library = os.environ.get("STRONGROOM_FLAW_LIBRARY")
    loaded = [word.removeprefix("LD_PRELOAD=") for word in under if word.startswith("LD_PRELOAD=")]
    return ["env", "LD_PRELOAD=" + ":".join([library, *loaded])] if library else []


class NotServing(Exception):
    """The daemon ended, or did not answer, instead of serving."""


class Vault:
    """One vault on disk: its data, its master key, and the sockets of its daemon."""

    def __init__(self, work: Path):
        self.work = work
        self.data = work / "data"
        self.run = work / "run"
        self.log = work / "strongroomd.log"
        self.unseal = f"key-file:{work}/master.key"
        # How many records at the log's beginning its next life has to seal.
        self.due = 0

    @classmethod
    def make(cls, work: Path) -> "Vault":
        """A new vault."""
        work.mkdir(exist_ok=True)
        vault = cls(work)
        made = vault.strongroom("init", "--data", str(vault.data), "--unseal", vault.unseal)
        if made.returncode != 0:
            raise NotServing(made.stderr)
        return vault

    def copy(self, work: Path) -> "Vault":
        """Another vault with the same content; this one must not be served meanwhile."""
        work.mkdir()
        # Room that was only made beforehand stays a hole, so that a copy costs nothing.
        subprocess.run(["cp", "-a", "--sparse=always", self.data, self.work / "master.key", work],
                       check=True)
        copy = Vault(work)
        copy.due = self.due
        return copy

    def remove(self) -> None:
        """Takes everything away again."""
        shutil.rmtree(self.work, ignore_errors=True)

    def strongroom(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the command line to its end."""
        return subprocess.run([programs() / "strongroom", *arguments], capture_output=True,
                              text=True, check=False, timeout=600)

    def command(self, *flags: str) -> list[str]:
        """What starts the daemon of this vault."""
        return [str(programs() / "strongroomd"), "--data", str(self.data), "--run", str(self.run),
                "--unseal", self.unseal, *flags]

    def launch(self, *flags: str, under: Sequence[str] = (),
               environment: dict[str, str] | None = None) -> "Daemon":
        """Starts the daemon, perhaps as the argument of another program; does not wait for it."""
        with open(self.log, "ab") as log:
            process = subprocess.Popen([*under, *flaw(under), *self.command(*flags)], stderr=log,
                                       stdout=log, env=environment)
        return Daemon(self, process)

    def serve(self, *flags: str, under: Sequence[str] = (),
              environment: dict[str, str] | None = None) -> "Daemon":
        """Starts the daemon and returns when it verifies."""
        daemon = self.launch(*flags, under=under, environment=environment)
        if not daemon.serves():
            daemon.kill()
            raise NotServing(self.last_words())
        return daemon

    def last_words(self) -> str:
        """The last line that the daemon has written since it serves, if it does.

        But for the one that a signal has come: another thread writes that, now and then after the
        sentence with which the daemon ends.
        """
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        served = max((number for number, line in enumerate(lines)
                      if line.startswith("strongroomd: serving ")), default=-1)
        said = [line for line in lines[served + 1:] if not line.endswith(", draining")]
        return said[-1] if said else ""


class Daemon:
    """One life of a vault's daemon."""

    def __init__(self, vault: Vault, process: subprocess.Popen[bytes]):
        self.vault = vault
        self.process = process
        self.gateway = Client(str(vault.run / "gateway.sock"))
        self.admin = Client(str(vault.run / "admin.sock"))

    def health(self) -> int | None:
        """What `GET /healthz` says; nothing where nobody answers."""
        try:
            return self.gateway.ask("GET", "/healthz").status
        except Silence:
            return None

    def serves(self, healthy: Collection[int] = (200,)) -> bool:
        """Waits until it answers so; false when it ended instead."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.health() in healthy:
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.003)
        return False

    def kill(self) -> None:
        """As if nothing could be tidied up any more."""
        self.end(signal.SIGKILL)

    def stop(self) -> int:
        """Asks it to end in order, and gives its exit status."""
        return self.end(signal.SIGTERM)

    def end(self, how: signal.Signals) -> int:
        """Sends a signal and waits."""
        self.gateway.close()
        self.admin.close()
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=120)

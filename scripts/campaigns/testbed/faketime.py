"""A daemon whose wall clock is set by hand, by way of libfaketime."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from .daemon import Daemon, Vault

LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class WallClock:
    """The clock of a vault's daemons; what measures intervals goes on as it does."""

    pids: list[int] = []

    def __init__(self, vault: Vault):
        # Where the daemon may read when it has been confined.
        self.file = vault.data / "faketime"
        self.vault = vault

    def freeze(self, moment: datetime) -> None:
        """Stands still from now on, at a whole second."""
        aside = self.file.with_suffix(".new")
        aside.write_text(moment.strftime("%Y").zfill(4) + moment.strftime("-%m-%d %H:%M:%S\n"))
        aside.replace(self.file)

    def start(self) -> Daemon:
        """A daemon that asks this clock."""
        daemon = self.vault.serve(under=[
            "env", f"LD_PRELOAD={library()}", f"FAKETIME_TIMESTAMP_FILE={self.file}", "TZ=UTC",
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1",
            # The library adds a variable, which moves the environment; Swift finds its arguments
            # beside the environment, so that another program has to take the addition.
            "env"])
        self.pids.append(daemon.process.pid)
        return daemon

    @classmethod
    def tidy(cls) -> None:
        """Takes away what the library has left in memory of daemons that are over."""
        for pid in cls.pids:
            for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
                Path("/dev/shm", name).unlink(missing_ok=True)
        cls.pids.clear()


def library() -> Path:
    """Where the distribution has put it."""
    for pattern in LIBRARIES:
        for path in Path("/").glob(pattern.lstrip("/")):
            return path
    raise FileNotFoundError("libfaketime is not installed: scripts/install tests")


def moment(text: str) -> datetime:
    """A time as the API writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def whole_second(time: datetime) -> datetime:
    """The last whole second that is not later."""
    return time - timedelta(microseconds=time.microsecond)

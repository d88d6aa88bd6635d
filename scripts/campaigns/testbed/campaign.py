"""The frame of a campaign: its size and seed, its progress, and what it found."""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZES = ("short", "nightly", "release")
FAILURES_SHOWN_MAX = 20
FAULTS_SHOWN_MAX = 8


class Campaign:
    """What is tried, case by case; a case without a fault has passed."""

    def __init__(self, name: str, purpose: str):
        parser = argparse.ArgumentParser(prog=name, description=purpose)
        parser.add_argument("--size", choices=SIZES, default=SIZES[0])
        parser.add_argument("--seed", type=int, default=None)
        parser.add_argument("--flag", action="append", default=[], metavar="FLAG",
                            help="a flag for the daemon, as --flag=--durability=process")
        arguments = parser.parse_args()
        self.daemon_flags: list[str] = arguments.flag
        self.name = name
        self.size: str = arguments.size
        self.seed: int = (random.SystemRandom().getrandbits(32)
                          if arguments.seed is None else arguments.seed)
        self.random = random.Random(self.seed)
        self.passed = 0
        self.failed = 0
        self.began = time.monotonic()
        self.told = self.began

    def by_size(self, short: int, nightly: int, release: int) -> int:
        """The number for the size that was asked for."""
        return dict(zip(SIZES, (short, nightly, release)))[self.size]

    def judge(self, case: str, faults: list[str]) -> None:
        """Counts one case; what is wrong with it is said at once."""
        if not faults:
            self.passed += 1
            return
        self.failed += 1
        if self.failed > FAILURES_SHOWN_MAX:
            return
        print(f"FAILED: {case} (replay with --size {self.size} --seed {self.seed})", flush=True)
        for fault in faults[:FAULTS_SHOWN_MAX]:
            print(f"    {fault}", flush=True)

    def progress(self, what: str, done: int, total: int) -> None:
        """A line on standard error, every two seconds at the most but for the last."""
        now = time.monotonic()
        if now - self.told < 2 and done != total:
            return
        self.told = now
        print(f"{self.name}: {what} {done}/{total}, {self.failed} faults, "
              f"{now - self.began:.0f} s", file=sys.stderr, flush=True)

    def say(self, figures: str) -> None:
        """A line of what was tried and found."""
        print(f"{self.name}: {figures}", flush=True)

    def not_run(self, why: str) -> None:
        """A line that whoever ran the campaign repeats at the end."""
        self.say("not run: " + why)

    def conclude(self) -> None:
        """Ends the program with the counts as the last line."""
        self.say(f"size {self.size}, seed {self.seed}, {time.monotonic() - self.began:.1f} s")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(self.failed > 0)


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory of one's own, in memory where that can be had; paths are short, for sockets."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    work = Path(tempfile.mkdtemp(prefix="sr-", dir=place))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def programs() -> Path:
    """Where strongroomd and strongroom are."""
    tree = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("STRONGROOM_PROGRAMS", tree / ".build" / "release"))

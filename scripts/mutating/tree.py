"""A copy of the tree with every fault planted, built once; a fault is switched on by a number."""

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

from .mutants import Mutant, plant
from .source import Source

# The files that decide who may do what, and by how much authority shrinks on its way down.
DECIDING = (
    "Authority", "Decide", "Reach", "Allowance", "Resources", "Requirement", "Resolve",
    "Membership", "Verify", "TokenRecord", "ConnectFlow", "TokenOperations", "TokenRenewal",
    "SharedCredentials", "IntegrationSetup", "IntegrationPoint", "RoleOperations",
    "MemberOperations",
)
TARGETS = (
    "CSodium", "CSQLite", "CLinux", "Linux", "Crypto", "SQLite", "Wire", "Vault", "Audit",
    "Schema", "Store", "StrongroomClient", "Support", "VaultTests", "ModelTests",
)
COPIED = ("Package.swift", "Sources", "Tests", "schema")
SWITCH = """import Glibc

/// Which of the planted faults is switched on.
enum Mutants {
    private static let active: Int = {
        guard let text = unsafe getenv("STRONGROOM_MUTANT") else { return -1 }
        return Int(unsafe atoi(text))
    }()

    static func at(_ number: Int, _ neutral: Bool, _ condition: Bool) -> Bool {
        if active == number { return !condition }
        return active == number + 1 ? neutral : condition
    }

    static func areOn(_ number: Int) -> Bool { active == number }
}
"""
SECONDS_MAX = 600
# What is said of a fault with which the tests come to no end.
TIME_OUT = "the time that it takes"


def planted(root: Path) -> tuple[dict[str, str], list[Mutant]]:
    """The deciding files with every fault in them, by name, and the faults."""
    texts: dict[str, str] = {}
    mutants: list[Mutant] = []
    for name in DECIDING:
        source = Source(name, (root / f"Sources/Vault/{name}.swift").read_text())
        texts[name], found = plant(source, len(mutants))
        mutants += found
    return texts, mutants


class Tree:
    """The copy, below the build directory."""

    def __init__(self, root: Path):
        self.root = root
        self.place = root / ".build/mutants"
        self.program = self.place / ".build/debug/strongroom-mutantsPackageTests.xctest"

    def build(self, texts: dict[str, str]) -> None:
        """Copies what is needed, plants the faults and builds the tests."""
        self.place.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            self._copy(name)
        for name, text in texts.items():
            self._write(f"Sources/Vault/{name}.swift", text)
        self._write("Sources/Vault/Mutants.swift", SWITCH)
        manifest = (self.root / "Package.swift").read_text()
        kept = ", ".join(f'"{name}"' for name in TARGETS)
        self._write("Package.swift", manifest + f"""
package.name = "strongroom-mutants"
package.products = []
package.targets.removeAll {{ ![{kept}].contains($0.name) }}
""")
        subprocess.run(["swift", "build", "--build-tests", "--package-path", str(self.place)],
                       check=True, stdout=subprocess.DEVNULL)

    def _copy(self, name: str) -> None:
        """Leaves alone what is the same, so that little is built again."""
        origin = self.root / name
        files = [origin] if origin.is_file() else [f for f in origin.rglob("*") if f.is_file()]
        for file in files:
            relative = file.relative_to(self.root)
            if file.parent.name == "Vault" and file.stem in DECIDING or name == "Package.swift":
                continue
            target = self.place / relative
            if target.exists() and target.read_bytes() == file.read_bytes():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        wanted = {file.relative_to(self.root) for file in files}
        for file in (self.place / name).rglob("*") if origin.is_dir() else []:
            if file.is_file() and file.relative_to(self.place) not in wanted \
                    and file.name != "Mutants.swift":
                file.unlink()

    def _write(self, name: str, text: str) -> None:
        path = self.place / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)

    def failure(self, number: int, filters: tuple[str, ...], operations: int,
                seconds_max: float = SECONDS_MAX) -> str | None:
        """The first test that fails with a fault switched on; nothing where all pass."""
        environment = {**os.environ, "STRONGROOM_MUTANT": str(number), "NO_COLOR": "1",
                       "STRONGROOM_OPERATIONS": str(operations)}
        command = [str(self.program), "--testing-library", "swift-testing"]
        for name in filters:
            command += ["--filter", name]
        tests = subprocess.Popen(command, cwd=self.place, env=environment, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 errors="replace", start_new_session=True)
        clock = threading.Timer(seconds_max, lambda: _end(tests))
        clock.start()
        began = time.monotonic()
        try:
            return self._first_failure(tests, began + seconds_max)
        finally:
            clock.cancel()
            _end(tests)

    @staticmethod
    def _first_failure(tests: subprocess.Popen[str], deadline: float) -> str | None:
        """Reads what the tests say until one has failed."""
        is_passed = False
        for line in tests.stdout or []:
            if line.startswith("✘"):
                return line.split('"')[1] if '"' in line else line.strip()
            is_passed = is_passed or "Test run with" in line and "passed" in line
        if time.monotonic() >= deadline:
            return TIME_OUT
        status = tests.wait()
        return None if is_passed and status == 0 else f"a crash ({status})"


def _end(tests: subprocess.Popen[str]) -> None:
    """Nothing that was started is left behind."""
    try:
        os.killpg(tests.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    tests.wait()

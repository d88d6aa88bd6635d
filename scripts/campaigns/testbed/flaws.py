"""A library that is loaded before the daemon's own: plants faults, or makes the system unhelpful."""

import os
import shutil
import subprocess
from pathlib import Path


def compiler() -> str:
    """The system's, or the one that comes with Swift."""
    return os.environ.get("CC") or shutil.which("cc") or "clang"


def compiled(work: Path) -> Path:
    """The library that plants faults; nothing of it is in what is shipped."""
    library = work / "flaws.so"
    subprocess.run([compiler(), "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o",
                    library, Path(__file__).with_name("flaws.c"), "-ldl"], check=True)
    return library

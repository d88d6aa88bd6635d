"""Makes PyNaCl importable: what asks for it goes on in an environment that has it."""

import importlib.util
import os
import pathlib
import subprocess
import sys

# From PyPI; these versions and no newer ones, with what PyNaCl itself asks for.
PACKAGES = ("pynacl==1.6.2", "cffi==2.1.1", "pycparser==3.12")
ENVIRONMENT = pathlib.Path(__file__).resolve().parent.parent / ".build" / "vectors"


def require() -> None:
    """Returns where PyNaCl is there; otherwise the program begins anew where it was installed."""
    if importlib.util.find_spec("nacl") is not None:
        return
    if pathlib.Path(sys.prefix) == ENVIRONMENT:
        sys.exit("PyNaCl cannot be had")
    python = ENVIRONMENT / "bin" / "python3"
    if not python.exists() or subprocess.call([python, "-c", "import nacl"]) != 0:
        subprocess.check_call([sys.executable, "-m", "venv", ENVIRONMENT])
        subprocess.check_call([python, "-m", "pip", "-q", "install", *PACKAGES])
    os.execv(python, [str(python), *sys.argv])

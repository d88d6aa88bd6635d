"""Makes PyNaCl importable: what asks for it goes on in an environment that has it."""

import importlib.util
import os
import pathlib
import subprocess
import sys

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
        subprocess.check_call([python, "-m", "pip", "-q", "install", "pynacl"])
    os.execv(python, [str(python), *sys.argv])

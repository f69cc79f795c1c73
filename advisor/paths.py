"""Where the files beside the code are: in a checkout next to the package, in a wheel inside it."""

from collections.abc import Mapping
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_BUNDLED = _HERE / "_bundled"

IN_CHECKOUT = not _BUNDLED.is_dir()
ROOT = _HERE.parent if IN_CHECKOUT else _BUNDLED
TEMPLATES = ROOT / "templates"
MIGRATIONS = ROOT / "migrations"
CONFIG = ROOT / "config.py"


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where this installation keeps its database, key and backups.

    ``ADVISOR_DATA`` names it; else it is ``var`` in a checkout, and the user's data folder for an installed wheel.
    """
    if named := environ.get("ADVISOR_DATA"):
        return Path(named).expanduser().resolve()
    if IN_CHECKOUT:
        return ROOT / "var"
    return Path(environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "outsourcing-advisor"

"""What the indicator files declare of their kinds, kept in the user's cache so that a command need not load them all.

As with Python's bytecode, the times and sizes of the files say whether what is kept still holds. Where nothing can be written
nothing is, and the folder may be removed at any time. The place is that of the XDG specification, $XDG_CACHE_HOME/samehand:
https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from fingerprints import indicators
from fingerprints.indicators.base import Kind, Proof

_FOLDER = Path(indicators.__path__[0])


def read() -> dict[str, Kind] | None:
    """The kinds, sorted by name; None when nothing is kept or a file has changed since."""
    try:
        kept = json.loads(_file().read_text("utf-8"))
        if kept["of"] != _state():
            return None
        return {row["name"]: Kind(**row | {"proves": Proof(row["proves"])}) for row in kept["kinds"]}
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None


def write(kinds: dict[str, Kind]) -> None:
    """Keeps them; silently not where nobody may write."""
    try:
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.{os.getpid()}")
        new.write_text(json.dumps({"of": _state(), "kinds": [asdict(kind) for kind in kinds.values()]}), "utf-8")
        new.replace(file)
    except (OSError, RuntimeError):
        return


def _file() -> Path:
    """One for each place where Samehand is installed. RuntimeError: the user has no home."""
    folder = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(folder) if Path(folder).is_absolute() else Path.home() / ".cache"
    return cache / "samehand" / f"kinds-{sha256(str(_FOLDER).encode()).hexdigest()[:12]}.json"


def _state() -> list[list[object]]:
    with os.scandir(_FOLDER) as found:
        files = [(entry.name, entry.stat()) for entry in found if entry.name.endswith(".py")]
    return sorted([name, stat.st_size, stat.st_mtime_ns] for name, stat in files)

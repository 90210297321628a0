"""Reads the files of config/: the defaults that are shipped, and over them the user's own values.

A user's file has the same name, lies in the folder that SAMEHAND_CONFIG names, and overrides single values, not the whole.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PACKAGED = Path(__file__).parent / "config"
_CHECKOUT = Path(__file__).parent.parent / "config"
DEFAULTS = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
"""The folder of the shipped files: inside the package when installed from a wheel, at the top level in a checkout."""


class ConfigError(ValueError):
    """A file of settings that cannot be used; the message says which, where and what to do."""


def paths(name: str) -> Iterator[Path]:
    """The shipped file of that name, then the user's where there is one."""
    yield DEFAULTS / name
    folder = os.environ.get("SAMEHAND_CONFIG")
    if folder:
        if not Path(folder).is_dir():
            raise ConfigError(f"SAMEHAND_CONFIG names {folder}, which is no folder. Make it, or unset the variable.")
        if (Path(folder) / name).is_file():
            yield Path(folder) / name


def toml(name: str) -> dict[str, Any]:
    """The merged content of a TOML file.

    Raises:
        ConfigError: a file is not TOML.
    """
    merged: dict[str, Any] = {}
    for path in paths(name):
        _merge(merged, read(path))
    return merged


def read(path: Path) -> dict[str, Any]:
    """The content of one TOML file.

    Raises:
        ConfigError: it is not TOML.
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}. Mend that line.") from error


def table(name: str, columns: int) -> Iterator[tuple[str, ...]]:
    """The rows of a tab-separated file, the user's after the shipped ones; lines that begin with # are comments.

    Raises:
        ConfigError: a row has another number of columns.
    """
    for path in paths(name):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            row = tuple(cell.strip() for cell in line.split("\t"))
            if len(row) != columns:
                raise ConfigError(f"{path}, line {number}: {len(row)} columns, {columns} are needed, separated by tabs.")
            yield row


def _merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value

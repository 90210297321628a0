"""How long captures are kept, and how much room they may take: by whom it is asked, a person or the schedule, is all the same."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fingerprints import config

MEGABYTE = 10**6
_DAY = 86_400


class Retention(BaseModel):
    """The table [captures] of config/schedule.toml, which says what each number is for; 0 keeps all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_days: float = Field(ge=0, le=36_500)
    most_megabytes: int = Field(ge=0)

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is ever deleted."""
        return not self.keep_days and not self.most_megabytes

    def surplus(self, files: Sequence[Path]) -> list[Path]:
        """The files that are to go, the oldest first: last written too long ago, or too many bytes in all.

        By the machine's clock and not by a pretended one, as it is the machine that dates files.
        """
        before = time.time() - self.keep_days * _DAY if self.keep_days else 0.0
        there = _found(files)
        room = sum(found.st_size for _, found in there)
        gone = []
        for path, found in there:
            if found.st_mtime < before or (self.most_megabytes and room > self.most_megabytes * MEGABYTE):
                gone.append(path)
                room -= found.st_size
        return gone


def by_age(files: Sequence[Path]) -> list[Path]:
    """The file that was last written longest ago comes first."""
    return [path for path, _ in _found(files)]


def _found(files: Sequence[Path]) -> list[tuple[Path, os.stat_result]]:
    """The oldest first; without those that are gone since they were listed, as another call may make room at the same time."""
    there = []
    for path in files:
        with suppress(FileNotFoundError):
            there.append((path, path.stat()))
    return sorted(there, key=lambda one: (one[1].st_mtime, one[0].name))


def planned() -> Retention:
    """The retention of the configuration.

    Raises:
        ConfigError: schedule.toml cannot be used.
    """
    try:
        return Retention(**config.toml("schedule.toml")["captures"])
    except ValidationError as error:
        first = error.errors()[0]
        raise config.ConfigError(f"schedule.toml, [captures] {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error

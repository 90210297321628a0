"""What the operating system lets a process do."""

from __future__ import annotations

import resource
from contextlib import suppress

_ENOUGH = 65536


def raise_open_files() -> None:
    """Asks for as many open files as may be had without asking anybody: a farm listens on two sockets an address."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
    if soft < wanted:
        with suppress(ValueError, OSError):  # macOS has a lower limit that it does not tell
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

"""As whom a crawl asks: named sets of headers in config/profiles.toml."""

from __future__ import annotations

import re
from typing import Any

from fingerprints import config

_FILE = "profiles.toml"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_VALUE = re.compile(r"[\x20-\x7e]{1,1000}")
_OURS = frozenset(
    {"host", "accept-encoding", "connection", "content-length", "transfer-encoding", "if-none-match", "if-modified-since"}
)
"""What depends on the connection, or on what the crawler can undo."""
AGENT = "user-agent"


def headers(name: str) -> dict[str, str]:
    """The headers of a profile, in the order of the file.

    Raises:
        LookupError: there is no such profile; the message says which there are.
        ConfigError: a header cannot be sent.
    """
    profiles: dict[str, Any] = config.toml(_FILE)
    profile = profiles.get(name)
    if profile is None:
        raise LookupError(f"there is no such profile; {_FILE} has {', '.join(sorted(profiles))}")
    for key, value in profile.items():
        if not _NAME.fullmatch(key) or key.lower() in _OURS:
            raise config.ConfigError(f"{_FILE}, {name}: {key!r} is no header that a profile can set.")
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            raise config.ConfigError(f"{_FILE}, {name}: the value of {key} is no line of printable ASCII characters.")
    return dict(profile)

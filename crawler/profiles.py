"""As whom a crawl asks: named sets of headers in config/profiles.toml, each with a proxy of its own if it has one."""

from __future__ import annotations

import os
import re
from typing import Any

from crawler.http.proxy import Proxy
from fingerprints import config

_FILE = "profiles.toml"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_VALUE = re.compile(r"[\x20-\x7e]{1,1000}")
_OURS = frozenset(
    {"host", "accept-encoding", "connection", "content-length", "transfer-encoding", "if-none-match", "if-modified-since"}
)
"""What depends on the connection, or on what the crawler can undo."""
AGENT = "user-agent"
_PROXY = "proxy"
"""Beside the headers: where the profile's requests come from. No site is sent it."""
_ENVIRONMENT = "env:"


def headers(name: str) -> dict[str, str]:
    """The headers of a profile, in the order of the file.

    Raises:
        LookupError: there is no such profile; the message says which there are.
        ConfigError: a header cannot be sent.
    """
    profile = {key: value for key, value in _table(name).items() if key != _PROXY}
    for key, value in profile.items():
        if not _NAME.fullmatch(key) or key.lower() in _OURS:
            raise config.ConfigError(f"{_FILE}, {name}: {key!r} is no header that a profile can set.")
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            raise config.ConfigError(f"{_FILE}, {name}: the value of {key} is no line of printable ASCII characters.")
    return profile


def proxy(name: str) -> Proxy | None:
    """The profile's own proxy; None asks as the rest of the crawl does.

    Raises:
        LookupError: there is no such profile.
        ConfigError: it is no address of a proxy. The message does not repeat it, as it may hold a password.
    """
    given = _table(name).get(_PROXY, "")
    if isinstance(given, str) and given.startswith(_ENVIRONMENT):
        variable = given.removeprefix(_ENVIRONMENT)
        given = os.environ.get(variable, "")
        if not given:  # to ask without it would show the site whom it was to be kept from
            raise config.ConfigError(f"{_FILE}, {name}: proxy is taken from {variable}, which the environment does not have.")
    try:
        return Proxy.of(given) if given else None
    except (AttributeError, TypeError, ValueError) as error:
        raise config.ConfigError(f"{_FILE}, {name}: proxy cannot be used: {error}.") from None


def _table(name: str) -> dict[str, Any]:
    profiles: dict[str, Any] = config.toml(_FILE)
    if name not in profiles:
        raise LookupError(f"there is no such profile; {_FILE} has {', '.join(sorted(profiles))}")
    return dict(profiles[name])

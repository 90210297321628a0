"""The connection to the Redis that several crawls share: its address, its password, and its errors as sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fingerprints.stores.base import StoreError

PORT = 6379
_SECONDS = 5.0
"""For an answer."""
_TRIES = 6
"""After a broken connection; with the pauses between them about two seconds, in which a Redis can restart."""


def check(location: str) -> str:
    """The address, if it is redis://host[:port][/number] or rediss:// (TLS).

    Raises:
        ValueError: it is none, or holds a password. The message is the rest of a sentence.
    """
    parts = urlsplit(location)
    if parts.username or parts.password:
        raise ValueError(
            "a password in it would be in logs and lists of processes; set SAMEHAND_REDIS_PASSWORD_FILE in place of it"
        )
    try:
        port = parts.port or PORT
    except ValueError:
        port = 0
    number = parts.path.strip("/")
    if parts.scheme not in ("redis", "rediss") or not parts.hostname or not port or (number and not number.isdigit()):
        raise ValueError("write it as redis://host:6379/0, or rediss:// for TLS")
    return location


def connect(location: str, environment: Mapping[str, str] | None = None) -> Any:
    """A client of the package redis that repeats what a broken connection lost.

    Args:
        location: see check().
        environment: in place of the process's: SAMEHAND_REDIS_USER, SAMEHAND_REDIS_PASSWORD or …_PASSWORD_FILE, …_CA_FILE.

    Raises:
        StoreError: the package is absent, a file cannot be read, or the Redis does not answer or cannot be used.
    """
    if find_spec("redis") is None:
        raise StoreError("--frontier needs the package redis. Install it: pip install 'samehand[redis]'.")
    from redis import Redis
    from redis.backoff import ExponentialBackoff
    from redis.retry import Retry

    given = os.environ if environment is None else environment
    parts = urlsplit(location)
    tls = {"ssl": True, "ssl_ca_certs": given.get("SAMEHAND_REDIS_CA_FILE") or None} if parts.scheme == "rediss" else {}
    client: Any = Redis(
        host=parts.hostname or "",
        port=parts.port or PORT,
        db=int(parts.path.strip("/") or 0),
        username=given.get("SAMEHAND_REDIS_USER") or None,
        password=_password(given),
        socket_timeout=_SECONDS,
        socket_connect_timeout=_SECONDS,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), _TRIES),
        decode_responses=True,
        **tls,  # type: ignore[arg-type]
    )
    with errors(location):
        policy = client.info("memory").get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        raise StoreError(
            f"The Redis at {parts.netloc} throws keys away when it is full (maxmemory-policy {policy}), and with them what is to "
            "be crawled. Set maxmemory-policy noeviction."
        )
    return client


@contextmanager
def errors(location: str) -> Iterator[None]:
    """Turns the package's errors into a StoreError."""
    from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

    place = urlsplit(location).netloc
    try:
        yield
    except RedisError as error:
        reason = str(error)[:300].rstrip(".")
        if isinstance(error, (AuthenticationError, NoPermissionError)):
            what = f"refuses us: {reason}. Set SAMEHAND_REDIS_USER and SAMEHAND_REDIS_PASSWORD_FILE."
        else:
            what = f"cannot be used: {reason}. Check that it runs; the same command goes on."
        raise StoreError(f"The Redis at {place} {what}") from error


def _password(given: Mapping[str, str]) -> str | None:
    file = given.get("SAMEHAND_REDIS_PASSWORD_FILE", "")
    if not file:
        return given.get("SAMEHAND_REDIS_PASSWORD") or None
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"SAMEHAND_REDIS_PASSWORD_FILE names {file}, which cannot be read. Name a readable file.") from error

"""A connection to Elasticsearch 8 or 9: where, as whom, and what its answers mean.

Secrets come from the environment or from files that it names, never from the address, and stand in no message.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import NodeConfig, Transport, TransportError
from elastic_transport.client_utils import parse_cloud_id

from fingerprints.stores.base import StoreError

# It warns at each try that fails; what that means for the user is told here, once, in a sentence.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)

PREFIX = "samehand"
LATER = frozenset({408, 429, 502, 503, 504})
"""Statuses that say that the same request may succeed later."""
CLOUD = "cloud:"
_JSON = {"accept": "application/json", "content-type": "application/json"}
_NDJSON = {"accept": "application/json", "content-type": "application/x-ndjson"}


class UnavailableError(StoreError):
    """Elasticsearch is down, slow, full or read-only: the same write may succeed later."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is."""

    scheme: str
    host: str
    port: int
    path: str
    prefix: str
    """What the names of its indices begin with."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host  # RFC 3986, 3.2.2
        shown = f"{self.scheme}://{host}:{self.port}{self.path}"
        return shown if self.prefix == PREFIX else f"{shown}/?prefix={self.prefix}"


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks, and whom we trust. Not shown by repr()."""

    header: str = field(default="", repr=False)
    ca_file: str = ""
    fingerprint: str = ""


def address(location: str) -> Address:
    """Reads http(s)://host:port[/path][?prefix=name], or cloud: with SAMEHAND_ES_CLOUD_ID.

    Raises:
        StoreError: it is no such address, or holds a password.
    """
    if location.startswith(CLOUD):
        return _cloud(location)
    try:
        parts = urlsplit(location)
    except ValueError:  # a bracket of an IPv6 address is missing
        raise StoreError(f"{location} names no server. Write it as https://host:9200.") from None
    if parts.username or parts.password:
        raise StoreError(
            "A user or a password does not belong into --store: it would be in logs and lists of processes. "
            "Set SAMEHAND_ES_USER and SAMEHAND_ES_PASSWORD_FILE, or SAMEHAND_ES_API_KEY_FILE."
        )
    prefix = dict(parse_qsl(parts.query)).get("prefix", PREFIX)
    if not prefix.replace("-", "").isalnum() or prefix != prefix.lower() or not prefix[0].isalpha():
        raise StoreError(f"The prefix {prefix[:50]!r} cannot begin names of indices. Use lower-case letters, digits and hyphens.")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 9200)
    except ValueError:
        port = 0
    if not parts.hostname or not port:
        raise StoreError(f"{location} names no server. Write it as https://host:9200.")
    return Address(parts.scheme, parts.hostname, port, parts.path.rstrip("/"), prefix)


def login(environment: Mapping[str, str] | None = None) -> Login:
    """Reads SAMEHAND_ES_API_KEY, or …_USER and …_PASSWORD, each also as …_FILE; …_CA_FILE; …_FINGERPRINT.

    Raises:
        StoreError: a file cannot be read, or a password has no user.
    """
    given = os.environ if environment is None else environment
    key, user, password = (_secret(given, name) for name in ("API_KEY", "USER", "PASSWORD"))
    if bool(user) != bool(password):
        raise StoreError("SAMEHAND_ES_USER and SAMEHAND_ES_PASSWORD (or …_PASSWORD_FILE) belong together. Set both.")
    header = f"ApiKey {key}" if key else ""
    if user and not key:
        header = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    ca_file = given.get("SAMEHAND_ES_CA_FILE", "")
    if ca_file and not Path(ca_file).is_file():
        raise StoreError(f"SAMEHAND_ES_CA_FILE names {ca_file}, which is no file. Name the certificates (PEM) to trust.")
    return Login(header, ca_file, given.get("SAMEHAND_ES_FINGERPRINT", "").replace(":", "").lower())


def journal_of(location: str) -> Path:
    """The local journal of a store, in the folder where the command is given.

    Raises:
        StoreError: it is no address of a store.
    """
    where = address(location)
    return Path(f"{where.prefix}-{where.host.replace(':', '_')}-{where.port}.journal")


class Connection:
    """Asks one server. For several threads."""

    def __init__(self, location: str, *, timeout: float = 60.0, patience: float = 30.0) -> None:
        """
        Args:
            location: see address().
            timeout: seconds for one request.
            patience: seconds for which a request is repeated while the server is not available.
        """
        self.address = address(location)
        self.patience = patience
        who = login()
        headers = {"authorization": who.header} if who.header else {}
        secure: dict[str, Any] = {}
        if self.address.scheme == "https":
            secure["ca_certs"] = who.ca_file or None
            if who.fingerprint:
                secure |= {"ssl_assert_fingerprint": who.fingerprint, "verify_certs": False, "ssl_show_warn": False}
        node = NodeConfig(
            self.address.scheme,
            self.address.host,
            self.address.port,
            path_prefix=self.address.path,
            headers=headers,
            request_timeout=timeout,
            **secure,
        )
        self._transport = Transport([node], max_retries=0, meta_header=False)

    def name(self, *indices: str) -> str:
        """Aliases by the indices' names, joined for an address."""
        return ",".join(f"{self.address.prefix}-{index}" for index in indices)

    def ask(self, method: str, path: str, body: Any = None, *, allowed: Iterable[int] = ()) -> Any:
        """Sends a request, again and again for `patience` seconds while the server says "later", and returns its JSON.

        Raises:
            UnavailableError: it stayed so.
            StoreError: the server refuses it.
        """
        end = time.monotonic() + self.patience
        wait = 0.2
        while True:
            try:
                return self.once(method, path, body, allowed=allowed)
            except UnavailableError:
                if time.monotonic() + wait > end:
                    raise
            time.sleep(wait * (0.5 + random.random()))  # noqa: S311  (several clients do not come back in step)
            wait = min(wait * 2, 5.0)

    def once(self, method: str, path: str, body: Any = None, *, allowed: Iterable[int] = ()) -> Any:
        """As ask(), but without patience. `body` is JSON, or bytes of newline-delimited JSON."""
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body, separators=(",", ":")).encode()
        headers = _NDJSON if isinstance(body, bytes) else _JSON
        try:
            answer = self._transport.perform_request(method, path, body=raw, headers=headers)
        except NoConnection as error:
            raise UnavailableError(f"Elasticsearch at {self.address} cannot be reached: {_short(error)}.") from None
        except TransportError as error:
            raise UnavailableError(f"Elasticsearch at {self.address} gave no answer: {_short(error)}.") from None
        status = answer.meta.status
        if status < 300 and isinstance(answer.body, str):  # a log-in page or a notice of what stands before the server
            raise UnavailableError(f"What answers at {self.address} is no Elasticsearch: it sent text where JSON is due.")
        if status < 300 or status in allowed:
            return answer.body
        raise self._refused(status, answer.body)

    def close(self) -> None:
        """Gives back the connections."""
        self._transport.close()

    def _refused(self, status: int, body: Any) -> StoreError:
        reason = reason_of(body)
        if status in LATER or is_blocked(body):
            return UnavailableError(f"Elasticsearch at {self.address} says: later ({status}: {reason}).")
        if status == 401:
            return StoreError(
                f"Elasticsearch at {self.address} does not know us (401). Set SAMEHAND_ES_API_KEY_FILE, or SAMEHAND_ES_USER and "
                "SAMEHAND_ES_PASSWORD_FILE."
            )
        if status == 403:
            return StoreError(
                f"Elasticsearch at {self.address} does not permit this (403): {reason}. Use a key with the right role."
            )
        return StoreError(f"Elasticsearch at {self.address} refused a request ({status}): {reason}.")


def reason_of(body: Any) -> str:
    """What an error says, in one line of at most 300 characters."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        cause = error.get("caused_by") or {}
        error = f"{error.get('reason') or error.get('type') or ''} {cause.get('reason') or ''}"
    return " ".join(str(error).split())[:300].strip(" .")


def is_blocked(body: Any) -> bool:
    """Whether an index is read-only, as Elasticsearch makes it when the disk is nearly full."""
    error = body.get("error", body) if isinstance(body, dict) else None
    return isinstance(error, dict) and error.get("type") == "cluster_block_exception"


def path(*parts: str) -> str:
    """A path of escaped parts."""
    return "/" + "/".join(quote(part, safe=",*_-.") for part in parts)


def _cloud(location: str) -> Address:
    identity = os.environ.get("SAMEHAND_ES_CLOUD_ID", "")
    try:
        found = parse_cloud_id(identity)
    except ValueError:
        raise StoreError("SAMEHAND_ES_CLOUD_ID is no cloud id. Copy it from the deployment's page: name:letters.") from None
    host, port = found.es_address or ("", 443)
    return Address("https", host, port or 443, "", location.removeprefix(CLOUD) or PREFIX)


def _secret(given: Mapping[str, str], name: str) -> str:
    file = given.get(f"SAMEHAND_ES_{name}_FILE", "")
    if not file:
        return given.get(f"SAMEHAND_ES_{name}", "").strip()
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise StoreError(f"SAMEHAND_ES_{name}_FILE names {file}, which cannot be read: {error.strerror}.") from None


def _short(error: TransportError) -> str:
    return " ".join(str(error.message).split())[:200].strip(" .")

"""The TLS probe: a real handshake, and what the server showed in it. A certificate that does not hold is a fact, no error."""

from __future__ import annotations

import base64
import ssl
from typing import Any

from crawler.errors import FetchError, NoAddressError, NobodyThereError
from crawler.http.connect import Connection, Connector
from fingerprints.model import Outcome
from fingerprints.probe_records import encode

_MOST_CHAIN = 8
"""Certificates of one chain; honest ones have up to four."""
_LONGEST = 1_000_000
"""Bytes of one certificate; one with 4,000 names has about 100,000."""


async def shake_hands(connector: Connector, host: str) -> tuple[bytes, str]:
    """One look at port 443.

    Returns:
        The record's body, and the address that answered (empty if none did).
    """
    try:
        connection = await connector.open("https", host, 443)
    except FetchError as error:
        absent = isinstance(error, (NobodyThereError, NoAddressError))
        outcome = Outcome.ABSENT if absent else error.outcome
        return encode("tls", outcome, str(error)), ""
    try:
        return encode("tls", Outcome.READ, "", list(_facts(connection, host))), connection.address
    finally:
        connection.close()


def _facts(connection: Connection, host: str) -> list[dict[str, Any]]:
    shown: ssl.SSLObject = connection.writer.get_extra_info("ssl_object")
    cipher = shown.cipher()
    first = {
        "host": host,
        "address": connection.address,
        "protocol": shown.version() or "",
        "cipher": cipher[0] if cipher else "",
        "alpn": shown.selected_alpn_protocol() or "",
    }
    chain = [one for one in _chain(shown) if len(one) <= _LONGEST][:_MOST_CHAIN]
    return [first, *({"certificate": base64.b64encode(one).decode("ascii")} for one in chain)]


def _chain(shown: ssl.SSLObject) -> list[bytes]:
    """The certificates as sent, the server's own first, in DER."""
    inner: Any = getattr(shown, "_sslobj", None)
    if hasattr(shown, "get_unverified_chain"):  # public from Python 3.13 on
        return [bytes(one) for one in shown.get_unverified_chain()]
    if hasattr(inner, "get_unverified_chain"):
        return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain() or ()]
    own = shown.getpeercert(binary_form=True)
    return [own] if own else []

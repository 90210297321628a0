"""Time stamps of an authority (RFC 3161) over a digest: asking for one, and checking one years later.

https://www.rfc-editor.org/rfc/rfc3161; the library is rfc3161-client (the extra "timestamp").
"""

from __future__ import annotations

import hashlib
import urllib.request
from datetime import datetime
from pathlib import Path

from fingerprints.extras import need

_SECONDS = 30
_MOST_BYTES = 1_000_000


class StampError(Exception):
    """No time stamp, or one that does not hold; the message is one sentence."""


def ask(url: str, data: bytes) -> bytes:
    """A time stamp over the SHA-256 of these bytes; the authority sees that digest alone.

    Args:
        url: the authority's, http or https.
        data: what is stamped.

    Raises:
        StampError: the authority gave none.
        MissingExtraError: the library is not installed.
    """
    client = need("rfc3161_client", "timestamp", "A time stamp")
    if not url.startswith(("http://", "https://")):
        raise StampError(f"--timestamp {url} is no http or https address of a time-stamping authority.")
    wanted = client.TimestampRequestBuilder().data(data).hash_algorithm(client.HashAlgorithm.SHA256).build()
    request = urllib.request.Request(url, wanted.as_bytes(), {"Content-Type": "application/timestamp-query"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            stamp = answer.read(_MOST_BYTES)
    except OSError as error:
        raise StampError(f"The time-stamping authority {url} did not answer: {error}.") from None
    time_of(stamp, data)
    return bytes(stamp)


def time_of(stamp: bytes, data: bytes) -> datetime:
    """The time that a stamp gives these bytes. Who made the stamp is not looked at (see check).

    Raises:
        StampError: it is none, or is over something else.
        MissingExtraError: the library is not installed.
    """
    client = need("rfc3161_client", "timestamp", "Reading a time stamp")
    try:
        told = client.decode_timestamp_response(stamp)
        info = told.tst_info
    except ValueError as error:
        raise StampError(f"The time stamp cannot be read: {error}.") from None
    digests = (hashlib.sha256(data).digest(), hashlib.sha512(data).digest())
    if bytes(info.message_imprint.message) not in digests:
        raise StampError("The time stamp is over something else than this manifest.")
    time: datetime = info.gen_time
    return time


def check(stamp: bytes, data: bytes, authority: Path) -> datetime:
    """The time, after the authority's signature was checked up to its root certificate.

    Args:
        stamp: the authority's answer.
        data: what was stamped.
        authority: its root certificate and those between, in PEM.

    Raises:
        StampError: it does not hold.
        MissingExtraError: the library is not installed.
        OSError: the file of certificates cannot be read.
    """
    from cryptography import x509

    client = need("rfc3161_client", "timestamp", "Checking a time stamp")
    time = time_of(stamp, data)
    try:
        certificates = x509.load_pem_x509_certificates(authority.read_bytes())
    except ValueError as error:
        raise StampError(f"{authority} holds no certificates in PEM: {error}.") from None
    builder = client.VerifierBuilder()
    for certificate in certificates:
        is_root = certificate.subject == certificate.issuer
        builder = builder.add_root_certificate(certificate) if is_root else builder.add_intermediate_certificate(certificate)
    try:
        builder.build().verify_message(client.decode_timestamp_response(stamp), data)
    except (client.VerificationError, ValueError) as error:
        raise StampError(f"The time stamp is not signed by the authority of {authority}: {error}.") from None
    return time

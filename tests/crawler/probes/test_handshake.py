"""Handshakes with real TLS servers, sound and broken ones: what is wrong with a certificate is a fact and no error."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.http.connect import Connector
from crawler.http.resolve import Resolver
from crawler.probes.handshake import shake_hands
from fingerprints.model import Outcome, Role
from tests.crawler.names import naming
from tests.crawler.probes.records import of_kind, read
from tests.crawler.web import serving

HOST = "harbour-news.com"


def shake(port: int, *, allow_private: bool = True, timeout: float = 2.0) -> bytes:
    async def run() -> bytes:
        with naming() as names:
            resolver = Resolver(("127.0.0.1", names.port))
            connector = Connector(
                resolver, allow_private=allow_private, map_port={443: port}, ca_file=None, timeout=timeout, verify=False
            )
            body, _ = await shake_hands(connector, HOST)
            return body

    return asyncio.run(run())


def context(folder: Path, names: list[str], *, days: int = 30) -> tuple[ssl.SSLContext, bytes]:
    """A self-signed certificate for these names, and itself in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, made.public_bytes(serialization.Encoding.DER)


def test_a_self_signed_certificate_is_a_fact(tmp_path: Path) -> None:
    server, der = context(tmp_path, [HOST, "harbour-times.com"], days=-3)
    with serving(server) as web:
        outcome, _, found = read(shake(web.port), Role.TLS)
    assert outcome is Outcome.READ
    assert of_kind(found, "tls-certificate") == {hashlib.sha256(der).hexdigest()}
    assert of_kind(found, "tls-names") == {"harbour-times.com"}
    assert of_kind(found, "tls-fault") == {"self-signed", "expired"}


def test_a_certificate_of_4000_names(tmp_path: Path) -> None:
    server, der = context(tmp_path, [HOST, *(f"stranger-{number}.com" for number in range(3999))])
    with serving(server) as web:
        outcome, _, found = read(shake(web.port), Role.TLS)
    assert outcome is Outcome.READ
    assert of_kind(found, "tls-shared-certificate") == {hashlib.sha256(der).hexdigest()}, "strangers' together is nobody's"
    assert not of_kind(found, "tls-certificate") | of_kind(found, "tls-public-key")
    assert not of_kind(found, "tls-names")


def test_nobody_there_is_absent_and_no_tls_or_silence_is_a_failure() -> None:
    def plain(listener: socket.socket) -> None:
        with listener.accept()[0] as connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=plain, args=(listener,), daemon=True).start()
        outcome, told, _ = read(shake(port), Role.TLS)
    assert (outcome, "does not answer in TLS" in told) == (Outcome.FAILED, True)
    outcome, told, _ = read(shake(port), Role.TLS)
    assert (outcome, "refused the connection" in told) == (Outcome.ABSENT, True)


@pytest.mark.parametrize("given", ["private", "silent"])
def test_not_asked_and_not_answered_are_told_apart(given: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # it never accepts
        body = shake(listener.getsockname()[1], allow_private=given == "silent", timeout=0.3)
    outcome, told, _ = read(body, Role.TLS)
    if given == "private":
        assert (outcome, "no address of the public Internet" in told) == (Outcome.REFUSED, True)
    else:
        assert (outcome, "did not answer within" in told) == (Outcome.FAILED, True)

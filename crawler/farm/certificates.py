"""The farm's certificate authority and the certificates of its hosts, the broken ones included."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from crawler.farm.estate import batches
from crawler.farm.plan import Plan, Site
from crawler.farm.world import Fault

_MOST_COMMON_NAME = 64  # RFC 5280, ub-common-name


class Authority:
    """Makes certificates and the TLS contexts that serve them."""

    def __init__(self, folder: Path, plan: Plan | None = None) -> None:
        """Writes the authority's certificate into the folder, as ca.pem."""
        self._folder = folder
        self._batches = batches(plan) if plan else {}
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Farm Root CA")
        now = datetime.now(UTC)
        self._certificate = (
            _builder(self._name, self._name, self._key.public_key(), now - timedelta(days=30), now + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "ca.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self._contexts: dict[str, ssl.SSLContext] = {}

    def context(self, site: Site) -> ssl.SSLContext:
        """The context with the site's certificate, kept once made."""
        names, own = self._names(site), site.fault is Fault.SELF_SIGNED
        if site.hosting.certificates == "self-signed" and site.fault is None:
            names, own = (f"panel.{site.hosting.domain}",), True
        return self._kept(names, site.fault, self_signed=own)

    def of_host(self, host: str) -> ssl.SSLContext:
        """The context of a host that is no site's."""
        return self._kept((host,), None)

    def _names(self, site: Site) -> tuple[str, ...]:
        if site.platform:
            return (site.domain,)
        if site.fault is Fault.WRONG_NAME:
            return (site.hosting.domain,)
        batch = self._batches.get(site.domain)
        if batch is None:
            return (site.domain, f"www.{site.domain}")
        return (f"sni.{site.hosting.domain}", *(name for domain in batch for name in (domain, f"*.{domain}")))

    def _kept(self, names: tuple[str, ...], fault: Fault | None, *, self_signed: bool = False) -> ssl.SSLContext:
        key = f"{names[0]}-{names[1]}" if len(names) > 2 else names[0]
        if key not in self._contexts:
            path = self._folder / f"{key.replace('*', '_')}.pem"
            path.write_bytes(self._pem(names, fault, self_signed))
            self._contexts[key] = server_context(path)
        return self._contexts[key]

    def _pem(self, names: tuple[str, ...], fault: Fault | None, self_signed: bool) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        last = now - timedelta(days=3) if fault is Fault.EXPIRED else now + timedelta(days=60)
        subject = _name(names[0])
        issuer, signer = (subject, key) if self_signed else (self._name, self._key)
        certificate = (
            _builder(subject, issuer, key.public_key(), now - timedelta(days=30), last)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return private + certificate.public_bytes(serialization.Encoding.PEM)


def server_context(path: Path | None = None) -> ssl.SSLContext:
    """A TLS server's context, without a certificate when there is no path."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    if path is not None:
        context.load_cert_chain(path)
    return context


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:_MOST_COMMON_NAME])])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, first: datetime, last: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
    )

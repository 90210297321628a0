"""What a domain's TXT records tell: who may send its mail and with which key, where reports go, tokens of services."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from ipaddress import ip_network

from fingerprints.indicators._address import address
from fingerprints.indicators._probe import Asked, found, questions, txt, usable
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

SENDER = Kind(
    "spf-ip4",
    "hosting",
    "Address that may send mail (SPF)",
    "203.0.113.7",
    "https://www.rfc-editor.org/rfc/rfc7208#section-5.6",
    proves=Proof.FACT,
    m=0.4,
    cap=8.0,
    traps="Mail services tell all customers to list the same addresses.",
)
TOKEN = Kind(
    "dns-txt-verification",
    "verification",
    "Token of a service in DNS",
    "google-site-verification=x5aRk9vG2mQfTnB7sLwUzEoYpJcHd1Ki4XbZ8gVtNqM",
    "https://support.google.com/a/answer/2716802",
    proves=Proof.CONTROL,
    m=0.3,
    traps="An agency verifies its customers' domains with its own account.",
)
REPORTS = Kind(
    "dmarc-rua",
    "contact",
    "Mailbox for DMARC reports",
    "reports@harbourpost.com",
    "https://www.rfc-editor.org/rfc/rfc7489#section-6.3",
    proves=Proof.CONTROL,
    m=0.4,
    personal=True,
    traps="Services that read reports have one mailbox for all customers, or one for each.",
)
MAIL_KEY = Kind(
    "dkim-key",
    "hosting",
    "Public key of outgoing mail (DKIM), SHA-256",
    "ddd49e0ce126f1cc5ad4198bda17e696f4e9522e3992f7daa7855c7d611506ad",
    "https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1",
    proves=Proof.FACT,
    m=0.4,
    cap=8.0,
    traps="Some mail services give all customers one key.",
)
_TOKEN = re.compile(
    r"((?=[a-z0-9.-]{4,80}+[=:])[a-z0-9.-]{0,60}verif(?:y|ication)[a-z0-9.-]{0,40}+)\s{0,3}+[=:]\s{0,3}+(\S{6,200}+)", re.I
)
_MICROSOFT = re.compile(r"(MS)=(ms\d{6,12}+)", re.I)
_IP4 = re.compile(r"\+?ip4:([0-9./]{7,18}+)", re.I)
_MAILTO = re.compile(r"mailto:([^,;!\s]{3,254}+)", re.I)
_TAG = re.compile(r"\s{0,9}+([a-z]{1,20}+)\s{0,9}+=\s{0,9}+([^;]{0,4000}+)", re.I)


def _read(scan: Scan) -> Iterator[Found]:
    for asked in questions(scan):
        if asked.kind != "TXT":
            continue
        for record in asked.answers:
            text = txt(record).strip()
            if "._domainkey." in asked.name:
                yield from _key(scan, asked, text)
            elif asked.name.startswith("_dmarc."):
                yield from _reports(scan, asked, text)
            elif text.lower().startswith("v=spf1"):
                yield from _senders(scan, asked, text)
            else:
                yield from _token(scan, asked, text)


def _senders(scan: Scan, asked: Asked, text: str) -> Iterator[Found]:
    for word in text.split():
        match = _IP4.fullmatch(word)
        if match is None:
            continue
        try:
            net = ip_network(match[1], strict=False)
        except ValueError:
            continue
        value = str(net.network_address) if net.num_addresses == 1 else str(net)
        yield found(scan, SENDER, value, asked.line, "SPF record", shown=match[1])


def _token(scan: Scan, asked: Asked, text: str) -> Iterator[Found]:
    match = _TOKEN.fullmatch(text) or _MICROSOFT.fullmatch(text)
    if match and usable(match[2]):
        yield found(scan, TOKEN, f"{match[1].lower()}={match[2]}", asked.line, "TXT record", shown=match[2])


def _reports(scan: Scan, asked: Asked, text: str) -> Iterator[Found]:
    for name, value in _tags(text):
        if name in ("rua", "ruf"):
            for match in _MAILTO.finditer(value):
                local, _, domain = match[1].partition("@")
                mailbox = address(local, domain)
                if mailbox:
                    yield found(scan, REPORTS, mailbox, asked.line, f"DMARC record, {name}", shown=match[1])


def _key(scan: Scan, asked: Asked, text: str) -> Iterator[Found]:
    if asked.chain:  # an alias to the mail service's record: its key
        return
    selector = asked.name.partition(".")[0]
    for name, value in _tags(text):
        if name == "p" and value.strip():
            try:
                key = base64.b64decode("".join(value.split()), validate=True)
            except (binascii.Error, ValueError):
                continue
            if key:
                digest = hashlib.sha256(key).hexdigest()
                yield found(scan, MAIL_KEY, digest, asked.line, f"DKIM selector {selector}", shown="p=")


def _tags(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";")[:30]:
        match = _TAG.fullmatch(part)
        if match:
            yield match[1].lower(), match[2]


KINDS = (SENDER, TOKEN, REPORTS, MAIL_KEY)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.DNS})),)

"""Where a domain's names point: addresses, name servers, the zone's mailbox, mail servers, aliases. RFC 1034, 1035."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from fingerprints.indicators._probe import Asked, found, host_name, is_host, mailbox, questions, txt, usable
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

_RFC = "https://www.rfc-editor.org/rfc/rfc1035"
_SHARED = "Customers of one host, CDN or registrar share it; only a private server's is one hand's."
ADDRESS = Kind("dns-a", "hosting", "IP address", "203.0.113.7", _RFC, proves=Proof.FACT, m=0.4, cap=8.0, traps=_SHARED)
SERVER = Kind("dns-ns", "hosting", "Name server", "ns1.quiet-harbour.net", _RFC, proves=Proof.FACT, m=0.6, cap=6.0, traps=_SHARED)
SERVERS = Kind(
    "dns-ns-set",
    "hosting",
    "Name servers together",
    "ada.ns.example.net,bob.ns.example.net",
    "https://developers.cloudflare.com/dns/nameservers/nameserver-options/",
    proves=Proof.FACT,
    m=0.6,
    cap=6.0,
    traps="A CDN gives each account a pair out of hundreds of names; thousands of accounts have the same pair.",
)
CONTACT = Kind(
    "soa-email",
    "contact",
    "Mailbox of the zone (SOA)",
    "anna.keller@harbourpost.com",
    "https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13",
    proves=Proof.CONTROL,
    m=0.5,
    personal=True,
    traps="Hosts and registrars put their own mailbox into their customers' zones; an agency may put its own.",
)
OPERATOR = Kind(
    "name-server-contact",
    "hosting",
    "Mailbox of who runs the name servers",
    "hostmaster@quiet-harbour.net",
    "https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13",
    proves=Proof.FACT,
    m=0.6,
    cap=6.0,
    traps=_SHARED,
)
MAIL = Kind("dns-mx", "hosting", "Mail server", "mail.quiet-harbour.net", _RFC, proves=Proof.FACT, m=0.5, cap=6.0, traps=_SHARED)
ALIAS = Kind(
    "cname",
    "hosting",
    "Alias of another's host",
    "edge-117.quiet-harbour.net",
    _RFC,
    proves=Proof.FACT,
    m=0.3,
    cap=6.0,
    traps="Platforms give all customers one target.",
)
WILDCARD = Kind(
    "dns-wildcard", "hosting", "Every name has an address", "203.0.113.7", "https://www.rfc-editor.org/rfc/rfc4592", links=False
)
AUTHORITIES = Kind(
    "dns-caa",
    "hosting",
    "Who may issue certificates (CAA)",
    "letsencrypt.org",
    "https://www.rfc-editor.org/rfc/rfc8659",
    links=False,
)
ACCOUNT = Kind(
    "caa-account",
    "control",
    "Account that may issue certificates (CAA)",
    "https://acme-v02.api.letsencrypt.org/acme/acct/117342091",
    "https://www.rfc-editor.org/rfc/rfc8657#section-3",
    proves=Proof.CONTROL,
    m=0.5,
    traps="A host that orders its customers' certificates writes its own account.",
)


def _read(scan: Scan) -> Iterator[Found]:
    servers: set[str] = set()
    asked = list(questions(scan))
    for one in asked:
        if one.kind == "NS":
            servers |= {host_name(answer) for answer in one.answers}
    for one in asked:
        if one.kind in ("A", "AAAA"):
            yield from _addresses(scan, one)
        elif one.kind == "NS":
            yield from _name_servers(scan, one)
        elif one.kind == "SOA":
            yield from _start_of_authority(scan, one, servers)
        elif one.kind == "MX":
            yield from _mail_servers(scan, one)
        elif one.kind == "CAA":
            yield from _issuers(scan, one)


def _addresses(scan: Scan, asked: Asked) -> Iterator[Found]:
    for answer in asked.answers:
        address = _address(answer)
        if address is None:
            continue
        if asked.name.startswith("nx-"):
            yield found(scan, WILDCARD, address, asked.line, "address of a name that nobody set up")
        elif is_host(asked):
            yield found(scan, ADDRESS, address, asked.line, f"{asked.kind} record of {asked.name}", shown=answer)
    if is_host(asked):
        for alias in asked.chain:
            if usable(alias) and "." in alias and site_or_none(f"https://{alias}/") != scan.page.site:
                yield found(scan, ALIAS, alias, asked.line, f"CNAME of {asked.name}")


def _name_servers(scan: Scan, asked: Asked) -> Iterator[Found]:
    names = sorted({name for answer in asked.answers if usable(name := host_name(answer)) and "." in name})
    for name in names:
        yield found(scan, SERVER, name, asked.line, "NS record")
    together = ",".join(names)
    if len(names) > 1 and usable(together):
        yield found(scan, SERVERS, together, asked.line, "NS records", shown=names[0])


def _start_of_authority(scan: Scan, asked: Asked, servers: set[str]) -> Iterator[Found]:
    """A mailbox under the name servers' own domain is that of who runs them; any other is that of who has the zone."""
    for answer in asked.answers:
        fields = answer.split()
        address = mailbox(fields[1]) if len(fields) > 2 else None
        if address is None or not usable(address):
            continue
        theirs = {_site(host) for host in (*servers, host_name(fields[0]))} - {scan.page.site}
        kind = OPERATOR if _site(address.partition("@")[2]) in theirs else CONTACT
        yield found(scan, kind, address, asked.line, "SOA record", shown=fields[1].replace("\\", "\\\\"))


def _mail_servers(scan: Scan, asked: Asked) -> Iterator[Found]:
    for answer in asked.answers:
        host = host_name(answer.split()[-1]) if answer.split() else ""
        if usable(host) and "." in host:
            yield found(scan, MAIL, host, asked.line, "MX record")


def _issuers(scan: Scan, asked: Asked) -> Iterator[Found]:
    for answer in asked.answers:
        fields = answer.split(None, 2)
        if len(fields) < 3 or fields[1] not in ("issue", "issuewild"):
            continue
        issuer, *parameters = (part.strip() for part in txt(fields[2]).split(";"))
        if usable(issuer):
            yield found(scan, AUTHORITIES, issuer.lower(), asked.line, "CAA record", shown=issuer)
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "accounturi" and usable(value.strip()):
                yield found(scan, ACCOUNT, value.strip(), asked.line, "CAA record")


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None


def _site(host: str) -> str:
    return site_or_none(f"https://{host}/") or host


KINDS = (ADDRESS, SERVER, SERVERS, CONTACT, OPERATOR, MAIL, ALIAS, WILDCARD, AUTHORITIES, ACCOUNT)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.DNS})),)

"""What the rules for probes' records share: questions and answers of DNS, their texts, and where a value stands in the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fingerprints.indicators.base import Found, Kind
from fingerprints.probe_records import Line, facts_of
from fingerprints.scan import Scan

_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.){0,4000}+)\"")
_ESCAPE = re.compile(r"\\(\d{3}|.)", re.S)
_LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a DNS record, and what was answered."""

    name: str
    """In lower case, without the final dot."""
    kind: str
    answers: tuple[str, ...]
    chain: tuple[str, ...]
    """Names that aliases led through, in lower case, without the final dot."""
    line: Line


def questions(scan: Scan) -> Iterator[Asked]:
    """All questions of a DNS record that were answered."""
    for line in facts_of(scan.body):
        fact = line.fact
        name, kind = fact.get("asked"), fact.get("type")
        if isinstance(name, str) and isinstance(kind, str) and "error" not in fact:
            chain = tuple(host_name(one) for one in _texts(fact.get("chain")))
            yield Asked(host_name(name), kind, tuple(_texts(fact.get("answers"))), chain, line)


def is_host(asked: Asked) -> bool:
    """Whether the question is about a host of the site, and not about its mail or a name that should not exist."""
    return not asked.name.startswith(("_", "nx-")) and "._domainkey." not in asked.name


def found(scan: Scan, kind: Kind, value: str, line: Line, where: str, shown: str = "") -> Found:
    """A value with the place of its text in the record's line; the line's beginning where it stands there in another form."""
    value = " ".join(value.split())
    at = scan.body.find((shown or value).encode("utf-8", "replace"), line.start, line.end)
    start = at if at >= 0 else line.start
    return Found(kind, value, start, min(line.end, start + len(shown or value)), where)


def usable(value: str) -> bool:
    """Whether a text of a stranger's can be a value: printable, neither empty nor endless."""
    return 0 < len(value) <= _LONGEST_VALUE and value.isprintable() and value.strip() == value


def host_name(text: str) -> str:
    """A name as hosts are written: lower case, no final dot."""
    return text.strip().lower().rstrip(".")


def txt(record: str) -> str:
    """The text of a TXT record, its strings joined and their escapes resolved (RFC 1035, 5.1)."""
    joined = "".join(match[1] for match in _QUOTED.finditer(record))
    return _ESCAPE.sub(_unescaped, joined or record)


def mailbox(name: str) -> str | None:
    """The address that a SOA record writes as a name: the first dot that is not escaped stands for the @ (RFC 1035, 8)."""
    match = re.match(r"((?:[^.\\]|\\.){1,64}+)\.(.{3,253}+)", host_name(name))
    if match is None:
        return None
    local = _ESCAPE.sub(_unescaped, match[1])
    return f"{local}@{match[2]}" if "." in match[2] and usable(local) and "@" not in local and " " not in local else None


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code)) if len(code) == 3 and int(code) < 256 else code[:1]


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

"""The records that a browser's look at a page leaves in a crawl's WARC, and how they are read back.

Three WARC resources of one page, told apart by prefixes of their address as Browsertrix has them: the page as it stood once its
scripts had run (urn:rendered:), the requests that it made (urn:requests:), and a small picture of it (urn:thumbnail:). The record
of the requests is text: its first line is a JSON object with what came of the look, each further one a request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from fingerprints.model import Outcome, Page, Role
from fingerprints.probe_records import json_object

PREFIXES = {
    Role.RENDERED: "urn:rendered:",
    Role.REQUESTS: "urn:requests:",
    Role.SCREENSHOT: "urn:thumbnail:",
    Role.PROFILES: "urn:profiles:",
}
VIEW = "urn:view:"
"""The same picture for people, larger; no indicator reads it."""
REQUESTS_TYPE = "application/x-samehand-requests"
_LONGEST = 16_000
"""Characters of an address or of what was sent with it; trackers' addresses have a few thousand at the most."""
_TOLD = {outcome.value: outcome for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Call:
    """One request that a page made, whether it was let through or not."""

    url: str
    method: str
    sort: str
    """What the browser wants it for: document, script, image, fetch, ping and so on."""
    loaded: bool
    why: str = ""
    """Why it was not let through; empty otherwise."""
    frame: str = ""
    """The address of the frame that made it, where it is another site's; empty for the page's own frames."""
    sent: str = ""
    """What it would have sent in its body."""


@dataclass(frozen=True, slots=True)
class Line:
    """A request, and where it stands in the record."""

    call: Call
    start: int
    end: int


def page_address(target: str) -> str:
    """The page's address that is in the address of such a record; any other address as it is."""
    for prefix in PREFIXES.values():
        if target.startswith(prefix):
            return target[len(prefix) :]
    return target


def encode(outcome: Outcome, detail: str, copy_of: str, calls: Iterable[Call], more: int = 0) -> bytes:
    """The body of a record of requests.

    Args:
        outcome: what came of the look.
        detail: a sentence; needed for every outcome but READ, where it says what part is missing.
        copy_of: the site whose page this one is a copy of; its requests are those of the original then.
        calls: in their order.
        more: requests that were not noted any more.
    """
    head = {"rendered": outcome.value, "detail": detail, "copy_of": copy_of, "more": more}
    lines = [json.dumps(line, ensure_ascii=True, separators=(",", ":")) for line in (head, *map(_fact, calls))]
    return "\n".join(lines).encode("ascii") + b"\n"


def _fact(call: Call) -> dict[str, Any]:
    fact = asdict(call) | {"url": call.url[:_LONGEST], "sent": call.sent[:_LONGEST]}
    return {name: value for name, value in fact.items() if value or name == "loaded"}


def outcome_of(page: Page) -> tuple[Outcome, str]:
    """What came of the look at a page in a browser, and the sentence."""
    head = _head(page.body)
    outcome = _TOLD.get(str(head.get("rendered")))
    if outcome is None:
        return Outcome.FAILED, "The record of the requests cannot be read."
    return outcome, str(head.get("detail") or "")[:500]


def original_of(body: bytes) -> str:
    """The site whose page was copied, as it was told when the record was made; empty for none."""
    return str(_head(body).get("copy_of") or "")


def calls_of(body: bytes) -> Iterator[Line]:
    """The requests of a record; lines that are none are passed over."""
    start = body.find(b"\n") + 1
    while start and start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        call = _call(json_object(body[start:end]))
        if call is not None:
            yield Line(call, start, end)
        start = end + 1


def call_at(body: bytes, offset: int) -> Call | None:
    """The request in whose line this byte stands."""
    start = body.rfind(b"\n", 0, offset) + 1
    end = body.find(b"\n", offset)
    return _call(json_object(body[start : end if end >= 0 else len(body)]))


def _head(body: bytes) -> dict[str, Any]:
    end = body.find(b"\n")
    return json_object(body[: end if end >= 0 else len(body)]) or {}


def _call(fact: dict[str, Any] | None) -> Call | None:
    if fact is None or not isinstance(fact.get("url"), str):
        return None
    texts = {name: str(fact.get(name) or "") for name in ("url", "method", "sort", "why", "frame", "sent")}
    return Call(loaded=fact.get("loaded") is True, **texts)

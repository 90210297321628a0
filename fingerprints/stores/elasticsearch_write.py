"""Writing documents so that every write can be repeated, by several writers at once.

A document is created; where there is one already, both are made one and written back on the condition that nobody else has
written meanwhile (https://www.elastic.co/docs/reference/elasticsearch/rest-apis/optimistic-concurrency-control). So what is new
costs one request, and a stale crawl changes nothing.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from fingerprints.stores.base import StoreError
from fingerprints.stores.elasticsearch_connection import LATER, Connection, UnavailableError, is_blocked, reason_of
from fingerprints.stores.elasticsearch_documents import Document, Since, Source, merge
from fingerprints.stores.elasticsearch_schema import flatten

MOST_DOCUMENTS, MOST_BYTES = 2000, 5_000_000
"""Of one bulk request: Elastic's advice is some megabytes, and the server's own limit is 100."""
_SENDERS = 2
"""Requests under way."""
_ROUNDS = 50
"""Times that a document is tried against other writers."""
_CONFLICT = 409


class RejectedError(StoreError):
    """Elasticsearch refused single documents; all others are stored."""

    def __init__(self, rejected: Sequence[Rejected]) -> None:
        self.rejected = rejected
        first = rejected[0]
        super().__init__(
            f"Elasticsearch rejected {len(rejected)} documents; the others are stored. The first: {first.document.index} "
            f"{first.document.id}: {first.reason}."
        )


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document that is not stored, and why."""

    document: Document
    reason: str


@dataclass(slots=True)
class _Result:
    conflicts: list[Document] = field(default_factory=list)
    later: list[Document] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    reason: str = ""


def write(
    connection: Connection, documents: Iterable[Document], since: Since, *, aliases: bool = True, known: bool = False
) -> list[Rejected]:
    """Stores documents; those that are there already are merged.

    Args:
        connection: to the server.
        documents: in any order.
        since: catalogue → start of the latest run that used it; of two looks at one time it decides.
        aliases: whether the documents' indices must be aliases, so that a missing store is not made by accident.
        known: whether most of them are there already: they are read first, which saves the try to create them.

    Returns:
        Those that Elasticsearch rejects for what they are.

    Raises:
        UnavailableError: it is down or full; some may be stored, and writing all again is right.
        StoreError: it refuses us.
    """
    rejected: list[Rejected] = []
    sending: deque[Future[list[Rejected]]] = deque()
    # While the server takes one part, the next is made.
    with ThreadPoolExecutor(_SENDERS) as pool:
        for part in _parts(documents):
            sending.append(pool.submit(_write, connection, part, since, aliases, known))
            if len(sending) > _SENDERS:
                rejected += sending.popleft().result()
        for sent in sending:
            rejected += sent.result()
    return rejected


def _write(connection: Connection, part: list[Document], since: Since, aliases: bool, known: bool) -> list[Rejected]:
    rejected: list[Rejected] = []
    waiting = _merged(connection, part, since) if known else [_create(document) for document in part]
    for _ in range(_ROUNDS):
        result = _bulk(connection, waiting, aliases)
        rejected += result.rejected
        if not result.conflicts:
            return rejected
        waiting = _merged(connection, result.conflicts, since)
    raise UnavailableError("Other writers changed the same documents too often. Try again.")


@dataclass(frozen=True, slots=True)
class _Operation:
    document: Document
    """As it was given."""
    lines: bytes


def _parts(documents: Iterable[Document]) -> Iterator[list[Document]]:
    part: list[Document] = []
    size = 0
    for document in documents:
        part.append(document)
        size += sum(len(value) for value in document.source.values() if isinstance(value, str)) + 300
        if len(part) >= MOST_DOCUMENTS or size >= MOST_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _create(document: Document) -> _Operation:
    return _Operation(document, _line({"create": {"_index": document.index, "_id": document.id}}) + _line(document.source))


def _line(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _bulk(connection: Connection, operations: Sequence[_Operation], aliases: bool) -> _Result:
    """One request, and again for what the server asks to send later."""
    result = _Result()
    left, wait, end = list(operations), 0.2, time.monotonic() + connection.patience
    while left:
        left = _send(connection, left, result, aliases)
        if left:
            if time.monotonic() + wait > end:
                raise UnavailableError(f"Elasticsearch at {connection.address} says: later ({result.reason}).")
            time.sleep(wait)
            wait = min(wait * 2, 5.0)
    return result


def _send(connection: Connection, operations: list[_Operation], result: _Result, aliases: bool) -> list[_Operation]:
    """What is to be sent again."""
    prefix = f'"_index":"{connection.address.prefix}-'.encode()
    body = b"".join(one.lines.replace(b'"_index":"', prefix, 1) for one in operations)
    where = f"/_bulk?require_alias={str(aliases).lower()}&filter_path=errors,items.*.status,items.*.error"
    answer = connection.ask("POST", where, body, allowed=(413,))
    if "items" not in answer:
        return _too_large(connection, operations, result, aliases)
    if not answer["errors"]:
        return []
    later = []
    for operation, item in zip(operations, answer["items"], strict=True):
        (verdict,) = item.values()
        status = verdict["status"]
        if status == _CONFLICT:
            result.conflicts.append(operation.document)
        elif status in LATER or is_blocked(verdict):
            later.append(operation)
            result.reason = reason_of(verdict)
        elif status in (401, 403) or (status == 404 and verdict["error"]["type"] == "index_not_found_exception"):
            raise StoreError(
                f"Elasticsearch at {connection.address}: {reason_of(verdict)}. samehand elastic check says what is wrong."
            )
        elif status >= 300:
            result.rejected.append(Rejected(operation.document, reason_of(verdict)))
    return later


def _too_large(connection: Connection, operations: list[_Operation], result: _Result, aliases: bool) -> list[_Operation]:
    if len(operations) == 1:
        result.rejected.append(Rejected(operations[0].document, "It is larger than the server takes"))
        return []
    half = len(operations) // 2
    later = _send(connection, operations[:half], result, aliases)
    return later + _send(connection, operations[half:], result, aliases)


def _merged(connection: Connection, conflicts: Sequence[Document], since: Since) -> list[_Operation]:
    """Operations that bring together what is stored and what is new; none for what changes nothing."""
    by_id: dict[tuple[str, str], list[Document]] = {}
    for document in conflicts:
        by_id.setdefault((document.index, document.id), []).append(document)
    wanted = [{"_index": connection.name(index), "_id": name} for index, name in by_id]
    where = "/_mget?filter_path=docs.found,docs._source,docs._seq_no,docs._primary_term"
    found = connection.ask("POST", where, {"docs": wanted})["docs"]
    operations = []
    for ((index, name), new), stored in zip(by_id.items(), found, strict=True):
        old: Source | None = flatten(stored["_source"]) if stored.get("found") else None
        source = old
        for document in new:
            source = document.source if source is None else merge(index, source, document.source, since)
        if source != old:
            assert source is not None
            operations.append(_replace(Document(index, name, source), new[-1] if len(new) == 1 else None, stored, old is None))
    return operations


def _replace(document: Document, given: Document | None, stored: dict[str, Any], fresh: bool) -> _Operation:
    if fresh:
        return _create(document)
    head = {
        "_index": document.index,
        "_id": document.id,
        "if_seq_no": stored["_seq_no"],
        "if_primary_term": stored["_primary_term"],
    }
    return _Operation(given or document, _line({"index": head}) + _line(document.source))

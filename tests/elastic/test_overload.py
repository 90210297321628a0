"""An Elasticsearch that is asked too much: it says "later" for requests and for single documents, and answers get lost."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fingerprints.stores.base import open_store
from fingerprints.stores.compare import differences
from fingerprints.stores.elasticsearch import ElasticsearchStore
from fingerprints.stores.elasticsearch_connection import UnavailableError
from tests.elastic.answering import Answering
from tests.fingerprints.stores.samples import RUN, batch_of, failed, looked, seen

SITES = 40


class Overloaded(Answering):
    """Passes on all but what its list of faults is for: one fault a bulk request, while there are some."""

    behind: ClassVar[str]
    faults: ClassVar[list[str]]

    def _pass(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        is_bulk = self.path.startswith("/_bulk")
        fault = self.faults.pop(0) if is_bulk and self.faults else ""
        if fault in ("429", "503"):
            self.answer(int(fault), b'{"error":{"type":"es_rejected_execution_exception","reason":"queue is full"}}')
            return
        if fault == "page":
            self.answer(200, b"<html>Log in", "text/html")
            return
        kept, lines = [], sent.splitlines(keepends=True) if is_bulk else []
        if fault == "items":  # every other document finds no place in the queue
            kept = list(range(0, len(lines) // 2, 2))
            sent = b"".join(lines[2 * number] + lines[2 * number + 1] for number in kept)
        status, body = self._forward(sent)
        if fault == "lost":
            self.close_connection = True  # it was done, and nobody learns it
            return
        self.answer(status, self._with_rejected(body, kept, len(lines) // 2) if fault == "items" else body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass  # noqa: N815  (http.server names them)

    def _forward(self, sent: bytes) -> tuple[int, bytes]:
        upstream = http.client.HTTPConnection(self.behind)
        upstream.request(self.command, self.path, sent, {"content-type": self.headers["content-type"] or "application/json"})
        answer = upstream.getresponse()
        body = answer.read()
        upstream.close()
        return answer.status, body

    @staticmethod
    def _with_rejected(body: bytes, kept: list[int], count: int) -> bytes:
        later = {"create": {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "queue is full"}}}
        done = iter(json.loads(body)["items"])
        items = [next(done) if number in kept else later for number in range(count)]
        return json.dumps({"errors": True, "items": items}).encode()


@contextmanager
def overloaded(elasticsearch: str, *faults: str) -> Iterator[str]:
    """The address of a server that has these faults, one after another."""
    handler = type("Here", (Overloaded,), {"behind": elasticsearch.removeprefix("http://"), "faults": list(faults)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fill(store: Any) -> None:
    """Sites with values, looks and failures."""
    store.begin(RUN)
    for number in range(SITES):
        site = f"s{number}.example"
        store.write(
            batch_of(*(seen(site, f"UA-{number // 3}", page=f"/{page}") for page in range(3)), looked(site), failed(site))
        )


def test_nothing_is_lost_and_nothing_double(elasticsearch: str, location: str, tmp_path: Path) -> None:
    prefix = location.partition("?")[2]
    with (
        overloaded(elasticsearch, "429", "items", "lost", "503", "items", "lost") as url,
        open_store(f"{url}/?{prefix}") as store,
    ):
        fill(store)
    with open_store(str(tmp_path / "a.db")) as left, open_store(location) as right:
        fill(left)
        assert differences(left, right) == []


def test_who_has_no_patience_is_told(elasticsearch: str, location: str) -> None:
    open_store(location).close()
    for fault in ("429", "503", "items"):
        with (
            overloaded(elasticsearch, *[fault] * 100) as url,
            ElasticsearchStore(f"{url}/?{location.partition('?')[2]}", patience=0) as store,
            pytest.raises(UnavailableError, match="queue is full"),
        ):
            store.write(batch_of(*(seen(f"s{number}.example", "UA-1") for number in range(4))))


def test_what_is_no_elasticsearch_takes_no_document(location: str) -> None:
    """A log-in page with status 200: its documents wait, and none counts as stored or as rejected."""
    open_store(location).close()
    with (
        overloaded(location.partition("//")[2].partition("/")[0], "page") as url,
        ElasticsearchStore(f"{url}/?{location.partition('?')[2]}", patience=0) as store,
        pytest.raises(UnavailableError, match="is no Elasticsearch"),
    ):
        store.write(batch_of(seen("s1.example", "UA-1")))

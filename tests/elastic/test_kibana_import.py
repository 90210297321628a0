"""samehand kibana import against a server that answers as Kibana's source says: 200 also where objects were not loaded."""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fingerprints.exports import kibana
from fingerprints.exports.kibana import KibanaError
from fingerprints.kibana import objects
from tests.crawler.certificates import self_signed
from tests.fingerprints.samehand import run

COUNT = len(list(objects.objects()))
BASIC = "Basic " + base64.b64encode(b"elastic:s3:cret").decode()


class Stand(BaseHTTPRequestHandler):
    """Kibana's import (import.ts, import_saved_objects.ts): what is wrong with the file is a 400, with its objects a 200."""

    asked: ClassVar[list[str]] = []
    there: ClassVar[set[tuple[str, str]]] = set()
    instead: ClassVar[tuple[int, bytes] | None] = None
    """An answer in the place of its own."""

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._answer(200, {"version": {"number": "9.2.0"}})

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["content-length"])).decode()
        Stand.asked.append(self.path)
        if Stand.instead:
            self._send(*Stand.instead)
        elif self.headers["authorization"] not in ("ApiKey c2VjcmV0", BASIC):
            self._answer(401, {"statusCode": 401, "error": "Unauthorized", "message": "no"})
        elif "kbn-xsrf" not in self.headers:
            self._answer(400, {"message": "Request must contain a kbn-xsrf header."})
        elif not sent.split("\r\n")[1].endswith('filename="samehand.ndjson"'):
            self._answer(400, {"message": "Invalid file extension"})
        else:
            self._import([json.loads(line) for line in sent.splitlines() if line.startswith("{")])

    def _import(self, given: list[dict[str, Any]]) -> None:
        names = [(one["type"], one["id"]) for one in given]
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            self._answer(400, {"message": f"Non-unique import objects detected: {twice}"})
            return
        errors = [
            {"type": one["type"], "id": one["id"], "error": {"type": "missing_references", "references": [to]}}
            for one in given
            for to in one["references"]
            if to["type"] in ("index-pattern", "search") and (to["type"], to["id"]) not in {*names, *Stand.there}
        ]
        if "overwrite=true" not in self.path:
            errors += [
                {"type": kind, "id": name, "error": {"type": "conflict"}} for kind, name in names if (kind, name) in Stand.there
            ]
        if errors:  # none is made when one of them could be resolved by the user
            self._answer(200, {"success": False, "successCount": 0, "errors": errors, "warnings": []})
            return
        Stand.there.update(names)
        self._answer(200, {"success": True, "successCount": len(names), "warnings": []})

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, json.dumps(content).encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("location", "https://elsewhere.example/")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[str]:
    """A server in Kibana's place, with TLS; its certificate is localhost.pem."""
    with ThreadingHTTPServer(("localhost", 0), Stand) as server:
        server.socket = self_signed(tmp_path, "localhost").wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        Stand.asked.clear()
        Stand.there.clear()
        Stand.instead = None
        yield f"https://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_import_reads_the_answer_and_says_which_version_was_never_tried(stand: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("c2VjcmV0\n")
    known = {"SAMEHAND_KIBANA_API_KEY_FILE": str(tmp_path / "key"), "SAMEHAND_KIBANA_CA_FILE": str(tmp_path / "localhost.pem")}
    call = ["kibana", "import", "--url", stand]
    done = run(tmp_path, *call, "--space", "team a", **known)
    assert f"{COUNT} objects are loaded" in done.stderr
    assert "No person has yet opened these dashboards in Kibana 9.2.0" in done.stderr
    assert Stand.asked == ["/s/team%20a/api/saved_objects/_import?overwrite=false"]
    failed = run(tmp_path, *call, expect=1, **known)
    assert "samehand-overview: conflict" in failed.stderr or "conflict" in failed.stderr
    assert "--overwrite" in failed.stderr
    run(tmp_path, *call, "--overwrite", **known)
    refused = run(tmp_path, *call, expect=1, SAMEHAND_KIBANA_CA_FILE=known["SAMEHAND_KIBANA_CA_FILE"])
    assert "401" in refused.stderr
    unknown = run(tmp_path, *call, expect=1, SAMEHAND_KIBANA_API_KEY="c2VjcmV0")
    assert "cannot be asked" in unknown.stderr
    assert not any("c2VjcmV0" in one.stdout + one.stderr for one in (done, failed, refused, unknown))


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whom the stand knows."""
    monkeypatch.setenv("SAMEHAND_KIBANA_USER", "elastic")
    monkeypatch.setenv("SAMEHAND_KIBANA_PASSWORD", "s3:cret")
    monkeypatch.setenv("SAMEHAND_KIBANA_CA_FILE", str(tmp_path / "localhost.pem"))


def test_a_200_with_errors_is_a_failure(stand: str, known: None) -> None:
    lines = objects.text().splitlines(keepends=True)
    without_views = "".join(line for line in lines if json.loads(line)["type"] != "index-pattern")
    with pytest.raises(KibanaError, match=r"loaded 0 of \d+ objects.*missing_references"):
        kibana.load(stand, without_views)
    with pytest.raises(KibanaError, match=r"400.*Non-unique"):
        kibana.load(stand, objects.text() + lines[0])
    assert kibana.load(stand, objects.text()).count == COUNT


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b'{"success": true, "successCount": 3}', "loaded 3 of"),
        (
            200,
            b'{"success": false, "successCount": 1, "errors": [{"type": "lens", "id": "x", "error": {"type": "unsupported_type"}}]}',
            "lens x: unsupported_type",
        ),
        (200, b"<html>a proxy</html>", "cannot be asked"),
        (200, b"[]", "loaded 0 of"),
        (302, b"", "answered 302"),
        (403, b'{"message": "Unable to bulk_create dashboard"}', "bulk_create dashboard. The key needs"),
        (413, b"too large", "answered 413"),
        (422, b'{"message": "Document belongs to a more recent version of Kibana"}', "Kibana is older than these objects"),
        (503, b'{"message": "not ready"}', "answered 503: not ready"),
    ],
)
def test_what_else_it_may_answer(status: int, body: bytes, told: str, stand: str, known: None) -> None:
    Stand.instead = (status, body)
    with pytest.raises(KibanaError, match=told) as raised:
        kibana.load(stand, objects.text())
    assert "s3:cret" not in str(raised.value)

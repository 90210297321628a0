"""TLS, a login and roles before an Elasticsearch that has none of it: what security would let pass, as its documentation says.

Users and keys are known by their header. What a request needs is read off its method and path, and every index that it names has to
be granted by a role; of an index that is not, a request with ignore_unavailable says nothing, as Elasticsearch does.
"""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

from tests.crawler.certificates import self_signed
from tests.elastic.answering import Answering

USER, PASSWORD = "crawler", "pass:word"
_BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_WHOLE: dict[str, Any] = {"cluster": ["all"], "indices": [{"names": ["*"], "privileges": ["all"]}]}
_IMPLIED = {
    "index": {"create"},
    "manage": {"create_index", "delete_index", "maintenance", "view_index_metadata"},
}
_BY_END = {
    "_search": "read",
    "_count": "read",
    "_pit": "read",
    "_refresh": "maintenance",
    "_flush": "maintenance",
    "_create": "create",
}


class Guard(Answering):
    """Passes on what may pass."""

    address: ClassVar[str]
    behind: ClassVar[str]
    keys: ClassVar[dict[str, dict[str, Any]]]
    """Header → role descriptors."""
    made: ClassVar[dict[str, Any]]
    """Roles that were made."""
    refused: ClassVar[list[str]]

    def _pass(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        roles = self.keys.get(self.headers["authorization"])
        if roles is None:
            self.answer(401, b'{"error":{"reason":"unknown"}}')
        elif self.path.startswith("/_security/"):
            self._security(json.loads(sent))
        elif wrong := self._forbidden(roles, sent):
            self.refused.append(f"{self.command} {self.path}: {wrong}")
            self.answer(403, json.dumps({"error": {"type": "security_exception", "reason": wrong}}).encode())
        else:
            upstream = http.client.HTTPConnection(self.behind)
            upstream.request(self.command, self.path, sent, {"content-type": self.headers["content-type"] or "application/json"})
            answer = upstream.getresponse()
            self.answer(answer.status, answer.read())
            upstream.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass  # noqa: N815  (http.server names them)

    def _security(self, body: dict[str, Any]) -> None:
        if self.path.startswith("/_security/role/"):
            self.made[self.path.rpartition("/")[2]] = body
            self.answer(200, b'{"role":{"created":true}}')
        elif self.path.startswith("/_security/user/"):
            self.answer(200, b"{}")
        else:
            encoded = base64.b64encode(f"key:{len(self.keys)}".encode()).decode()
            self.keys[f"ApiKey {encoded}"] = body["role_descriptors"]
            self.answer(200, json.dumps({"encoded": encoded}).encode())

    def _forbidden(self, roles: dict[str, Any], sent: bytes) -> str:
        where, _, options = self.path.partition("?")
        for privilege, names in _needs(self.command, unquote(where), sent):
            for name in names.split(","):
                if not _may(roles, privilege, name) and "ignore_unavailable=true" not in options:
                    return f"action [{privilege}] is unauthorized on [{name}]"
        return self._narrowed(roles, where) if "ignore_unavailable=true" in options else ""

    def _narrowed(self, roles: dict[str, Any], where: str) -> str:
        """Takes out of the path what may not be read."""
        names = unquote(where.split("/")[1])
        left = ",".join(name for name in names.split(",") if _may(roles, "read", name))
        self.path = self.path.replace(where.split("/")[1], left, 1)
        return "" if left else "nothing is left"


def _needs(method: str, where: str, sent: bytes) -> Iterator[tuple[str, str]]:
    """(privilege, index or "cluster") that a request needs."""
    first, *rest = where.strip("/").split("/")
    if first == "_cluster":
        yield "monitor", "cluster"
    elif first == "_index_template":
        yield "manage_index_templates", "cluster"
    elif first == "_bulk":
        yield from _of_bulk(sent)
    elif first == "_mget":
        yield from (("read", one["_index"]) for one in json.loads(sent)["docs"])
    elif first == "_aliases":
        yield from (
            ("manage", part[key]) for one in json.loads(sent)["actions"] for part in one.values() for key in ("index", "alias")
        )
    elif first == "_alias":
        yield "view_index_metadata", rest[0]
    elif first.startswith("_"):
        return  # a search in a point in time, which was opened by who may
    elif rest and rest[0] in _BY_END:
        yield _BY_END[rest[0]], first
    elif method == "GET":
        yield "view_index_metadata", first
    else:
        yield {"PUT": "create_index", "DELETE": "delete_index"}[method] if not rest else "manage", first


def _of_bulk(sent: bytes) -> Iterator[tuple[str, str]]:
    lines = iter(sent.splitlines())
    found = set()
    for line in lines:
        ((action, head),) = json.loads(line).items()
        found.add(({"create": "create", "index": "index", "delete": "delete"}[action], head["_index"]))
        if action != "delete":
            next(lines)
    yield from found


def _may(roles: dict[str, Any], privilege: str, name: str) -> bool:
    for role in roles.values():
        if name == "cluster":
            granted = set(role["cluster"])
        else:
            entries = [one for one in role["indices"] if any(fnmatch(name, pattern) for pattern in one["names"])]
            granted = {given for one in entries for given in one["privileges"]}
        if granted & {"all", privilege} or any(privilege in _IMPLIED.get(one, ()) for one in granted):
            return True
    return False


@contextmanager
def guarding(elasticsearch: str, folder: Path, *, tls: bool = True) -> Iterator[type[Guard]]:
    """A guard before the server; its address is its attribute `address`, its certificate localhost.pem in the folder."""
    behind = elasticsearch.removeprefix("http://")
    known = {_BASIC: {"superuser": _WHOLE}, "ApiKey azpz": {"superuser": _WHOLE}}
    handler = type("Here", (Guard,), {"behind": behind, "keys": known, "made": {}, "refused": []})
    with ThreadingHTTPServer(("localhost", 0), handler) as server:
        server.daemon_threads = True
        if tls:
            server.socket = self_signed(folder, "localhost").wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        handler.address = f"http{'s' if tls else ''}://localhost:{server.server_port}"
        yield handler
        server.shutdown()
        thread.join()

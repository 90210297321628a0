"""Serves a copy of the store by Datasette: on loopback, for reading only.

https://docs.datasette.io/ (Apache-2.0; the extra "browse")
"""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from pathlib import Path
from typing import Any

from fingerprints.extras import need

HOST = "127.0.0.1"
_QUESTIONS = Path(__file__).with_name("questions.toml")
_FACETS: dict[str, list[str | dict[str, str]]] = {
    "site": ["network", "role", "verdict", {"array": "tags"}],
    "value": ["family", "kind"],
    "sighting": ["kind", "state"],
    "link": ["network"],
    "look": ["outcome", "role"],
    "failure": ["kind"],
}
_SORTED = {"network": "sites", "value": "sites", "link": "bits", "evidence": "bits", "sighting": "last_seen"}
"""By which column a table begins, largest first."""
_LABELS = ("network", "site", "value", "link")
_SETTINGS = {
    "allow_download": False,
    "default_cache_ttl": 0,
    "facet_time_limit_ms": 1000,
    "sql_time_limit_ms": 5000,
    "suggest_facets": False,
}
# Everything comes from this server, and what strangers wrote reaches nobody, whatever it is taken for.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = ((b"content-security-policy", _POLICY.encode()), (b"referrer-policy", b"no-referrer"), (b"x-frame-options", b"DENY"))

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def datasette(copy: Path) -> Any:
    """Datasette's application over a copy that tables.write made.

    Raises:
        MissingExtraError: Datasette is not installed.
    """
    app = need("datasette.app", "browse", "samehand browse")
    plugins = need("datasette.plugins", "browse", "samehand browse").pm
    if not plugins.has_plugin("samehand"):
        plugins.register(import_module("fingerprints.exports.browse.plugin"), name="samehand")
    return app.Datasette(files=[], immutables=[str(copy)], metadata=metadata(copy.stem), settings=_SETTINGS)


def metadata(database: str) -> dict[str, Any]:
    """Titles, facets and questions, as Datasette takes them."""
    questions = tomllib.loads(_QUESTIONS.read_text("utf-8"))
    tables: dict[str, dict[str, Any]] = {name: {"facets": facets} for name, facets in _FACETS.items()}
    for name, column in _SORTED.items():
        tables.setdefault(name, {})["sort_desc"] = column
    for name in _LABELS:
        tables.setdefault(name, {})["label_column"] = "name"
    queries = {name: {"title": one["title"], "description": one["about"], "sql": one["sql"]} for name, one in questions.items()}
    return {
        "title": "Samehand",
        "description": "Sites, values and networks of one store. Administered by the same hand is not owned by it.",
        "databases": {database: {"tables": tables, "queries": queries}},
    }


def guarded(app: App, port: int) -> App:
    """Answers only who asks for this machine by its own name: a page elsewhere could point its name at 127.0.0.1 and read.

    CSV is left to samehand export, which defuses formulas.
    """
    names = {f"{host}:{port}".encode() for host in (HOST, "localhost")}

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif dict(scope["headers"]).get(b"host") not in names:
            await _refuse(send, 421, "Ask for this machine by its own name.")
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(send, 405, "For reading only.")
        elif scope["path"].endswith(".csv") or b"_format=csv" in scope["query_string"]:
            await _refuse(send, 404, "samehand export --format csv writes CSV in which a spreadsheet computes nothing.")
        else:
            await app(scope, receive, _with_headers(send))

    return guard


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *_HEADERS]}
        await send(message)

    return sent


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode() + b"\n"})


def serve(copy: Path, port: int) -> None:
    """Serves until it is stopped with Ctrl-C.

    Raises:
        MissingExtraError: Datasette is not installed.
        OSError: the port cannot be had.
    """
    uvicorn = need("uvicorn", "browse", "samehand browse")
    app = guarded(datasette(copy).app(), port)
    uvicorn.run(app, host=HOST, port=port, log_level="warning", lifespan="on", server_header=False)

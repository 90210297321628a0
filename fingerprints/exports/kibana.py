"""Loads saved objects into a Kibana over its API, and reads the answer: a 200 may carry failures.

Secrets come from the environment or from files that it names: SAMEHAND_KIBANA_API_KEY, or …_USER and …_PASSWORD, each also as
…_FILE; …_CA_FILE names certificates to trust.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

TRIED: frozenset[str] = frozenset()
"""Versions of Kibana in which these objects were opened by a person; docs/elasticsearch.md has the list of what to look at."""
_SECONDS = 60
_MOST_BYTES = 10_000_000
_NAME = "samehand.ndjson"
"""Kibana takes a file whose name ends in .ndjson only."""


class KibanaError(Exception):
    """Kibana cannot be asked, or did not load the objects; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What Kibana did."""

    count: int
    version: str
    """Of Kibana; empty when it does not say."""


def load(address: str, objects: str, *, space: str = "", overwrite: bool = False) -> Imported:
    """Imports objects.

    Args:
        address: of Kibana, with its base path.
        objects: newline-delimited JSON.
        space: its id; empty for the default one.
        overwrite: whether objects of the same id are replaced.

    Raises:
        KibanaError: nothing, or not everything, was loaded.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise KibanaError("Name Kibana's address without user and password, as in https://kibana.example:5601.")
    base = address.rstrip("/") + (f"/s/{quote(space, safe='')}" if space else "")
    version = str(_ask(base + "/api/status").get("version", {}).get("number", ""))
    boundary = uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_NAME}"\r\n'
    body = f"{head}Content-Type: application/ndjson\r\n\r\n{objects}\r\n--{boundary}--\r\n".encode()
    where = f"{base}/api/saved_objects/_import?overwrite={str(overwrite).lower()}"
    answer = _ask(where, body, f"multipart/form-data; boundary={boundary}")
    wanted = objects.count("\n")
    if answer.get("success") is not True or answer.get("successCount") != wanted:
        raise KibanaError(_failures(answer, wanted))
    return Imported(wanted, version)


def _failures(answer: dict[str, Any], wanted: int) -> str:
    errors = answer.get("errors") or []
    kinds = {error.get("error", {}).get("type", "unknown") for error in errors}
    shown = "; ".join(f"{one.get('type')} {one.get('id')}: {one.get('error', {}).get('type')}" for one in errors[:5])
    hint = " Give --overwrite to replace what is there." if kinds & {"conflict", "ambiguous_conflict"} else ""
    return f"Kibana loaded {answer.get('successCount', 0)} of {wanted} objects. {shown or 'It gives no reason'}.{hint}"


def _ask(url: str, body: bytes | None = None, kind: str = "application/json") -> dict[str, Any]:
    headers = {"kbn-xsrf": "true", "content-type": kind, **_login(os.environ)}
    request = urllib.request.Request(url, body, headers)  # noqa: S310  (http or https: checked by load)
    try:
        with _opener().open(request, timeout=_SECONDS) as answer:
            found = json.loads(answer.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        raise KibanaError(_refused(error.code, error.read(10_000))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise KibanaError(f"Kibana at {urlsplit(url).netloc} cannot be asked: {reason}.") from None
    return found if isinstance(found, dict) else {}


def _opener() -> urllib.request.OpenerDirector:
    """Follows no redirect: it would carry the secret elsewhere."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    file = os.environ.get("SAMEHAND_KIBANA_CA_FILE") or None
    return urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=file)))


def _refused(status: int, body: bytes) -> str:
    try:
        reason = " ".join(str(json.loads(body).get("message", "")).split())[:300]
    except (ValueError, AttributeError):
        reason = ""
    if status == 401:
        return "Kibana does not know us (401). Set SAMEHAND_KIBANA_API_KEY_FILE, or SAMEHAND_KIBANA_USER and …_PASSWORD_FILE."
    if status == 403:
        return f"Kibana does not permit this (403): {reason}. The key needs all of Saved Objects Management in that space."
    if status == 422:
        return f"Kibana is older than these objects (422): {reason}. They need Kibana 8.19 or later."
    return f"Kibana answered {status}: {reason or 'no reason given'}."


def _login(given: Mapping[str, str]) -> dict[str, str]:
    key, user, password = (_secret(given, name) for name in ("API_KEY", "USER", "PASSWORD"))
    if key:
        return {"authorization": f"ApiKey {key}"}
    if user:
        return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
    return {}


def _secret(given: Mapping[str, str], name: str) -> str:
    file = given.get(f"SAMEHAND_KIBANA_{name}_FILE", "")
    if not file:
        return given.get(f"SAMEHAND_KIBANA_{name}", "").strip()
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise KibanaError(f"SAMEHAND_KIBANA_{name}_FILE names {file}, which cannot be read: {error.strerror}.") from None

"""The farm's tag containers: what Google's tag manager would answer for the containers that its sites load."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from crawler.farm.documents import Document

HOST = "www.googletagmanager.com"
_TYPE = "application/javascript; charset=UTF-8"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"
_SCRIPT = """// Copyright 2012 Google Inc. All rights reserved.
(function(){{var data={{"resource":{{"version":"7","macros":[{{"function":"__e"}}],"tags":[
{{"function":"__googtag","metadata":["map"],"once_per_event":true,"vtp_tagId":"{stream}","tag_id":4}}],
"predicates":[{{"function":"_eq","arg0":["macro",0],"arg1":"gtm.js"}}],"rules":[[["if",0],["add",0]]]}},"runtime":[]}};
/* {name} */}})();
"""


def stream_of(container: str) -> str:
    """The Analytics stream that a container's tags report to: its own, and always the same."""
    digest = sha256(container.encode()).digest()
    return "G-" + "7" + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:9])


def document(path: str) -> Document:
    """What the tag manager's server answers."""
    parts = urlsplit(path)
    name = parse_qs(parts.query).get("id", [""])[0]
    if parts.path == "/gtm.js" and name.startswith("GTM-"):
        return Document(_SCRIPT.format(name=name, stream=stream_of(name)).encode(), _TYPE)
    if parts.path == "/gtag/js" and name:
        return Document(_SCRIPT.format(name=name, stream=name).encode(), _TYPE)
    return Document(b"Not Found\n", "text/plain", 404)

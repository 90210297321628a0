"""Sites whose ids, or whose whole pages, are brought in by a script: nothing of them stands in what the server sends as a page.

The script asks the site for the page's parts, in base 64 as tag managers of WordPress plug-ins do it, and puts them where they
belong. Scripts among them are made anew, since a browser does not run those that come with innerHTML.
"""

from __future__ import annotations

import base64
import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.farm.content import PageView
    from crawler.farm.documents import Document, Documents, View

SCRIPT = "/js/page.js"
_PARTS = "/parts"
_TAGS = """(function () {
  function put(where, text) {
    var bytes = Uint8Array.from(atob(text), function (one) { return one.charCodeAt(0); });
    var box = document.createElement('template');
    box.innerHTML = new TextDecoder().decode(bytes);
    box.content.querySelectorAll('script').forEach(function (old) {
      var made = document.createElement('script');
      Array.prototype.forEach.call(old.attributes, function (one) { made.setAttribute(one.name, one.value); });
      made.text = old.text;
      old.parentNode.replaceChild(made, old);
    });
    where.appendChild(box.content);
  }
  fetch('%s' + location.pathname).then(function (answer) { return answer.json(); }).then(function (parts) {
    put(document.head, parts.head);
    put(document.getElementById('root') || document.body, parts.body);
  });
})();
"""
_SHELL = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>
<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>
<script src="{script}"></script></body></html>
"""


def document(documents: Documents, path: str, view: View) -> Document | None:
    """What such a site has at this path; None for what it has like every other."""
    from crawler.farm.documents import Document

    if path == SCRIPT:
        return Document((_TAGS % _PARTS).encode(), "application/javascript")
    if path.startswith(_PARTS + "/"):
        page = documents.pages.get(path.removeprefix(_PARTS))
        return Document(_parts(documents, page, view).encode(), "application/json") if page is not None else None
    page = documents.pages.get(path)
    if page is None:
        return None
    if documents.site.scripts == "application":
        shell = _SHELL.format(language=documents.site.language, title=documents.site.title, script=SCRIPT)
        return Document(shell.encode())
    html = documents.html(page, replace(view, bare=True))
    return Document(html.replace("</body>", f'<script src="{SCRIPT}" defer></script></body>').encode())


def _parts(documents: Documents, page: PageView, view: View) -> str:
    """What the script puts into head and body."""
    found = documents.snippets(page.kind)
    rest = "\n".join(str(getattr(found, one.name)) for one in fields(found) if one.name != "head")
    body = documents.html(page, replace(view, bare=True)) if documents.site.scripts == "application" else ""
    inner = body.partition("<body")[2].partition(">")[2].rpartition("</body>")[0]
    return json.dumps({"head": _packed(str(found.head)), "body": _packed(inner + rest)})


def _packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")

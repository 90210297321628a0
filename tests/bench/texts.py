"""How well an article's text is found: python -m tests.bench.texts [WARC…]

The yardstick is the text that pages give themselves as JSON-LD (articleBody), one page a site. Printed for our own extraction, and for
resiliparse and trafilatura where they are installed: precision, recall and F1 in three-word shingles, and processor time a page,
parsing included.
"""

from __future__ import annotations

import html
import importlib.util
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fingerprints.archive import read_warc
from fingerprints.dom import words
from fingerprints.model import Page
from fingerprints.scan import Scan
from tests.conftest import SHARED

_SHORTEST = 600
_LINKED_DATA = re.compile(rb"<script[^>]{0,200}application/ld\+json[^>]{0,100}>(.{10,200000}?)</script>", re.S)


def main() -> int:
    """Prints a line for each extractor."""
    files = [Path(argument) for argument in sys.argv[1:]] or [SHARED / "real" / "news.warc.gz"]
    pages = list(_pages(files))
    print(f"{len(pages)} pages that give their text as JSON-LD, one a site")
    for name, extract in _extractors():
        began = time.process_time()
        texts = [extract(page) for page, _ in pages]
        spent = (time.process_time() - began) / len(pages) * 1000
        scores = [_score(text, truth) for text, (_, truth) in zip(texts, pages, strict=True)]
        precision, recall, f1 = (sum(score[at] for score in scores) / len(scores) for at in range(3))
        print(f"{name:12} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  {spent:.2f} ms a page")
    return 0


def _extractors() -> Iterator[tuple[str, Callable[[Page], str]]]:
    yield "ours", lambda page: Scan(page).dom.main_text()
    if importlib.util.find_spec("resiliparse"):
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.html import HTMLTree

        yield "resiliparse", lambda page: extract_plain_text(HTMLTree.parse_from_bytes(page.body, "utf-8"), main_content=True)
    if importlib.util.find_spec("trafilatura"):
        import trafilatura

        logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
        yield "trafilatura", lambda page: trafilatura.extract(page.body, include_comments=False) or ""


def _pages(files: list[Path]) -> Iterator[tuple[Page, str]]:
    seen = set()
    for page in (page for file in files for page in read_warc(file)):
        if isinstance(page, Page) and page.site not in seen and (text := _stated(page.body)):
            seen.add(page.site)
            yield page, text


def _stated(body: bytes) -> str:
    for match in _LINKED_DATA.finditer(body):
        try:
            text = _article_body(json.loads(match[1], strict=False))
        except ValueError:
            continue
        if text:
            return re.sub(r"<[^>]*>", " ", html.unescape(text))
    return ""


def _article_body(data: Any) -> str:
    if isinstance(data, dict):
        text = data.get("articleBody")
        if isinstance(text, str) and len(text) >= _SHORTEST:
            return text
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return next((text for part in parts if (text := _article_body(part))), "")


def _score(text: str, truth: str) -> tuple[float, float, float]:
    found, true = (_shingles(one) for one in (text, truth))
    both = len(found & true)
    if not both:
        return 0.0, 0.0, 0.0
    precision, recall = both / len(found), both / len(true)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _shingles(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return set(zip(said, said[1:], said[2:], strict=False))


if __name__ == "__main__":
    sys.exit(main())

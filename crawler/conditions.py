"""Conditional requests: what a server is told that we have, and what stands in for a document that did not change.

https://www.rfc-editor.org/rfc/rfc9110#section-13
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from fingerprints.archive import ArchiveError, read_record
from fingerprints.model import Page

NOT_MODIFIED = 304
_FIT = re.compile(r"[\x20-\x7e]{1,300}")
"""What goes back to a server: a tag of other characters, or a longer one, is not sent."""


@dataclass(frozen=True, slots=True)
class Kept:
    """By what a server tells whether a document changed, and where the archive holds it."""

    etag: str
    modified: str
    file: str
    offset: int

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The conditions, as headers of a request."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.modified))
        return tuple((name, value) for name, value in pairs if value)


def of(page: Page) -> Kept | None:
    """What a page's server gave to ask by, if it gave anything and the page lies in an archive."""
    etag, modified = (text if _FIT.fullmatch(text) else "" for text in map(page.header, ("etag", "last-modified")))
    if page.capture is None or page.truncated or not (etag or modified):
        return None
    return Kept(etag, modified, page.capture.file, page.capture.offset)


def page_of(folder: Path, kept: Kept, at: datetime) -> Page | None:
    """The document out of the archive, as seen at this time; None when the archive does not hold it any more."""
    try:
        page = read_record(folder / kept.file, kept.offset)
    except (ArchiveError, OSError):
        return None
    return replace(page, fetched_at=at) if isinstance(page, Page) else None

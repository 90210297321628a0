"""Page → what is stored of it: its observations, that it was looked at or why it was not, and what failed."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from fingerprints import probe_records, rendered, scripts
from fingerprints.extract import extract
from fingerprints.indicators import catalogue
from fingerprints.model import Coverage, Failure, Outcome, Page, Role
from fingerprints.roles import is_html
from fingerprints.sites import site_or_none
from fingerprints.stores.base import Batch
from fingerprints.walls import wall_of

_GONE = frozenset({404, 410})
_WALLS = frozenset({401, 402, 403, 407, 429, 451})
"""Statuses of logins, paywalls, bot walls, rate limits and legal blocks: https://www.rfc-editor.org/rfc/rfc9110#section-15.5"""
_PICTURES = frozenset({Role.FAVICON, Role.LOGO, Role.PORTRAIT, Role.PICTURE})
_PLAIN_FILES = _PICTURES | {Role.ROBOTS, Role.ADS_TXT, Role.FEED, Role.SITEMAP, Role.CONTROL, Role.ASSET, Role.WORDPRESS}
"""Documents in whose place many servers send their page for missing ones, with status 200."""
_HTML_ROOT = re.compile(rb"<(?:!doctype\s{1,9}+html|html)[\s>]", re.I)
"""Neither a feed nor a picture has it; the type in the header is no help, as many servers call a robots.txt text/html."""
_LOOK = 2048


def read_page(page: Page) -> Batch:
    """All that is stored of one page. Pure, like extract; only documents that were received as such are searched."""
    if _is_hop(page):
        return Batch()
    outcome, detail = outcome_of(page)
    read = outcome is Outcome.READ
    look = Coverage(
        site=page.site,
        # What came of rendering is told in the record of the requests, which is there even when there is no page.
        role=page.role if read or page.role is not Role.REQUESTS else Role.RENDERED,
        url=page.final_url,
        outcome=outcome,
        at=page.fetched_at,
        catalogue=catalogue.version() if read else "",
        detail=detail,
        status=page.status,
        capture=page.capture,
    )
    if not read and not 300 <= page.status < 400:  # where a site sends its visitors is an observation of its own
        return Batch(coverage=(look,))
    extraction = extract(page)
    failures = extraction.failures
    if page.truncated:
        failures += (
            Failure(page.site, "page", page.final_url, "Only its beginning was read: the rest is missing.", page.fetched_at),
        )
    unseen = scripts.not_run(page)
    return Batch(extraction.observations, (look, unseen) if unseen else (look,), failures)


def _is_hop(page: Page) -> bool:
    """Whether it only leads to another address of its site: the document is what lies there, and is looked at there."""
    if not (300 <= page.status < 400 and page.header("location")):
        return False
    try:
        target = urljoin(page.final_url, page.header("location"))
    except ValueError:
        return False
    return site_or_none(target) == page.site


def outcome_of(page: Page) -> tuple[Outcome, str]:
    """What came of looking at the document, and a sentence for every outcome but READ."""
    told = rendered.outcome_of(page) if page.role is Role.REQUESTS else probe_records.outcome_of(page)
    if told is not None:
        return told
    status = page.status
    if status in _GONE and page.role is Role.MISSING:
        return Outcome.READ, ""
    if status in _GONE:
        return Outcome.ABSENT, f"The server says that there is no such document (status {status})."
    wall = wall_of(page) if page.role.is_page else ""
    if wall:
        return Outcome.BLOCKED, _wall_sentence(wall, status)
    if status in _WALLS or (status == 503 and (page.header("cf-mitigated") or page.header("retry-after"))):
        return Outcome.BLOCKED, f"The server did not let us read it (status {status})."
    if 300 <= status < 400:
        target = page.header("location")
        return Outcome.NOT_LOOKED_AT, f"The server sends visitors on{' to ' + target if target else ''} (status {status})."
    if not 200 <= status < 300:
        return Outcome.FAILED, f"The server answered with status {status}."
    if page.role in _PLAIN_FILES and _HTML_ROOT.search(page.body[:_LOOK]):
        return Outcome.ABSENT, "The server sent a page of HTML in its place."
    if not page.body and page.role.is_page:
        return Outcome.FAILED, "The server sent an empty page."
    if page.role.is_page and not is_html(page.header("content-type"), page.body):
        media = page.header("content-type").split(";", 1)[0].strip()[:100] or "something without a type"
        return Outcome.FAILED, f"The server sent {media} where a page of HTML was expected."
    return Outcome.READ, ""


def _wall_sentence(wall: str, status: int) -> str:
    what = wall if wall.startswith("consent wall") else f"bot wall ({wall})"
    told = "" if status == 200 else f" (status {status})"
    return f"A {what} answered in the site's place{told}."

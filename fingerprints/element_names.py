"""What an element's class and id say of how a page is built, and whether it is a footer, a menu or the like."""

from __future__ import annotations

import re
from functools import lru_cache

BOILERPLATE_TAGS = frozenset({"footer", "nav"})
_HOLDERS = frozenset({"div", "section", "ul", "table", "td", "p", "aside"})
_BOILERPLATE = re.compile(
    r"foot|bottom|colophon|copyright|legal|imprint|impressum|disclaimer|masthead|nav(?:bar|(?<=\bnav))|menu|site-info|credit"
)
"""Every branch begins with a letter of its own, by which the search passes over most of a text."""
_DIGITS = re.compile(r"\d+")
_LONGEST_NAME = 60
_OF_CONTENT = (
    "post-", "postid", "page-id", "category-", "tag-", "author-", "term-", "date-", "parent-", "format-", "status-", "menu-item-",
    "wp-image-", "attachment-", "comment-", "section-", "topic-", "slug-", "node-", "article-", "is-", "has-", "js", "no-",
    "lang-",
)  # fmt: skip
"""How classes and ids begin that say which post, section or state this is, and not how the page is built: WordPress's
post_class() and body_class(), Drupal's node classes, flags that scripts set.
https://developer.wordpress.org/reference/functions/get_post_class/"""


@lru_cache(maxsize=65_536)
def names_of(tag: str, classes: str | None, identity: str | None) -> tuple[str, tuple[str, ...], bool]:
    """An element's key, its names that say how the page is built (sorted, numbers as one 0), and whether it is boilerplate."""
    said = f"{classes or ''} {identity or ''}"[:400].lower()
    tokens = tuple(sorted({name for name in map(_name, said.split()) if name}))
    marked = tag in BOILERPLATE_TAGS or (tag in _HOLDERS and _BOILERPLATE.search(said) is not None)
    return f"{tag}.{'.'.join(tokens)}", tokens, marked


@lru_cache(maxsize=65_536)
def _name(name: str) -> str:
    """One class name or id without its numbers; empty when it is about content."""
    keep = len(name) <= _LONGEST_NAME and not name.startswith(_OF_CONTENT) and name.isprintable()
    return _DIGITS.sub("0", name) if keep else ""

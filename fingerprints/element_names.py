"""What an element's class and id say of how a page is built, and whether it is a footer, a menu or the like.

Nothing is kept from page to page: most names that one site has no other has, and sixty thousand kept ones, looked up in
memory, cost more time than to make them anew.
"""

from __future__ import annotations

import re

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


def names_of(tag: str, classes: str | None, identity: str | None) -> tuple[str, tuple[str, ...], bool]:
    """An element's key, its names that say how the page is built (sorted, numbers as one 0), and whether it is boilerplate."""
    said = f"{classes or ''} {identity or ''}"[:400].lower()
    kept = [name for name in said.split() if len(name) <= _LONGEST_NAME and not name.startswith(_OF_CONTENT)]
    named = " ".join(kept)
    if not named.isprintable():
        named = " ".join(filter(str.isprintable, kept))
    names = tuple(sorted({*_DIGITS.sub("0", named).split()}))
    marked = tag in BOILERPLATE_TAGS or (tag in _HOLDERS and _BOILERPLATE.search(said) is not None)
    return f"{tag}.{'.'.join(names)}", names, marked

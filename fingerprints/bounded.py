"""What a parser of HTML is given of a page, so that a hostile one costs it seconds and not hours. Pure.

HTML asks two questions whose answers take longer the more there is: at each <div> whether a <p> is open somewhere above it, and
at each attribute whether its tag has one of that name. Both cost the square of their number, which no real page has.
https://html.spec.whatwg.org/multipage/parsing.html#has-an-element-in-button-scope
"""

from __future__ import annotations

import re
from itertools import islice

MOST_TAGS = 30_000
"""So many elements one in another cost a second, 600,000 (three megabytes) six minutes."""
MOST_ATTRIBUTES = 2000
"""Of one tag: so many cost four milliseconds, 300,000 (three megabytes) two minutes. Real tags have fewer than a hundred."""

# Every place where a tag may begin is tried, inside comments and quotes too: what begins a tag is for the parser to say, and
# nothing that a page does with quotes makes it see a tag here that was not tried. The lengths keep each try short.
_ATTRIBUTE = rb"[\s/]*+(?:[^\s/>=]{1,1000}+|=)(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]{0,999}+)?)?"
_LONG_TAG = re.compile(rb"<[a-zA-Z](?:%b){%d}+" % (_ATTRIBUTE, MOST_ATTRIBUTES))


def beginning(body: bytes, most_tags: int | None = None) -> bytes:
    """The page up to the first tag with too many attributes, and up to so many tags."""
    long = _LONG_TAG.search(body)
    if long is not None:
        body = body[: long.start()]
    if most_tags is not None and body.count(b"<") > most_tags:
        body = body[: next(islice(re.finditer(b"<", body), most_tags, None)).start()]
    return body

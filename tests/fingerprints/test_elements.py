"""What the parser tells of a page, against lxml's tree of the same page."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fingerprints.dom import Dom
from fingerprints.elements import elements_of
from fingerprints.model import Page, Role
from fingerprints.scan import Scan

_BITS = (
    *(
        b"<div class='foot a1'>",
        b"</div>",
        b"<p class=x>",
        b"</p>",
        b"<br>",
        b"<html class=y>",
        b"</html>",
        b"<body id=q>",
        b"</body>",
    ),
    *(
        b"<!-- c -->",
        b"<?pi x?>",
        b"<nav>",
        b"</nav>",
        b"<a href='//x.com/'>",
        b"</a>",
        b"<table><tr><td>",
        b"</table>",
        b"<script>",
    ),
    *(
        b"</script>",
        b"<noscript>",
        b"</noscript>",
        b"text",
        b" two  words ",
        b"&amp;",
        b"&#0;",
        b"\xff",
        b"\xc3\xa9",
        b"\xe2\x80",
    ),
    *(b"\x00", b"<", b">", b"'", b"<![CDATA[", b"]]>", b"<li>", b"<span id=menu>", b"<object>", b"<frameset>", b"<a:b class=c>"),
    *(b"<select><option>", b"<plaintext>", b"<template>", b"</template>", b"<!doctype html>", b"<div class='m n'", b" id=x>"),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_BITS), max_size=40).map(b"".join))
def test_elements_and_texts_are_those_of_the_tree(body: bytes) -> None:
    told = elements_of(body)
    tree = _tree(body)
    assert told.tags == [element.tag for element in tree]
    parents = {element: number for number, element in enumerate(tree)}
    assert told.parents == [parents.get(element.getparent(), -1) for element in tree]
    texts = ["" for _ in tree]
    for owner, text in told.stretches():
        texts[owner] += "".join(text.split())  # of blanks behind the end of <html> libxml2 makes no text
    assert texts == ["".join("".join(element.xpath("text()")).split()) for element in tree]


def _tree(body: bytes) -> list[etree._Element]:
    try:
        body.decode()
        encoding = "utf-8"
    except UnicodeDecodeError as error:
        encoding = "iso-8859-1" if error.end < len(body) - 4 else "utf-8"
    parser = etree.HTMLParser(encoding=encoding, recover=True, huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(body, parser) if body.strip() else None
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return []
    behind = (element for other in root.itersiblings(etree.Element) for element in other.iter(etree.Element))
    return [*root.iter(etree.Element), *behind]


def test_boilerplate_is_told_element_by_element() -> None:
    page = Dom(
        b"<p>Above</p><div id=footer>Imprint <b>of <i>the</i> paper</b> and<!-- more --> terms<script>no()</script></div>"
        b"<nav><a href='//other.example/ '>Other</a><a href='/own'>Own</a></nav><p>Below</p>"
    )
    assert list(page.boilerplate()) == ["Imprint", "and", "terms", "of", "paper", "the", "Other", "Own"]
    assert list(page.boilerplate_links()) == ["//other.example/"]


def test_code_is_no_text_of_the_paragraph_that_it_stands_in() -> None:
    told = "What the paper told its readers on a Sunday in May"
    body = f"<p>{told}<script data-a='>'>document.write('</p>')</script><style>p {{ color: red }}</style></p>"
    body += "<script><!-- <script>one</script> --></script><script>x"
    page = Page("https://a.example/", "https://a.example/", "a.example", Role.OTHER, datetime.now(UTC), 200, (), body.encode())
    dom = Scan(page).dom
    assert dom.main_text() == told
    assert [tag for tag in dom.tags if tag != "head"] == ["html", "body", "p", "script", "style", "script", "script"]


def test_a_page_that_is_too_deep_is_told_down_to_where_a_tree_would_end_and_the_next_one_is_whole() -> None:
    deep = Dom(b"<div class=a>" * 100_000 + b"x")
    assert len(deep.tags) == 2048
    assert Dom(b"<p>Short</p>").tags == ["html", "body", "p"]


def test_paragraphs_in_paragraphs_are_read_a_few_times_and_not_a_thousand() -> None:
    body = b"<p><object>" * 1000 + b"word " * 300_000
    text = Dom(body).main_text()
    assert text.startswith("word word")
    assert len(text) < 4 * len(body)

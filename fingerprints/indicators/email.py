"""E-mail addresses: in mailto links, in text, in JSON-LD, protected by Cloudflare, or written "name [at] site [dot] org"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fingerprints.indicators._address import LONGEST_LOCAL, address, cloudflare, domain_at, local_at_end, plain
from fingerprints.indicators.base import HTML, Found, Kind, Pattern, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan

EMAIL = Kind(
    name="email",
    family="contact",
    title="E-mail address",
    example="redaktion@ostblick.net",
    source="https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.1",
    m=0.4,
    personal=True,
    traps="An address in an article is somebody's whom it writes about; licences of scripts and fonts name their authors; "
    "agencies and data protection officers serve many sites.",
)

_BEFORE = LONGEST_LOCAL * 6  # each character can be an entity of six
_AFTER = 600
_ODD_DOMAIN = re.compile(rb"@(?:['\"]|(?:[A-Za-z0-9.-]|&#[0-9]{2,3};){0,99}+(?:&#|[\x80-\xff]))")
_PLAIN = re.compile(rb"@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62})(?![A-Za-z0-9\x80-\xff])")
_END = re.compile(r"[\s<>()\[\],;]")
_AT_WORDS = ("собака", "małpa", "arobase", "arroba", "chiocciola", "zavináč", "kukac")
"""What the sign is called where "at" is not said: a dog, a monkey, a snail, a rollmops, a worm."""
_AT_SIGN = re.compile(rb"\s?[\[({]\s?(?:at|AT|At|\xc3\xa4t|@|%b)\s?[\])}]\s?" % "|".join(_AT_WORDS).encode())
_DOT = re.compile(r"\s?[\[({]\s?(?:dot|DOT|Dot|punkt|Punkt|point|punto|ponto|точка|kropka|tečka|\.)\s?[\])}]\s?|\s(?:dot|DOT)\s")
_BRACKETED = ("[at]", "(at)", "{at}", "[ at ]", "( at )", "{ at }", "[@]", "(@)", "(ät)", "[ät]", *_AT_WORDS)
"""What a page must hold for its addresses in brackets to be looked for."""
_TAGS_BEHIND = re.compile(r"(?:\s{0,3}<[^<>]{1,80}>){1,3}\s{0,3}$")
_TAGS_BEFORE = re.compile(r"^(?:\s{0,3}<[^<>]{1,80}>){1,3}")
_IN_WORDS = re.compile(rb" (?:at|AT) (?=[A-Za-z0-9-]{1,63} (?:dot|DOT) [A-Za-z])")
_BETWEEN_TAGS = re.compile(rb"(?<=>)@(?=<)")
_ENCODED = ("＠", "%40", "&#64;", "&#064;", "&#x40;", "&#x0040;", "&commat;", "\\u0040", "\\x40")


def _at_signs(scan: Scan) -> Iterator[Found]:
    body = scan.body
    at = body.find(b"@")
    while at >= 0:
        match = _PLAIN.match(body, at)
        if match is None:
            if _ODD_DOMAIN.match(body, at):
                yield from _found(scan, at, at + 1)
        elif at and body[at - 1] in b";%":
            yield from _found(scan, at, at + 1)
        else:
            left = body[max(0, at - 130) : at].decode("utf-8", "replace")
            yield from _checked(
                scan, plain(left) if "%" in left or "&" in left else left, match[1].decode("ascii"), at, match.end()
            )
        at = body.find(b"@", at + 1)


def _encoded(sign: str) -> Callable[[Scan], Iterator[Found]]:
    """A reader for addresses whose @ is written so."""
    literal = sign.encode()

    def read(scan: Scan) -> Iterator[Found]:
        at = scan.body.find(literal)
        while at >= 0:
            yield from _found(scan, at, at + len(literal))
            at = scan.body.find(literal, at + len(literal))

    read.__name__ = f"encoded_{literal.hex()}"
    return read


def _found(scan: Scan, at: int, behind: int, where: str = "") -> Iterator[Found]:
    """The address around body[at:behind], whatever its characters are written as."""
    left = plain(scan.body[max(0, at - _BEFORE) : at].decode("utf-8", "replace"))
    right = plain(scan.body[behind : behind + _AFTER].decode("utf-8", "replace"))
    domain = domain_at(_END.split(right, maxsplit=1)[0])
    if domain:
        yield from _checked(scan, left, domain, at, behind + len(domain), where)


def _checked(scan: Scan, left: str, domain: str, at: int, end: int, where: str = "") -> Iterator[Found]:
    local = local_at_end(left)
    value = address(local, domain) if local else None
    if local is None or value is None:
        return
    start = max(0, at - len(local))
    context = scan.context(start)
    if context.endswith(" placeholder>") or context == "style":
        return  # a form's example; the maker of a font or a theme
    if not where and left[: len(left) - len(local)].lower().rstrip().endswith("mailto:"):
        where = "mailto"
    elif not where and context == "text" and scan.page.role is Role.ARTICLE:
        where = "an article's prose"
    yield Found(EMAIL, value, start, min(end, len(scan.body)), where)


def _spelled_out(scan: Scan) -> Iterator[Found]:
    for match in _AT_SIGN.finditer(scan.body):
        yield from _in_words(scan, match)


def _in_plain_words(scan: Scan) -> Iterator[Found]:
    for match in _IN_WORDS.finditer(scan.body):
        yield from _in_words(scan, match)


def _in_words(scan: Scan, match: re.Match[bytes]) -> Iterator[Found]:
    left = _TAGS_BEHIND.sub("", plain(scan.body[max(0, match.start() - 130) : match.start()].decode("utf-8", "replace")))
    behind = _TAGS_BEFORE.sub("", plain(scan.body[match.end() : match.end() + 130].decode("utf-8", "replace")))
    right = _DOT.sub(".", behind.split("<", 1)[0])
    domain = domain_at(right)
    local = re.split(r"[\s>]", left.rstrip())[-1] if domain else ""
    if domain and local:
        yield from _checked(scan, _DOT.sub(".", local), domain, match.start(), match.end() + len(domain), "spelled out")


def _between_tags(scan: Scan) -> Iterator[Found]:
    """The sign in an element of its own, or between the comments that React leaves: info<span>@</span>site.org."""
    for match in _BETWEEN_TAGS.finditer(scan.body):
        yield from _in_words(scan, match)


KINDS = (EMAIL,)
RULES = (
    Reader((EMAIL,), _at_signs),
    *(Reader((EMAIL,), _encoded(sign), needs=(sign,)) for sign in _ENCODED),
    Reader((EMAIL,), _spelled_out, needs=_BRACKETED),
    Pattern(
        EMAIL,
        anchors=("<managingEditor", "<webMaster", "<itunes:email"),
        regex=rb"<[a-zA-Z:]{9,14}[^<>]{0,40}>\s{0,9}(?:<!\[CDATA\[\s{0,9})?([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{4,100})",
        clean=lambda text: address(*text.split("@")),
        where="feed's editor",
        roles=frozenset({Role.FEED}),
    ),
    Reader((EMAIL,), _between_tags, needs=(">@<",)),
    Reader((EMAIL,), _in_plain_words, roles=frozenset({Role.ABOUT}), needs=(" at ",)),
    Pattern(
        EMAIL,
        anchors=("data-cfemail",),
        regex=rb"(?i:data-cfemail)\s{0,4}=\s{0,4}[\"']?([0-9a-fA-F]{8,400})",
        clean=cloudflare,
        where="protected by Cloudflare",
        roles=HTML,
        caseless=True,
    ),
    Pattern(
        EMAIL,
        anchors=("/cdn-cgi/l/email-protection#",),
        regex=rb"/cdn-cgi/l/email-protection#([0-9a-fA-F]{8,400})",
        clean=cloudflare,
        where="protected by Cloudflare",
    ),
)

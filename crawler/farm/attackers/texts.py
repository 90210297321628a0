"""Documents whose content is meant for what reads them: parsers of XML, terminals, spreadsheets, browsers, clustering."""

from __future__ import annotations

from functools import cache

from crawler.farm.attackers.base import Answer, Attack, front, page

SCRIPT = "<script>alert(document.domain)</script>"
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x1b[31m"
BIDI = "\u202egro.live\u202c\u2066x\u2069\u200b\ufeff"
FORMULA = '=HYPERLINK("http://evil.example/","x")'


def _laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    item = "<rss><channel><item><link>&l11;</link></item></channel></rss>"
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>{item}'


def _feed(path: str) -> Answer:
    if path == "/feed":
        return page(_laughs(), "application/rss+xml")
    return page('<html><link rel="alternate" type="application/rss+xml" href="/feed"></html>')


def _external(path: str) -> Answer:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss><item><link>&e;</link></item></rss>'
    if path == "/feed":
        return page(text, "application/rss+xml")
    return page('<html><link rel="alternate" type="application/rss+xml" href="/feed"></html>')


@cache
def _ads_txt(path: str) -> Answer | None:
    if path == "/ads.txt":
        poisons = (FORMULA, ESCAPES, "")
        lines = "".join(f"google.com, {poisons[n % 3]}pub-{10**15 + n}, DIRECT, {FORMULA}\n" for n in range(40_000))
        return page(lines, "text/plain")
    return page("<html>front</html>") if path == "/" else None


def _fields(poison: str) -> bytes:
    """A page with the poison wherever something is read from it."""
    return page(
        f"""<html lang="{poison}"><head><title>{poison}</title><meta name="author" content="{poison}">
<meta name="google-site-verification" content="{poison}"><meta property="fb:app_id" content="{poison}">
<link rel="canonical" href="http://x.example/{poison}"><script>gtag('config', 'G-ABCDEF1234{poison}')</script>
<script>gtag('config', 'G-ABCDEF1234') // {poison}</script></head>
<body class="{poison}"><a href="mailto:{poison}office@news.example">{poison}</a><a href="https://t.me/{poison}">t</a></body></html>""",
        "text/html",
        "200 OK",
        f"X-Powered-By: {poison.encode('ascii', 'ignore').decode().replace(chr(10), '')}",
        f"Server: {poison.encode('ascii', 'ignore').decode()}",
    )


def _cookies() -> bytes:
    cookies = (f"Set-Cookie: c{number}=" + "v" * 20 for number in range(1500))
    return page("<html>cookies</html>", "text/html", "200 OK", *cookies)


def attacks() -> tuple[Attack, ...]:
    """The attacks of this file."""
    utf32 = page(b"\xff\xfe\0\0" + b"\xff" * 400_000, "text/html; charset=utf-32")
    mixed = page(
        b"<html>\xff\xfe\x00\xc0\x80\xed\xa0\x80 <script>gtag('config', 'G-ABCDEF1234')</script>" * 1000,
        "text/html; charset=x-y\xff",
    )
    return (
        Attack("billion-laughs", "a feed whose entities unfold to 200 gigabytes", _feed),
        Attack("external-entity", "a feed that asks for a file of this machine", _external),
        Attack("ads-txt", "40,000 lines of ads.txt with formulas and escapes", _ads_txt, "were kept"),
        Attack("cookies", "1,500 cookies in one answer", front(_cookies()), "more or longer lines than are read"),
        Attack("utf-32", "a character set that does not hold", front(utf32)),
        Attack("encodings", "bytes that are of no character set", front(mixed)),
        Attack("nul", "NUL in every field", front(_fields("a\0b"))),
        Attack("escapes", "terminal escapes in every field", front(_fields(ESCAPES))),
        Attack("bidi", "bidirectional and invisible characters in every field", front(_fields(BIDI))),
        Attack("formulas", "formulas for spreadsheets in every field", front(_fields(FORMULA.replace('"', "'")))),
        Attack("scripts", "script in every field", front(_fields(SCRIPT))),
    )

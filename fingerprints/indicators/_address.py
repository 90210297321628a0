"""E-mail addresses: what is one, and how the encodings that hide it from harvesters are undone."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from fingerprints.sites import NotASiteError, site_of_host

LOCAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-"
"""What is taken for a local part. RFC 5321 allows more (!#$&'*/=?^`{|}~), which in pages are delimiters."""
LONGEST_LOCAL = 64
"""RFC 5321, 4.5.3.1.1."""

_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}")
_WIDE_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
_HASH = re.compile(r"[0-9a-f]{20,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RETINA = re.compile(r"[0-9]x(?:\.|$)|v[0-9]{1,3}\.|(?:.{1,60}\.)?(?:js|css)\.map$")
"""No hosts but names of files: icon@2x.png, package@v1.zip, core-js@3.js.map."""
_JS_ESCAPE = re.compile(r"\\{1,8}(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_JOINED = re.compile(
    # 'info' + '@' and, as Joomla cloaks addresses: addy1 = addy1 + 'site' + '.' + 'org'
    r"['\"]\s{0,4}\+\s{0,4}['\"]|['\"]\s{0,4};\s{0,40}addy\w{0,40}\s{0,4}=\s{0,4}addy\w{0,40}\s{0,4}\+\s{0,4}['\"]"
)

_EXAMPLE_DOMAINS = re.compile(
    # RFC 2606 and what forms and templates put in its place
    r"(?:.{0,60}\.)?(?:example\.[a-z.]{2,6}|domaine?\.[a-z]{2,4}|(?:dominio|dominios)\.com|mysite\.[a-z]{2,4}|test\.(?:com|de|test)"
    r"|(?:your|my|some|their|sample|test|foo)-?_?(?:e?-?mail|domain|site|website|company|host|name|provider|address)\.[a-z]{2,5}"
    r"|(?:email|address|emailaddress|mailaddress|company|website|site|server|bar|foo|foobar)\.com"
    r"|beispiel\.(?:de|com|at|ch)|exemple\.(?:com|fr)|ejemplo\.(?:com|es)|esempio\.(?:it|com)|exemplo\.com(?:\.br)?"
    r"|voorbeeld\.nl|przyklad\.pl)"
)
_EXAMPLE_LOCALS = re.compile(
    r"(?:your|my|tu|votre|ihre?|deine?)[._-]?(?:e?-?mail|name|address|adresse?|id|account|correo|username|(?:full|first)[._-]?name)[a-z]{0,8}"
    r"|user-?name|e?-?mail-?address|your|you|xxx+|foo|(?:first|last|vor|nach)-?name(?:[._-](?:first|last|sur|vor|nach)?name)?|someone|somebody|name\.surname"
)
_MACHINES = frozenset({
    "group.calendar.google.com", "import.calendar.google.com", "resource.calendar.google.com",
})  # fmt: skip
"""Hosts behind whose @ stands the id of a calendar or a program, no mailbox."""
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "ssh.dev.azure.com", "codeberg.org"})


def address(local: str, domain: str) -> str | None:
    """The address in lower case with its domain in ASCII, or None for what is none or stands for nobody."""
    local = local.lower().lstrip("-+").rstrip(".")
    if local.startswith("..") and local.strip("."):
        local = local.lstrip(".")  # dots that lead to the address: "E-mail .....info@site.org"
    if not local or local[0] == "." or len(local) > LONGEST_LOCAL or ".." in local or not local.strip("._+-"):
        return None
    host = _host(domain)
    if host is None or _is_machine(local, host) or _is_example(local, host):
        return None
    return f"{local}@{host}"


def domain_at(text: str) -> str | None:
    """The longest host name with which this text begins, or None."""
    match = _DOMAIN.match(text)
    if match and not _continues(text, match.end()):
        return match[0]
    wide = _WIDE_DOMAIN.match(text)
    if wide and not wide[0].isascii() and all(_is_western(char) for char in wide[0]):
        return wide[0]
    return match[0] if match else None


def _continues(text: str, end: int) -> bool:
    return end < len(text) and not text[end].isascii() and _is_western(text[end])


def _is_western(char: str) -> bool:
    """Whether a word of this script would run on: Chinese or Thai text stands against an address without a space."""
    return char.isascii() or (char.isalpha() and unicodedata.name(char, "").startswith(("LATIN", "CYRILLIC", "GREEK")))


def local_at_end(text: str) -> str | None:
    """The local part with which this text ends, or None where a word, a handle or a password stands."""
    local = text[len(text.rstrip(LOCAL)) :]
    before = text[: len(text) - len(local)]
    if before.endswith("\\"):
        local = re.sub(r"^(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf])", "", local)
    elif before.endswith(("@", "%")) or _is_userinfo(before) or _runs_on(before[-1:]):
        return None
    return local or None


def _runs_on(char: str) -> bool:
    """Whether what stands before a local part is a part of the same word: a letter, or a sign that somebody wrote for one (€)."""
    return not char.isascii() and (_is_western(char) or unicodedata.category(char) == "Sc")


def _is_userinfo(before: str) -> bool:
    """Whether this is the beginning of https://user:password@host."""
    scheme, slashes, rest = before.rpartition("//")
    if not slashes or scheme.lower().endswith("mailto:"):
        return False
    return not rest or (rest.endswith(":") and len(rest) < 100 and not re.search(r"[\s/\"'<>?,;()]", rest))


@lru_cache(maxsize=4096)
def _host(domain: str) -> str | None:
    labels = domain.strip(".").split(".")
    # "info@site.com.Subscribe": a sentence begins where the space was lost
    for kept in (labels, labels[:-1] if labels[-1].istitle() and not labels[0].istitle() else []):
        name = ".".join(kept).lower()
        if len(kept) < 2 or _RETINA.match(name) or (kept[-2].isdigit() and len(kept) > 2):
            continue
        try:
            site_of_host(name)
            return name if name.isascii() else name.encode("idna").decode("ascii")
        except (NotASiteError, UnicodeError):
            continue
    return None


def _is_machine(local: str, host: str) -> bool:
    if host in _MACHINES or host.endswith(".gserviceaccount.com") or (host in _CODE_HOSTS and local == "git"):
        return True
    return _HASH.fullmatch(local) is not None or "sentry" in host or host.endswith(".ingest.io")


def _is_example(local: str, host: str) -> bool:
    return _EXAMPLE_DOMAINS.fullmatch(host) is not None or _EXAMPLE_LOCALS.fullmatch(local) is not None


def plain(text: str) -> str:
    """The text with entities, percent-encoding, escapes of JavaScript and joined strings resolved."""
    text = _JS_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = unquote(text, errors="replace")
    return _JOINED.sub("", text)


def cloudflare(text: str) -> str | None:
    """The address in the hex digits that Cloudflare's "email address obfuscation" puts in its place.

    The first byte is the key, with which the others are combined by exclusive or.
    https://developers.cloudflare.com/waf/tools/scrape-shield/email-address-obfuscation/
    """
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    text = bytes(byte ^ data[0] for byte in data[1:]).decode("utf-8", "replace")
    decoded = unquote(html.unescape(text)).split("?", 1)[0].strip()
    local, at, domain = decoded.rpartition("@")
    if not at or local.strip(LOCAL) or domain_at(domain) != domain:
        return None
    return address(local, domain)

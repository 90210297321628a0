"""Domains that imitate a known medium's domain: typing errors, look-alike letters, added words, other suffixes.

The name alone makes a suspicion, not a verdict: a medium may own its name under many suffixes, and two papers may share a name.
Techniques follow the usual terms for domain squatting (typosquatting, homograph, combosquatting, TLD squatting):
https://www.rfc-editor.org/rfc/rfc5992 and https://arxiv.org/abs/1708.08519.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from fingerprints import config
from fingerprints.sites import NotASiteError, parts_of, site_of_host

FEWEST_LETTERS_TYPO = 5
"""Names shorter than this are within one letter of too many others to tell an imitation from a name."""
FEWEST_LETTERS_WORD = 3
"""Likewise for a name with a common word added."""
_GENERIC_FROM = 3
"""A name that stands inside this many other brands' names (news, times, diario) is a word, not a brand."""
_FEWEST_LETTERS_CORE = 3
"""Letters of a name that must be left when common words are taken off its ends, for a slip in it to mean anything."""
_LONG = 8
"""Names from this length on are far from all others, common word or not."""
LEAST_SCORE = 0.5
"""Below it a likeness is not told."""
_OPEN_COUNTRY_SUFFIXES = frozenset(
    suffix
    for line in (
        "ag ai am at be bz ca cc cl cm co cx eu fm gg gs io is la li lu",
        "me ms mu nu pm pw re sc sh st su tc tf to tv vc ws",
    )
    for suffix in line.split()
)
"""Country suffixes that anybody anywhere registers under; a name under another country's own suffix has a reason of its own."""
_USUAL_SUFFIXES = frozenset({"com", "net", "org"})
_SIMILAR_ASCII = str.maketrans({"1": "l", "i": "l", "0": "o", "5": "s", "3": "e", "4": "a"})
_SIMILAR_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_ADDED = frozenset(
    word
    for line in (
        "news online live tv 24 24h 7 daily today info press media official breaking world the post web net portal latest video",
        "zeitung nachrichten noticias notizie actu infos novosti",
        "blog en de fr es it uk us usa eu ru ua pl lt lv il int global europe germany france deutschland english page site app",
    )
    for word in line.split()
)
"""Words that imitators add to a name; what else is added to a long name still counts, for less."""


class Standing(StrEnum):
    """What a domain that bears a medium's name is to that medium."""

    IMITATION = "imitation"
    AUTHORISED = "authorised"
    """The medium's own: a published mirror, or a name that redirects to it."""
    CACHE = "cache"
    """A translation or AMP cache that serves the medium's pages."""
    SATIRE = "satire"
    LIKE_NAME = "like name"
    """The name is like the medium's; the page bears another one, or the suffix is one under which namesakes and editions live."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """That a domain imitates a brand's domain, and how."""

    domain: str
    brand: str
    technique: str
    """other-suffix, suffix-in-name, homoglyph, hyphen, typo, added-word or subdomain."""
    score: float
    """0 to 1: how sure the name alone is."""


@dataclass(frozen=True, slots=True)
class _Name:
    domain: str
    label: str
    """The label under the public suffix, in Unicode, lower case."""
    suffix: str
    subdomain: str


class Brands:
    """Known media, indexed so that one domain is compared with all of them at once."""

    def __init__(self, domains: Iterable[str]) -> None:
        self._names = {name.domain: name for name in map(_name, domains) if name}
        self._labels: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._names.values(), key=lambda one: one.domain):
            self._labels[name.label].append(name.domain)
        self._skeletons = _index(self._labels, skeleton)
        self._joined = _index(self._labels, lambda label: label.replace("-", ""))
        self._near = _index_many(self._labels, _with_one_letter_less)

    def __len__(self) -> int:
        return len(self._names)

    def find(self, domain: str) -> Lookalike | None:
        """The strongest imitation of a brand in this domain's name, or None: it is a brand itself, or imitates nobody.

        Args:
            domain: a host name or address, internationalised or not.
        """
        name = _name(domain)
        if name is None or name.domain in self._names:
            return None
        found = [one for one in self._imitations(name) if one.score >= LEAST_SCORE]
        return min(found, key=lambda one: (one.technique == "typo", -one.score, one.brand)) if found else None

    def _imitations(self, name: _Name) -> Iterator[Lookalike]:
        def of(labels: Iterable[str], technique: str, score: float) -> Iterator[Lookalike]:
            for label in labels:
                brand = self._best(label, name)
                doubt = 0.5 if technique in ("typo", "added-word") and self._abroad(name, label) else 1.0
                yield Lookalike(name.domain, brand, technique, round(score * self._weight(label) * doubt, 2))

        label = name.label
        if label in self._labels:
            yield from of([label], "other-suffix", 0.8)
            return
        yield from of(self._suffixed(label), "suffix-in-name", 0.9)
        yield from of(self._skeletons.get(skeleton(label), ()), "homoglyph", 0.95)
        yield from of(self._joined.get(label.replace("-", ""), ()), "hyphen", 0.9)
        yield from of(self._typos(label), "typo", 0.85)
        yield from of(self._within(label), "added-word", 0.8)
        yield from of(self._subdomains(name.subdomain), "subdomain", 0.9)

    def _abroad(self, name: _Name, label: str) -> bool:
        """Whether the name stands under the suffix of a country that none of the brand's domains belong to."""
        country = name.suffix.split(".")[-1]
        if len(country) != 2 or country in _OPEN_COUNTRY_SUFFIXES:
            return False
        return all(self._names[brand].suffix.split(".")[-1] != country for brand in self._labels[label])

    def _weight(self, label: str) -> float:
        """How much of a brand a name is: a word that many names hold is little of one, and so is a short one."""
        if label in self._generic:
            return 0.4
        return min(1.0, 0.55 + 0.1 * max(0, len(label) - 2))

    @cached_property
    def _generic(self) -> frozenset[str]:
        inside: Counter[str] = Counter()
        labels = set(self._labels)
        for label in labels:
            pieces = {label[start:end] for start in range(len(label)) for end in range(start + 2, len(label) + 1)}
            inside.update((pieces & labels) - {label})
        return frozenset({label for label, count in inside.items() if count >= _GENERIC_FROM} | (_ADDED & labels))

    def _best(self, label: str, name: _Name) -> str:
        """Of several brands of one name, the one whose suffix is nearest to the domain's."""
        return min(self._labels[label], key=lambda brand: (self._names[brand].suffix.split(".")[-1] not in name.domain, brand))

    def _suffixed(self, label: str) -> Iterator[str]:
        for cut in (2, 3):
            head, tail = label[:-cut].rstrip("-"), label[-cut:]
            if head in self._labels and head not in self._generic:
                suffixes = {self._names[brand].suffix for brand in self._labels[head]}
                if any(tail in suffix.split(".") for suffix in suffixes):
                    yield head

    def _typos(self, label: str) -> Iterator[str]:
        if len(label) < FEWEST_LETTERS_TYPO:
            return
        candidates = {other for piece in (label, *_with_one_letter_less(label)) for other in self._near.get(piece, ())}
        for other in sorted(candidates):
            if (
                len(other) >= FEWEST_LETTERS_TYPO
                and other not in self._generic
                and self._has_core(other)
                and _one_slip(label, other)
            ):
                yield other

    def _has_core(self, label: str) -> bool:
        """Whether enough of a name is its own once a common word at its beginning or end is taken off."""
        if len(label) >= _LONG:
            return True
        common = self._generic | _ADDED
        cores = [label[: -len(word)] for word in common if label.endswith(word)]
        cores += [label[len(word) :] for word in common if label.startswith(word)]
        return all(len(core.strip("-")) >= _FEWEST_LETTERS_CORE for core in cores)

    def _within(self, label: str) -> Iterator[str]:
        words = label.split("-")
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                word = "-".join(words[start:end])
                rest = words[:start] + words[end:]
                if rest and self._is_name(word) and (len(word) >= 6 or all(one in _ADDED for one in rest)):
                    yield word
        for cut in range(FEWEST_LETTERS_WORD, len(label) - 1):
            if label[cut:].strip("-") in _ADDED and self._is_name(label[:cut].rstrip("-")):
                yield label[:cut].rstrip("-")
            if label[:-cut].strip("-") in _ADDED and self._is_name(label[-cut:].lstrip("-")):
                yield label[-cut:].lstrip("-")

    def _is_name(self, word: str) -> bool:
        return len(word) >= FEWEST_LETTERS_WORD and word in self._labels and word not in self._generic

    def _subdomains(self, subdomain: str) -> Iterator[str]:
        for start, _ in enumerate(parts := subdomain.split(".")):
            for end in range(start + 1, len(parts) + 1):
                if ".".join(parts[start:end]) in self._names and end - start > 1:
                    yield self._names[".".join(parts[start:end])].label
            if self._is_name(parts[start]):
                yield parts[start]


def is_domain(text: str) -> bool:
    """Whether a text is a host name or an address with one, which can be judged."""
    return _name(text) is not None


def skeleton(label: str) -> str:
    """The label as an eye in a hurry reads it: accents off, look-alike letters of other scripts and of ASCII made one."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", label.lower()) if not unicodedata.combining(letter))
    text = "".join(_confusables().get(letter, letter) for letter in plain)
    for pair, letter in _SIMILAR_PAIRS:
        text = text.replace(pair, letter)
    return text.translate(_SIMILAR_ASCII)


def standing(domain: str) -> Standing:
    """What is known of a domain beforehand (config/lookalike_classes.tsv); an imitation when nothing is."""
    host = re.sub(r"^[a-z]{2,8}://", "", domain.strip().lower()).split("/")[0].split(":")[0].rstrip(".")
    parts = host.split(".")
    tails = [".".join(parts[at:]) for at in range(len(parts))]
    known = _standings()
    found = (known.get(tail) or known.get(f".{tail}") for tail in tails)
    return next((one for one in found if one), Standing.IMITATION)


def may_be_namesake(found: Lookalike) -> bool:
    """Whether it bears the medium's very name under a suffix where namesakes and editions are as usual as imitations."""
    whole = found.domain.partition(".")[2]
    suffix = whole.split(".")[-1]
    if whole != "com" and whole in _SUFFIXES_SEEN:
        return False
    usual = suffix in _USUAL_SUFFIXES or (len(suffix) == 2 and (whole != suffix or suffix not in _OPEN_COUNTRY_SUFFIXES))
    return found.technique == "other-suffix" and usual


@cache
def _standings() -> dict[str, Standing]:
    return {domain.lower(): Standing(name) for domain, name, _source in config.table("lookalike_classes.tsv", 3)}


@cache
def known_brands() -> Brands:
    """The shipped list of media, with the user's own lines over it (config/brands.txt)."""
    return Brands(read_brands(line for path in config.paths("brands.txt") for line in path.read_text("utf-8").splitlines()))


def read_brands(lines: Iterable[str]) -> Iterator[str]:
    """The domains of a list: one a line, empty lines and those that begin with # left out."""
    for line in lines:
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def permutations(brand: str, suffixes: Iterable[str] = ()) -> Iterator[Lookalike]:
    """Domains that would imitate a brand, for a list of what to look at: each with its technique, none of them asked.

    Args:
        brand: the brand's domain.
        suffixes: further public suffixes to try beside those that imitators have been seen to use.
    """
    name = _name(brand)
    if name is None:
        raise NotASiteError(f"{brand!r} is no domain.")
    tried: dict[str, str] = {}
    for suffix in (*_SUFFIXES_SEEN, *suffixes):
        tried.setdefault(f"{name.label}.{suffix}", "other-suffix")
    for label, technique in _variants(name.label, name.suffix.replace(".", "-")):
        for suffix in (name.suffix, "com"):
            tried.setdefault(f"{label}.{suffix}", technique)
    brands = Brands([brand])
    for domain, technique in sorted(tried.items()):
        found = brands.find(domain)
        if found:
            yield Lookalike(found.domain, name.domain, technique, found.score)


_SUFFIXES_SEEN = (
    *("agency", "asia", "cam", "cc", "cfd", "click", "co.com", "com", "eu.com", "fun", "icu", "ink", "life", "live", "ltd"),
    *("me", "media", "news", "online", "pics", "pro", "quest", "red", "salon", "today", "top", "tours", "vip", "work", "ws"),
)
"""Suffixes of imitations named in reports on Doppelganger (EU DisinfoLab 2022, VIGINUM 2023)."""


def _variants(label: str, suffix: str) -> Iterator[tuple[str, str]]:
    if "-" in label:
        yield label.replace("-", ""), "hyphen"
    for shorter in sorted(_with_one_letter_less(label)):
        yield shorter, "typo"
    for index, letter in enumerate(label):
        yield label[: index + 1] + letter + label[index + 1 :], "typo"
        if index + 1 < len(label):
            yield label[:index] + label[index + 1] + letter + label[index + 2 :], "typo"
        for other in _LOOKS_LIKE.get(letter, ()):
            yield label[:index] + other + label[index + 1 :], "homoglyph"
        for other in _foreign_looks(letter):
            yield label[:index] + other + label[index + 1 :], "homoglyph"
        if index and label[index - 1] != "-" != letter:
            yield f"{label[:index]}-{label[index:]}", "hyphen"
    yield f"{label}-{suffix}", "suffix-in-name"
    for word in ("news", "online", "live", "tv", "24"):
        yield f"{label}-{word}", "added-word"
        yield f"{label}{word}", "added-word"


def _foreign_looks(letter: str) -> Iterator[str]:
    """The letter of another script that nobody tells from it, first in the list: most registries sell such names (RFC 5992)."""
    yield from (look for look in list(_looks().get(letter, ""))[:1] if unicodedata.name(look).startswith("CYRILLIC"))


_LOOKS_LIKE = {"i": "l1", "l": "i1", "o": "0", "m": ("rn",), "w": ("vv",), "d": ("cl",), "e": "3", "s": "5"}


def _name(domain: str) -> _Name | None:
    text = re.sub(r"^[a-z]{2,8}://", "", domain.strip().lower()).split("/")[0].split("@")[-1].split(":")[0].rstrip(".")
    try:
        site = site_of_host(text)
    except NotASiteError:
        return None
    subdomain, label, suffix = parts_of(text)
    if not label:
        return None
    return _Name(site, _unicode(label), suffix, subdomain)


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


@cache
def _confusables() -> dict[str, str]:
    return {look: letter for letter, looks in _looks().items() for look in looks}


@cache
def _looks() -> dict[str, str]:
    return {letter: looks.replace(" ", "") for letter, looks in config.table("confusables.tsv", 2)}


def _index(labels: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    return _index_many(labels, lambda label: (key(label),))


def _index_many(labels: Iterable[str], keys: Callable[[str], Iterable[str]]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        for key in (*keys(label), label):
            if label not in index[key]:
                index[key].append(label)
    return dict(index)


def _with_one_letter_less(label: str) -> frozenset[str]:
    return frozenset(label[:index] + label[index + 1 :] for index in range(len(label)))


def _one_slip(one: str, other: str) -> bool:
    """Whether one typing error (a letter more, fewer, another, or two swapped) makes one name of the other."""
    if one == other:
        return False
    if len(one) == len(other):
        differ = [index for index in range(len(one)) if one[index] != other[index]]
        swapped = (
            len(differ) == 2
            and differ[1] == differ[0] + 1
            and one[differ[0]] == other[differ[1]]
            and one[differ[1]] == other[differ[0]]
        )
        return len(differ) == 1 or swapped
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(longer) == len(shorter) + 1 and shorter in _with_one_letter_less(longer)

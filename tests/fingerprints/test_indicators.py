"""Every kind of the catalogue: its golden cases, its description, and that none of its rules raises or runs away.

A kind has a folder tests/fixtures/indicators/<kind>/ with a file cases.toml, one table a case:

    [gtag-config]                       # the case's name; its page is gtag-config.html in the folder, `file` (which may be
                                        # in the folder of another kind), or inline `body`
    url = "https://site.example/"       # optional, as are final_url, role ("other"), status (200),
    headers = [["Server", "x"]]         # headers, redirects = [[url, status, target]]
    values = ["G-ABCDEF1234"]           # every value of this kind that is found, and no other; a table for more than the value:
                                        # {value = "G-…", state = "commented" | "copied", where = "…"}; a string means "seen"

At least one case finds something, and at least one near miss finds nothing.
"""

from __future__ import annotations

import importlib
import re
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerprints import evidence_settings, indicators
from fingerprints.extract import extract
from fingerprints.indicators import catalogue
from fingerprints.indicators.base import Kind, Pattern, Reader, Rule
from fingerprints.model import Page, Role
from tests.fingerprints.indicator_cases import FIXTURES, URL, WHEN, Case, cases_of
from tests.fingerprints.regex_cost import steps

FAMILIES = frozenset(evidence_settings.load().families)
"""Kinds of one family come and go together; a new family is a decision, so it has a ceiling in config/evidence.toml."""
MOST_STEPS = 2_000_000
"""A match at one place of a page may take this many steps of the matcher, whatever stands there."""
HINT = "limit its repeats, make them possessive, or end them at a byte they do not hold"
KINDS = list(catalogue.kinds().values())
CASES = [case for kind in KINDS for case in cases_of(kind.name)]
by_name = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}/{case.name}")
def test_finds_exactly_the_values(case: Case) -> None:
    extraction = extract(case.page)
    found = {one.value: one for one in extraction.observations if one.kind == case.kind}
    assert sorted(found) == sorted(case.expected)
    for value, expected in case.expected.items():
        assert {key: str(getattr(found[value], key)) for key in expected} == expected, value
    assert [failure for failure in extraction.failures if failure.kind == case.kind] == []


@by_name
def test_has_golden_cases(kind: Kind) -> None:
    cases = cases_of(kind.name)
    folder = f"tests/fixtures/indicators/{kind.name}"
    assert cases, f"{kind.name} has no golden cases: write {folder}/cases.toml"
    assert any(case.expected for case in cases), f"{folder}: no case in which something is found"
    assert any(not case.expected for case in cases), f"{folder}: no near miss, a case with values = []"


@by_name
def test_example_is_a_normal_form(kind: Kind) -> None:
    found = {value for case in cases_of(kind.name) for value in case.expected}
    assert kind.example in found, f"the example {kind.example} of {kind.name} comes out of none of its cases"


@by_name
def test_describes_itself(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.name), "kebab-case"
    assert kind.family in FAMILIES, f"{kind.family} is no known family; give it a ceiling in config/evidence.toml if it is meant"
    assert kind.title
    assert kind.source
    assert 0 < kind.m <= 1
    assert kind.cap > 0
    assert kind.traps or not kind.links, "a kind that links sites says what makes strangers share a value"


def test_every_folder_of_cases_is_of_a_kind() -> None:
    names = set(catalogue.kinds())
    assert [path.name for path in sorted(FIXTURES.iterdir()) if path.is_dir() and path.name not in names] == []


def _modules() -> list[ModuleType]:
    return [importlib.import_module(f"{indicators.__name__}.{name}") for name in catalogue.module_names()]


def _rule_name(rule: Rule) -> str:
    if isinstance(rule, Reader):
        return f"{rule.kinds[0].name}:{rule.read.__name__}"
    return f"{rule.kind.name}:{rule.anchors[0]}"


PATTERNS = [rule for rule in catalogue.rules() if isinstance(rule, Pattern)]
READER_REGEXES = [
    pytest.param(value, id=f"{module.__name__.rpartition('.')[2]}.{name}")
    for module in _modules()
    for name, value in sorted(vars(module).items())
    if isinstance(value, re.Pattern)
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=_rule_name)
def test_patterns_take_bounded_work_at_a_place(pattern: Pattern) -> None:
    assert steps(pattern.compiled) <= MOST_STEPS, (
        "limit its repeats, make them possessive, or end them at a byte they do not hold"
    )


@pytest.mark.parametrize("regex", READER_REGEXES)
def test_regexes_of_readers_take_bounded_work_at_a_place(regex: re.Pattern[bytes]) -> None:
    assert steps(regex) <= MOST_STEPS, HINT


@pytest.mark.parametrize("pattern", PATTERNS, ids=_rule_name)
def test_anchors_can_be_scanned_for(pattern: Pattern) -> None:
    for anchor in pattern.anchors:
        assert len(anchor) >= 2
        assert anchor.isascii()


@pytest.mark.parametrize(("regex", "limited"), [
    (rb"ab{0,20}c", True),
    (rb"\s{0,20}=\s{0,20}\d{1,16}", True),
    (rb"a*b", False),
    (rb"a*+b", False),
    (rb"[^<]{0,300}?id=\d{1,9}", True),
    (rb"(?:a{0,9}){0,9}b", False),
    (rb"\w{0,299}\w{0,299}\w{0,299}x", False),
    (rb"(?:\\.|[^\"\\]){0,200}\"", True),
])  # fmt: skip
def test_the_bound_tells_safe_regexes_from_others(regex: bytes, limited: bool) -> None:
    assert (steps(re.compile(regex, re.S)) <= MOST_STEPS) is limited


def _page(body: bytes, role: Role = Role.OTHER, headers: tuple[tuple[str, str], ...] = ()) -> Page:
    return Page(URL, URL, "site.example", role, WHEN, 200, headers, body)


_ANCHORS = sorted({anchor for pattern in PATTERNS for anchor in pattern.anchors} | {
    need for rule in catalogue.rules() if isinstance(rule, Reader) for need in rule.needs
})  # fmt: skip
_PIECES = [anchor.encode() for anchor in _ANCHORS] + [
    b"<script>", b"</script>", b"<meta name='", b"' content=\"", b"<!--", b"-->", b"<a href=", b"=",
    b"('", b"\",", b"\\", b"/", b"&quot;",
    b"1234567890123456", b"ABCDEF1234", b"abc", b"%2F", b"\xff\xfe", b"\x00", b" ", b"\n", b":", b"{", b"}", b"[", b"//", b"https://",
]  # fmt: skip


@given(
    st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=8)), max_size=60).map(b"".join), st.sampled_from(list(Role))
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_rule_raises_on_any_bytes(body: bytes, role: Role) -> None:
    extraction = extract(_page(body, role))
    # A record of a screenshot that holds no picture is damaged: that is told, and it is the one thing that may be.
    assert [one.error for one in extraction.failures if role is not Role.SCREENSHOT or "PictureError" not in one.error] == []
    for one in extraction.observations:
        assert one.value == one.value.strip() != ""
        assert one.value.isprintable()
        assert -1 <= one.offset < max(1, len(body) * 4)


@pytest.mark.parametrize("rule", catalogue.rules(), ids=_rule_name)
@pytest.mark.parametrize("tail", [b"", b"1" * 64, b"a-" * 32, b" " * 64, b"<meta ", b"<script>'", b'="', b"\\/"])
def test_long_repeats_of_an_anchor_are_read_through(rule: Rule, tail: bytes) -> None:
    """A page made of a rule's own anchors is read to its end, and no rule fails on it."""
    anchors = rule.anchors if isinstance(rule, Pattern) else rule.needs
    body = b"".join((anchor.encode() + tail) * 300 for anchor in anchors[:4])
    assert [failure.error for failure in extract(_page(body)).failures if "values on one page" not in failure.error] == []

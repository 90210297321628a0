"""An explanation as text: the bits that each value adds, where it stands on either side, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from fingerprints import terminal
from fingerprints.commands._layout import count, grid, percent, sighting, text
from fingerprints.explain import Explanation
from fingerprints.model import SharedValue
from fingerprints.terminal import FAINT, GOOD, STRONG, WARN

_BAR = 16
_MOST_CARDS = 40
_MOST_LEFT_OUT = 30
_MOST_NOT_SEEN = 12


def show(answer: Explanation) -> None:
    """Writes it to stdout."""
    link = answer.evidence
    terminal.show(text(f"{link.a} and {link.b}", STRONG))
    terminal.show(text(_headline(answer), GOOD if answer.linked else WARN))
    if link.shared:
        terminal.show("")
        terminal.show(grid(_waterfall(answer, _mark(terminal.out().encoding)), right=0))
    for one in link.shared[:_MOST_CARDS]:
        _card(answer, one)
    if len(link.shared) > _MOST_CARDS:
        terminal.show(text(f"\nand {count(len(link.shared) - _MOST_CARDS, 'more value')}; --format jsonl has all of them", FAINT))
    _list("Shared, and left out", [_omission(one) for one in answer.left_out], _MOST_LEFT_OUT)
    differs = [text(", ".join(answer.differs))] if answer.differs else []
    _list("Both have values of these kinds, and none in common (one hand may use several accounts)", differs, 1)
    _list("Not seen, so nothing is said about it", [text(sentence) for sentence in answer.not_seen], _MOST_NOT_SEEN)


def _headline(answer: Explanation) -> str:
    verdict = answer.verdict.removesuffix(" " + answer.evidence.sentence) if answer.evidence.sentence else answer.verdict
    return f"{verdict} Probability of one hand: {percent(answer.probability)}."


def _waterfall(answer: Explanation, mark: str) -> Iterator[tuple[Text, Text, Text]]:
    most = max(one.bits for one in answer.evidence.shared)
    for one in answer.evidence.shared:
        bar = mark * round(_BAR * one.bits / most) if most > 0 else ""
        name = text(f"{one.kind} {one.value}")
        name.append(f"  on {count(one.sites, 'site')}", style=FAINT)
        yield text(f"{one.bits:.1f}"), text(bar, GOOD), name
    yield text(f"{answer.evidence.bits:.1f}", STRONG), text(""), text("bits together", STRONG)


def _mark(encoding: str) -> str:
    return "█" if encoding.lower().startswith("utf") else "#"


def _card(answer: Explanation, one: SharedValue) -> None:
    """One value: what it is worth and why, and where it stands on both sites."""
    terminal.show("")
    terminal.show(text(f"{one.kind} {one.value}", STRONG))
    terminal.show(grid([(text(_worth(one), FAINT),)]))
    example = answer.examples.get((one.kind, one.value))
    if example:
        sighting(example.a)
        sighting(example.b)


def _worth(one: SharedValue) -> str:
    known = f", on {count(one.background, 'site')} of the background table" if one.background >= 0 else ""
    return f"{one.bits:.1f} bits; on {count(one.sites, 'site')} of this store{known}" + (f"; {one.why}" if one.why else "")


def _omission(one: SharedValue) -> Text:
    line = text(f"{one.kind} {one.value}")
    line.append_text(text(f"  on {count(one.sites, 'site')}: {one.why}", FAINT))
    return line


def _list(title: str, lines: list[Text], most: int) -> None:
    if not lines:
        return
    terminal.show("")
    terminal.show(text(title, STRONG))
    terminal.show(grid([(line,) for line in lines[:most]]))
    if len(lines) > most:
        terminal.show(grid([(text(f"and {len(lines) - most:,} more", FAINT),)]))

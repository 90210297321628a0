"""How much work a regular expression can do at one place of a page: a bound, computed from its parse tree.

Python's matcher backtracks. Every repeat that may end in several places, followed by something that may begin in each of
them, multiplies the work of what follows; a repeat without a limit makes the bound infinite, since a page with n anchors
would cost n times the length of the page. What cannot be taken back (possessive, atomic) and what cannot be ambiguous
(the next byte is none of the repeated ones) adds instead.
"""

from __future__ import annotations

import re
from math import inf
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

ALL = frozenset(range(256))
_CATEGORY = {
    sre.CATEGORY_DIGIT: frozenset(b"0123456789"),
    sre.CATEGORY_SPACE: frozenset(b" \t\n\r\f\v"),
    sre.CATEGORY_WORD: frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"),
}
_CATEGORY |= {
    sre.CATEGORY_NOT_DIGIT: ALL - _CATEGORY[sre.CATEGORY_DIGIT],
    sre.CATEGORY_NOT_SPACE: ALL - _CATEGORY[sre.CATEGORY_SPACE],
    sre.CATEGORY_NOT_WORD: ALL - _CATEGORY[sre.CATEGORY_WORD],
}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_END = (frozenset[int](), True)


def steps(pattern: re.Pattern[bytes]) -> float:
    """The most steps that a match at one place can take; inf where a repeat has no limit."""
    fold = bool(pattern.flags & re.IGNORECASE)
    return _sequence(list(sre_parser.parse(pattern.pattern, pattern.flags)), fold, 1.0)


def _sequence(items: list[Any], fold: bool, after: float) -> float:
    """The work of these items, `after` being that of what follows them."""
    cost = after
    for index in range(len(items) - 1, -1, -1):
        cost = _item(items[index], items[index + 1 :], fold, cost)
    return cost


def _item(item: Any, rest: list[Any], fold: bool, after: float) -> float:
    op, argument = item
    if op in _REPEATS:
        return _repeat(op, argument, rest, fold, after)
    if op is sre.SUBPATTERN:
        return _sequence(list(argument[3]), fold, after)
    if op is sre.BRANCH:
        return _branch(argument[1], fold, after)
    if op is sre.ATOMIC_GROUP:
        return _sequence(list(argument), fold, 1.0) + after
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return _sequence(list(argument[1]), fold, 1.0) + after
    return 1.0 + after


def _repeat(op: Any, argument: Any, rest: list[Any], fold: bool, after: float) -> float:
    low, high, body = argument[0], argument[1], list(argument[2])
    times = inf if high is sre.MAXREPEAT else float(high)
    inner = _sequence(body, fold, 1.0)
    if op is sre.POSSESSIVE_REPEAT:
        return times * inner + after
    if times == 1:
        return _sequence(body, fold, after) + after
    if not _certain(body * 2, fold):
        return inf
    first, _ = _first(body, fold)
    follows, may_end = _first(rest, fold)
    ways = 1.0 if not may_end and not first & follows else times - low + 1
    return times * inner + ways * after


def _branch(branches: Any, fold: bool, after: float) -> float:
    seen: set[int] = set()
    apart = True
    for branch in branches:
        first, empty = _first(list(branch), fold)
        apart = apart and not empty and not seen & first
        seen |= first
    work = sum(_sequence(list(branch), fold, 1.0) for branch in branches)
    return work + after * (1 if apart else len(branches))


def _certain(items: list[Any], fold: bool) -> bool:
    """Whether there is one way only in which these items match a given text."""
    for index, (op, argument) in enumerate(items):
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT) and argument[0] != argument[1]:
            first, _ = _first(list(argument[2]), fold)
            follows, may_end = _first(items[index + 1 :], fold)
            if may_end or first & follows or not _certain(list(argument[2]), fold):
                return False
        if op is sre.SUBPATTERN and not _certain(list(argument[3]), fold):
            return False
        if op is sre.BRANCH and not all(_certain(list(branch), fold) for branch in argument[1]):
            return False
    return True


def _first(items: list[Any], fold: bool) -> tuple[frozenset[int], bool]:
    """The bytes with which these items can begin, and whether they can match nothing."""
    found: frozenset[int] = frozenset()
    for op, argument in items:
        first, empty = _first_of(op, argument, fold)
        found |= first
        if not empty:
            return found, False
    return found, True


def _first_of(op: Any, argument: Any, fold: bool) -> tuple[frozenset[int], bool]:
    if op in _REPEATS:
        first, empty = _first(list(argument[2]), fold)
        return first, empty or argument[0] == 0
    if op is sre.SUBPATTERN:
        return _first(list(argument[3]), fold)
    if op is sre.ATOMIC_GROUP:
        return _first(list(argument), fold)
    if op is sre.BRANCH:
        each = [_first(list(branch), fold) for branch in argument[1]]
        return frozenset[int]().union(*(first for first, _ in each)), any(empty for _, empty in each)
    if op in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
        return _END
    if op in (sre.GROUPREF, sre.GROUPREF_EXISTS):
        return ALL, True
    return _bytes(op, argument, fold), False


def _bytes(op: Any, argument: Any, fold: bool) -> frozenset[int]:
    if op is sre.LITERAL:
        return _folded(frozenset({argument}), fold)
    if op is sre.NOT_LITERAL:
        return ALL - {argument}
    if op is not sre.IN:
        return ALL
    members: frozenset[int] = frozenset()
    for inner, value in argument:
        if inner is sre.LITERAL:
            members |= {value}
        elif inner is sre.RANGE:
            members |= frozenset(range(value[0], value[1] + 1))
        elif inner is sre.CATEGORY:
            members |= _CATEGORY[value]
    members = _folded(members, fold)
    return ALL - members if argument[0][0] is sre.NEGATE else members


def _folded(members: frozenset[int], fold: bool) -> frozenset[int]:
    if not fold:
        return members
    return members | {ord(other) for member in members for other in chr(member).swapcase()}

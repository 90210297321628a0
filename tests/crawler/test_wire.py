from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import BrokenAnswerError
from crawler.http.wire import Answer, Reading, parse_head


class Parts:
    """A stream that gives its bytes in the pieces in which it got them."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = [part for part in parts if part]

    async def read(self, n: int = -1) -> bytes:
        return self._parts.pop(0) if self._parts else b""


def answer_of(*parts: bytes, head_limit: int = 2000, body_limit: int = 1000, method: str = "GET") -> Answer:
    return asyncio.run(Reading(Parts(*parts), method=method, head_limit=head_limit, body_limit=body_limit).run())


def test_keeps_head_and_body_as_they_came() -> None:
    head = b"HTTP/1.1 200 OK\r\nsErVer: x\r\nSet-Cookie: a\r\nset-cookie: b\r\nX:\t y \r\nContent-Length: 5\r\n\r\n"
    answer = answer_of(head + b"hello")
    assert (answer.head, answer.body, answer.status) == (head, b"hello", 200)
    assert answer.headers == (("sErVer", "x"), ("Set-Cookie", "a"), ("set-cookie", "b"), ("X", "y"), ("Content-Length", "5"))
    assert (answer.cut, answer.reusable) == ("", True)


def test_keeps_chunks_as_they_came() -> None:
    body = b"5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: t\r\n\r\n"
    answer = answer_of(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
    assert (answer.body, answer.cut, answer.reusable) == (body, "", True)


@pytest.mark.parametrize(
    ("wire", "status", "body", "cut"),
    [
        (b"HTTP/1.0 200\r\n\r\nto the end", 200, b"to the end", ""),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, b"ok", ""),
        (b"http/1.1 404 \r\nno colon here\r\nContent-Length: 0\r\n\r\n", 404, b"", ""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", ""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", 200, b"a", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", 200, b"short", "disconnect"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\nshort", 200, b"FF\r\nshort", "disconnect"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>", 200, b"<html>", "disconnect"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\nbody", 200, b"body", ""),
    ],
)
def test_reads_what_browsers_read(wire: bytes, status: int, body: bytes, cut: str) -> None:
    answer = answer_of(wire)
    assert (answer.status, answer.body, answer.cut) == (status, body, cut)


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n" + b"x" * 5000,
    ],
)
def test_cuts_a_body_at_the_limit(wire: bytes) -> None:
    answer = answer_of(*(wire[at : at + 100] for at in range(0, len(wire), 100)))
    assert len(answer.body) == 1000
    assert (answer.cut, answer.reusable) == ("length", False)


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (b"", "without an answer"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", "broke off"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not speak HTTP"),
        (b"HTTP/1.1 OK\r\n\r\n", "not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 5000, "larger than 2000"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 10, "interim"),
    ],
)
def test_says_what_is_wrong(wire: bytes, reason: str) -> None:
    with pytest.raises(BrokenAnswerError, match=reason):
        answer_of(wire)


def test_a_connection_with_bytes_left_over_is_not_used_again() -> None:
    assert not answer_of(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab").reusable
    assert not answer_of(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na").reusable
    assert not answer_of(b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na").reusable


@given(st.sets(st.integers(1, 200)), st.sampled_from([0, 1, 2]))
def test_where_the_network_cuts_makes_no_difference(cuts: set[int], which: int) -> None:
    wire = (
        b"HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 30\r\n\r\n" + b"y" * 30,
        b"HTTP/1.1 200 OK\nServer: x\n\n" + b"z" * 50,
    )[which]
    places = [0, *sorted(cut for cut in cuts if cut < len(wire)), len(wire)]
    pieces = [wire[start:end] for start, end in pairwise(places)]
    assert answer_of(*pieces) == answer_of(wire)


@given(st.binary(max_size=400))
def test_any_bytes_are_an_answer_or_a_sentence(wire: bytes) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        try:
            answer = answer_of(start + wire)
        except BrokenAnswerError:
            pass
        else:
            assert answer.head + answer.body == (start + wire)[: len(answer.head) + len(answer.body)] or answer.status != 200


@given(st.binary(max_size=300))
def test_any_head_is_read(lines: bytes) -> None:
    answer = parse_head(b"HTTP/1.1 200 OK\r\n" + lines)
    assert all(name.strip() == name for name, _ in answer.headers)

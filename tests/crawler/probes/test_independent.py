"""Values that others compute as well: HHHash and JARM beside their libraries (hhhash by its authors, pyjarm), the favicon's hash
beside a computation from MurmurHash3's definition, on the same answers.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from datetime import UTC, datetime
from pathlib import Path

import hhhash
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jarm.formats import V1
from jarm.hashing.hashing import Hasher
from jarm.scanner.scanner import Scanner

from crawler.farm.icons import favicon
from crawler.http.wire import parse_head
from crawler.probes import jarm
from crawler.probes.pace import Lanes
from fingerprints.extract import extract
from fingerprints.indicators.hosting_http import hhhash as ours
from fingerprints.model import Outcome, Page, Role
from fingerprints.probe_records import encode, facts_of
from tests.crawler.certificates import self_signed
from tests.crawler.farm.test_plan import _murmur3
from tests.crawler.web import serving

HEAD = (
    b"HTTP/1.1 200 OK\r\nserver: nginx\r\nDate: Mon, 13 May 2024 06:11:52 GMT\r\nContent-Type: text/html\r\nX-Odd: a\r\n"
    b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 1\r\n\r\n"
)


def test_hhhash_equals_its_authors_on_a_head_with_repeats() -> None:
    answer = parse_head(HEAD)
    assert ours([name for name, _ in answer.headers]) == hhhash.hash_from_banner(HEAD.decode())


def test_hhhash_equals_its_authors_on_an_answer_over_the_wire() -> None:
    once = HEAD.replace(b"Set-Cookie: b=2\r\n", b"") + b"x"
    with serving() as web:
        web.answers["/"] = once
        theirs = hhhash.buildhash(f"http://127.0.0.1:{web.port}/")
    page = Page(
        "x", "x", "a.com", Role.FRONT, datetime.now(UTC), 200, parse_head(once.split(b"\r\n\r\n")[0] + b"\r\n\r\n").headers
    )
    assert {one.value for one in extract(page).observations if one.kind == "hhhash"} == {theirs}


def _server(folder: Path, kind: str) -> ssl.SSLContext:
    context = self_signed(folder, "harbour-news.com")
    if kind == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
    elif kind == "1.3":
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["h2", "http/1.1"])
    elif kind == "few ciphers":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-ECDSA-AES128-SHA")
    return context


@pytest.mark.parametrize("kind", ["1.2", "1.3", "any", "few ciphers"])
def test_jarm_equals_pyjarm_on_real_servers(tmp_path: Path, kind: str) -> None:
    with serving(_server(tmp_path, kind)) as web:
        theirs, _, _ = Scanner.scan("127.0.0.1", web.port)
        line = asyncio.run(jarm.look(Lanes(), "a.com", 0, "127.0.0.1", "127.0.0.1", web.port, 5))
        assert web.connections == 20
    (fact,) = facts_of(encode("tls", Outcome.READ, "", text=line))
    assert fact.fact["jarm"] == theirs != jarm.NOTHING


def test_jarm_of_a_server_without_tls_is_nothing() -> None:
    with serving() as web:
        line = asyncio.run(jarm.look(Lanes(), "a.com", 0, "127.0.0.1", "127.0.0.1", web.port, 0.1))
    assert jarm.NOTHING.encode() in line


def test_the_ten_hellos_are_pyjarm_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """With chance taken out. pyjarm runs two protocols of the list into one, so a reversed list has them in another order there."""
    monkeypatch.setattr("os.urandom", bytes)
    monkeypatch.setattr("random.choice", lambda values: values[0])
    monkeypatch.setattr("random.randrange", lambda _: 0)
    same = 0
    for mine, one in zip(jarm.hellos("harbour-news.com"), V1, strict=True):
        theirs = one().build_packet("harbour-news.com", 443).build()
        assert sorted(mine) == sorted(theirs)
        same += mine == theirs
    assert same == 7


@given(st.lists(st.binary(max_size=120), min_size=10, max_size=10))
def test_jarm_of_any_answers(answers: list[bytes]) -> None:
    assert len(jarm.fingerprint(answers)) == 62


@given(
    st.lists(
        st.tuples(st.sampled_from(["c02f", "1301", "0005", "ffff"]), st.sampled_from(["0303", "0301"])), min_size=10, max_size=10
    )
)
def test_jarm_of_server_hellos_equals_pyjarm(picked: list[tuple[str, str]]) -> None:
    answers = [
        b"\x16\x03\x03\x00\x50\x02\x00\x00\x4c" + bytes.fromhex(version) + b"r" * 32 + b"\x00" + bytes.fromhex(suite) + b"\x00"
        + bytes.fromhex("000d 0017 0000 0010 0005 0003 02 6832")
        for suite, version in picked
    ]  # fmt: skip
    theirs = [Scanner._parse_server_hello(answer, ("x",)) for answer in answers]
    assert jarm.fingerprint(answers) == Hasher.jarm(",".join(theirs))


def test_the_favicon_s_hash_equals_the_definition() -> None:
    body = favicon("some site")
    page = Page("x", "x", "a.com", Role.FAVICON, datetime.now(UTC), 200, body=body)
    (found,) = [one.value for one in extract(page).observations if one.kind == "favicon-mmh3"]
    assert found == str(_murmur3(base64.encodebytes(body)))

"""Questions to a resolver: what it answers, and each way in which it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.probes.dns_client import DnsClient
from crawler.probes.dns_message import Answer, DnsFault, nothing_in, parsed
from tests.crawler.probes.dns_server import Server, fails, forges, refers, says_nothing, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as served:
        yield served


def ask(server: Server, *questions: tuple[str, str], then: Callable[[DnsClient], None] | None = None) -> list[Answer | str]:
    """The answers, or the sentences of the faults."""

    async def one(client: DnsClient, name: str, kind: str) -> Answer | str:
        try:
            return await client.ask(name, kind)
        except DnsFault as fault:
            return str(fault)

    async def run() -> list[Answer | str]:
        client = DnsClient([server.address], timeout=0.3)
        try:
            return list(await asyncio.gather(*(one(client, *question) for question in questions)))
        finally:
            if then:
                then(client)
            client.close()

    return asyncio.run(run())


def test_records_are_sorted_and_have_their_time_to_live(server: Server) -> None:
    server.site("harbour-news.com", "203.0.113.7", MX=["20 b.net.", "10 a.net."])
    assert ask(server, ("harbour-news.com", "A"), ("harbour-news.com", "MX"), ("harbour-news.com", "TXT"), ("no.com", "A")) == [
        Answer("NOERROR", ("203.0.113.7",), 300),
        Answer("NOERROR", ("10 a.net.", "20 b.net."), 300),
        Answer("NOERROR"),
        Answer("NXDOMAIN"),
    ]


def test_an_alias_is_followed_and_told(server: Server) -> None:
    def alias(query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        answer.answer = [
            dns.rrset.from_text("www.harbour-news.com.", 60, "IN", "CNAME", "Edge.CDN.net."),
            dns.rrset.from_text("edge.cdn.net.", 30, "IN", "A", "203.0.113.9"),
        ]
        return answer

    server.behaves["www.harbour-news.com"] = alias
    (found,) = ask(server, ("www.harbour-news.com", "A"))
    assert found == Answer("NOERROR", ("203.0.113.9",), 30, ("edge.cdn.net.",))


def test_what_does_not_fit_into_a_datagram_is_asked_for_over_tcp(server: Server) -> None:
    texts = [f'"{number:03} {"x" * 200}"' for number in range(20)]
    server.site("harbour-news.com", "203.0.113.7", TXT=texts)
    (found,) = ask(server, ("harbour-news.com", "TXT"))
    assert isinstance(found, Answer)
    assert (found.over_tcp, found.records) == (True, tuple(texts))
    assert [over for _, _, over in server.asked] == ["udp", "tcp"]


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (fails, "SERVFAIL (no reachable authority: at delegation harbour-news.com)"),
        (refers, "Lame delegation"),
        (says_nothing, "did not answer within 0.3 s"),
        (forges, "did not answer within 0.3 s"),
        (lambda query: query.to_wire()[:14], "did not answer within 0.3 s"),
    ],
)
def test_a_failure_is_told_and_is_no_absence(server: Server, behaviour: Callable[..., bytes], told: str) -> None:
    server.behaves["harbour-news.com"] = behaviour
    (found,) = ask(server, ("harbour-news.com", "A"))
    assert isinstance(found, str)
    assert told in found


def test_a_silent_server_is_asked_twice(server: Server) -> None:
    server.behaves["harbour-news.com"] = says_nothing
    ask(server, ("harbour-news.com", "A"))
    assert len(server.asked) == 2


def test_many_questions_take_few_sockets_and_each_is_put_once(server: Server) -> None:
    names = [f"site{number}.com" for number in range(150)]
    for name in names:
        server.site(name, "203.0.113.7")
    sockets: list[int] = []
    found = ask(server, *((name, "A") for name in names), then=lambda client: sockets.append(client.sockets))
    assert found == [Answer("NOERROR", ("203.0.113.7",), 300)] * len(names)
    assert sockets[0] <= 8
    assert sorted(name for name, _, _ in server.asked) == sorted(names)


_SETS = st.lists(st.sampled_from(["SOA", "NS"]), max_size=2, unique=True)


@given(st.sampled_from([0, 3, 2, 16]), _SETS, st.booleans(), st.booleans(), st.binary(max_size=3), st.integers(0, 60))
def test_walking_over_an_empty_answer_says_what_parsing_says(
    code: int, authority: list[str], edns: bool, recursion: bool, tail: bytes, cut: int
) -> None:
    query = dns.message.make_query("nx.harbour-news.com", "TXT", use_edns=0 if edns or code > 15 else -1)
    answer = dns.message.make_response(query, recursion_available=recursion)
    answer.set_rcode(code)
    texts = {"SOA": "ns.a.net. h.a.net. 1 2 3 4 5", "NS": "ns.a.net."}
    answer.authority = [dns.rrset.from_text("harbour-news.com.", 60, "IN", kind, texts[kind]) for kind in authority]
    wire = answer.to_wire() + tail
    quick = nothing_in(wire, False)
    if quick is not None:
        assert quick == parsed(wire, "TXT", False)
    elif code in (0, 3):
        assert "NS" in authority
    nothing_in(wire[:cut], False)


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".com", "\udc80.com", "." * 300])
def test_what_is_no_name_is_told(server: Server, name: str) -> None:
    (found,) = ask(server, (name, "A"))
    assert "no name that can be asked for" in str(found)
    assert server.asked == []

"""Probes' records: what is written is read back, and no bytes at all make the reader fail."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fingerprints.archive import ROLE_FIELD, SITE_FIELD, read_warc
from fingerprints.extract import extract
from fingerprints.indicators._registration import day, of_rdap, of_whois
from fingerprints.model import Outcome, Page, Role
from fingerprints.probe_records import CONTENT_TYPE, encode, facts_of, head_of, outcome_of, text_of
from tests.fingerprints.made_archives import Record, write_warc
from tests.fingerprints.made_archives import page as page_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.sampled_from(
    ["asked", "type", "answers", "chain", "ttl", "address", "asn", "country", "host", "certificate", "jarm", "error", "protocol"]
)
DNS = st.sampled_from(
    ["A", "NS", "SOA", "MX", "TXT", "CAA", "a.com", "_dmarc.a.com", "k._domainkey.a.com", "1.2.3.4", "ns.a.com. x\\.y.b.com. 1"]
)
PROBES = [role for role in Role if role.is_probe]


def page(body: bytes, role: Role = Role.DNS, headers: tuple[tuple[str, str], ...] = ()) -> Page:
    return Page("dns:a.com", "dns:a.com", "a.com", role, datetime.now(UTC), 200, headers, body)


@given(st.sampled_from(Outcome), st.text(max_size=50), st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=5))
def test_what_is_written_is_read(outcome: Outcome, detail: str, facts: list[dict[str, object]]) -> None:
    body = encode("dns", outcome, detail, facts)
    assert head_of(body) == {"probe": "dns", "outcome": outcome.value, "detail": detail}
    lines = list(facts_of(body))
    assert [line.fact for line in lines] == facts
    assert all(json.loads(body[line.start : line.end]) == line.fact for line in lines)
    assert outcome_of(page(body)) == (outcome, detail)


@given(st.binary(max_size=300))
def test_any_bytes_are_no_record_or_one(body: bytes) -> None:
    told = outcome_of(page(body))
    assert told is not None
    assert told[0] in Outcome
    list(facts_of(body))
    text_of(body)


def test_other_documents_are_no_records() -> None:
    assert outcome_of(page(b"", Role.FRONT)) is None
    assert outcome_of(page(b"{}", Role.REGISTRATION, (("Content-Type", "application/rdap+json"),))) is None
    assert outcome_of(page(b"nonsense")) == (Outcome.FAILED, "The record of the probe cannot be read.")


@given(st.lists(st.dictionaries(FIELDS, JSON | DNS | st.lists(DNS, max_size=4), max_size=6), max_size=6), st.sampled_from(PROBES))
def test_no_facts_make_a_rule_fail(facts: list[dict[str, object]], role: Role) -> None:
    extraction = extract(page(encode("dns", Outcome.READ, "", facts), role))
    assert extraction.failures == ()
    assert all(one.value.isprintable() and one.value == one.value.strip() != "" for one in extraction.observations)


@given(st.dictionaries(st.sampled_from(["objectClassName", "events", "entities", "status", "links"]), JSON | st.just("domain")))
def test_no_rdap_answer_makes_the_reader_fail(answer: dict[str, object]) -> None:
    of_rdap(json.dumps(answer).encode())
    entity = {"roles": answer.get("status"), "vcardArray": answer.get("events"), "publicIds": answer.get("links")}
    of_rdap(json.dumps({"objectClassName": "domain", "entities": [entity, answer]}).encode())


@given(st.text(max_size=400))
def test_no_whois_answer_makes_the_reader_fail(text: str) -> None:
    of_whois(text)
    of_whois("\n".join(f"{name}: {text[:60]}" for name in ("Registrar", "Created", "status", "Registrant Email")))


def test_days_as_registries_write_them() -> None:
    wanted = "2024-05-03"
    for text in ("2024-05-03T08:00:00Z", "2024.05.03", "20240503", "03.05.2024", "3-May-2024", "03/05/2024 10:11", "2024/05/03"):
        assert str(day(text)) == wanted, text
    for text in ("", "yesterday", "2024-13-40", "0000-00-00", "31.02.2024", "1970-01-01"):
        assert day(text) is None, text


def test_dns_records_of_other_crawlers_are_passed_over(tmp_path: Path) -> None:
    """Heritrix writes what it looked up as text/dns, under the same scheme."""
    text = b"20240501120000\nharbour-news.com.\t300\tIN\tA\t203.0.113.7\n"
    foreign = Record("dns:harbour-news.com", text, (("Content-Type", "text/dns"),), kind="resource")
    ours = Record(
        "dns:harbour-news.com",
        encode("dns", Outcome.ABSENT, "No such domain."),
        (("Content-Type", CONTENT_TYPE),),
        kind="resource",
        fields={ROLE_FIELD: "dns", SITE_FIELD: "harbour-news.com"},
    )
    write_warc(tmp_path / "a.warc.gz", foreign, ours, page_of("https://harbour-news.com/", "GTM-ABC123"))
    found = list(read_warc(tmp_path / "a.warc.gz"))
    pages = [one for one in found if isinstance(one, Page)]
    assert [(one.role, one.site) for one in pages] == [(Role.DNS, "harbour-news.com"), (Role.FRONT, "harbour-news.com")]
    assert len(pages) == len(found)
    assert outcome_of(pages[0]) == (Outcome.ABSENT, "No such domain.")

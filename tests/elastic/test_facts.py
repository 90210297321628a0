"""What a site's own document says of its hosting, by the names of the Elastic Common Schema."""

from __future__ import annotations

from pathlib import Path

from fingerprints.stores.elasticsearch_facts import of_sites
from tests.fingerprints.made_stores import store_of


def test_answers_of_dns_stand_in_their_fields(tmp_path: Path) -> None:
    answers = [("dns-a", "203.0.113.7"), ("dns-a", "2001:db8::7"), ("dns-ns", "ns1.harbour.net"), ("dns-mx", "mail.harbour.net")]
    with store_of(tmp_path, {"a.com": answers}) as store:
        facts = of_sites(store.matrix())
    assert facts["a.com"] == {
        "dns.answers.data": ["2001:db8::7", "203.0.113.7", "mail.harbour.net", "ns1.harbour.net"],
        "dns.resolved_ip": ["2001:db8::7", "203.0.113.7"],
        "samehand.name_server": ["ns1.harbour.net"],
        "server.ip": ["2001:db8::7", "203.0.113.7"],
    }

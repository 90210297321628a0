"""The farm over real sockets: what it serves is what its truth says."""

from __future__ import annotations

import socket
import ssl

import dns.flags
import dns.rcode
import pytest

from crawler.farm import Farm, serve
from crawler.farm.documents import Documents
from crawler.farm.plan import Plan
from crawler.farm.world import Fault
from tests.crawler.farm.client import Client, with_fault


def test_every_healthy_site_answers_under_its_own_name(client: Client, plan: Plan) -> None:
    for site in plan.sites:
        if site.fault is None and not site.redirects_to and not site.copies:
            answer = client.get(f"{site.origin}/")
            assert answer.status == 200, site.domain
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert answer.body == Documents(site, plan).document("/").body


def test_pages_carry_what_the_truth_says(client: Client, farm: Farm, plan: Plan) -> None:
    by_domain = plan.by_domain()
    for told in farm.truth["sites"]:
        site = by_domain[told["domain"]]
        if site.fault or site.redirects_to or site.copies:
            continue
        pages = Documents(site, plan).pages
        for one in told["carried"]:
            path = next(page.path for page in pages.values() if page.kind in one["pages"])
            body = client.get(site.origin + path).body.decode()
            for part in one["value"].split("/"):
                assert part in body, (site.domain, path, one)


def test_ads_txt_lists_the_site_s_own_accounts_as_direct_and_the_common_ones_as_resellers(client: Client, plan: Plan) -> None:
    site = next(site for site in plan.sites if site.network == "Purse" and not site.redirects_to)
    account = next(one.value for one in site.carried if one.kind == "adsense")
    lines = client.get(f"{site.origin}/ads.txt").body.decode().splitlines()
    assert f"google.com, {account}, DIRECT, f08c47fec0942fa0" in lines
    assert sum(line.endswith(", RESELLER") for line in lines) == plan.world.resellers


def test_feed_sitemap_robots_icon_and_assets_are_there(client: Client, plan: Plan) -> None:
    site = next(site for site in plan.sites if site.network == "Purse" and not site.redirects_to)
    design = Documents(site, plan).content.design
    for path, kind in (
        ("/robots.txt", "text/plain"),
        ("/sitemap.xml", "application/xml"),
        (design.feed, "application/rss+xml"),
        ("/favicon.ico", "image/x-icon"),
        (f"{design.folder}/style.css", "text/css"),
        ("/images/front.png", "image/png"),
    ):
        answer = client.get(site.origin + path)
        assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, kind), path
    assert client.get(f"{site.origin}/no-such-page").status == 404


def test_a_name_server_that_knows_its_names_and_no_other(client: Client, plan: Plan) -> None:
    site = next(site for site in plan.sites if site.network == "Purse")
    for kind in ("A", "NS", "SOA", "MX", "TXT"):
        answer = client.ask_dns(site.domain, kind)
        assert answer.rcode() == dns.rcode.NOERROR
        assert answer.answer, kind
        assert answer.flags & dns.flags.AA
    assert not client.ask_dns(site.domain, "AAAA").answer
    assert client.ask_dns(f"www.{site.domain}", "A", tcp=True).answer
    for unknown in ("no-such-name.com", f"nothing.{site.domain}", with_fault(plan, Fault.UNKNOWN_DOMAIN).domain):
        assert client.ask_dns(unknown, "A").rcode() == dns.rcode.NXDOMAIN


def test_what_is_no_query_stops_no_name_server(client: Client, plan: Plan) -> None:
    host, port = client.farm.dns.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"\xff" * 40, (host, int(port)))
    assert client.addresses(plan.sites[0].hosting.domain)


@pytest.mark.parametrize("fault", [Fault.EXPIRED, Fault.SELF_SIGNED, Fault.WRONG_NAME])
def test_broken_certificates_are_broken(client: Client, plan: Plan, fault: Fault) -> None:
    site = with_fault(plan, fault)
    with pytest.raises(ssl.SSLCertVerificationError):
        client.get(f"{site.origin}/")
    assert client.get(f"{site.origin}/", trusting=False).status == 200


def test_other_faults(client: Client, plan: Plan) -> None:
    assert client.get(f"{with_fault(plan, Fault.ERROR_500).origin}/").status == 500
    assert client.get(f"{with_fault(plan, Fault.WRONG_TYPE).origin}/").headers["Content-Type"] == "application/pdf"
    assert b"Disallow: /\n" in client.get(f"{with_fault(plan, Fault.ROBOTS).origin}/robots.txt").body
    only_http = with_fault(plan, Fault.HTTP_ONLY)
    assert client.get(f"http://{only_http.host}/").status == 200
    with pytest.raises(OSError, match=r"(?i)ssl|tls|reset|eof"):
        client.get(f"https://{only_http.host}/")
    with pytest.raises(OSError, match=r"(?i)refused|reset|aborted|closed|timed out"):
        client.connect(with_fault(plan, Fault.DEAD).domain, client.farm.http).recv(1)


def test_redirects(client: Client, plan: Plan) -> None:
    old = next(site for site in plan.sites if site.redirects_to and not site.copies)
    answer = client.get(f"{old.origin}/x?y=1")
    assert (answer.status, answer.headers["Location"]) == (301, f"{plan.by_domain()[old.redirects_to].origin}/x?y=1")
    site = next(site for site in plan.sites if site.www and site.fault is None and not site.redirects_to)
    assert client.get(f"https://{site.domain}/").headers["Location"] == f"https://www.{site.domain}/"


def test_clones(client: Client, plan: Plan) -> None:
    clones = {site.copied_how: site for site in plan.sites if site.copies}
    bodies = {}
    for how in ("canonical", "assets", "refresh"):
        victim = plan.by_domain()[clones[how].copies]
        bodies[how] = client.get(f"{clones[how].origin}/").body.decode()
        account = next(one.value for one in victim.carried if one.kind == "adsense")
        assert account in bodies[how]
    victim = plan.by_domain()[clones["canonical"].copies]
    assert f'<link rel="canonical" href="{victim.origin}/">' in bodies["canonical"]
    assert "canonical" not in bodies["assets"]
    assert f'src="{victim.origin}/images/' in bodies["assets"]
    assert f'content="0; url={victim.origin}/"' in bodies["refresh"]
    answer = client.get(f"{clones['redirect'].origin}/")
    assert (answer.status, answer.headers["Location"]) == (302, f"{victim.origin}/")


def test_connections_are_kept_and_requests_may_come_in_pieces(client: Client, plan: Plan) -> None:
    site = with_fault(plan, Fault.HTTP_ONLY)
    request = f"GET /robots.txt HTTP/1.1\r\nHost: {site.host}\r\n\r\n".encode()
    with client.connect(site.host, client.farm.http) as sock:
        for piece in (request[:7], request[7:] + request[:20], request[20:]):
            sock.sendall(piece)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 2 or received.count(b"Sitemap:") < 2:
            received += sock.recv(65536)


def test_nonsense_is_refused(client: Client, plan: Plan) -> None:
    with client.connect(plan.sites[0].hosting.domain, client.farm.http) as sock:
        sock.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 400")


def test_the_farm_is_gone_when_the_block_is_left() -> None:
    with serve(seed=1, sites=60) as farm:
        host, port = farm.dns.split(":")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, int(port)), timeout=5)
    assert not farm.ca_file.exists()

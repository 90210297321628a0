"""Every attacker is survived, the site beside them is read all the same, and what went wrong is told."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.farm.attackers import Attack, attacks, serve
from crawler.farm.attackers.base import front, page
from crawler.farm.attackers.roads import inward
from crawler.farm.attackers.texts import SCRIPT
from fingerprints.model import Outcome, Role
from fingerprints.stores.base import open_store
from tests.crawler.crawling import crawl, looks
from tests.crawler.hostile.suite import Took, crawled
from tests.crawler.names import naming
from tests.crawler.web import serving
from tests.fingerprints.samehand import run

HONEST = Attack("honest", "no attack", front(page("<html><script>gtag('config', 'G-HONEST1234')</script></html>")))
MOST_MEGABYTES = 600
_HARMFUL = set("\x1b\x07\0\u202e\u2066\u200b")


@dataclass(frozen=True, slots=True)
class Suite:
    """All attackers crawled at once."""

    store: Path
    took: Took


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    store = tmp_path_factory.mktemp("attacks") / "a.db"
    everyone = (HONEST, *attacks())
    with serve(everyone) as port:
        return Suite(store, crawled(store, [attack.site for attack in everyone], port))


def test_the_crawl_ends_and_stays_small(suite: Suite) -> None:
    assert (suite.took.code, "Traceback" in suite.took.stderr) == (0, False), suite.took.stderr[-2000:]
    assert suite.took.megabytes < MOST_MEGABYTES
    with open_store(str(suite.store), create=False) as store:
        assert [row.value for row in store.carried(site=HONEST.site, kind="google-analytics-4")] == ["G-HONEST1234"]
        assert {summary.site for summary in store.sites()} >= {attack.site for attack in attacks()}


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)
def test_what_an_attack_did_is_told(suite: Suite, attack: Attack) -> None:
    with open_store(str(suite.store), create=False) as store:
        looks = list(store.coverage(attack.site))
        told = [*(look.detail for look in looks), *(failure.error for failure in store.failures(attack.site))]
    assert looks, "nothing is known of the site"
    assert attack.told in " ".join(told)
    assert all(look.detail for look in looks if look.outcome is not Outcome.READ)


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_nothing_that_was_served_reaches_a_terminal_or_a_spreadsheet(suite: Suite, form: str) -> None:
    for name in ("escapes", "bidi", "formulas", "scripts", "nul", "ads-txt"):
        site = f"{name}-attack.org"
        shown = run(suite.store.parent, "observations", "--site", site, "--format", form, "--store", suite.store.name).stdout
        assert site in shown
        assert not _HARMFUL & set(shown)
        if form == "csv":
            cells = [cell for row in csv.reader(shown.splitlines()) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@")) and not cell[1:].isdigit()]


def test_nothing_that_was_served_runs_in_a_report_or_an_export(suite: Suite, tmp_path: Path) -> None:
    run(tmp_path, "networks", "--store", str(suite.store))
    run(tmp_path, "report", "--store", str(suite.store), "--out", "report")
    for form in ("csv", "jsonl", "stix", "graphml"):
        (tmp_path / form).write_text(run(tmp_path, "export", "--format", form, "--store", str(suite.store)).stdout)
    written = {
        path: path.read_text("utf-8") for path in tmp_path.rglob("*") if path.suffix not in (".js", ".css") and path.is_file()
    }
    assert len(written) > 4
    for path, text in written.items():
        assert path.suffix != ".html" or SCRIPT not in text
        assert not _HARMFUL & set(text)


def test_a_name_or_an_address_that_leads_inward_is_not_connected_to(tmp_path: Path) -> None:
    with naming() as names, serving() as web:
        for number, address in enumerate(
            ("127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00:ec2::254")
        ):
            names.addresses[f"inward{number}-attack.org"] = [address]
        given = {"dns": names.option, "map_port": f"80:{web.port},443:{web.port},8080:{web.port}", "delay": 0, "retries": 0}
        ended = crawl(tmp_path / "a.db", *names.addresses, *inward(), probes="tls", **given)
        assert (ended.code, web.connections) == (0, 0)
    fronts = [look for look in looks(tmp_path / "a.db").values() if look.role is Role.FRONT]
    assert len(fronts) > len(names.addresses)
    assert {look.outcome for look in fronts} <= {Outcome.REFUSED, Outcome.FAILED}
    assert sum("no address of the public Internet" in look.detail for look in fronts) >= len(names.addresses)

"""A farm in an Elasticsearch and in a crawl's journal, crawled once for all workers of a test run, as the dashboards show it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from crawler.farm import serve
from fingerprints import verdicts
from fingerprints.model import Network
from fingerprints.networks import find_networks
from fingerprints.sites import site_or_none
from fingerprints.stores.base import Store, open_store
from fingerprints.stores.journal import JournalFile, send
from fingerprints.verdicts import Answer, Subject
from tests.crawler.crawling import crawl, of_farm
from tests.crawler.farm.client import SMALL
from tests.elastic.server import locked
from tests.fingerprints.stores.samples import batch_of, failed, looked, seen


@dataclass(frozen=True)
class StoredFarm:
    """Where it is, and what is true of it."""

    server: str
    location: str
    journal: str
    truth: dict[str, Any]
    """Without the slow sites, whose outcome depends on the clock."""


def stored(folder: Path, server: str) -> StoredFarm:
    """The farm on this server; whoever asks first has it made.

    Args:
        folder: one that all workers know.
        server: the address of their Elasticsearch.
    """
    state = folder / "farm.json"
    with locked(folder / "farm.lock"):
        if state.exists():
            known = StoredFarm(**json.loads(state.read_text()))
            if known.server == server:
                return known
        made = _made(folder, server)
        state.write_text(json.dumps(asdict(made)))
        return made


def _made(folder: Path, server: str) -> StoredFarm:
    name = f"farm{uuid4().hex[:8]}"
    location, journal = f"{server}/?prefix={name}", folder / f"{name}.journal"
    with serve(SMALL, seed=1) as farm:
        options = of_farm(farm) | {"probes": "dns,registration,tls", "hosting_data": farm.hosting, "registry_delay": 0}
        options |= {"dns_timeout": 60, "connect_timeout": 60, "timeout": 120}  # a busy machine is no fault of the farm's
        options["map_port"] += f",43:{farm.whois}"
        slow = {site["domain"] for site in farm.truth["sites"] if site["fault"] == "slow"}
        words = [word for word in farm.sites if site_or_none(word if "://" in word else f"http://{word}") not in slow]
        assert crawl(location, *words, journal=journal, **options).code == 0  # type: ignore[arg-type]
        truth = farm.truth | {"sites": [site for site in farm.truth["sites"] if site["domain"] not in slow]}
    with JournalFile(journal) as file:
        _more(file)
        send(file)
        networks = find_networks(file)
        candidates = sorted({site for network in networks for site in network.candidates})
        for site, answer in zip(candidates, (Answer.NO, Answer.UNDONE), strict=False):
            verdicts.add(location, verdicts.verdict(Subject.SITE, [site], answer, "ann"))
        _cluster(file, networks)
    with open_store(location) as store:
        _cluster(store, find_networks(store))
    return StoredFarm(server, location, str(journal), truth)


def _cluster(store: Store, networks: list[Network]) -> None:
    """Twice, so that something becomes of networks: the largest is new at the second time."""
    store.save_networks(networks[1:])
    store.save_networks(networks)


def _more(file: JournalFile) -> None:
    """What no site of the small farm has: names that imitate a medium's, a page that cannot be read, and values that come and go."""
    names = ("spiege1.info", "spiegeI.online")
    file.write(batch_of(*(seen(site, "spiegel.de", kind="lookalike") for site in names), failed("spiege1.info")))
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for number, values in enumerate((("UA-7", "UA-8"), ("UA-8", "UA-9"), ("UA-8",), ("UA-7", "UA-8"))):
        at = today - timedelta(days=9 - number)
        for site in names:
            file.write(batch_of(*(seen(site, value, at=at) for value in values), looked(site, at=at)))
            file.end_visit(site, at, at + timedelta(minutes=1))

"""How long a large network's page takes to be used: 2,000 sites with 20,000 links, opened from disk in Chromium.

python -m tests.bench.report [SITES [LINKS]]

Yardstick: an empty page in the same browser. Drawing is done by the processor (SwiftShader), slower than any graphics card.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.sharing import Sharing
from fingerprints.model import Evidence, Network, Role, SharedValue, State
from fingerprints.report.pages import write
from fingerprints.stores.base import Carried, SiteSummary
from tests.report.browser import chromium

_DAY = datetime(2026, 5, 1, tzinfo=UTC)
_OF_ONE_VALUE = 5
_READY = "() => performance.getEntriesByName('graph-ready')[0]?.startTime ?? performance.now()"


def large(sites: int, links: int) -> Dossier:
    """A network in which groups of sites share an account."""
    chance = random.Random(1)
    names = [f"site{number:05}.example" for number in range(sites)]
    carried: dict[str, list[Carried]] = {name: [] for name in names}
    found: dict[tuple[str, str], SharedValue] = {}
    counts = {}
    number = 0
    while len(found) < links:
        value = f"pub-{number:016}"
        number += 1
        group = sorted(chance.sample(names, _OF_ONE_VALUE))
        counts["adsense", value] = len(group)
        for name in group:
            row = Carried(
                name, "adsense", value, State.SEEN, _DAY, _DAY, f"https://{name}/", Role.FRONT, "script", 1, value, "", None
            )
            carried[name].append(row)
        for index, one in enumerate(group):
            for other in group[index + 1 :]:
                if len(found) < links:
                    found[one, other] = SharedValue("adsense", value, len(group), 14.0, "ads")
    evidence = tuple(Evidence(a, b, (shared,), shared.bits, f"{a} and {b}") for (a, b), shared in found.items())
    network = Network("n-large", tuple(names), (), (), 0.99, evidence)
    summaries = {name: SiteSummary(name, _DAY, _DAY, {"read": 1}, 1, 0) for name in names}
    rows = {name: tuple(values) for name, values in carried.items()}
    return Dossier(Sharing(), (network,), summaries, rows, counts, {}, dict.fromkeys(names, ()), {}, sites)


def main() -> None:
    sites = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    links = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with tempfile.TemporaryDirectory() as folder, chromium() as visit:
        began = time.perf_counter()
        write(large(sites, links), Path(folder))
        print(f"written      {time.perf_counter() - began:6.2f} s, {sites:,} sites, {links:,} links")
        path = Path(folder) / "networks/n-large.html"
        print(f"page         {path.stat().st_size / 1e6:6.2f} MB")
        empty = Path(folder) / "empty.html"
        empty.write_text("<!doctype html><title>empty</title>")
        told = visit.page.context.new_cdp_session(visit.page)
        told.send("Performance.enable", {"timeDomain": "threadTicks"})
        for name, page in (("interactive", path), ("interactive", path), ("empty page", empty)):
            began = time.perf_counter()
            if page is empty:
                visit.open(page)
            else:
                visit.graph(page)
            shown = time.perf_counter() - began
            drawn = visit.page.evaluate(_READY) / 1000
            spent = {one["name"]: one["value"] for one in told.send("Performance.getMetrics")["metrics"]}["TaskDuration"]
            print(
                f"{name:<12} {drawn:6.2f} s in the page, {shown:6.2f} s seen from outside, {spent:6.2f} s of the page's processor"
            )
        print("complaints  ", visit.troubles or "none")


if __name__ == "__main__":
    main()

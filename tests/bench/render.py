"""Show 5: farm pages whose ids only appear at run time, crawled with and without a browser.

python -m tests.bench.render [--world scripts] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from crawler.farm import Farm, serve
from fingerprints.config import DEFAULTS
from fingerprints.model import Outcome, Role
from fingerprints.stores.base import open_store
from tests.crawler.crawling import crawl, of_farm

Value = tuple[str, str, str]
_PAGES = frozenset({"front", "articles", "about"})


def late(farm: Farm) -> set[Value]:
    """(site, kind, value) of what scripts bring in."""
    return {
        (site["domain"], one["kind"], one["value"])
        for site in farm.truth["sites"]
        if site["scripts"] != "none"
        for one in site["carried"]
        if one["state"] == "live" and _PAGES & set(one["pages"])
    }


def carried(store: Path) -> set[Value]:
    """(site, kind, value) that the store holds."""
    with open_store(str(store), create=False) as opened:
        return {(one.site, one.kind, one.value) for one in opened.carried()}


def unseen(store: Path) -> set[str]:
    """Sites of which the store says that scripts were not run."""
    with open_store(str(store), create=False) as opened:
        return {look.site for look in opened.coverage() if look.role is Role.RENDERED and look.outcome is Outcome.NOT_LOOKED_AT}


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", default="scripts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet", type=float, default=1.0, help="render_quiet, in seconds")
    call = parser.parse_args()
    with serve(DEFAULTS / "worlds" / f"{call.world}.toml", seed=call.seed) as farm, tempfile.TemporaryDirectory() as made:
        wanted = late(farm)
        sites = {site for site, _, _ in wanted}
        for name, options in (
            ("without", {}),
            ("with", {"render": 1, "sandbox": int(os.geteuid() != 0), "render_quiet": call.quiet}),
        ):
            store = Path(made) / f"{name}.db"
            began = time.monotonic()
            ended = crawl(store, f"--seeds={farm.seeds_file}", **of_farm(farm), **options, within=3000)
            found = carried(store) & wanted
            told = sites & unseen(store)
            print(
                f"{name} --render: {len(found)} of {len(wanted)} values found; {len(told)} of {len(sites)} sites say that scripts "
                f"were not run; {ended.last['pages']} documents, {time.monotonic() - began:.0f} s"
            )
            for one in sorted(wanted - found) if name == "with" else ():
                print("  missing", *one)


if __name__ == "__main__":
    main()

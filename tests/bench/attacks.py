"""How much each attack costs: python -m tests.bench.attacks [NAME…]. Each is crawled alone, beside a site that does no harm.

Prints number of attacks and of those survived, the peak memory of the crawler, and the seconds that each took beyond the site that
does no harm, against the limit that the attack names.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from crawler.farm.attackers import Attack, attacks, serve
from crawler.farm.attackers.base import front, page
from tests.crawler.hostile.suite import Took, crawled

MOST_MEGABYTES = 600
_HONEST = Attack("honest", "no attack", front(page("<html>no attack</html>")))


def main(names: list[str]) -> int:
    """Runs the attacks, or those named; 0 when all are survived within their limits."""
    chosen = [attack for attack in attacks() if not names or attack.name in names]
    base = _run(_HONEST)
    print(f"no attack: {base.seconds:.1f} s ({base.busy:.1f} s of processor time), {base.megabytes:.0f} MB")
    survived, peak = 0, 0.0
    for attack in chosen:
        took = _run(attack)
        lost = max(0.0, took.seconds - base.seconds)
        good = took.code == 0 and lost <= attack.seconds and took.megabytes <= MOST_MEGABYTES
        survived += good
        peak = max(peak, took.megabytes)
        verdict = "survived" if good else "FAILED"
        print(
            f"{verdict}  {attack.name:<17} lost {lost:5.1f} s of {attack.seconds:.0f}, processor {took.busy - base.busy:4.1f} s"
            f"  {took.megabytes:4.0f} MB  {attack.title}"
        )
    print(f"{len(chosen)} attacks, {survived} survived, peak memory {peak:.0f} MB of {MOST_MEGABYTES}")
    return 0 if survived == len(chosen) else 1


def _run(attack: Attack) -> Took:
    with tempfile.TemporaryDirectory() as folder, serve((attack, _HONEST)) as port:
        return crawled(Path(folder) / "a.db", [attack.site, _HONEST.site], port)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

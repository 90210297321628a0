"""Look-alikes on published lists: python -m tests.bench.lookalikes [BRANDS]

Recall with the right brand on the domains of Doppelganger and RRN that imitate a medium (tests/fixtures/lookalikes, labelled by hand),
with the shipped list of brands or another; false alarms with every second brand as candidate against the other half, those that bear
the very name under another suffix set apart, as the page decides about them. Exits with 1 below 0.9 or above 2 %.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from fingerprints.config import paths
from fingerprints.lookalikes import Brands, read_brands

LABELS = Path(__file__).parents[1] / "fixtures" / "lookalikes" / "doppelganger.csv"
_LEAST_RECALL = 0.9
_MOST_FALSE = 0.02


def main() -> int:
    """Prints both."""
    files = [Path(argument) for argument in sys.argv[1:]] or list(paths("brands.txt"))
    brands = list(read_brands(line for path in files for line in path.read_text("utf-8").splitlines()))
    known = Brands(brands)
    with LABELS.open(encoding="utf-8", newline="") as file:
        labelled = [(row["domain"], row["brand"]) for row in csv.DictReader(file)]
    wanted = [(domain, brand) for domain, brand in labelled if brand]
    right = sum(
        (found := known.find(domain)) is not None and found.brand.startswith(brand.rstrip("*")) for domain, brand in wanted
    )
    others = [domain for domain, brand in labelled if not brand and known.find(domain)]
    print(f"recall with the right brand: {right} of {len(wanted)}, {right / len(wanted):.3f}")
    print(f"domains of the operation that imitate no medium: {len(labelled) - len(wanted)}, called look-alikes: {others}")
    candidates, half = sorted(brands)[1::2], Brands(sorted(brands)[::2])
    found = [one for one in map(half.find, candidates) if one]
    apart = [one for one in found if one.technique == "other-suffix"]
    false = (len(found) - len(apart)) / len(candidates)
    print(f"false alarms: {len(found) - len(apart)} of {len(candidates)} media, {false:.2%}; {len(apart)} more share a name only")
    return 0 if right >= _LEAST_RECALL * len(wanted) and false <= _MOST_FALSE else 1


if __name__ == "__main__":
    sys.exit(main())

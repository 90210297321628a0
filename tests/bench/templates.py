"""Real pages without their ids: what template and texts alone find. python -m tests.bench.templates [FOLDER | WARC OWNERS TRAPS]

Every value that is no template and no text is taken away twice: its digits and letters are changed in the page, for each site
in another way, before the page is read, and what is read of such kinds all the same is not stored. Printed are

- what the product finds so by its own rules (a template or texts alone never link, so this is little),
- how well likeness ranks pairs when it may link alone: for each total of bits from which pairs are joined, precision and recall,
  and the best recall at a precision of at least 0.99,
- the same once more with the owners of tests/bench/owners_found.csv added: sites that stand alone in owners.csv, as far as was known,
  and whose own pages name the owner of another one,
- with all ids in place: precision and recall with likeness and without.

Networks are scored by score_networks.py of ../shared/real. Exits with 1 when likeness lowers the precision with ids by more than a
hundredth, or no total of bits reaches a precision of 0.99.
"""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

from fingerprints import evidence_settings, networks
from fingerprints.archive import read_warc
from fingerprints.evidence_settings import Settings
from fingerprints.extract import extract
from fingerprints.indicators import catalogue
from fingerprints.model import Observation, Page
from fingerprints.reading import read_page
from fingerprints.stores.base import Batch, Store, open_store
from tests.conftest import SHARED

LIKENESS = frozenset({"template", "text"})
FOUND_SINCE = Path(__file__).parent / "owners_found.csv"
SHIPPED = evidence_settings.load()
_SHORTEST_ID = 5
_ENOUGH = 0.99
_TOTALS = (3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0)


def main() -> int:
    """Prints the figures."""
    paths = [Path(argument) for argument in sys.argv[1:]] or [SHARED / "real"]
    if len(paths) == 1:
        paths = [paths[0] / name for name in ("news.warc.gz", "owners.csv", "traps.csv")]
    if len(paths) != 3 or not all(path.is_file() for path in paths):
        print("Name a folder with news.warc.gz, owners.csv and traps.csv, or these three files.", file=sys.stderr)
        return 2
    archive, *truth = paths
    with tempfile.TemporaryDirectory() as folder:
        with open_store(f"{folder}/without.db") as store:
            _fill(store, archive, _without_ids)
            print(_row("no ids, the product's rules", _score(store, truth)))
            labelled = _ranked(store, truth)
            truth[0] = _with_owners_found(truth[0], Path(folder) / "owners.csv")
            print("with the owners found since:")
            best = _ranked(store, truth)
        with open_store(f"{folder}/with.db") as store:
            _fill(store, archive, lambda page: page)
            likeness = _score(store, truth)
            with mock.patch.object(networks, "with_likeness", lambda matrix, weights, _: (matrix, weights)):
                bare = _score(store, truth)
    print(_row("with ids, without near groups", bare))
    print(_row("with ids and near groups", likeness))
    print(f"recall by template and text alone at precision >= {_ENOUGH}: {best:.3f}; {labelled:.3f} by owners.csv as it is")
    return 0 if best and likeness["precision"] >= bare["precision"] - 0.01 else 1


def _fill(store: Store, archive: Path, change: Callable[[Page], Page]) -> None:
    kept = LIKENESS if change is _without_ids else None
    for page in read_warc(archive):
        if isinstance(page, Page):
            batch = read_page(change(page))
            observations = (one for one in batch.observations if kept is None or _family(one.kind) in kept)
            store.write(Batch(tuple(observations), batch.coverage, batch.failures))


def _without_ids(page: Page) -> Page:
    """The page as it would be had its operator changed every id."""
    body = page.body
    for text in sorted(_ids(extract(page).observations), key=len, reverse=True):
        body = body.replace(text.encode(), _other(text, page.site).encode())
    return replace(page, body=body)


def _ids(observations: Iterable[Observation]) -> Iterator[str]:
    for one in observations:
        if _family(one.kind) not in LIKENESS and catalogue.kinds()[one.kind].links:
            # A name without a digit is a word of the page as well; it is not stored, and that has to do.
            yield from (part for part in one.value.split("/") if len(part) >= _SHORTEST_ID and any(map(str.isdigit, part)))


def _family(kind: str) -> str:
    return SHIPPED.of_kind(catalogue.kinds()[kind]).family or ""


def _other(text: str, site: str) -> str:
    """Another text of the same form: letters for letters, digits for digits, the same ones for the same site."""
    chance = hashlib.sha256(f"{site} {text}".encode()).digest() * (len(text) // 32 + 1)
    return "".join(
        str(byte % 10) if sign.isdigit() else chr((97 if sign.islower() else 65) + byte % 26) if sign.isalpha() else sign
        for sign, byte in zip(text, chance, strict=False)
    )


def _ranked(store: Store, truth: list[Path]) -> float:
    """Prints a row for each total of bits, likeness being allowed to link alone; the best recall that is precise enough."""
    best = 0.0
    for total in _TOTALS:
        with mock.patch.object(evidence_settings, "load", lambda total=total: _lenient(SHIPPED, total)):
            score = _score(store, truth)
        print(_row(f"no ids, joined from {total:g} bits", score))
        if score["pairs_found"] and score["precision"] >= _ENOUGH:
            best = max(best, score["recall"])
    return best


def _with_owners_found(owners: Path, out: Path) -> Path:
    """The table of owners with those found since; a row there gives an owner to a site that has none."""
    with owners.open(encoding="utf-8", newline="") as known, FOUND_SINCE.open(encoding="utf-8", newline="") as found:
        rows = {row["domain"]: row["owner"] for row in (*csv.DictReader(found), *csv.DictReader(known))}
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("domain", "owner"), *sorted(rows.items())])
    return out


def _lenient(settings: Settings, total: float) -> Settings:
    """Without ceilings of families, without the need of a second one, and without doubting what agrees in nothing else."""
    links = settings.links.model_copy(update={"bits": total, "strong_value_bits": 0.1})
    shared = settings.shared.model_copy(update={"fewest_sites": 1_000_000})
    families = dict.fromkeys(settings.families, 60.0)
    return settings.model_copy(update={"links": links, "shared": shared, "families": families})


def _score(store: Store, truth: list[Path]) -> dict[str, float]:
    found = networks.find_networks(store)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps({"sites": list(network.sites)}) + "\n" for network in found)
        file.flush()
        command = [sys.executable, str(SHARED / "real" / "score_networks.py"), *map(str, truth), file.name]
        score: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return score


def _row(name: str, score: dict[str, float]) -> str:
    precision = f"{score['precision']:.3f}" if score["pairs_found"] else "   - "
    wrong = f"{score['wrong_pairs']} of {score['pairs_found']} pairs wrong, {score['trap_pairs']} by a trap"
    return f"{name:34} precision {precision}  recall {score['recall']:.3f}  {wrong}"


if __name__ == "__main__":
    sys.exit(main())

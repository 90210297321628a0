"""samehand crawl --expand: crawls in rounds, each seeded by what the one before showed, within a number of sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fingerprints.commands._errors import WrongCallError

if TYPE_CHECKING:
    from fingerprints.expansion import Settings, Step


def run(options: Sequence[str], again: bool, words: Sequence[str], file: str, store: str, most: int, *, quiet: bool) -> int:
    """Crawls the seeds, and then what they lead to.

    Args:
        options: of python -m crawler, without seeds.
        again: whether seeds that are done are crawled anew; what follows was never crawled.
        words, file: the seeds.
        store: where the crawl writes.
        most: sites that are crawled in all.
        quiet: errors only.

    Returns:
        The crawler's exit code: of the first round that did not end well, else 0.
    """
    from fingerprints.commands import _crawler
    from fingerprints.commands._layout import count
    from fingerprints.terminal import warn

    settings = _settings()
    begun = datetime.now(UTC)
    first = [*options, *(["--again"] if again else []), *([f"--seeds={file}"] if file else []), "--", *words]
    code = _crawler.run(first, store=store, quiet=quiet)
    seeds, used = _seeds(store, words, file, begun)
    number, asked = 1, set(seeds)
    ended = f"the {count(most, 'site')} of the budget are used"
    while not code and used < most:
        new = [step for step in _next(store, seeds, settings) if step.domain not in asked]
        chosen = new[: min(settings.limits.round, most - used)]
        if not chosen:
            ended = "no domain that the sites name is worth a visit"
            break
        for step in chosen:
            _tell(store, number, step, quiet=quiet)
        code = _crawler.run([*options, "--", *(step.domain for step in chosen)], store=store, quiet=quiet)
        asked.update(step.domain for step in chosen)
        used += len(chosen)
        number += 1
    if not code and not quiet:
        warn(f"{count(used, 'site')} crawled in {count(number, 'round')}; {ended}.")
    return code


def _settings() -> Settings:
    from fingerprints import config, expansion

    try:
        return expansion.load()
    except config.ConfigError as error:
        raise WrongCallError(str(error)) from error


def _seeds(store: str, words: Sequence[str], file: str, begun: datetime) -> tuple[list[str], int]:
    """The sites of the first round, and how many they are: those crawled now, and those of the seeds that were done before."""
    from fingerprints.commands._options import open_to_read, site_named

    named = set()
    for word in [*words, *_lines(file)]:
        try:
            named.add(site_named(word))
        except WrongCallError:
            continue
    with open_to_read(store) as opened:
        crawled = {site.site for site in opened.sites() if site.last_seen >= begun}
    return sorted(named | crawled), len(crawled)


def _lines(file: str) -> list[str]:
    if not file or file == "-":
        return []
    try:
        text = Path(file).read_text("utf-8", "replace")
    except OSError:
        return []  # the crawler has said so
    return [line.split(",", 1)[0] for line in text.splitlines()]


def _next(store: str, seeds: Sequence[str], settings: Settings) -> list[Step]:
    from fingerprints import expansion
    from fingerprints.commands._options import open_to_read, verdicts_on

    with open_to_read(store) as opened:
        return expansion.steps(opened, expansion.ring(opened, seeds, verdicts_on(store)), settings)


def _tell(store: str, number: int, step: Step, *, quiet: bool) -> None:
    from fingerprints import casebook
    from fingerprints.terminal import safe, warn

    why = "; ".join(step.why)
    casebook.note(store, "expand", f"round {number}: {step.domain} ({step.score:.2f}), since {why}")
    if not quiet:
        warn(safe(f"Round {number}: {step.domain} ({step.score:.2f}), since {why}."))

"""samehand demo --serve: the demo's web alone, for those who want to crawl it themselves."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from fingerprints.commands._demo_farm import Farm
from fingerprints.commands._errors import FailedError
from fingerprints.terminal import warn

_SEEDS = "--seeds"


def serve(farm: Farm, folder: Path, quiet: bool) -> None:
    """Writes the web's domains and what a crawl of it has to be told, says so, and waits until it is stopped.

    Raises:
        FailedError: the folder cannot be written.
    """
    options = list(farm.crawl_options)
    at = options.index(_SEEDS)
    seeds = Path(options[at + 1])
    del options[at : at + 2]
    domains, told = folder / "domains.txt", folder / "web.options"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        domains.write_text(seeds.read_text("utf-8"), "utf-8")
        told.write_text(" ".join([*options, "--delay", "0"]) + "\n", "utf-8")
    except OSError as error:
        raise FailedError(f"{folder} cannot be written: {error.strerror}.") from error
    if not quiet:
        warn(
            f"A web of {farm.sites} sites stands on this machine until Ctrl-C. Its domains are in {domains}. In another terminal:"
        )
        warn(f"  samehand crawl --seeds {domains} --store case.db $(cat {told})")
    with suppress(KeyboardInterrupt):  # the way to end it, and no failure
        threading.Event().wait()

"""python -m crawler.farm: a small web on loopback. Prints one JSON line when it serves, and serves until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from crawler.farm.build import build
from crawler.farm.limits import raise_open_files
from crawler.farm.plan import Plan
from crawler.farm.scale import scaled
from crawler.farm.server import FarmError, Ports, Server
from crawler.farm.truth import truth
from crawler.farm.world import WorldError, load


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; 0 when it was stopped, 2 for a call or a world that cannot be."""
    options = _parser().parse_args(arguments)
    try:
        world = load(options.world)
        plan = build(scaled(world, options.sites) if options.sites else world, options.seed)
    except WorldError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    raise_open_files()
    with tempfile.TemporaryDirectory(prefix="samehand-farm-") as made:
        folder = options.dir or Path(made)
        try:
            asyncio.run(_serve(plan, folder, Ports(options.http, options.https, options.dns), options))
        except FarmError as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawler.farm", description=__doc__)
    parser.add_argument("--world", type=Path, help="a world file (docs/worlds.md); the shipped one without it")
    parser.add_argument("--seed", type=int, default=1, help="fixes names, ids and texts (default 1)")
    parser.add_argument("--sites", type=int, help="make the world larger or smaller, to about this many sites")
    for name in ("http", "https", "dns"):
        parser.add_argument(f"--{name}", type=int, default=0, metavar="PORT", help="a free one without it")
    parser.add_argument(
        "--dir", type=Path, help="an existing folder for the CA, the truth and the seeds; a temporary one without it"
    )
    parser.add_argument("--prepared", action="store_true", help="make all pages before serving the first")
    parser.add_argument("--log", type=Path, metavar="FILE", help="note each request: seconds since 1970, the address, who asks")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when standard input ends, so that no farm outlives its starter"
    )
    return parser


async def _serve(plan: Plan, folder: Path, wanted: Ports, options: argparse.Namespace) -> None:
    (folder / "truth.json").write_text(json.dumps(truth(plan), ensure_ascii=False, indent=1), "utf-8")
    (folder / "seeds.txt").write_text("\n".join(plan.seeds()) + "\n", "utf-8")
    log = options.log.open("a", buffering=1) if options.log else None
    server = Server(plan, folder, wanted, prepared=options.prepared, log=log)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end, stop)
    ports = await server.start()
    line = {
        "dns": f"127.0.0.1:{ports.dns}",
        "whois": ports.whois,
        "hosting": str(server.hosting_data),
        "http": ports.http,
        "https": ports.https,
        "ca_file": str(server.ca_file),
        "truth": str(folder / "truth.json"),
        "seeds": str(folder / "seeds.txt"),
        "sites": len(plan.sites),
    }
    print(json.dumps(line), flush=True)  # noqa: T201
    await stop.wait()
    await server.close()


def _stop_at_end(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()


if __name__ == "__main__":
    sys.exit(main())

"""samehand elastic: makes and checks the indices of a store in Elasticsearch, and sends what waits for it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import SETUP, examples
from fingerprints.commands._options import QuietOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.stores.elasticsearch_connection import Connection

_SHOWN = 20
AddressOption = Annotated[
    str,
    typer.Option("--store", envvar="SAMEHAND_STORE", metavar="URL", help="An Elasticsearch: https://host:9200[/?prefix=NAME]."),
]
JournalOption = Annotated[
    Path | None, typer.Option("--journal", metavar="FILE", help="The journal of a crawl; default: by --store.")
]

_EXAMPLES = {
    "init": "elastic init --store https://search.example:9200",
    "check": "elastic check --store https://search.example:9200",
    "push": "elastic push --store https://search.example:9200",
    "expire": "elastic expire --store https://search.example:9200",
    "roles": "elastic roles --store https://search.example:9200",
    "key": "elastic key crawler --out crawler_key --store https://search.example:9200",
    "dev": "elastic dev",
}


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(help="Make, check and fill a store in Elasticsearch.", no_args_is_help=True)
    for command in (init, check, push, expire, roles, key, dev):
        group.command(command.__name__, epilog=examples(_EXAMPLES[command.__name__]))(command)
    app.add_typer(group, name="elastic", rich_help_panel=SETUP)


def init(store: AddressOption = "http://127.0.0.1:9200", quiet: QuietOption = False) -> None:
    """Make templates, indices and aliases; migrate an older version. Repeating it changes nothing."""
    from fingerprints.stores import elasticsearch_manage as manage
    from fingerprints.terminal import warn

    with _connected(store) as connection:
        done = manage.init(connection)
    if not quiet:
        for sentence in done or ["All is there already."]:
            warn(sentence)


def check(store: AddressOption = "http://127.0.0.1:9200", quiet: QuietOption = False) -> None:
    """Say what is missing or wrong."""
    from fingerprints.stores import elasticsearch_manage as manage
    from fingerprints.terminal import warn

    with _connected(store) as connection:
        problems = manage.check(connection)
    for problem in problems:
        warn(problem)
    if problems:
        raise typer.Exit(1)
    if not quiet:
        warn("All is well.")


def push(store: AddressOption = "", journal: JournalOption = None, quiet: QuietOption = False) -> None:
    """Send what a crawl's journal still holds, and try again what was rejected."""
    from fingerprints.stores.elasticsearch_connection import journal_of
    from fingerprints.stores.journal import JournalFile, send
    from fingerprints.terminal import warn

    if journal is None and not store:
        raise WrongCallError("Neither --journal nor --store was given. Name the journal of a crawl.")
    path = journal or journal_of(store)
    if not path.is_file():
        raise WrongCallError(f"There is no journal {path}. A crawl with --store https://… makes one.")
    with JournalFile(path, store) as file:
        send(file)
        rejected = file.waiting().rejected
    for one in rejected[:_SHOWN]:
        warn(f"Rejected: {one.document.index} {one.document.source.get('url.domain', one.document.id)}: {one.reason}.")
    if rejected:
        raise FailedError(f"{len(rejected)} documents were rejected; they stay in {path}. samehand elastic check may say why.")
    if not quiet:
        warn("All is sent.")


def expire(
    store: AddressOption = "http://127.0.0.1:9200",
    days: Annotated[int | None, typer.Option(metavar="N", help="Default: personal_days in config.", min=0)] = None,
    quiet: QuietOption = False,
) -> None:
    """Take values about persons out of the store that were last seen too long ago."""
    from fingerprints.stores import elasticsearch_manage as manage
    from fingerprints.terminal import warn

    with _connected(store) as connection:
        gone = manage.expire(connection, days)
    if not quiet:
        warn(f"{gone} values about persons were taken out.")


def roles(
    store: AddressOption = "http://127.0.0.1:9200",
    show: Annotated[bool, typer.Option("--show", help="Print them and ask nobody.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Make the roles: setup, crawler, clusterer, investigator, personal, retention. Needs a user who may manage security."""
    from fingerprints.stores import elasticsearch_roles
    from fingerprints.terminal import warn, write_json

    with _connected(store) as connection:
        if show:
            write_json([{"role": name, **body} for name, body in elasticsearch_roles.roles(connection.address.prefix).items()])
            return
        made = elasticsearch_roles.make_roles(connection)
    if not quiet:
        warn(f"Made {', '.join(made)}.")


def key(
    role: Annotated[list[str], typer.Argument(metavar="ROLE…", help="Of which roles: setup, crawler, clusterer, retention …")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it, readable by its owner alone.")],
    store: AddressOption = "http://127.0.0.1:9200",
    quiet: QuietOption = False,
) -> None:
    """Make an API key with the privileges of one role or several, for SAMEHAND_ES_API_KEY_FILE."""
    import os

    from fingerprints.stores import elasticsearch_roles
    from fingerprints.terminal import warn

    try:
        target = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise WrongCallError(f"{out} cannot be made: {error.strerror}. Name a file that is not there yet.") from error
    try:
        with os.fdopen(target, "w") as file, _connected(store) as connection:
            file.write(elasticsearch_roles.make_key(connection, role))
    except BaseException:
        out.unlink()
        raise
    if not quiet:
        warn(f"Made a key for {', '.join(role)}; it is in {out}.")


def dev(
    home: Annotated[Path, typer.Option(metavar="DIR", help="Where it keeps its data.")] = Path("samehand.elasticsearch"),
    port: Annotated[int, typer.Option(help="On 127.0.0.1.", min=1, max=65535)] = 9200,
) -> None:
    """Run an Elasticsearch on this machine, for trying things out: no security, one node. Ctrl-C ends it."""
    import subprocess

    from fingerprints.stores import elasticsearch_server as server

    if absent := server.missing():
        raise WrongCallError(f"This needs {', '.join(absent)}. pip install 'samehand[elastic-dev]' brings them.")
    code = subprocess.call(server.command(home, port))  # noqa: S603  (our own arguments)
    if code:
        raise FailedError(f"Elasticsearch ended with code {code}.")


@contextmanager
def _connected(location: str) -> Iterator[Connection]:
    from fingerprints.stores.base import StoreError, is_address
    from fingerprints.stores.elasticsearch_connection import Connection

    if not is_address(location):
        raise WrongCallError(f"--store {location} is no address of an Elasticsearch. Write it as https://host:9200.")
    try:
        connection = Connection(location, patience=10.0)
    except StoreError as error:
        raise WrongCallError(str(error)) from error
    try:
        yield connection
    finally:
        connection.close()

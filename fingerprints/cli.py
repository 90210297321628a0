"""The command samehand: finds its subcommands, and turns whatever goes wrong in them into one sentence and an exit code.

0 done, 1 something failed, 2 the call was wrong, 130 stopped with Ctrl-C, 141 the reader of the output went away.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from fingerprints import commands
from fingerprints.commands._errors import FailedError, WrongCallError
from fingerprints.commands._help import COMPLETE, Sections
from fingerprints.terminal import warn

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
# To look for plug-ins among all installed packages would take longer than most commands, and none is meant for Samehand:
# https://docs.pydantic.dev/latest/concepts/plugins/
DONE, FAILED, WRONG_CALL, INTERRUPTED, NO_READER = 0, 1, 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and leaves the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are text streams here
    try:
        code = _run(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        code = NO_READER
        # Python flushes stdout once more when it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def application(only: str = "") -> typer.Typer:
    """The command with its subcommands, from the files of fingerprints/commands/.

    Args:
        only: the one that is called, if known: the others need not be loaded. Of a name that is no file all are.
    """
    app = typer.Typer(
        name="samehand",
        cls=Sections,
        help="Finds sites that are run by the same hand: fingerprints them and explains every link.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_common)
    files = [module.name for module in pkgutil.iter_modules(commands.__path__) if not module.name.startswith("_")]
    for name in [only] if only in files else files:
        importlib.import_module(f"{commands.__name__}.{name}").register(app)
    return app


def _run(arguments: list[str]) -> int:
    asked = COMPLETE in os.environ
    if asked:
        from typer.completion import completion_init  # type: ignore[attr-defined]  # typer marks nothing as exported there

        completion_init()
    try:
        app = typer.main.get_command(application("" if asked else next(iter(arguments), "")))
        result = app.main(arguments, prog_name="samehand", complete_var=COMPLETE, standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    except TyperException as error:
        return _misused(error)
    except SystemExit as end:  # typer ends so, having turned off stdout, when nobody reads it any more; and after completing
        return int(end.code or DONE) if asked else NO_READER
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  (the last place where a person can be told)
        return _explained(error)
    return result if isinstance(result, int) else DONE


def _misused(error: TyperException) -> int:
    """An option or argument that does not exist, is missing or has a wrong value."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "samehand"
    message = error.format_message().strip().replace("Value error, ", "", 1)
    if message:
        warn(f"samehand: {message.rstrip('.')}. {command} --help shows what it takes.")
    return WRONG_CALL


def _explained(error: Exception) -> int:
    if os.environ.get("SAMEHAND_DEBUG"):
        import traceback

        traceback.print_exception(error)
    code = _known(error)
    if code is not None:
        warn(f"samehand: {error}")
        return code
    reason = str(error).rstrip(".")
    warn(
        f"samehand: unexpected {type(error).__name__}: {reason}. This is a fault of Samehand: please report it with the command "
        "that you gave and what SAMEHAND_DEBUG=1 makes it print."
    )
    return FAILED


def _known(error: Exception) -> int | None:
    from fingerprints.config import ConfigError
    from fingerprints.stores.base import StoreError

    if isinstance(error, (WrongCallError, ConfigError)):
        return WRONG_CALL
    return FAILED if isinstance(error, (FailedError, StoreError)) else None


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"samehand {version('samehand')}")
        raise typer.Exit


def _common(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Finds sites that are run by the same hand: fingerprints them and explains every link."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(WRONG_CALL)

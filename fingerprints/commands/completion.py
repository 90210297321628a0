"""samehand completion: what a shell has to be told so that the tab key completes commands, options and their values."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from fingerprints.commands._help import COMPLETE, SETUP, examples


class Shell(StrEnum):
    """Shells that can be told."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    calls = (
        "completion bash >> ~/.bash_completion",
        'completion zsh > "${fpath[1]}/_samehand"',
        "completion fish > ~/.config/fish/completions/samehand.fish",
    )
    app.command("completion", epilog=examples(*calls), rich_help_panel=SETUP)(completion)


def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what makes a shell complete samehand's commands and options with the tab key."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # typer marks nothing as exported there

    typer.echo(get_completion_script(prog_name="samehand", complete_var=COMPLETE, shell=shell.value))

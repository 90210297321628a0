"""How the commands' help is laid out: in sections by what one is about to do, with examples that can be copied."""

from __future__ import annotations

import re

import typer
from typer.core import TyperGroup

COMPLETE = "_SAMEHAND_COMPLETE"
"""The variable by which a shell asks what could stand next (samehand completion)."""
COLLECT = "Collect"
ASK = "Ask"
DECIDE = "Decide"
SHARE = "Hand on"
WATCH = "Watch"
KEEP = "Keep"
SETUP = "Set up"
_ORDER = (COLLECT, ASK, DECIDE, SHARE, WATCH, KEEP, SETUP)
_GAP = 6
"""Columns that the help takes beside a command's name."""
_WHOLE_SENTENCE = 1000


def examples(*calls: str) -> str:
    """The end of a command's help: calls without the word samehand, each on a line of its own, whatever the terminal's width."""
    return "\n".join(("\b", "Examples:" if len(calls) > 1 else "Example:", *(f"  samehand {call}" for call in calls)))


class Sections(TyperGroup):
    """The command samehand: lists its subcommands by section; one that names none stands at the end."""

    def format_commands(self, ctx: typer.Context, formatter: typer.core._click.HelpFormatter) -> None:  # type: ignore[override,name-defined]
        """Writes the lists."""
        found: dict[str, list[tuple[str, str]]] = {section: [] for section in _ORDER}
        limit = formatter.width - _GAP - max(map(len, self.commands), default=0)
        for name in self.list_commands(ctx):
            command = self.commands[name]
            if not command.hidden:
                section = getattr(command, "rich_help_panel", None)
                told = _short(command.get_short_help_str(_WHOLE_SENTENCE), limit)
                found.setdefault(section if section in _ORDER else "More", []).append((name, told))
        for section, rows in found.items():
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)


def _short(sentence: str, limit: int) -> str:
    """A sentence that is too long for a line without what comes after its colon or semicolon."""
    if len(sentence) <= limit:
        return sentence
    head = re.split(r"[:;]", sentence, maxsplit=1)[0]
    return head if head == sentence else f"{head}."

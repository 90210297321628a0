"""How a command says that it could not do what it was asked."""

from __future__ import annotations


class WrongCallError(Exception):
    """The call was wrong (exit code 2); the message is one sentence: what, where, what to do."""


class FailedError(Exception):
    """The call was right and something failed (exit code 1); the message is one sentence."""

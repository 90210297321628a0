"""Sends a message by apprise (the extra "alerts"): e-mail, webhooks, Slack, Matrix and whatever else it knows."""

from __future__ import annotations

import logging

from fingerprints.terminal import safe


class NotifyError(Exception):
    """A message that could not be sent; the sentence says why."""


def send(address: str, title: str, body: str) -> None:
    """Sends one message.

    Args:
        address: of a channel, as apprise writes it.
        title: one line; what strangers wrote in it is made safe.
        body: more lines, likewise.

    Raises:
        NotifyError: apprise is not installed, does not understand the address, or the message was not taken.
    """
    try:
        import apprise
    except ImportError:
        raise NotifyError('Alerts are sent by apprise, which is not installed. Run: pip install "samehand[alerts]"') from None
    sender = apprise.Apprise()
    if not sender.add(address):
        raise NotifyError("The channel's address is none that apprise understands. See its list of services.")
    with apprise.LogCapture(level=logging.WARNING) as log:  # type: ignore[no-untyped-call]
        plain = "\n".join(map(safe, body.splitlines()))
        taken = sender.notify(body=plain or safe(title), title=safe(title), body_format=apprise.NotifyFormat.TEXT)
        told = " ".join(log.getvalue().split())
    if not taken:
        raise NotifyError(f"The message was not taken. {told[:300]}".strip())

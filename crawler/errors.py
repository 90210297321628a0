"""What can come of a request other than an answer."""

from __future__ import annotations

from fingerprints.model import Outcome


class FetchError(Exception):
    """A request without an answer; the message is one sentence for the person who reads the coverage."""

    outcome = Outcome.FAILED
    passing = False
    """Whether the same request may succeed a little later."""


class NoAddressError(FetchError):
    """The host's name has no address."""


class RefusedError(FetchError):
    """We do not ask: a private address, robots.txt, a port that is no web server's."""

    outcome = Outcome.REFUSED


class NoConnectionError(FetchError):
    """Nobody answers at this address and port, or not in TLS."""

    passing = True


class NobodyThereError(NoConnectionError):
    """No server listens there."""

    passing = False


class BrokenAnswerError(FetchError):
    """What came is no HTTP, or broke off before a whole head."""

    passing = True


class CertificateError(FetchError):
    """The certificate does not hold. The caller asks again without verifying, and notes it."""

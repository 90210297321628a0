"""Site keys of captchas: an account makes one for a site, or for all its sites."""

from __future__ import annotations

from fingerprints.indicators._values import real_token, real_uuid
from fingerprints.indicators.base import Kind, code

_OWN = "A theme's author or a form service leaves its own key; one key may serve all sites of one hand."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="operations", title=title, example=example, source=source, m=0.5, traps=_OWN)


RECAPTCHA = _kind(
    "recaptcha",
    "reCAPTCHA site key",
    "6Le3HRwUAAAAAMCtwFDmIi01LwFu7Bcg4Vw5Co8r",
    "https://developers.google.com/recaptcha/docs/display",
)
HCAPTCHA = _kind("hcaptcha", "hCaptcha site key", "7d0e4c62-1b9f-4a35-8c27-5e9f03b61ad4", "https://docs.hcaptcha.com/")
TURNSTILE = _kind(
    "turnstile",
    "Cloudflare Turnstile site key",
    "0x4AAAAAAAB7kqT9vXw2LmRz",
    "https://developers.cloudflare.com/turnstile/get-started/",
)
FRIENDLY = _kind("friendly-captcha", "Friendly Captcha site key", "FCMK3Q8T2V7W1X9Z", "https://developer.friendlycaptcha.com/")
SMART = _kind(
    "yandex-smartcaptcha",
    "Yandex SmartCaptcha key",
    "ysc1_Qk3vT8wYc1MzRb5NxLdH2sFg7JpUe9Ao4iXyC6mB0f1e2d3c",
    "https://yandex.cloud/en/docs/smartcaptcha/",
)
KINDS = (RECAPTCHA, HCAPTCHA, TURNSTILE, FRIENDLY, SMART)
_TESTS = frozenset({"6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI", "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe"})
"""Google's keys for automated tests (https://developers.google.com/recaptcha/docs/faq)."""


def _google(text: str) -> str | None:
    return None if text in _TESTS or text.isupper() else real_token(text)


def _hcaptcha(text: str) -> str | None:
    # The key for tests is 10000000-ffff-ffff-ffff-000000000001 and the like.
    return None if "-ffff-ffff-ffff-" in text else real_uuid(text)


RULES = (
    code(RECAPTCHA, ("6L",), rb"{<}(6L[a-zA-Z0-9_-]{6}AAAAA[a-zA-Z0-9_-]{27}){>}", _google),
    code(
        HCAPTCHA,
        ("sitekey", "siteKey", "site_key", "site-key"),
        rb"site[-_]?[kK]ey{:}({uuid})",
        _hcaptcha,
        "site key",
        near=rb"h-?captcha",
    ),
    code(TURNSTILE, ("0x4AAAA",), rb"{<}(0x4AAAA[A-Za-z0-9_-]{15,20}){>}", real_token),
    code(FRIENDLY, ("FCM",), rb"{<}(FCM[A-Z0-9]{13}){>}", real_token, near=rb"frc-captcha|friendly"),
    code(SMART, ("ysc1_",), rb"{<}(ysc1_[A-Za-z0-9]{40,60}){>}", real_token),
)

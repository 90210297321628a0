"""Numbers under which states list companies: their forms and their check digits.

Each function takes digits (and letters) without separators and gives the number in its normal form, or None for what is none.
The check digits are those of the European Commission's list of VAT algorithms (VIES), of ISO 7064, and of each register.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from fingerprints.indicators._values import real_digits

_SEPARATORS = re.compile(r"[\s.\-/\u00a0\u2013]")
_EXAMPLES = frozenset({"123456788", "1234563218", "01234567", "00000000"})
"""What documentation shows: well-formed, and nobody's."""


def bare(text: str) -> str:
    """The text in upper case without blanks, dots, hyphens and slashes."""
    return _SEPARATORS.sub("", text).upper()


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if index % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _germany(digits: str) -> bool:
    product = 10
    for digit in digits[:8]:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[8])


def _austria(digits: str) -> bool:
    total = sum(sum(map(int, str(int(digit) * (1 + index % 2)))) for index, digit in enumerate(digits[:7]))
    return (10 - (total + 4) % 10) % 10 == int(digits[7])


def _france(digits: str) -> bool:
    return luhn(digits[2:]) and int(digits[:2]) == (12 + 3 * (int(digits[2:]) % 97)) % 97


def _netherlands(digits: str) -> bool:
    if _weighted(digits[:8], range(9, 1, -1)) % 11 == int(digits[8]):
        return True
    return int(f"2321{digits[:9]}11{digits[9:]}") % 97 == 1  # "NL…B…" with letters as numbers, since 2020


def _britain(digits: str) -> bool:
    total = _weighted(digits[:7], range(8, 1, -1)) + int(digits[7:])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _switzerland(digits: str) -> bool:
    return (11 - _weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4)) % 11) % 11 == int(digits[8])


def _portugal(digits: str) -> bool:
    rest = _weighted(digits, range(9, 1, -1)) % 11
    return (0 if rest < 2 else 11 - rest) == int(digits[8])


def _spain(text: str) -> bool:
    digits = text[1:8]
    total = sum(map(int, digits[1::2])) + sum(sum(map(int, str(2 * int(digit)))) for digit in digits[::2])
    control = (10 - total % 10) % 10
    return text[8] in (str(control), "JABCDEFGHI"[control])


_VAT: dict[str, tuple[str, Callable[[str], bool]]] = {
    "ATU": (r"\d{8}", _austria),
    "BE": (r"[01]\d{9}", lambda digits: 97 - int(digits[:8]) % 97 == int(digits[8:])),
    "CHE": (r"\d{9}", _switzerland),
    "DE": (r"[1-9]\d{8}", _germany),
    "DK": (r"[1-9]\d{7}", lambda digits: _weighted(digits, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0),
    "ES": (r"[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J]", _spain),
    "FR": (r"\d{11}", _france),
    "GB": (r"\d{9}", _britain),
    "HU": (r"\d{8}", lambda digits: _weighted(digits, (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0),
    "IT": (r"\d{11}", luhn),
    "NL": (r"\d{9}B\d{2}", lambda text: _netherlands(text.replace("B", ""))),
    "PL": (r"\d{10}", lambda digits: _weighted(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(digits[9])),
    "PT": (r"[1-9]\d{8}", _portugal),
    "SE": (r"\d{10}01", lambda digits: luhn(digits[:10])),
    "SK": (r"[1-9]\d{9}", lambda digits: int(digits) % 11 == 0),
}


def vat(text: str) -> str | None:
    """A VAT number with its country's prefix: "DE 136 695 976" gives DE136695976."""
    text = bare(text)
    for prefix in ("ATU", "CHE", text[:2]):
        if text.startswith(prefix) and prefix in _VAT:
            return _checked(prefix, text[len(prefix) :])
    return None


def vat_of(prefix: str) -> Callable[[str], str | None]:
    """For numbers that one country writes without its prefix: the check of that country."""

    def check(text: str) -> str | None:
        number = bare(text)
        return _checked(prefix, number.removeprefix(prefix))

    return check


def _checked(prefix: str, number: str) -> str | None:
    form, check = _VAT[prefix]
    if number in _EXAMPLES or not re.fullmatch(form, number, re.ASCII) or not real_digits(number) or not check(number):
        return None
    return prefix + number


def siren(text: str) -> str | None:
    """A French company by its SIREN, or by the SIRET (14 digits) of one of its places. https://www.insee.fr/en/metadonnees"""
    number = bare(text)
    if not re.fullmatch(r"\d{9}|\d{14}", number, re.ASCII) or not luhn(number[:9]) or not real_digits(number[:9]):
        return None
    return f"FR SIREN {number[:9]}" if luhn(number) and int(number) else None


def inn(text: str) -> str | None:
    """A Russian taxpayer: 10 digits a company, 12 a person. Order MMV-7-6/435 of the Federal Tax Service."""
    digits = bare(text)
    if not digits.isascii() or not digits.isdigit() or not real_digits(digits):
        return None
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    if len(digits) == 10:
        good = _weighted(digits, weights[2:]) % 11 % 10 == int(digits[9])
    elif len(digits) == 12:
        good = all(_weighted(digits, weights[1 - last :]) % 11 % 10 == int(digits[10 + last]) for last in (0, 1))
    else:
        return None
    return f"RU INN {digits}" if good else None


def ogrn(text: str) -> str | None:
    """A Russian state registration: 13 digits a company (OGRN), 15 a sole trader (OGRNIP)."""
    digits = bare(text)
    if not re.fullmatch(r"[1-9]\d{12}|[34]\d{14}", digits, re.ASCII) or not real_digits(digits):
        return None
    return f"RU OGRN {digits}" if int(digits[:-1]) % (len(digits) - 2) % 10 == int(digits[-1]) else None


def cnpj(text: str) -> str | None:
    """A Brazilian company: 14 digits, of which two check the others."""
    digits = bare(text)
    if not re.fullmatch(r"\d{14}", digits, re.ASCII) or len(set(digits)) == 1:
        return None
    for last in (12, 13):
        rest = _weighted(digits, (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)[13 - last :]) % 11
        if (0 if rest < 2 else 11 - rest) != int(digits[last]):
            return None
    return f"BR CNPJ {digits}"


def abn(text: str) -> str | None:
    """An Australian business number. https://abr.business.gov.au/Help/AbnFormat"""
    digits = bare(text)
    if not re.fullmatch(r"[1-9]\d{10}", digits, re.ASCII) or not real_digits(digits):
        return None
    lowered = str(int(digits[0]) - 1) + digits[1:]
    return f"AU ABN {digits}" if _weighted(lowered, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) % 89 == 0 else None


def companies_house(text: str) -> str | None:
    """A British company: eight digits, or two letters and six. It has no check digit, so what stands before must say so."""
    number = bare(text)
    if number in _EXAMPLES or not re.fullmatch(r"(?:\d{7,8}|(?:SC|NI|OC|SO|FC|NC|LP|SL)\d{6})", number, re.ASCII):
        return None
    number = number.zfill(8)
    return f"GB {number}" if len(set(number)) > 2 and real_digits(number) else None

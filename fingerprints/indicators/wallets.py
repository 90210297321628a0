"""Wallets of cryptocurrencies in a page's text and links, each proved by its checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache

import hyperscan
from Crypto.Hash import keccak

from fingerprints.automaton import automaton
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.model import State
from fingerprints.scan import Scan

_TRAP = "A wallet in a news story, or one that an embedded post shows; exchanges' and examples' wallets."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="wallet", title=title, example=example, source=source, m=0.6, traps=_TRAP)


BITCOIN = _kind(
    "bitcoin",
    "Bitcoin address",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki",
)
ETHEREUM = _kind(
    "ethereum", "Ethereum address", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "https://eips.ethereum.org/EIPS/eip-55"
)
MONERO = _kind(
    "monero",
    "Monero address",
    "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
    "https://docs.getmonero.org/public-address/standard-address/",
)
TRON = _kind("tron", "Tron address", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "https://developers.tron.network/docs/account")
LITECOIN = _kind(
    "litecoin",
    "Litecoin address",
    "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9",
    "https://github.com/litecoin-project/litecoin/blob/master/src/chainparams.cpp",
)
DOGECOIN = _kind(
    "dogecoin",
    "Dogecoin address",
    "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
    "https://github.com/dogecoin/dogecoin/blob/master/src/chainparams.cpp",
)
KINDS = (BITCOIN, ETHEREUM, MONERO, TRON, LITECOIN, DOGECOIN)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BY_VERSION = {0x00: BITCOIN, 0x05: BITCOIN, 0x41: TRON, 0x30: LITECOIN, 0x32: LITECOIN, 0x1E: DOGECOIN}
_BLOCK_BYTES = {11: 8, 7: 5}
_BURNT = frozenset({"0x0000000000000000000000000000000000000000", "0x000000000000000000000000000000000000dead"})
_BEFORE = "[^A-Za-z0-9_/+=.-]"
_LETTER = "[1-9A-HJ-NP-Za-km-z]"
_BEGINNINGS = (("0x[0-9a-fA-F]{40}", 42), ("bc1[02-9ac-hj-np-z]{11}", 14), ("ltc1[02-9ac-hj-np-z]{11}", 15), (f"[48]{_LETTER}{{94}}", 95),
               (f"[13LMDT]{_LETTER}{{25}}", 26))  # fmt: skip
"""What a wallet has at least, with its length: of one length each, so that its end says where it begins."""
_WORD = re.compile(
    rb"(?:(0x[0-9a-fA-F]{40})|((?:bc1|ltc1)[02-9ac-hj-np-z]{11,87})|([48][1-9A-HJ-NP-Za-km-z]{94})"
    rb"|([13LMDT][1-9A-HJ-NP-Za-km-z]{25,33}))(?![A-Za-z0-9_/+=])"
)
_SAYS_SO = re.compile(
    rb"bitcoin|btc|ethereum|\beth\b|erc-?20|usdt|usdc|monero|xmr|tron|trc-?20|trx|litecoin|ltc|doge|wallet|crypto|krypto|donat|spende|donar",
    re.I,
)
_NEAR = 300
_MOST_WORDS = 20_000


def _read(scan: Scan) -> Iterator[Found]:
    """A wallet stands in words about money: digests and ids in scripts pass no checksum by chance, but some are wallets of others."""
    for match in _words(scan.body):
        region = scan.region_at(match.start())
        if region is not None and region.name in ("script", "style"):
            continue
        check = next(check for group, check in zip(match.groups(), _CHECKS, strict=True) if group)
        found = check(match[0].decode("ascii"))
        if found and _SAYS_SO.search(scan.body, max(0, match.start() - _NEAR), match.end() + _NEAR):
            # <code> is where a wallet is shown to be copied by hand: no quotation.
            shown = State.SEEN if region is not None and region.name in ("code", "pre", "textarea") else None
            yield Found(*found, *match.span(), state=shown)


def _words(body: bytes) -> Iterator[re.Match[bytes]]:
    """What looks like a wallet, in order. All bytes of a page are looked at, which hyperscan does in a fifth of the time of re."""
    starts: set[int] = set()
    lengths = [length for _, length in _BEGINNINGS]

    def hit(number: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
        starts.add(end - lengths[number])
        return len(starts) >= _MOST_WORDS or None

    with suppress(hyperscan.ScanTerminated):
        _database().scan(body, match_event_handler=hit)
    for start in sorted(starts):
        match = _WORD.match(body, start)
        if match:
            yield match


@cache
def _database() -> hyperscan.Database:
    return automaton(
        [f"{_BEFORE}{beginning}".encode() for beginning, _ in _BEGINNINGS], [hyperscan.HS_FLAG_DOTALL] * len(_BEGINNINGS)
    )


def _ethereum(text: str) -> tuple[Kind, str] | None:
    bare = text[2:]
    if len(set(bare.lower())) < 8 or text.lower() in _BURNT:
        return None
    checked = checksummed(text)
    return (ETHEREUM, checked) if bare in (bare.lower(), bare.upper()) or text == checked else None


def checksummed(address: str) -> str:
    """An Ethereum address with the capitals that EIP-55 gives it."""
    bare = address[2:].lower()
    digest = keccak.new(digest_bits=256, data=bare.encode()).hexdigest()
    return "0x" + "".join(char.upper() if int(nibble, 16) >= 8 else char for char, nibble in zip(bare, digest, strict=False))


def _segwit(text: str) -> tuple[Kind, str] | None:
    """Bech32 and Bech32m: the six last characters are a BCH code of the rest (BIP 173, BIP 350)."""
    human, _, data = text.rpartition("1")
    values = [_BECH32.index(char) for char in data]
    code = 1
    for value in [*(ord(char) >> 5 for char in human), 0, *(ord(char) & 31 for char in human), *values]:
        top = code >> 25
        code = (code & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            code ^= generator if top >> bit & 1 else 0
    if code != (1 if values[0] == 0 else 0x2BC830A3):
        return None
    return (BITCOIN if human == "bc" else LITECOIN), text


def _monero(text: str) -> tuple[Kind, str] | None:
    """Monero codes blocks of eight bytes as eleven characters; the last four bytes are Keccak-256 of the rest."""
    data = b""
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        size = _BLOCK_BYTES[len(block)]
        number = _number(block)
        if number >= 1 << 8 * size:
            return None
        data += number.to_bytes(size, "big")
    whole = keccak.new(digest_bits=256, data=data[:-4]).digest()
    return (MONERO, text) if data[0] in (18, 42) and whole[:4] == data[-4:] else None


def _base58(text: str) -> tuple[Kind, str] | None:
    """Base58Check: a version byte, twenty bytes, and four bytes of the double SHA-256."""
    number = _number(text)
    if number >= 1 << 200:
        return None
    data = number.to_bytes(25, "big")
    kind = _BY_VERSION.get(data[0])
    digest = hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()
    zeros = len(text) - len(text.lstrip("1"))
    return (kind, text) if kind and digest[:4] == data[21:] and (data[0] or zeros) else None


def _number(text: str) -> int:
    number = 0
    for char in text:
        number = number * 58 + _BASE58.index(char)
    return number


_CHECKS: tuple[Callable[[str], tuple[Kind, str] | None], ...] = (_ethereum, _segwit, _monero, _base58)
RULES = (
    Reader(
        KINDS,
        _read,
        needs=(
            "bitcoin",
            "btc",
            "ethereum",
            "monero",
            "xmr",
            "tron",
            "trc20",
            "usdt",
            "litecoin",
            "dogecoin",
            "wallet",
            "crypto",
            "krypto",
            "donat",
        ),
    ),
)

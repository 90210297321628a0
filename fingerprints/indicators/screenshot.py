"""What a page looks like in a browser: a perceptual hash of the small picture that a crawl with --render takes of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.fft import dctn

from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.png import brightness
from fingerprints.scan import Scan

PHASH = Kind(
    name="screenshot-phash",
    family="template",
    title="Look of a page (64-bit perceptual hash)",
    example="4b4b3478347079b6",
    source="https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html",
    proves=Proof.FACT,
    m=0.2,
    cap=3.0,
    links=False,
    traps="Pages of one stock theme without their pictures, error pages, consent walls, empty pages.",
)
_SIDE = 32
_LOW = 8
_FLATTEST = 4.0
"""Standard deviation of the brightness below which a page is empty: all empty pages would look alike."""


def _read(scan: Scan) -> Iterator[Found]:
    points = brightness(scan.page.body)
    if min(points.shape) < _SIDE or points.std() < _FLATTEST:
        return
    yield Found(PHASH, _hash(points), where=f"picture of {points.shape[1]} by {points.shape[0]} points")


def _hash(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> str:
    """The signs of the low frequencies around their median, but for the constant one, as the pHash method has it."""
    rows, columns = (np.array_split(np.arange(size), _SIDE) for size in points.shape)
    fields = np.array([[points[np.ix_(row, column)].mean() for column in columns] for row in rows])
    low = dctn(fields, norm="ortho")[:_LOW, :_LOW].flatten()
    bits = low > np.median(low[1:])
    bits[0] = False
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


KINDS = (PHASH,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.SCREENSHOT})),)

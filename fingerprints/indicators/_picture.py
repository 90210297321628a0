"""Pictures: the perceptual hash that a picture keeps when it is scaled, saved anew or turned into another format.

Hostile input like all that is read: the decoder is told which formats it may open, and no picture is unfolded before its head has
said how many points it has.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray

MOST_PIXELS = 30_000_000
"""A larger picture is a bomb or a poster; either takes memory and tells nothing."""
SIDE = 32
_KEPT = 8
_FEWEST_SHADES = 8.0
"""Standard deviation of the shades, of 255, below which a picture is one plain area and like any other."""
_MOST_BYTES = 4_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "ICO")


class PictureError(ValueError):
    """No picture that is read here; the message is the sentence's end."""


def perceptual_hash(body: bytes) -> str | None:
    """The 64-bit pHash (the lowest frequencies of a cosine transform, each above or below their median) as 16 hex digits.

    https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html. Transparent parts are taken for white.

    Args:
        body: a picture as PNG, JPEG, GIF, WebP, BMP or ICO, of the latter the largest.

    Returns:
        None for what is no such picture, one plain area, or too large.
    """
    try:
        shades, _ = small_grey(body)
    except PictureError:
        return None
    return None if shades.std() < _FEWEST_SHADES else hash_of(shades)


def small_grey(body: bytes, most_pixels: int = MOST_PIXELS) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The picture as SIDE by SIDE shades of grey, 0 to 255, and its true width and height.

    Args:
        body: see perceptual_hash.
        most_pixels: a picture of more is not unfolded.

    Raises:
        PictureError: it is none, or larger than is read.
    """
    if len(body) > _MOST_BYTES:
        raise PictureError(f"it has {len(body):,} bytes")
    try:
        return _unfolded(body, most_pixels)
    except PictureError:
        raise
    except Exception as error:  # noqa: BLE001  (a decoder fails on hostile bytes in many ways; none of them is a picture)
        raise PictureError(f"it cannot be read ({type(error).__name__})") from None


def _unfolded(body: bytes, most_pixels: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    from PIL import Image  # loaded only where a picture is

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = Image.open(io.BytesIO(body), formats=_FORMATS)
        if picture.width * picture.height > most_pixels:
            raise PictureError(f"it has {picture.width} by {picture.height} points")
        size = picture.size  # as it is: a draft is smaller
        picture.draft("L", (SIDE * 4, SIDE * 4))
        shown = picture.convert("RGBA")
        white = Image.new("RGBA", shown.size, "white")
        grey = Image.alpha_composite(white, shown).convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        return np.asarray(grey, dtype=np.float64), size


def hash_of(shades: NDArray[np.float64]) -> str:
    """The pHash of SIDE by SIDE shades."""
    low = (_COSINES @ shades @ _COSINES.T).ravel()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


_COSINES = np.cos(np.pi * np.arange(_KEPT)[:, None] * (2 * np.arange(SIDE)[None, :] + 1) / (2 * SIDE))
"""The first rows of the discrete cosine transform (type II)."""

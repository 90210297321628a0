"""Pictures: the perceptual hash that a picture keeps when it is scaled, saved anew or turned into another format."""

from __future__ import annotations

import io
import warnings

import numpy as np

MOST_PIXELS = 30_000_000
"""A larger picture is a bomb or a poster; either takes memory and tells nothing."""
_SIDE = 32
_KEPT = 8
_FEWEST_SHADES = 8.0
"""Standard deviation of the shades, of 255, below which a picture is one plain area and like any other."""
_MOST_BYTES = 4_000_000


def perceptual_hash(body: bytes) -> str | None:
    """The 64-bit pHash (the lowest frequencies of a cosine transform, each above or below their median) as 16 hex digits.

    https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html. Transparent parts are taken for white.

    Args:
        body: a picture as PNG, JPEG, GIF, WebP, BMP or ICO, of the latter the largest.

    Returns:
        None for what is no such picture, one plain area, or too large.
    """
    from PIL import Image  # loaded only where a picture is

    if len(body) > _MOST_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "GIF", "WEBP", "BMP", "ICO"))
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.draft("L", (_SIDE * 4, _SIDE * 4))
            shown = picture.convert("RGBA")
            white = Image.new("RGBA", shown.size, "white")
            grey = Image.alpha_composite(white, shown).convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
            shades = np.asarray(grey, dtype=np.float64)
    except Exception:  # noqa: BLE001  (a decoder fails on hostile bytes in many ways; none of them is a picture)
        return None
    if shades.std() < _FEWEST_SHADES:
        return None
    low = (_COSINES @ shades @ _COSINES.T).ravel()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


_COSINES = np.cos(np.pi * np.arange(_KEPT)[:, None] * (2 * np.arange(_SIDE)[None, :] + 1) / (2 * _SIDE))
"""The first rows of the discrete cosine transform (type II)."""

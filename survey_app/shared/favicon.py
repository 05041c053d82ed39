"""Our icon for programs that look for ``/favicon.ico``: drawn from the one that pages link to."""

from __future__ import annotations

import functools
import re
import struct
from typing import Any, Final

from survey_app.shared.pages import STATIC

_RECT: Final = re.compile(
    r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#(\w{6})"'
)
_DRAWN: Final = 32  # the drawing's own width
_SIZES: Final = (16, 32)


@functools.cache
def favicon() -> bytes:
    """Draw ``static/icon.svg``, which is of rectangles, as an icon of Windows in two sizes."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8")
    shapes = [(*map(float, found[:4]), bytes.fromhex(found[4])) for found in _RECT.findall(drawing)]
    images = [_image(shapes, size) for size in _SIZES]
    offset = 6 + 16 * len(images)
    entries = b""
    for size, image in zip(_SIZES, images, strict=True):
        entries += struct.pack("<4B2H2I", size, size, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    return struct.pack("<3H", 0, 1, len(images)) + entries + b"".join(images)


def _image(shapes: list[Any], size: int) -> bytes:
    """Return one size: a header, rows from the bottom in blue, green, red, alpha, and no mask."""
    header = struct.pack("<I2i2H6I", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    scale = _DRAWN / size
    rows = [[_pixel(shapes, x, y, scale) for x in range(size)] for y in reversed(range(size))]
    mask = bytes(size * (-(-size // 32) * 4))
    return header + b"".join(map(b"".join, rows)) + mask


def _pixel(shapes: list[Any], x: int, y: int, scale: float) -> bytes:
    """Return one pixel: the colour of what lies on top there, as opaque as it covers the pixel."""
    colour, alpha = b"\0\0\0", 0.0
    for left, top, width, height, rgb in shapes:
        covered = _overlap(x * scale, scale, left, width) * _overlap(y * scale, scale, top, height)
        if covered:
            mixed = covered + alpha * (1 - covered)
            weight = covered / mixed
            colour = bytes(
                round(a * weight + b * (1 - weight)) for a, b in zip(rgb, colour, strict=True)
            )
            alpha = mixed
    return bytes((*reversed(colour), round(255 * alpha)))


def _overlap(start: float, length: float, other: float, width: float) -> float:
    """Return the share of a stretch that another covers."""
    return max(0.0, min(start + length, other + width) - max(start, other)) / length

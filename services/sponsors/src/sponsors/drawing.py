"""Logos of sponsors that are made up: a shape in two colours, and the name beside it."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_HEIGHT: Final = 160
_MARK: Final = 120
_GAP: Final = 24
#: Drawn larger, and then made smaller: so edges are smooth.
_SCALE: Final = 4
#: Shapes with corners, in twelfths of the mark.
_POLYGONS: Final = {
    "hill": (((1, 10), (5, 3), (8, 10)), ((6, 10), (8, 6), (11, 10))),
    "sail": (((6, 2), (6, 9), (10, 9)), ((5, 4), (5, 9), (2, 9))),
    "leaf": (((2, 10), (2, 6), (6, 2), (10, 2), (10, 6), (6, 10)),),
}


def logo(name: str, shape: str, dark: str, light: str, *, text: str | None = None) -> bytes:
    """Return a PNG; `text` is the colour of the name, that of the mark unless told otherwise."""
    font = ImageFont.load_default(size=44)
    width = round(font.getlength(name)) + _MARK + _GAP * 3
    image = Image.new("RGBA", (width, _HEIGHT), (0, 0, 0, 0))
    mark = _mark(shape, dark, light)
    image.alpha_composite(mark, (_GAP, (_HEIGHT - _MARK) // 2))
    place = (_MARK + _GAP * 2, _HEIGHT // 2)
    ImageDraw.Draw(image).text(place, name, fill=text or dark, font=font, anchor="lm")
    to = io.BytesIO()
    image.save(to, "PNG", optimize=True)
    return to.getvalue()


def _mark(shape: str, dark: str, light: str) -> Image.Image:
    size = _MARK * _SCALE
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size - 1, size - 1), radius=size // 6, fill=dark)
    part = size // 12
    if shape == "ring":
        draw.ellipse((part * 2, part * 2, part * 10, part * 10), outline=light, width=part * 2)
    elif shape == "square":
        draw.rectangle((part * 3, part * 3, part * 9, part * 9), outline=light, width=part * 2)
    elif shape == "bars":
        for at, high in ((2, 5), (5, 8), (8, 3)):
            draw.rectangle((part * at, part * (10 - high), part * (at + 2), part * 10), light)
    elif shape == "sun":
        draw.pieslice((part * 2, part * 3, part * 10, part * 11), 180, 360, fill=light)
        draw.rectangle((part, part * 8, part * 11, part * 9), light)
    elif shape == "wave":
        for row in (3, 6, 9):
            for left in (0.5, 4.5, 8.5):
                box = (part * left, part * (row - 1), part * (left + 3), part * (row + 2))
                draw.arc(box, 200, 340, fill=light, width=part)
    for points in _POLYGONS.get(shape, ()):
        draw.polygon([(part * x, part * y) for x, y in points], light)
    return image.resize((_MARK, _MARK), Image.Resampling.LANCZOS)

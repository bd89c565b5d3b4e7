"""Draws the outline of the land for the map of events, from data of Natural Earth.

    npm pack world-atlas@2 && tar xzf world-atlas-2*.tgz
    python -m tools.land package/land-110m.json

writes `gateway/src/gateway/templates/events/land.html`. The data is in the public domain
(https://www.naturalearthdata.com/about/terms-of-use/), scale 1:110,000,000; the package holds it as
TopoJSON (https://github.com/topojson/topojson-specification).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from gateway.pages.events.projection import SOUTH, project

TARGET = Path("gateway/src/gateway/templates/events/land.html")
#: Islands that cover less than so many square units of the map are left out.
_LEAST = 10.0

type Point = tuple[float, float]


def rings(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """Yield the edges of all land, as (longitude, latitude)."""
    (scale_x, scale_y), (left, low) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = [
        [(x * scale_x + left, y * scale_y + low) for x, y in accumulate(map(tuple, arc), _add)]
        for arc in topology["arcs"]
    ]
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                # An arc that is walked backwards is named by the complement of its number.
                parts = [arcs[at] if at >= 0 else arcs[~at][::-1] for at in ring]
                yield [point for part in parts for point in part[1:]]


def _add(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def whole(ring: Sequence[Point]) -> list[Point]:
    """Return a ring in one piece: land that goes on beyond 180° east is drawn there."""
    longitudes = [ring[0][0]]
    for (last, _), (longitude, _) in pairwise(ring):
        step = (longitude - last + 180) % 360 - 180
        longitudes.append(longitudes[-1] + step)
    turns = round(sum(longitudes) / len(longitudes) / 360)
    return [(x - 360 * turns, y) for x, (_, y) in zip(longitudes, ring, strict=True)]


def drawn(ring: Sequence[Point]) -> str:
    """Return a ring as part of a path in whole units; empty where it is not worth a line."""
    if max(latitude for _, latitude in ring) < SOUTH:
        return ""
    points = [(round(x), round(y)) for x, y in (project(*point) for point in whole(ring))]
    points = [one for last, one in pairwise([points[-1], *points]) if last != one]
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*points, points[0]])) / 2
    if abs(area) < _LEAST:
        return ""
    steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(points)]
    text = f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z"
    return text.replace(" -", "-")


def main() -> None:
    """Write the template."""
    topology = json.loads(Path(sys.argv[1]).read_bytes())
    path = "".join(drawn(ring) for ring in rings(topology))
    TARGET.write_text(
        "{# Land, drawn by tools/land.py from Natural Earth (public domain). #}\n"
        f'<path d="{path}"></path>\n'
    )


if __name__ == "__main__":
    main()

"""Where a place stands on the map of the world.

The projection is that of Natural Earth: lines of latitude are straight, the poles are short lines,
and neither shapes nor sizes are wrong by much. Polynomials: B. Šavrič, T. Patterson, B. Jenny,
"The Natural Earth II world map projection" and its forerunner of 2011.
"""

from __future__ import annotations

from math import radians

#: The view box of the map: all longitudes, and the latitudes on which people live.
WIDTH = 2000
NORTH, SOUTH = 83.7, -56.5
_SCALE = WIDTH / 2 / (radians(180) * 0.8707)


def _across(latitude: float) -> float:
    """Return how long a degree of longitude is drawn at a latitude, of one at the equator."""
    square = radians(latitude) ** 2
    fourth = square * square
    curve = fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth))
    return 0.8707 - 0.131979 * square + curve


def _up(latitude: float) -> float:
    angle = radians(latitude)
    square = angle * angle
    fourth = square * square
    curve = fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth)
    return angle * (1.007226 + square * (0.015085 + curve))


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the place of a point, in degrees, on a map of `WIDTH` by `HEIGHT`; y grows down."""
    x = WIDTH / 2 + radians(longitude) * _across(latitude) * _SCALE
    return x, (_up(NORTH) - _up(latitude)) * _SCALE


HEIGHT = round(project(0, SOUTH)[1])

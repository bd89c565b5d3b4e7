"""The map of the world with the places of coming events: what stands where, and what is one mark.

A mark must be wide enough for a finger. So places that are too near to each other are one mark
with a number, and lead to a map of their surroundings, where they are apart. A wide and a narrow
map are made of the same places; the style shows one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot

from gateway.pages.events.models import Point, WorldMap
from gateway.pages.events.projection import HEIGHT, WIDTH, project

#: Width of the map on a screen, in pixels, at least: what marks are measured by.
WIDE, NARROW = 700, 320
#: Width of a mark, and of what stands alone, in pixels.
_MARK, _DOT = 26, 15
#: A map of surroundings shows one such part of the world.
ZOOM = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A place with coming events. `href` leads to them, `near` to a map of its surroundings."""

    name: str
    longitude: float
    latitude: float
    count: int
    href: str
    near: str


@dataclass(slots=True)
class _Group:
    x: float
    y: float
    places: list[Place] = field(default_factory=list)

    def add(self, place: Place, x: float, y: float) -> None:
        """Take a place in; the group moves to the middle of its places."""
        count = len(self.places)
        self.x, self.y = (self.x * count + x) / (count + 1), (self.y * count + y) / (count + 1)
        self.places.append(place)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the map: its left upper corner and its width; the proportions stay."""

    x: float = 0
    y: float = 0
    width: float = WIDTH

    @property
    def height(self) -> float:
        """Its height, in the proportions of the map."""
        return self.width * HEIGHT / WIDTH

    def has(self, place: Place) -> bool:
        """Tell whether a place is in it."""
        x, y = project(place.longitude, place.latitude)
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


def around(longitude: float, latitude: float) -> Window:
    """Return the surroundings of a place, inside of the map."""
    x, y = project(longitude, latitude)
    width, height = WIDTH / ZOOM, HEIGHT / ZOOM
    return Window(
        x=round(min(max(0.0, x - width / 2), WIDTH - width)),
        y=round(min(max(0.0, y - height / 2), HEIGHT - height)),
        width=round(width),
    )


def build(places: Sequence[Place], window: Window, pixels: int) -> WorldMap:
    """Return the map of a window that is shown so many pixels wide."""
    unit = window.width / pixels
    near = window.width < WIDTH
    groups = _groups([place for place in places if window.has(place)], _MARK * unit)
    return WorldMap(
        box=f"{window.x:g} {window.y:g} {window.width:g} {window.height:.0f}",
        size=round(13 * unit, 1),
        points=tuple(_point(group, unit, near=near) for group in groups),
    )


def _groups(places: Sequence[Place], least: float) -> list[_Group]:
    """Gather places until all marks are at least so far apart; the busiest ones come first."""
    groups: list[_Group] = []
    for place in sorted(places, key=lambda one: (-one.count, one.name)):
        x, y = project(place.longitude, place.latitude)
        at = next((g for g in groups if hypot(g.x - x, g.y - y) < least), None)
        if at is None:
            groups.append(at := _Group(x, y))
        at.add(place, x, y)
    merged = True
    while merged:
        merged = _merge_one(groups, least)
    return groups


def _merge_one(groups: list[_Group], least: float) -> bool:
    """Make one of the first two marks that moved too near to each other."""
    for at, one in enumerate(groups):
        for other in groups[at + 1 :]:
            if hypot(one.x - other.x, one.y - other.y) < least:
                for place in other.places:
                    one.add(place, *project(place.longitude, place.latitude))
                groups.remove(other)
                return True
    return False


def _point(group: _Group, unit: float, *, near: bool) -> Point:
    count = sum(place.count for place in group.places)
    names = [place.name for place in group.places]
    events = "1 event" if count == 1 else f"{count} events"
    alone = len(names) == 1
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Point(
        x=round(group.x, 1),
        y=round(group.y, 1),
        radius=round((_DOT if alone and count == 1 else _MARK) * unit / 2, 1),
        reach=round(_MARK * unit / 2, 1),
        count="" if count == 1 else str(count),
        label=f"{shown}: {events}",
        # Where a map cannot come nearer, the list below it tells the places apart.
        href=group.places[0].href if alone else "#places" if near else group.places[0].near,
    )

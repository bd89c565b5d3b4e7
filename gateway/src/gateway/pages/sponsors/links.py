"""Addresses of sponsors (as at python.org, but for the desk of staff)."""

from __future__ import annotations

from typing import Final

ALL: Final = "/psf/sponsors/"
ABOUT: Final = "/psf/sponsorship/"
APPLY: Final = "/sponsors/application/"
NEW: Final = "/sponsors/application/new/"
MINE: Final = "/users/sponsorships/"
EDIT: Final = "/users/sponsorships/sponsor/edit/"
DESK: Final = "/sponsors/review/"


def anchor(slug: str) -> str:
    """Return where a sponsor stands on the page of all of them."""
    return f"{ALL}#{slug}"


def sponsorship_path(number: int, what: str = "") -> str:
    """Return the address of a sponsorship for its people, or of a part of it."""
    return f"{MINE}{number}/{what}/" if what else f"{MINE}{number}/"


def sponsor_path(number: int) -> str:
    """Return where the people of a sponsor change what is kept of it."""
    return f"{MINE}sponsor/{number}/"


def desk_path(number: int, what: str = "") -> str:
    """Return the address of a sponsorship on the desk of staff, or of what is done there."""
    return f"{DESK}{number}/{what}/" if what else f"{DESK}{number}/"

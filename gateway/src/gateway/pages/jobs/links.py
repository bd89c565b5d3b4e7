"""Addresses of the job board (as at python.org)."""

from __future__ import annotations

from typing import Final

from gateway.pages.heads import Subscribe

HOME: Final = "/jobs/"
CREATE: Final = "/jobs/create/"
MINE: Final = "/jobs/mine/"
THANKS: Final = "/jobs/thanks/"
TYPES: Final = "/jobs/types/"
CATEGORIES: Final = "/jobs/categories/"
LOCATIONS: Final = "/jobs/locations/"
REMOTE: Final = "/jobs/location/telecommute/"
COMMENT: Final = "/jobs/create-review-comment/"
REVIEW: Final = "/jobs/review/"
MODERATE: Final = "/jobs/moderate/"


def job_path(number: int, what: str = "") -> str:
    """Return the address of a job, or of something that is done with it."""
    return f"{HOME}{number}/{what}/" if what else f"{HOME}{number}/"


def again_path(number: int) -> str:
    """Return the address of the form that begins with what a job says."""
    return f"{CREATE}?again={number}"


def desk_path(number: int) -> str:
    """Return the address of a job on the desk of the reviewers."""
    return f"{REVIEW}{number}/"


def type_path(slug: str) -> str:
    """Return the address of the jobs of a type."""
    return f"/jobs/type/{slug}/"


def category_path(slug: str) -> str:
    """Return the address of the jobs of a category."""
    return f"/jobs/category/{slug}/"


def location_path(slug: str) -> str:
    """Return the address of the jobs at a location."""
    return f"/jobs/location/{slug}/"


def country_path(slug: str) -> str:
    """Return the address of the jobs in a country."""
    return f"/jobs/country/{slug}/"


def subscribe(what: str, path: str) -> Subscribe:
    """Return how to subscribe to what has the page `path`."""
    return Subscribe(what=what, webcal="", ics="", rss=f"{path}feed/rss/", atom=f"{path}feed/atom/")

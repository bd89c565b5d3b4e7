"""What a list of jobs is narrowed down to, as its address says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from contracts.jobs.dto import JobOrder
from gateway.pages.downloads.fetch import is_slug
from gateway.pages.downloads.models import Option
from gateway.pages.jobs import fetch, links
from gateway.pages.jobs.models import Filter
from gateway.pages.links import Link
from gateway.web.pages import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.jobs.dto import Facet, Facets
    from gateway.backends.client import Query
    from gateway.web.pages import PageContext

PARAMS: Final = ("category", "country", "location", "page", "posted", "q", "remote", "sort", "type")

_POSTED: Final = {"": "Any time", "1": "Today", "7": "Past week", "30": "Past month"}
_SORTS: Final = {JobOrder.NEWEST: "Newest first", JobOrder.ENDING: "Ending soon first"}
_SLUGS: Final = ("category", "type", "country", "location")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter as it was asked for; empty values narrow nothing down."""

    q: str = ""
    category: str = ""
    type: str = ""
    country: str = ""
    location: str = ""
    posted: str = ""
    remote: bool = False
    sort: JobOrder = JobOrder.NEWEST

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the list down, by the names of parameters."""
        given = {
            "q": self.q,
            "category": self.category,
            "type": self.type,
            "country": self.country,
            "location": self.location,
            "remote": "yes" if self.remote else "",
            "posted": self.posted,
        }
        return {name: value for name, value in given.items() if value}

    @property
    def params(self) -> dict[str, str]:
        """The filter and the order as parameters of an address; what is usual is left out."""
        order = {} if self.sort is JobOrder.NEWEST else {"sort": self.sort.value}
        return {**self.filters, **order}

    def query(self) -> dict[str, Query]:
        """Return what the service is asked for."""
        first = None
        if self.posted:
            day = fetch.today() - timedelta(days=int(self.posted) - 1)
            first = datetime.combine(day, time(), UTC).isoformat()
        return {
            "q": self.q or None,
            "category": self.category or None,
            "type": self.type or None,
            "country": self.country or None,
            "location": self.location or None,
            "remote": True if self.remote else None,
            "since": first,
            "sort": self.sort.value,
        }

    def address(self, *without: str) -> str:
        """Return the address of the list, with some filters taken away."""
        asked = {name: value for name, value in self.params.items() if name not in without}
        return f"{links.HOME}?{urlencode(asked)}" if asked else links.HOME


def of_address(ctx: PageContext) -> Wanted:
    """Return the filter that the address asks for. Raises BadInput naming the parameter."""
    given = ctx.params
    for name in _SLUGS:
        if given.get(name) and not is_slug(given[name]):
            raise BadInput(name, "must be a short name, as in the addresses of these pages")
    if given.get("remote", "yes") != "yes":
        raise BadInput("remote", "must be yes, or be left out")
    if given.get("posted", "") not in _POSTED:
        raise BadInput(
            "posted", f"must be one of {', '.join(day for day in _POSTED if day)} (days)"
        )
    if given.get("sort", JobOrder.NEWEST) not in set(JobOrder):
        raise BadInput("sort", f"must be one of {', '.join(JobOrder)}")
    return Wanted(
        q=" ".join(given.get("q", "").split()),
        **{name: given.get(name, "") for name in _SLUGS},
        posted=given.get("posted", ""),
        remote="remote" in given,
        sort=JobOrder(given.get("sort", JobOrder.NEWEST)),
    )


def form(wanted: Wanted, facets: Facets | None) -> Filter:
    """Return the form. It offers what there are jobs of, and what is chosen."""
    found = {
        "category": facets.categories if facets else [],
        "type": facets.types if facets else [],
        "country": facets.countries if facets else [],
    }
    names = {
        **{name: {one.slug: one.name for one in of} for name, of in found.items()},
        "location": {one.slug: one.name for one in facets.locations} if facets else {},
    }
    return Filter(
        q=wanted.q,
        categories=_options("All categories", found["category"], wanted.category),
        types=_options("All types", found["type"], wanted.type),
        countries=_options("Everywhere", found["country"], wanted.country),
        posted=tuple(
            Option(value=value, label=label, selected=value == wanted.posted)
            for value, label in _POSTED.items()
        ),
        sorts=tuple(
            Option(value=value.value, label=label, selected=value is wanted.sort)
            for value, label in _SORTS.items()
        ),
        remote=wanted.remote,
        location=wanted.location,
        chosen=_chosen(wanted, names),
        active=bool(wanted.filters),
        more=bool(wanted.type or wanted.posted or wanted.sort is not JobOrder.NEWEST),
    )


def _options(every: str, found: list[Facet], chosen: str) -> tuple[Option, ...]:
    offered = [(one.slug, f"{one.name} ({one.jobs})") for one in found]
    if chosen and chosen not in {slug for slug, _ in offered}:
        offered.append((chosen, _spelled(chosen)))
    return tuple(
        Option(value=value, label=label, selected=value == chosen)
        for value, label in [("", every), *offered]
    )


def _chosen(wanted: Wanted, names: Mapping[str, Mapping[str, str]]) -> tuple[Link, ...]:
    """Return each filter as a link that takes it away."""

    def label(name: str, value: str) -> str:
        match name:
            case "q":
                return f"“{value}”"
            case "remote":
                return "Remote"
            case "posted":
                return f"Posted: {_POSTED[value].lower()}"
            case _:
                return names[name].get(value) or _spelled(value)

    return tuple(
        Link(label=label(name, value), href=wanted.address(name))
        for name, value in wanted.filters.items()
    )


def _spelled(slug: str) -> str:
    """Return a slug that nothing is known of, as words."""
    return slug.replace("-", " ")

"""What somebody chooses of a year: as it is typed, kept and shown.

A level brings its benefits along. Whoever has no script ticks a level and asks what is in it: the
page comes back with its boxes ticked. The hidden field `of` says for which level they were ticked,
so that of two answers to one question the later one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from litestar.datastructures import Cookie

from contracts.sponsors.inputs import MAX_BENEFITS, Selection

if TYPE_CHECKING:
    from contracts.sponsors.applications import OwnSponsorship
    from contracts.sponsors.dto import Catalogue, CatalogueBenefit
    from gateway.web.forms import Fields

#: Keeps the choice of somebody who is not signed in. Whatever it holds is checked like all else.
COOKIE: Final = "sponsorship-choice"
_PATH: Final = "/sponsors/"
_DAY: Final = 86400
_KEPT: Final = re.compile(r"([0-9]{1,18})?\.((?:[0-9]{1,18}-)*[0-9]{1,18})?")
_LONGEST: Final = 3000


@dataclass(frozen=True, slots=True)
class Choice:
    """A level, or none, and benefits; `of`: the level whose benefits were ticked."""

    package: int | None = None
    benefits: tuple[int, ...] = ()
    of: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was chosen."""
        return self.package is None and not self.benefits

    def selection(self, sponsor: int | None = None) -> Selection:
        """Return it as the service takes it."""
        return Selection(
            package_id=self.package, benefit_ids=list(self.benefits), sponsor_id=sponsor
        )


def typed(values: Fields, catalogue: Catalogue) -> Choice:
    """Return what a form says, with the benefits that the level brings along."""
    known = {benefit.id: benefit for benefit in of_all(catalogue)}
    package = _id(values.get("package", ""))
    if package not in {one.id for one in catalogue.packages}:
        package = None
    of = _id(values.get("of", ""))
    ticked = [number for text in values.all("benefits") if (number := _id(text)) in known]
    if package is not None and package != of:
        brought = {one.id for one in known.values() if of in one.package_ids}
        extra = [number for number in ticked if number not in brought]
        return Choice(package, (*included(package, known.values()), *extra), package)
    return Choice(package, tuple(ticked), of)


def included(package: int, benefits: Iterable[CatalogueBenefit]) -> tuple[int, ...]:
    """Return the benefits of a level; of those that exclude each other the first."""
    found: dict[int, None] = {}
    for one in benefits:
        if package in one.package_ids and found.keys().isdisjoint(one.conflict_ids):
            found[one.id] = None
    return tuple(found)


def again(last: OwnSponsorship, catalogue: Catalogue) -> Choice:
    """Return what fits a sponsorship of another year best: the level and benefits of its names."""
    named = {one.name: one.id for one in catalogue.packages}
    package = named.get(last.level_name)
    known = {benefit.name: benefit.id for benefit in of_all(catalogue)}
    kept = [number for one in last.benefits if (number := known.get(one.name)) is not None]
    if package is None and not kept:
        return Choice()
    return Choice(package, tuple(dict.fromkeys(kept)), package)


def of_all(catalogue: Catalogue) -> tuple[CatalogueBenefit, ...]:
    """Return all that can be chosen."""
    return tuple(benefit for program in catalogue.programs for benefit in program.benefits)


# --- the cookie ---


def read(cookies: Mapping[str, str]) -> Choice | None:
    """Return what the cookie keeps; None where there is none, or what it holds is no choice."""
    text = cookies.get(COOKIE, "")
    found = _KEPT.fullmatch(text) if 0 < len(text) <= _LONGEST else None
    if found is None:
        return None
    package = _id(found[1] or "")
    numbers = [number for part in (found[2] or "").split("-") if (number := _id(part))]
    return Choice(package, tuple(dict.fromkeys(numbers))[:MAX_BENEFITS], package)


def keep(choice: Choice, origin: str) -> Cookie:
    """Return the cookie that keeps a choice."""
    numbers = "-".join(map(str, choice.benefits))
    return _cookie(f"{choice.package or ''}.{numbers}", _DAY, origin)


def forget(origin: str) -> Cookie:
    """Return the cookie that ends it."""
    return _cookie("", 0, origin)


def _cookie(value: str, age: int, origin: str) -> Cookie:
    return Cookie(
        COOKIE,
        value=value,
        path=_PATH,
        max_age=age,
        secure=origin.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def _id(text: str) -> int | None:
    fits = text.isascii() and text.isdecimal() and len(text) < 19
    return (int(text) or None) if fits else None

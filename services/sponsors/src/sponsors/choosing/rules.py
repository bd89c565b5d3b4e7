"""Which choices can be sent in, and what they cost: functions of what a year offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contracts.sponsors.applications import Quote, Trouble, Wrong
from contracts.sponsors.dto import Package
from sponsors.choosing.queries import Offer, Offered


def quote(offer: Offer, package_id: int | None, benefit_ids: Iterable[int]) -> Quote:
    """Tell what a choice costs, and what is wrong with it."""
    wanted = dict.fromkeys(benefit_ids)
    package = offer.packages.get(package_id or 0)
    chosen = [one for key, one in offer.benefits.items() if key in wanted]
    unknown = sorted(wanted.keys() - offer.benefits.keys())
    wrong = [*_unknown(package_id, package, unknown), *_wrong(package, chosen)]
    added, removed = changes(offer, package, chosen)
    custom = package is None or bool(added) or bool(removed)
    return Quote(
        year=offer.year,
        package_id=package.id if package else None,
        package_name=package.name if package else "",
        price=None if package is None or custom else package.amount,
        customized=custom,
        benefit_ids=[one.id for one in chosen],
        benefits=[one.shown(package.id if package else None) for one in chosen],
        added_ids=[one.id for one in added],
        removed_ids=[one.id for one in removed],
        wrong=wrong,
    )


def changes(
    offer: Offer, package: Package | None, chosen: Sequence[Offered]
) -> tuple[list[Offered], list[Offered]]:
    """Return what was chosen beside a package, and what of it was left out.

    Of benefits of the package that exclude each other one is enough; where all are left out, all
    count as left out.
    """
    if package is None:
        return [], []
    own = {key: one for key, one in offer.benefits.items() if package.id in one.package_ids}
    have = {one.id for one in chosen}
    added = [one for one in chosen if one.id not in own]
    removed = [one for one in own.values() if one.id not in have and not have & _group(one, own)]
    return added, removed


def _group(one: Offered, own: dict[int, Offered]) -> set[int]:
    """Return the benefits of a package that exclude one another, by way of `one`."""
    group, todo = {one.id}, [one]
    while todo:
        for other in todo.pop().conflict_ids & own.keys():
            if other not in group:
                group.add(other)
                todo.append(own[other])
    return group


def _unknown(
    package_id: int | None, package: Package | None, unknown: list[int]
) -> Iterable[Wrong]:
    if package_id is not None and (package is None or not package.advertise):
        yield Wrong(code=Trouble.UNKNOWN, message="This package cannot be chosen this year.")
    if unknown:
        said = "Some of these benefits are not there this year."
        yield Wrong(code=Trouble.UNKNOWN, message=said, benefit_ids=unknown)


def _wrong(package: Package | None, chosen: Sequence[Offered]) -> Iterable[Wrong]:
    if package is None and not chosen:
        said = "Choose a package, or a benefit that stands alone."
        yield Wrong(code=Trouble.NOTHING, message=said)
    alone = [one for one in chosen if one.standalone]
    bound = [one for one in chosen if not one.standalone]
    if package is None and bound:
        said = f"Choose a package, too: {_names(bound)} cannot be had without one."
        yield _about(Trouble.NEEDS_PACKAGE, said, bound)
    if package is not None and alone:
        said = f"{_names(alone)} cannot be had with a package."
        yield _about(Trouble.STANDALONE_WITH_PACKAGE, said, alone)
    extra = [one for one in chosen if one.a_la_carte]
    if package is not None and extra and not package.allow_a_la_carte:
        said = f"{_names(extra)} cannot be added to {package.name}."
        yield _about(Trouble.NO_A_LA_CARTE, said, extra)
    yield from _conflicts(chosen)
    other = [
        one
        for one in bound
        if one.package_only and package is not None and package.id not in one.package_ids
    ]
    if other:
        said = f"{_names(other)} cannot be had with {package.name if package else 'this'}."
        yield _about(Trouble.PACKAGE_ONLY, said, other)
    full = [one for one in chosen if not one.available]
    if full:
        said = f"There is no room left: {_names(full)}."
        yield _about(Trouble.FULL, said, full)


def _conflicts(chosen: Sequence[Offered]) -> Iterable[Wrong]:
    for at, one in enumerate(chosen):
        for other in chosen[at + 1 :]:
            if other.id in one.conflict_ids:
                said = f"{one.name} and {other.name} cannot be had together."
                yield _about(Trouble.CONFLICT, said, [one, other])


def _about(code: Trouble, said: str, benefits: Sequence[Offered]) -> Wrong:
    return Wrong(code=code, message=said, benefit_ids=[one.id for one in benefits])


def _names(benefits: Sequence[Offered]) -> str:
    names = [one.name for one in benefits]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

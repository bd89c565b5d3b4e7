"""Who is meant by the subject of a token: names for the entries of an audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.backends.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.admin.visits import Visit

_USER: Final = "user:"
#: As many as a page has entries, and as the identity service tells at once.
MOST: Final = 100
#: As many as a service's trail is asked about at once.
_FITTING: Final = 50


async def names(visit: Visit, subjects: Iterable[str]) -> Mapping[str, str]:
    """Return what to call the subjects that are people, in one call.

    People whose account is gone are told so, by their number; while identity is away everybody has
    that alone.
    """
    ids = sorted({number for one in subjects if (number := _number(one)) is not None})[:MOST]
    if not ids or visit.admin.identity is None:
        return {}
    try:
        found = await visit.admin.identity.people(ids)
    except BackendError:
        return {}
    known = {one.id: one.username for one in found}
    return {f"{_USER}{number}": known.get(number, f"user {number}, who is gone") for number in ids}


async def subjects(visit: Visit, typed: str) -> tuple[str, ...]:
    """Return whom somebody means: a subject as typed, the user of that name, or all who fit.

    Fitting is who is found in the admin by it: by a part of the user name, name or an address.
    """
    if ":" in typed or visit.admin.identity is None:
        return (typed,)
    found = await visit.admin.identity.person(typed)
    if found is not None:
        return (f"{_USER}{found.id}",)
    query = {"q": typed, "limit": str(_FITTING)}
    rows = (await visit.calls("identity").rows("user", query)).items
    return tuple(f"{_USER}{row.id}" for row in rows) or (typed,)


def _number(subject: str) -> int | None:
    number = subject.removeprefix(_USER)
    known = number != subject and number.isascii() and number.isdecimal() and len(number) < 19
    return int(number) if known else None

"""Where redirects lead, and that none leads back to itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

from contracts.content.taken import is_taken
from servicekit.problems import Invalid

#: Hosts that are this site; a redirect to one of them may lead back here.
_OWN: Final = frozenset({"", "python.org", "www.python.org"})
#: A chain that is longer was not meant; browsers give up at about twenty.
_MOST_HOPS: Final = 5
_ENDING: Final = re.compile(r"\.html?$")
#: Stands for whatever may follow a prefix, when chains are tried.
_SAMPLE: Final = "what-follows"


class Leading(Protocol):
    """What leads from one address to another, stored or sent."""

    @property
    def old_path(self) -> str:
        """Where from, without a slash at the end."""

    @property
    def query(self) -> str | None:
        """For which query alone."""

    @property
    def is_prefix(self) -> bool:
        """Whether also from below."""

    @property
    def target(self) -> str:
        """Where to, with placeholders."""


def free_path(path: str) -> str:
    """Return an old path without a slash at its end.

    Raises Invalid where the site itself answers there: the redirect would never be asked.
    """
    bare = path.strip("/")
    if is_taken(bare):
        raise Invalid.field(
            ["body", "old_path"], f"/{bare}/ is an address of the site itself.", "taken"
        )
    return f"/{bare}"


def location(found: Leading, path: str) -> str:
    """Return where a redirect leads from `path`, which it answers for."""
    rest = path.strip("/")[len(found.old_path) :]
    stem = _ENDING.sub("", rest)
    target = found.target
    if not rest:
        # Nothing follows, so nothing has to be parted from it.
        target = target.replace("{rest}/", "").replace("{stem}/", "")
    return target.replace("{rest}", rest).replace("{stem}", stem)


def answering[T: Leading](
    path: str, query: str, among: Iterable[T], *, exactly: bool | None = None
) -> T | None:
    """Return the redirect that answers at a path, of those given with the most specific first.

    One for this very query goes before one for any. `exactly` True looks for one at the path
    itself only, False for one of a prefix above it.
    """
    address = "/" + path.strip("/")
    anywhere: T | None = None
    for one in among:
        own = one.old_path == address
        if exactly is not None and own is not exactly:
            continue
        if not own and not (one.is_prefix and address.startswith(one.old_path + "/")):
            continue
        if one.query == query and query:
            return one
        if one.query is None and anywhere is None:
            anywhere = one
    return anywhere


def check_chain(new: Leading, others: Sequence[Leading]) -> None:
    """Raise Invalid where whoever follows a new redirect is led in a circle, or on and on."""
    everything: list[Leading] = [*others, new]
    among = sorted(everything, key=lambda one: len(one.old_path), reverse=True)
    starts = [new.old_path] + ([f"{new.old_path}/{_SAMPLE}"] if new.is_prefix else [])
    for start in starts:
        path, query, found = start, new.query or "", new
        for _ in range(_MOST_HOPS):
            target = urlsplit(location(found, path))
            if not found.target or (target.hostname or "") not in _OWN:
                break
            path, query = target.path, target.query
            following = answering(path, query, among)
            if following is None:
                break
            if following is new:
                raise Invalid.field(
                    ["body", "target"], f"This leads back to {start}, in a circle.", "loop"
                )
            found = following
        else:
            raise Invalid.field(
                ["body", "target"],
                f"From here it is more than {_MOST_HOPS} redirects to anything.",
                "chain",
            )
    _check_circles(new, others, among)


def _check_circles(new: Leading, others: Sequence[Leading], among: Sequence[Leading]) -> None:
    """Raise Invalid where a new prefix closes a circle for redirects that lead below it."""
    if not new.is_prefix:
        return
    for one in others:
        path, found, seen = one.old_path, one, {id(one)}
        while found.target:
            target = urlsplit(location(found, path))
            following = answering(target.path, target.query, among)
            if (target.hostname or "") not in _OWN or following is None:
                break
            if id(following) in seen:
                raise Invalid.field(
                    ["body", "old_path"], f"{one.old_path} would lead in a circle.", "loop"
                )
            seen.add(id(following))
            path, found = target.path, following

"""Runs the declared operations: one envelope, one kind of problem."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json

from contracts.identity.dto import KeyKind
from gateway.api.modern.problems import by_field, problem, refuse
from gateway.api.modern.reading import accepted, read
from gateway.api.wire import JSON, Answer, Elsewhere, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.api.modern.declaration import Found, Operation, Request
    from gateway.api.store import Store
    from gateway.api.wire import Ask
    from gateway.auth.keys import Keys
    from gateway.backends.errors import BackendRefused

#: A browser or another cache may use a copy so long without asking; purges reach our own at once.
_KEPT: Final = "public, max-age=60, stale-while-revalidate=600"
_OWN: Final = "private, no-cache"
_ASKED: Final = "public, no-cache"
#: Addresses of the API before, which answers with a page that they are not there.
_FORMER: Final = frozenset({"/users/user/"})


@dataclass(frozen=True, slots=True)
class Place:
    """What an address is: its operations by method, and the values in its path."""

    operations: Mapping[str, Operation]
    inside: Mapping[str, str]
    path: str

    @property
    def allow(self) -> str:
        """The methods that it takes."""
        heads = ("HEAD",) if "GET" in self.operations else ()
        return ", ".join((*self.operations, *heads, "OPTIONS"))


class Modern:
    """The dialect."""

    prefix: Final = "/api/v2"
    kind: Final = "modern"

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = tuple(operations)
        self._places: dict[str, tuple[re.Pattern[str], dict[str, Operation]]] = {}
        for operation in operations:
            _, methods = self._places.setdefault(operation.path, (operation.pattern, {}))
            methods[operation.method] = operation
        self._heads = tuple(operation.path.partition("{")[0] for operation in operations)

    def find(self, ask: Ask) -> Place | None:
        """Return what is at an address, None where nothing is. Raises Elsewhere.

        An address that could be one of these, and is none, is a place without operations.
        """
        path = ask.path.removeprefix(self.prefix)
        plain = path.removesuffix("/")
        if path in _FORMER:
            return None
        for pattern, methods in self._places.values():
            found = pattern.fullmatch(plain)
            if found is not None and plain == path:
                return Place(methods, found.groupdict(), ask.path)
            # Whoever follows a redirect reads, whatever they wanted to do.
            if found is not None and ask.reads:
                raise Elsewhere(ask.raw_path.removesuffix("/"))
        # Addresses of the API before end in a slash, and what is not there is told by a page.
        if plain == path or plain.startswith(self._heads):
            return Place({}, {}, ask.path)
        return None

    def check(self, place: Place, ask: Ask) -> None:
        """Refuse a method that the address does not take, and answer what it takes."""
        if not place.operations:
            text = "There is nothing at this address; /api/docs/ tells what there is."
            raise Refused(problem(404, text, place.path))
        if ask.method == "OPTIONS":
            raise Refused(Answer(204, headers={"Allow": place.allow}))
        if self._operation(place, ask) is None:
            headers = {"Allow": place.allow}
            text = f"This address takes {place.allow}."
            raise Refused(problem(405, text, place.path, headers=headers))

    def _operation(self, place: Place, ask: Ask) -> Operation | None:
        return place.operations.get("GET" if ask.method == "HEAD" else ask.method)

    def kept(self, place: Place, ask: Ask) -> str | None:
        """Return under which name an answer to anybody may be kept, None where it may not be."""
        operation = place.operations["GET"]
        params = ask.params
        if operation.permission or not operation.kept:
            return None
        if not params.keys() <= set(accepted(operation)):
            return None
        return "&".join(f"{name}={value}" for name, value in sorted(params.items()))

    def variant(self, ask: Ask) -> str:
        """Return by what answers at one address differ: nothing."""
        return ""

    async def caller(self, place: Place, ask: Ask, keys: Keys) -> tuple[str, Any] | None:
        """Return name and visitor of who sends a key, None for a guest; Refused for a bad one."""
        header = ask.header("authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        found = None
        if scheme.lower() == "bearer" and secret.strip():
            found = await keys.holder(KeyKind.BEARER, secret.strip(), sure=not ask.reads)
        if found is None:
            raise Refused(self._who(place, "The key does not hold. Send one as Bearer."))
        return found.username, found

    def _who(self, place: Place, detail: str) -> Answer:
        return problem(401, detail, place.path, headers={"WWW-Authenticate": "Bearer"})

    async def answer(self, place: Place, ask: Ask, store: Store) -> Answer:
        """Run the operation of a request. Raises Refused, BackendError."""
        operation = self._operation(place, ask)
        if operation is None:
            raise refuse(405, f"This address takes {place.allow}.", place.path)
        if operation.permission and not store.caller.may(operation.permission):
            if not store.caller.known:
                raise Refused(self._who(place, "A key is needed."))
            text = f"The key needs the permission {operation.permission}."
            raise refuse(403, text, place.path)
        asked = await read(operation, ask, place.inside)
        found = await operation.run(asked, store, ask)
        if found is None:
            raise refuse(404, "There is no such thing.", place.path)
        return self._told(operation, asked, found, store)

    def _told(self, operation: Operation, asked: Request, found: Found, store: Store) -> Answer:
        if operation.out is None:
            return Answer(204)
        include = set(asked.fields) or None
        items = found.items
        data = (
            [item.model_dump(mode="json", include=include) for item in items]
            if operation.many
            else items.model_dump(mode="json", include=include)
        )
        value = {"data": data} if found.meta is None else {"data": data, "meta": found.meta}
        keys = frozenset((*operation.keys, *found.keys))
        headers = {
            "Cache-Control": _keeping(operation, store),
            "Surrogate-Key": " ".join(("pydotorg-app", "api", *sorted(keys))),
        }
        if found.location:
            headers["Location"] = found.location
        return Answer(operation.status, to_json(value), JSON, headers, keys, operation.fresh)

    # --- failures ---

    def refused(self, error: BackendRefused, place: Place) -> Answer:
        """Tell that the service said no, as it said it."""
        if error.status == 401:
            return self._who(place, "The key does not hold.")
        detail = str(error.problem.get("detail") or error.detail)
        return problem(error.status, detail, place.path, by_field(error.problem))

    def unavailable(self, place: Place, seconds: int) -> Answer:
        """Tell that a service is away."""
        text = "A part of the site is being put right. Please try again soon."
        return problem(503, text, place.path, headers={"Retry-After": str(seconds)})

    def throttled(self, place: Place, seconds: int) -> Answer:
        """Tell that somebody asks too often."""
        text = f"Asked too often. Ask again in {seconds} s."
        return problem(429, text, place.path, headers={"Retry-After": str(seconds)})

    def unreadable(self, place: Place, status: int) -> Answer:
        """Tell that a body cannot be taken."""
        return problem(status, "The body is too large.", place.path)


def _keeping(operation: Operation, store: Store) -> str:
    """Return how browsers and other caches may keep an answer."""
    if store.caller.known:
        return _OWN
    return _ASKED if operation.personal or not operation.kept else _KEPT

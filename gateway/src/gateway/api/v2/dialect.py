"""Which address is what, who calls, and what each mistake is answered with."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from contracts.identity.dto import KeyKind
from gateway.api.legacy.refusals import ROW, explained
from gateway.api.v2 import metadata, writing
from gateway.api.v2.filters import NO_CHOICE, BadQuery, NothingMatches, narrowed, relations
from gateway.api.v2.rows import Links, row
from gateway.api.wire import JSON, Answer, Elsewhere, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.api.legacy.declaration import Errors, Resource
    from gateway.api.store import Store
    from gateway.api.wire import Ask
    from gateway.auth.keys import Keys
    from gateway.backends.errors import BackendRefused

type _What = Literal["root", "list", "detail", "bulk"]

_ALLOW: Final[Mapping[str, str]] = {
    "root": "GET, HEAD, OPTIONS",
    "list": "GET, POST, HEAD, OPTIONS",
    "detail": "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
    "bulk": "DELETE, OPTIONS",
}
#: What a method does to a row, as permissions call it.
_VERBS: Final = {"POST": "add", "PUT": "change", "PATCH": "change"}
_SUFFIX: Final = re.compile(r"(?P<path>.*)\.(?P<format>[a-z0-9]+)/?")
_HTML: Final = "text/html; charset=utf-8"
_NOT_FOUND: Final = {"detail": "Not found."}


@dataclass(frozen=True, slots=True)
class Place:
    """What an address is.

    Attributes:
        what: Kind of address.
        resource: None for the root.
        key: Id of the row, as it was written.
        format: What stands behind the dot of an address that has one.
    """

    what: _What
    resource: Resource | None = None
    key: str = ""
    format: str = ""

    @property
    def allow(self) -> dict[str, str]:
        """The header that tells what the address takes."""
        reads = self.resource is not None and not self.resource.changeable
        return {"Allow": _ALLOW["root" if reads else self.what]}


class V2:
    """The dialect.

    Args:
        resources: What there is to read and write.
        announced: Names of resources that the root lists, also those that have no owner yet.
    """

    prefix: Final = "/api/v2"
    kind: Final = "v2"

    def __init__(self, resources: Sequence[Resource], announced: Sequence[str]) -> None:
        self._resources = {resource.name: resource for resource in resources}
        self._announced = tuple(announced)

    # --- addresses ---

    def find(self, ask: Ask) -> Place | None:
        """Return what is at an address, None where nothing is. Raises Elsewhere."""
        path = ask.path.removeprefix(self.prefix)
        suffixed = _SUFFIX.fullmatch(path)
        if suffixed is not None:
            return self._find(suffixed["path"].strip("/"), suffixed["format"])
        place = self._find(path.strip("/"), "")
        if place is not None and not path.endswith("/"):
            raise Elsewhere(ask.raw_path + "/")
        return place

    def _find(self, path: str, form: str) -> Place | None:
        if not path:
            return Place("root", format=form)
        name, _, key = path.rpartition("/")
        if path in self._resources:
            return Place("list", self._resources[path], format=form)
        resource = self._resources.get(name)
        if resource is None:
            return None
        if resource.bulk and key == f"delete_by_{resource.bulk}":
            return Place("bulk", resource, format=form)
        return Place("detail", resource, key, form)

    def check(self, place: Place, ask: Ask) -> None:
        """Refuse a format that there is not."""
        form = place.format or ask.param("format")
        if form and form != "json":
            raise Refused(self._told(_NOT_FOUND, place, status=404))
        if not accepts_json(ask.header("accept")):
            told = {"detail": "Could not satisfy the request Accept header."}
            raise Refused(self._told(told, place, status=406))

    def kept(self, place: Place, ask: Ask) -> str | None:
        """Return under which name an answer to anybody may be kept, None where it may not be."""
        if place.what == "bulk":
            return None
        known = {"format"}
        if place.resource is not None and place.what == "list":
            known |= {item.name for item in place.resource.filters if item.v2}
            if place.resource.strict and not known.issuperset(ask.params):
                return None
        params = ask.params
        return "&".join(f"{name}={params[name]}" for name in sorted(known & params.keys()))

    def variant(self, ask: Ask) -> str:
        """Return by what answers at one address differ."""
        return ask.origin if accepts_json(ask.header("accept")) else "other"

    # --- callers ---

    async def caller(self, place: Place, ask: Ask, keys: Keys) -> tuple[str, Any] | None:
        """Return name and visitor of who sends a token, None for a guest; Refused for a bad one."""
        given = (ask.header("authorization") or "").split()
        if not given or given[0].lower() != "token":
            return None
        if len(given) == 1:
            raise Refused(self._who("Invalid token header. No credentials provided.", place))
        if len(given) > 2:
            told = "Invalid token header. Token string should not contain spaces."
            raise Refused(self._who(told, place))
        found = await keys.holder(KeyKind.TOKEN, given[1], sure=not ask.reads)
        if found is None:
            raise Refused(self._who("Invalid token.", place))
        return found.username, found

    def _who(self, detail: str, place: Place) -> Answer:
        return self._told({"detail": detail}, place, status=401, more={"WWW-Authenticate": "Token"})

    # --- answers ---

    async def answer(self, place: Place, ask: Ask, store: Store) -> Answer:
        """Answer a request whose format and caller are fine."""
        resource = place.resource
        if resource is not None and ask.method not in {"GET", "HEAD", "OPTIONS"}:
            self._permit(resource, place, ask, store)
        method = "GET" if ask.method == "HEAD" else ask.method
        if method not in place.allow["Allow"].split(", "):
            told = {"detail": f'Method "{ask.method}" not allowed.'}
            raise Refused(self._told(told, place, status=405))
        if method == "OPTIONS":
            return self._told(self._about(place, store), place)
        links = _links(place, ask)
        if resource is None:
            return self._told({name: links.list(name) for name in self._announced}, place)
        try:
            match place.what:
                case "bulk":
                    return await self._delete_all(resource, place, ask, store)
                case "list" if method == "GET":
                    return await self._list(resource, place, ask, store, links)
                case "list":
                    made = await writing.create(resource, ask, store, self._resources)
                    where = {"Location": links.row(resource.name, made.id)}
                    return self._told(row(resource, made, links), place, status=201, more=where)
                case _:
                    return await self._detail(resource, place, ask, store, links)
        except BadQuery as error:
            raise Refused(self._told(error.errors, place, status=400)) from error
        except writing.NotTaken as error:
            raise Refused(self._told(error.body, place, status=error.status)) from error

    def _permit(self, resource: Resource, place: Place, ask: Ask, store: Store) -> None:
        if not store.caller.known:
            raise Refused(self._who("Authentication credentials were not provided.", place))
        if not store.caller.may(resource.permission(_VERBS.get(ask.method, "delete"))):
            raise Refused(self._forbidden(place))

    def _forbidden(self, place: Place) -> Answer:
        told = {"detail": "You do not have permission to perform this action."}
        return self._told(told, place, status=403)

    def _about(self, place: Place, store: Store) -> dict[str, Any]:
        resource = place.resource
        if resource is None:
            return metadata.about("Api Root", "The default basic root view for DefaultRouter")
        if place.what == "bulk":
            what = f"{resource.title.lower()}s associated with a given {resource.bulk}."
            return metadata.about(f"Delete by {resource.bulk}", f"Delete all {what}")
        name, method = ("List", "POST") if place.what == "list" else ("Instance", "PUT")
        told = metadata.about(f"{resource.title} {name}", resource.description)
        if resource.changeable and store.caller.may(resource.permission(_VERBS[method])):
            told["actions"] = {method: metadata.actions(resource)}
        return told

    async def _list(
        self, resource: Resource, place: Place, ask: Ask, store: Store, links: Links
    ) -> Answer:
        try:
            query, errors = narrowed(resource, ask)
        except NothingMatches:
            return self._told([], place, resource=resource)
        found = [] if errors else await store.all(resource, query)
        if not found:
            errors |= await self._strangers(resource, query, store)
        if errors:
            names = [item.name for item in resource.filters if item.name in errors]
            raise BadQuery({name: errors[name] for name in names})
        rows = [row(resource, item, links) for item in found]
        return self._told(rows, place, resource=resource)

    async def _strangers(
        self, resource: Resource, query: Mapping[str, Any], store: Store
    ) -> Errors:
        """Return by which missing rows a list is narrowed. Where it has rows, none is missing."""
        asked = relations(resource, query)
        found = await asyncio.gather(
            *(store.one(self._resources[field.to], number) for _, field, number in asked)
        )
        return {
            item.name: [NO_CHOICE]
            for (item, _, _), there in zip(asked, found, strict=True)
            if there is None
        }

    async def _detail(
        self, resource: Resource, place: Place, ask: Ask, store: Store, links: Links
    ) -> Answer:
        try:
            number = int(place.key)
        except ValueError:
            raise Refused(self._told(_NOT_FOUND, place, status=404)) from None
        missing = {"detail": f"No {resource.model} matches the given query."}
        if ask.method == "DELETE":
            if not await store.delete(resource, number):
                raise Refused(self._told(missing, place, status=404))
            return Answer(204, headers=place.allow)
        if ask.reads:
            found = await store.one(resource, number)
        else:
            found = await writing.change(
                resource, number, ask, store, self._resources, partly=ask.method == "PATCH"
            )
        if found is None:
            raise Refused(self._told(missing, place, status=404))
        return self._told(row(resource, found, links), place, resource=resource)

    async def _delete_all(self, resource: Resource, place: Place, ask: Ask, store: Store) -> Answer:
        try:
            number = int(ask.param(resource.bulk) or "")
        except ValueError:
            raise Refused(Answer(400, b"", _HTML, place.allow)) from None
        await store.delete_all(resource, number)
        return Answer(204, headers=place.allow)

    def _told(
        self,
        value: object,
        place: Place,
        *,
        status: int = 200,
        more: Mapping[str, str] | None = None,
        resource: Resource | None = None,
    ) -> Answer:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        keys = frozenset(resource.keys) if resource is not None else frozenset()
        return Answer(status, body, JSON, {**place.allow, **(more or {})}, keys)

    # --- failures ---

    def refused(self, error: BackendRefused, place: Place) -> Answer:
        """Tell that the service said no."""
        if error.status in {401, 403}:
            return self._forbidden(place)
        if error.status == 404:
            return self._told(_NOT_FOUND, place, status=404)
        told: dict[str, Any] = {}
        if place.resource is not None:
            told = dict(explained(error, place.resource))
            if ROW in told:
                told["non_field_errors"] = told.pop(ROW)
        return self._told(told or {"detail": error.detail}, place, status=400)

    def unavailable(self, place: Place, seconds: int) -> Answer:
        """Tell that a service is away."""
        body = b'{"detail":"Service temporarily unavailable, try again later."}'
        return Answer(503, body, JSON, {"Retry-After": str(seconds)})

    def throttled(self, place: Place, seconds: int) -> Answer:
        """Tell that somebody asks too often."""
        unit = "second" if seconds == 1 else "seconds"
        told = f"Request was throttled. Expected available in {seconds} {unit}."
        more = {"Retry-After": str(seconds)}
        return self._told({"detail": told}, place, status=429, more=more)

    def unreadable(self, place: Place, status: int) -> Answer:
        """Tell that a body cannot be taken."""
        return Answer(status, b'{"detail":"The body is too large."}', JSON)


def accepts_json(accept: str | None) -> bool:
    """Tell whether a header `Accept` lets JSON through."""
    if accept is None:
        return True
    for part in accept.split(","):
        kind, _, sub = part.partition(";")[0].strip().partition("/")
        if kind in {"application", "*"} and sub in {"json", "*"}:
            return True
    return False


def _links(place: Place, ask: Ask) -> Links:
    form = ask.param("format")
    suffix = f".{place.format}" if place.format else ""
    return Links(ask.origin, suffix, "" if form is None else f"?format={form}")

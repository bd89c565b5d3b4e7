"""Which address is what, who calls, and what each mistake is answered with."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from contracts.identity.dto import KeyKind
from gateway.api.legacy.refusals import explained
from gateway.api.v1 import formats, writing
from gateway.api.v1.filters import BadQuery, NothingMatches, Pages, narrowed
from gateway.api.v1.rows import row
from gateway.api.v1.schema import DETAIL_METHODS, list_methods, schema
from gateway.api.wire import JSON, Answer, Elsewhere, Refused
from gateway.backends.errors import BackendRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.api.legacy.declaration import Resource
    from gateway.api.store import Store
    from gateway.api.wire import Ask, Caller
    from gateway.auth.keys import Keys

type _What = Literal["root", "list", "detail", "schema", "set"]

_HTML: Final = "text/html; charset=utf-8"
_SORRY: Final = "Sorry, this request could not be processed. Please try again later."
#: Where credentials are refused since they end up in logs.
_OLD_CREDENTIALS: Final = frozenset({"username", "api_key"})
_ASKED: Final = {"Vary": "Accept", "Cache-Control": "no-cache"}
_ANSWERED: Final = {"Vary": "Accept"}


@dataclass(frozen=True, slots=True)
class Place:
    """What an address is.

    Attributes:
        what: Kind of address.
        resource: None for the root.
        key: Id of the row, or the ids of a set, as they were written.
    """

    what: _What
    resource: Resource | None = None
    key: str = ""


class V1:
    """The dialect.

    Args:
        resources: What there is to read and write.
        announced: Names of resources that the root lists, also those that have no owner yet.
    """

    prefix: Final = "/api/v1"
    kind: Final = "v1"

    def __init__(self, resources: Sequence[Resource], announced: Sequence[str]) -> None:
        self._resources = {resource.name: resource for resource in resources}
        self._announced = sorted(announced)

    # --- addresses ---

    def find(self, ask: Ask) -> Place | None:
        """Return what is at an address, None where nothing is. Raises Elsewhere."""
        path = ask.path.removeprefix(self.prefix)
        slashed = path if path.endswith("/") else path + "/"
        place = self._find(slashed.strip("/"))
        if place is not None and slashed != path:
            raise Elsewhere(ask.raw_path + "/")
        return place

    def _find(self, path: str) -> Place | None:
        if not path:
            return Place("root")
        for name, resource in self._resources.items():
            if path == name:
                return Place("list", resource)
            if path == f"{name}/schema":
                return Place("schema", resource)
            if path.startswith(f"{name}/"):
                key = path.removeprefix(f"{name}/")
                if key == "set" or key.startswith("set/"):
                    return Place("set", resource, key.removeprefix("set").removeprefix("/"))
                return Place("detail", resource, key)
        return None

    def check(self, place: Place, ask: Ask) -> None:
        """Refuse a method that the address does not take, and answer what it takes."""
        if place.resource is None:
            return
        allowed = {
            "list": list_methods(place.resource),
            "detail": DETAIL_METHODS,
        }.get(place.what, ("get",))
        method = "get" if ask.method == "HEAD" else ask.method.lower()
        if method not in allowed:
            told = ",".join(allowed).upper()
            status = 200 if method == "options" else 405
            raise Refused(Answer(status, told.encode(), _HTML, {"Allow": told}))

    def kept(self, place: Place, ask: Ask) -> str | None:
        """Return under which name an answer to anybody may be kept, None where it may not be.

        A parameter that no filter has is told back in the addresses of the pages beside, so such
        an answer is one caller's own.
        """
        resource = place.resource
        known = {"format", "limit", "offset"}
        if resource is not None:
            known |= {item.name for item in resource.filters}
            for name in resource.related:
                field = resource.field_of(name)
                inner = self._resources[field.to].filters if field is not None else ()
                known |= {f"{name}__{item.name}" for item in inner}
        names = [name for name, _ in ask.query]
        if not known.issuperset(names) or len(set(names)) < len(names):
            return None
        return "&".join(f"{name}={value}" for name, value in ask.query)

    def variant(self, ask: Ask) -> str:
        """Return by what answers at one address differ."""
        try:
            return formats.choose(ask)
        except formats.BadAccept:
            return "bad"

    # --- callers ---

    async def caller(self, place: Place, ask: Ask, keys: Keys) -> tuple[str, Any] | None:
        """Return name and visitor of who sends a key, None for a guest; Refused for a bad one."""
        if place.resource is None:
            return None
        if _OLD_CREDENTIALS & ask.params.keys():
            raise Refused(_unauthorized())
        header = ask.header("authorization")
        if not header:
            return None
        scheme, _, given = header.partition(" ")
        name, colon, secret = given.partition(":")
        if scheme.lower() != "apikey" or not (name and colon and secret) or ":" in secret:
            raise Refused(_unauthorized())
        found = await keys.holder(KeyKind.APIKEY, secret, name, sure=not ask.reads)
        if found is None:
            raise Refused(_unauthorized())
        return name, found

    # --- answers ---

    async def answer(self, place: Place, ask: Ask, store: Store) -> Answer:
        """Answer a request whose method and caller are fine."""
        form = self._form(ask)
        resource = place.resource
        if resource is None:
            return self._root(form, whole=ask.param("fullschema") in {"true", "True"})
        try:
            if ask.reads:
                return await self._read(place, resource, ask, store)
            if ask.method == "POST":
                return await writing.create(resource, ask, store, self._resources)
            if place.what == "list":
                return await self._delete_all(resource, ask, store)
            return await self._delete(resource, place.key, store)
        except BadQuery as error:
            text = html.escape(str(error), quote=False)
            raise Refused(self._error({"error": text}, 400, form)) from error
        except writing.NotTaken as error:
            raise Refused(self._error(error.body, error.status, form)) from error

    async def _read(self, place: Place, resource: Resource, ask: Ask, store: Store) -> Answer:
        form = self._form(ask)
        match place.what:
            case "list":
                return await self._list(resource, ask, store, form)
            case "schema":
                return self._schema(resource, store.caller, form)
            case "set":
                return await self._set(resource, place.key, store, form)
            case _:
                return await self._detail(resource, place.key, store, form)

    def _form(self, ask: Ask) -> str:
        try:
            return formats.choose(ask)
        except formats.BadAccept:
            raise Refused(self._error({"error": "Invalid Accept header"}, 400, "json")) from None

    def _root(self, form: str, *, whole: bool) -> Answer:
        listed = {
            name: {
                "list_endpoint": f"{self.prefix}/{name}/",
                "schema": schema(self._resources[name])
                if whole and name in self._resources
                else f"{self.prefix}/{name}/schema/",
            }
            for name in self._announced
        }
        body, media = formats.dump(listed, form)
        return Answer(200, body, media)

    async def _list(self, resource: Resource, ask: Ask, store: Store, form: str) -> Answer:
        try:
            query = narrowed(resource, ask, self._resources)
        except NothingMatches:
            query = None
        pages = Pages.of(ask)
        found: list[Any] = []
        total = 0
        if query is not None:
            rows = await store.rows(resource, query, limit=pages.limit, offset=pages.offset)
            found, total = rows.items, rows.total
        return self._told(
            {"meta": pages.meta(total), "objects": [row(resource, item) for item in found]},
            form,
            resource,
        )

    async def _detail(self, resource: Resource, key: str, store: Store, form: str) -> Answer:
        found = await store.one(resource, self._number(key, form))
        if found is None:
            raise Refused(Answer(404, b"", _HTML, _ANSWERED))
        return self._told(row(resource, found), form, resource)

    async def _set(self, resource: Resource, keys: str, store: Store, form: str) -> Answer:
        asked = keys.split(";")
        numbers = [self._number(key, form) for key in asked]
        if not keys or len(numbers) > writing.MOST:
            raise Refused(self._error({"error_message": _SORRY}, 404, form))
        found = await store.all(resource, {"id__in": [n for n in numbers if n > 0] or [0]})
        rows = {str(item.id): row(resource, item) for item in found}
        told: dict[str, Any] = {"objects": [rows[key] for key in asked if key in rows]}
        missing = [key for key in asked if key not in rows]
        if missing:
            told["not_found"] = missing
        return self._told(told, form, resource)

    def _schema(self, resource: Resource, caller: Caller, form: str) -> Answer:
        if resource.drafts and not caller.may(resource.permission("view")):
            raise Refused(_unauthorized())
        return self._told(schema(resource), form, resource)

    async def _delete(self, resource: Resource, key: str, store: Store) -> Answer:
        _require(resource, "delete", store.caller)
        if not await store.delete(resource, self._number(key, "json")):
            raise Refused(Answer(404, b"", _HTML, _ANSWERED))
        return Answer(204, headers=_ANSWERED)

    async def _delete_all(self, resource: Resource, ask: Ask, store: Store) -> Answer:
        if [name for name, _ in ask.query] != [resource.bulk]:
            what = resource.title.lower()
            raise BadQuery(f"Deleting {what}s requires exactly one '{resource.bulk}' filter.")
        _require(resource, "delete", store.caller)
        try:
            number = int(ask.params[resource.bulk])
        except ValueError:
            raise BadQuery("Invalid resource lookup data provided (mismatched type).") from None
        await store.delete_all(resource, number)
        return Answer(204, headers=_ANSWERED)

    def _number(self, key: str, form: str) -> int:
        if not (key.isascii() and key.isdigit() and len(key) < 20):
            raise Refused(self._error({"error_message": _SORRY}, 404, form))
        return int(key)

    def _told(self, value: Mapping[str, Any], form: str, resource: Resource) -> Answer:
        body, media = formats.dump(value, form)
        return Answer(200, body, media, _ASKED, frozenset(resource.keys))

    def _error(self, value: Mapping[str, Any], status: int, form: str) -> Answer:
        body, media = formats.dump(value, form)
        return Answer(status, body, media)

    # --- failures ---

    def refused(self, error: BackendRefused, place: Place) -> Answer:
        """Tell that the service said no."""
        if error.status in {401, 403}:
            return _unauthorized()
        if error.status == 404:
            return Answer(404, b"", _HTML, _ANSWERED)
        resource = place.resource
        told = explained(error, resource) if resource is not None else {}
        body: dict[str, Any] = {"error": error.detail}
        if resource is not None and told:
            body = {resource.name: writing.told(told)}
        return self._error(body, 400, "json")

    def unavailable(self, place: Place, seconds: int) -> Answer:
        """Tell that a service is away."""
        answer = self._error({"error_message": _SORRY}, 503, "json")
        return Answer(503, answer.body, JSON, {"Retry-After": str(seconds)})

    def throttled(self, place: Place, seconds: int) -> Answer:
        """Tell that somebody asks too often."""
        return Answer(429, b"", _HTML, {"Retry-After": str(seconds)})

    def unreadable(self, place: Place, status: int) -> Answer:
        """Tell that a body cannot be taken."""
        return self._error({"error_message": _SORRY}, status, "json")


def _unauthorized() -> Answer:
    return Answer(401, b"", _HTML)


def _require(resource: Resource, verb: str, caller: Caller) -> None:
    if not caller.may(resource.permission(verb)):
        raise Refused(_unauthorized())

"""The routes of the admin: the index, lists, and what lists send beside pages."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from contracts.admin import AdminDescriptor
from gateway.admin import lists, menus, revisions
from gateway.admin.acting import act
from gateway.admin.editing import add, change, delete
from gateway.admin.lists import asked, parameters, refuse_others
from gateway.admin.switching import RESOURCE as SWITCH
from gateway.admin.switching import show_switches
from gateway.admin.trail import history, trail
from gateway.admin.views import (
    IndexEntry,
    IndexGroup,
    IndexPage,
    ListPage,
)
from gateway.admin.visits import AdminSite, Visit, refusal
from gateway.backends.errors import BackendError, BackendRefused
from gateway.cache.paths import canonical_path
from gateway.web.routing import settle_slash
from gateway.web.templating import sentence

type Handler = Callable[[Visit], Awaitable[Response[bytes]]]

#: Of a form with a file; its service has the last word.
MOST_BYTES: Final = 12 * 1024 * 1024
_JSON: Final = "application/json"
_LIST: Final = "/admin/{service:str}/{resource:str}/"
_ROW: Final = _LIST + "{key:str}/"


def admin_handlers(admin: AdminSite) -> list[HTTPRouteHandler]:
    """Return the Litestar handlers of the admin."""
    routes: tuple[tuple[str, tuple[str, ...], Handler], ...] = (
        ("/admin/", ("GET", "HEAD"), index),
        (_LIST, ("GET", "HEAD"), show_list),
        (_LIST + "export.csv", ("GET", "HEAD"), export),
        (_LIST + "options/", ("GET", "HEAD"), options),
        (_LIST + "suggest/", ("GET", "HEAD"), suggest),
        (_LIST + "act/", ("POST",), act),
        (_LIST + "add/", ("GET", "HEAD", "POST"), add),
        (_ROW + "change/", ("GET", "HEAD", "POST"), change),
        (_ROW + "delete/", ("GET", "HEAD", "POST"), delete),
        (_ROW + "history/", ("GET", "HEAD"), history),
        (_ROW + "compare/", ("GET", "HEAD"), revisions.compare),
        (menus.PATH, ("GET", "HEAD", "POST"), menus.menu),
        ("/admin/audit/", ("GET", "HEAD"), trail),
        ("/admin/switches/", ("GET", "HEAD"), show_switches),
    )
    return [_handler(admin, *route) for route in routes]


def _handler(
    admin: AdminSite, path: str, methods: tuple[str, ...], handle: Handler
) -> HTTPRouteHandler:
    async def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
        if request.method != "POST":
            settle_slash(path, canonical_path(request.scope), request.scope["query_string"])
        try:
            return await handle(await Visit.begin(admin, request))
        except BackendRefused as error:
            raise refusal(error) from error

    return HTTPRouteHandler(
        path,
        http_method=list(methods),  # type: ignore[arg-type] # names of methods
        name=f"admin:{path}",
        status_code=200,
        include_in_schema=False,
        media_type="text/html",
        request_max_body_size=MOST_BYTES,
    )(answer)


async def index(visit: Visit) -> Response[bytes]:
    """Show what there is. A service that does not answer keeps its place and says so."""
    names = sorted(visit.admin.clients)
    found = await asyncio.gather(*(_described(visit, name) for name in names))
    owners = Counter(
        title for told in found if told for title in {one.group for one in told.resources}
    )
    groups: list[IndexGroup] = []
    for name, descriptor in zip(names, found, strict=True):
        if descriptor is None:
            groups.append(IndexGroup(name.capitalize(), (), away=True))
            continue
        for title in dict.fromkeys(one.group for one in descriptor.resources):
            entries = tuple(
                IndexEntry(
                    label=sentence(one.plural),
                    note=one.note,
                    href=f"/admin/{name}/{one.name}/",
                    add=f"/admin/{name}/{one.name}/add/" if one.can.add else "",
                )
                for one in descriptor.resources
                if one.group == title and one.name != SWITCH
            )
            # Where several services have a group of that name, it says whose it is.
            shared = title if owners[title] == 1 else f"{title}: {descriptor.title}"
            if entries:
                groups.append(IndexGroup(shared, entries))
    model = IndexPage(
        groups=tuple(groups),
        said=visit.said,
        audit=visit.visitor.superuser,
        switches=_there(found, SWITCH),
        menu=menus.PATH if _there(found, menus.RESOURCE) else "",
    )
    return visit.render("admin/index.html", model)


def _there(found: Sequence[AdminDescriptor | None], resource: str) -> bool:
    """Tell whether any of the services has a resource for the visitor."""
    return any(one.name == resource for told in found if told for one in told.resources)


async def _described(visit: Visit, service: str) -> AdminDescriptor | None:
    try:
        return await visit.calls(service).descriptor()
    except BackendRefused:
        raise
    except BackendError:
        return None


async def show_list(visit: Visit) -> Response[bytes]:
    """Show a list."""
    place = await visit.place()
    resource = place.resource
    params = visit.params
    what = asked(params, resource.page_sizes)
    filtering = {name for one in resource.filters for name in parameters(one)} | {"q"}
    refuse_others(params, {*filtering, "order", "date", "p", "size"})
    refs = {one.ref for one in resource.filters if one.ref}
    chosen = {one.ref: what.query.get(one.name, "") for one in resource.filters if one.ref}
    found, choices = await asyncio.gather(
        place.calls.rows(resource.name, what.window), place.options(refs, chosen)
    )
    form = visit.form()
    query = lists.link(what)
    model = ListPage(
        resource=resource,
        trail=place.trail[:1],
        said=visit.said,
        base=place.base,
        token=form.token,
        total=found.total,
        columns=lists.columns(resource, what),
        rows=lists.rows(resource, found, place.base),
        filters=lists.filters(resource, what, choices),
        kept=tuple((name, value) for name, value in what.query.items() if name not in filtering),
        q=what.query.get("q", ""),
        dates=lists.dates(found, what),
        date=what.query.get("date", ""),
        undated=lists.link(what, date=None),
        pager=lists.pager(found.total, what, resource.page_sizes),
        export=f"{place.base}export.csv{query if query != '?' else ''}",
        narrowed=any(name in filtering or name == "date" for name in what.query),
        matching=urlencode(what.query) if found.total > len(found.items) else None,
    )
    return visit.render("admin/list.html", model, form=form)


async def export(visit: Visit) -> Response[bytes]:
    """Send a list as a file."""
    place = await visit.place()
    table = await place.calls.table(place.resource.name, visit.params)
    response = visit.respond(table, "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{place.resource.name}.csv"'
    return response


async def options(visit: Visit) -> Response[bytes]:
    """Answer the choices of a reference, for the script that completes what is typed."""
    calls = visit.calls(str(visit.request.path_params["service"]))
    name = str(visit.request.path_params["resource"])
    found = await calls.options(name, visit.params.get("q", ""))
    return visit.respond(found.model_dump_json().encode(), _JSON)


async def suggest(visit: Visit) -> Response[bytes]:
    """Answer what other fields imply, for the script that fills them in."""
    calls = visit.calls(str(visit.request.path_params["service"]))
    name = str(visit.request.path_params["resource"])
    found = await calls.suggestions(name, visit.params)
    return visit.respond(json.dumps(dict(found)).encode(), _JSON)

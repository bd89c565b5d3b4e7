"""`/admin-api`: the resources of a service, described, listed and edited.

Each resource gets routes of its own, so that each says who may call it as every other route does.
They are left out of the OpenAPI document: the descriptor tells their shapes, to each caller those
that there are for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import HeaderParameter, PathParameter, QueryParameter
from litestar.types import ControllerRouterHandler, Empty
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, String, and_, cast, or_, select, union

from contracts.admin import AdminDone, AdminSaved, AdminSuggestions
from contracts.audit import AuditEntry
from contracts.base import Page
from contracts.files import MOST_ENCODED
from servicekit import access
from servicekit.access import Principal
from servicekit.admin import listing, saving
from servicekit.admin.declaration import Action, Call, Resource, takes_file
from servicekit.admin.descriptor import describe
from servicekit.admin.operations import resources as operations
from servicekit.audit import AuditRow
from servicekit.database import WriteSession
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import MAX_OFFSET, InWindow, count, page
from servicekit.problems import Conflict, FieldError, Invalid, NotFound
from servicekit.queries import free_query
from servicekit.responses import json_response
from servicekit.runtime import Runtime

PREFIX: Final = "/admin-api"
MOST_AT_ONCE: Final = 500
MOST_BY_FILTER: Final = 1000
"""Rows that one action changes in one transaction, while others may wait for them."""
_MOST_WITH_FILE: Final = MOST_ENCODED + 100_000
_HISTORY: Final = TypeAdapter(Page[AuditEntry])

_Id = Annotated[int, PathParameter(ge=1, le=MAX_OFFSET)]
_IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=1000)]
_Text = Annotated[str, QueryParameter(max_length=200)]


def admin_routes(runtime: Runtime) -> list[Router]:
    """Return the routes of the service's own resources and of those that every service has."""
    resources = (*runtime.service.admin, *operations(runtime.service))
    handlers: list[ControllerRouterHandler] = [_descriptor(runtime, resources)]
    for resource in resources:
        handlers += _reading(resource, resources)
        handlers += _writing(resource, runtime)
        handlers += [_action(resource, action, runtime) for action in resource.actions]
    return [Router(PREFIX, route_handlers=handlers, include_in_schema=False, tags=["admin"])]


def _descriptor(runtime: Runtime, resources: Sequence[Resource]) -> ControllerRouterHandler:
    @get(name="admin", opt=access.authenticated())
    async def descriptor(
        principal: Caller,
        if_none_match: Annotated[str, HeaderParameter(name="If-None-Match")] = "",
    ) -> Response[Any]:
        """Describe what the caller may see and do: nothing, where there is nothing."""
        told = describe(runtime.service, resources, principal)
        tag = f'"{hashlib.sha256(told.model_dump_json().encode()).hexdigest()[:32]}"'
        if tag in if_none_match:
            return Response(b"", status_code=304, headers={"ETag": tag})
        return json_response(told, etag=tag)

    return descriptor


def _reading(resource: Resource, others: Sequence[Resource]) -> list[ControllerRouterHandler]:
    """Make the routes that read: for those who may view or change the rows."""
    base, names = f"/{resource.name}", resource.permissions
    listed = access.one_of(*dict.fromkeys((names.view, names.change)))

    @get(base, name=f"admin_{resource.name}", opt=listed | free_query())
    async def rows(
        request: Request[Any, Any, Any], read_session: Reading, principal: Caller, window: InWindow
    ) -> Response[Any]:
        query = dict(request.query_params)
        return json_response(
            await listing.window_of(read_session, resource, principal, query, window)
        )

    @get(
        f"{base}/export.csv",
        name=f"admin_{resource.name}_export",
        opt=listed | free_query(),
    )
    async def export(
        request: Request[Any, Any, Any], read_session: Reading, principal: Caller
    ) -> Response[str]:
        query = dict(request.query_params)
        table = await listing.table_of(read_session, resource, principal, query)
        return Response(table, media_type="text/csv; charset=utf-8")

    @get(
        f"{base}/options",
        name=f"admin_{resource.name}_options",
        opt=access.one_of(*_choosing(resource, others)),
    )
    async def options(
        read_session: Reading,
        principal: Caller,
        q: _Text = "",
        id: Annotated[int | None, QueryParameter(ge=1, le=MAX_OFFSET)] = None,  # noqa: A002
    ) -> Response[Any]:
        return json_response(await listing.options_of(read_session, resource, principal, q, id))

    handlers: list[ControllerRouterHandler] = [rows, export, options]
    if resource.form is not None:

        @get(f"{base}/{{id:int}}", name=f"admin_{resource.name}_row", opt=listed)
        async def row(
            read_session: Reading,
            principal: Caller,
            id: _Id,  # noqa: A002 - what errors call it
        ) -> Response[Any]:
            found = await saving.read(read_session, resource, principal, id)
            return json_response(found, etag=etag(found.version))

        handlers.append(row)
    if resource.history:
        handlers.append(_history(resource))
    return handlers


def _choosing(resource: Resource, others: Sequence[Resource]) -> tuple[str, ...]:
    """Return the permissions that allow to choose a row: its own, and of whatever refers to it."""
    names = [resource.permissions.view, resource.permissions.change]
    for other in others:
        forms = [(other.permissions, other.form.hints)] if other.form else []
        forms += [(inline.permissions, inline.hints) for inline in other.inlines]
        for permissions, hints in forms:
            if any(hint.ref == resource.name for hint in hints.values()):
                names += [permissions.add, permissions.change]
        if any(one.ref == resource.name for one in other.filters):
            names += [other.permissions.view, other.permissions.change]
    return tuple(dict.fromkeys(names))


def _history(resource: Resource) -> ControllerRouterHandler:
    """Make the route of a row's history: it also tells what a row was, so it needs to view."""

    @get(
        f"/{resource.name}/{{id:int}}/history",
        name=f"admin_{resource.name}_history",
        opt=access.permission(resource.permissions.view),
    )
    async def history(
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        id: _Id,  # noqa: A002 - what errors call it
    ) -> Response[Any]:
        seen = await listing.row_of(read_session, resource, principal, id) is not None
        # What was done to a row outlives it; a row that is hidden from the caller is not gone.
        if not seen and (
            not resource.gone(principal) or await listing.exists(read_session, resource, id)
        ):
            raise NotFound(f"There is no such {resource.label}.")
        query = select(AuditRow).where(
            or_(
                and_(AuditRow.entity == resource.audited, AuditRow.entity_id == str(id)),
                *_of_children(resource, principal, id),
            )
        )
        found = await read_session.scalars(
            query.order_by(AuditRow.id.desc()).limit(window.limit).offset(window.offset)
        )
        items = [AuditEntry.model_validate(row) for row in found]
        total = await count(read_session, query)
        if not seen and not total:
            raise NotFound(f"There never was such a {resource.label}.")
        return json_response(page(items, total=total, window=window), _HISTORY)

    return history


def _of_children(resource: Resource, caller: Principal, key: int) -> Iterable[ColumnElement[bool]]:
    """Select what was done to the rows that belong to a row, or did when it was done."""
    for inline in resource.inlines:
        if inline.model is None or not caller.may(inline.permissions.view):
            continue
        columns, entity = inline.model.__table__.c, inline.model.__tablename__
        now = select(cast(columns["id"], String)).where(columns[inline.parent] == key)
        told = or_(
            AuditRow.before[inline.parent].astext == str(key),
            AuditRow.after[inline.parent].astext == str(key),
        )
        earlier = select(AuditRow.entity_id).where(AuditRow.entity == entity, told)
        yield and_(AuditRow.entity == entity, AuditRow.entity_id.in_(union(now, earlier)))


def _writing(resource: Resource, runtime: Runtime) -> list[ControllerRouterHandler]:
    base, name = f"/{resource.name}", f"admin_{resource.name}"
    form, permissions = resource.form, resource.permissions
    handlers: list[ControllerRouterHandler] = []
    if form is not None and form.create is not None:

        @post(
            base,
            name=f"{name}_create",
            opt=access.permission(permissions.add),
            request_max_body_size=_MOST_WITH_FILE if takes_file(form) else Empty,
        )
        async def create(
            request: Request[Any, Any, Any], write_session: Writing, principal: Caller
        ) -> Response[Any]:
            call = Call(session=write_session, caller=principal, runtime=runtime)

            async def make() -> Response[Any]:
                key = await saving.save(request, call, resource, await request.json())
                location = {"Location": f"{PREFIX}{base}/{key}"}
                advice = await saving.advice_of(call, resource, key)
                saved = AdminSaved(id=str(key), advice=advice)
                return json_response(saved, headers=location, status=201)

            return await once(request, write_session, principal, make)

        handlers.append(create)
    if form is not None and form.update is not None:

        @put(f"{base}/{{id:int}}", name=f"{name}_update", opt=access.permission(permissions.change))
        async def update(
            request: Request[Any, Any, Any],
            write_session: Writing,
            principal: Caller,
            id: _Id,  # noqa: A002 - what errors call it
            if_match: _IfMatch = None,
        ) -> Response[Any]:
            call = Call(session=write_session, caller=principal, runtime=runtime)
            sent = await request.json()
            await saving.save(request, call, resource, sent, key=id, if_match=if_match)
            advice = await saving.advice_of(call, resource, id)
            return json_response(AdminSaved(id=str(id), advice=advice))

        handlers.append(update)
    if (remove := resource.delete) is not None:

        @delete(
            f"{base}/{{id:int}}", name=f"{name}_delete", opt=access.permission(permissions.delete)
        )
        async def delete_row(
            write_session: Writing,
            principal: Caller,
            id: _Id,  # noqa: A002 - what errors call it
            if_match: _IfMatch = None,
        ) -> None:
            await remove(write_session, id, principal, if_match=if_match)

        handlers.append(delete_row)
    if (suggest := resource.suggest) is not None:
        suggesting = access.one_of(permissions.add, permissions.change) | free_query()

        @get(f"{base}/suggestions", name=f"{name}_suggestions", opt=suggesting)
        async def suggestions(request: Request[Any, Any, Any]) -> Response[Any]:
            typed = {one: request.query_params.get(one, "")[:1000] for one in suggest.sources}
            return json_response(AdminSuggestions(values=dict(suggest.make(typed))))

        handlers.append(suggestions)
    return handlers


def _action(resource: Resource, action: Action, runtime: Runtime) -> ControllerRouterHandler:
    @post(
        f"/{resource.name}/actions/{action.name}",
        name=f"admin_{resource.name}_do_{action.name}",
        status_code=200,
        opt=access.permission(action.permission),
    )
    async def act(
        request: Request[Any, Any, Any], write_session: Writing, principal: Caller
    ) -> Response[Any]:
        sent = await request.json()
        if isinstance(sent, dict) and "filter" in sent:
            keys = await _matching(write_session, resource, principal, sent)
        else:
            keys = await _chosen(write_session, resource, principal, sent)
        typed = saving.typed_for(action, sent)
        call = Call(session=write_session, caller=principal, runtime=runtime, sent=typed)
        # By ascending key, so that two who do the same do not wait for one another in a circle.
        return json_response(AdminDone(message=await action.run(call, sorted(keys))))

    return act


async def _chosen(
    session: WriteSession, resource: Resource, caller: Principal, sent: object
) -> list[int]:
    """Return the ids that were sent, all of them of rows that there are for the caller."""
    keys = _keys(sent)
    known = await listing.rows_of(session, resource, caller, keys)
    errors = [
        FieldError(loc=["body", "ids", at], msg="There is no such row.", code="not_found")
        for at, key in enumerate(keys)
        if str(key) not in known
    ]
    if errors:
        raise Invalid(f"There is no such {resource.label}.", errors=errors)
    return keys


async def _matching(
    session: WriteSession, resource: Resource, caller: Principal, sent: Mapping[str, Any]
) -> list[int]:
    """Return the ids of all rows that a filter matches, as many as whoever asks was told."""
    asked, told = sent["filter"], sent.get("count")
    if not isinstance(asked, dict) or not all(isinstance(one, str) for one in asked.values()):
        raise Invalid.field(["body", "filter"], "The parameters of a list, as texts.", "object")
    if type(told) is not int:
        raise Invalid.field(["body", "count"], "How many rows it is done to.", "missing")
    keys = await listing.keys_of(session, resource, caller, asked, MOST_BY_FILTER)
    if len(keys) > MOST_BY_FILTER:
        message = f"This is done to at most {MOST_BY_FILTER} rows at once: narrow the list."
        raise Invalid.field(["body", "filter"], message, "too_many")
    if len(keys) != told or not keys:
        raise Conflict(f"By now it is {len(keys)} {resource.plural}.")
    return keys


def _keys(sent: object) -> list[int]:
    """Return the ids that an action is for."""
    ids = sent.get("ids") if isinstance(sent, dict) else None
    if not isinstance(ids, list) or not 0 < len(ids) <= MOST_AT_ONCE:
        raise Invalid.field(["body", "ids"], f"A list of 1 to {MOST_AT_ONCE} ids.", "ids")
    found = {listing.key_of(str(one), "body", "ids", str(at)) for at, one in enumerate(ids)}
    return list(found)

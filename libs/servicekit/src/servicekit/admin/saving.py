"""Writing rows: what was sent is checked as a whole, then given to the functions of the domain.

A row and its inlines are one unit of work: all of it is saved or nothing, and every error says
where it belongs, `["body", "files", 2, "url"]`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy.exc import DBAPIError

from contracts.admin import AdminChild, AdminRecord, AdminRowCan
from servicekit.access import Principal
from servicekit.admin import listing
from servicekit.admin.declaration import Action, Call, Form, Hint, Inline, Resource, Values
from servicekit.admin.descriptor import may_see
from servicekit.database import ReadSession, WriteSession
from servicekit.errors import as_problem
from servicekit.etag import check_match, etag
from servicekit.problems import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    body_errors,
)

MOST_CHILDREN: Final = 500
_OWN: Final = frozenset({"id", "version", "delete"})
"""Keys of a sent child that say which row it is and what becomes of it."""
_UNKNOWN_PARENT: Final = 1
"""Stands for the key of a row that is not made yet, while its children are checked."""


async def read(
    session: ReadSession | WriteSession, resource: Resource, caller: Principal, key: int
) -> AdminRecord:
    """Return a row as its form shows it. Raises NotFound."""
    form = form_of(resource)
    row = await form.read(session, key, caller)
    shown = await listing.row_of(session, resource, caller, key)
    if row is None or shown is None:
        raise NotFound(f"There is no such {resource.label}.")
    return AdminRecord(
        id=shown.id,
        version=row["version"],
        title=shown.title,
        values=_values(row, form.fields),
        inlines={
            inline.name: [_child(inline, child) for child in row[inline.name]]
            for inline in form.inlines
            if may_see(inline, caller)
        },
        can=AdminRowCan(
            change=shown.can.change, delete=shown.can.delete, actions=shown.can.actions
        ),
    )


async def save(  # noqa: PLR0913 - what a write is about
    request: Request[Any, Any, Any],
    call: Call,
    resource: Resource,
    sent: object,
    *,
    key: int | None = None,
    if_match: str | None = None,
) -> int:
    """Create a row, or replace the one with this key; returns its key.

    Raises Invalid naming every field that is wrong, and whatever the domain's functions raise.
    """
    form = form_of(resource)
    old = None if key is None else await form.read(call.session, key, call.caller)
    if key is not None and old is None:
        raise NotFound(f"There is no such {resource.label}.")
    if old is not None:
        check_match(if_match, old["version"])
    errors: list[FieldError] = []
    body = _mapping(sent)
    own = {name: value for name, value in body.items() if name not in _inline_names(form)}
    own = _keep_read_only(own, form.hints, old)
    model = _validated(form.input, own, ["body"], errors)
    plans = [
        _plan(inline, body[inline.name], old, key, call.caller, errors)
        for inline in form.inlines
        if inline.name in body and (inline.create or inline.update or inline.delete)
    ]
    if model is None or errors:
        raise Invalid("Some of what was sent is not valid.", errors=errors)
    if key is None:
        if form.create is None:
            raise Forbidden(f"A {resource.label} is not made here.")
        key = int((await form.create(call.session, model, call.caller)).id)
    else:
        if form.update is None:
            raise Forbidden(f"A {resource.label} is not changed here.")
        await form.update(call.session, key, model, call.caller, if_match=if_match)
    for plan in plans:
        await _carry_out(request, call, plan, key)
    return key


async def advice_of(call: Call, resource: Resource, key: int) -> str:
    """Return what whoever saved a row should look at, or nothing."""
    form = form_of(resource)
    row = await form.read(call.session, key, call.caller)
    return form.advice(row) if row else ""


def typed_for(action: Action, sent: object) -> BaseModel | None:
    """Return what was typed for an action, None where it asks for nothing.

    Raises Invalid naming every field that is wrong.
    """
    body = sent.get("fields", {}) if isinstance(sent, dict) else {}
    place = ["body", "fields"]
    errors: list[FieldError] = []
    if action.input is None:
        if body:
            raise Invalid.field(place, "Nothing is asked for.", "extra_forbidden")
        return None
    model = _validated(action.input, _mapping(body, place), place, errors)
    if errors:
        raise Invalid("Some of what was typed is not valid.", errors=errors)
    return model


def form_of(resource: Resource) -> Form:
    """Return the form of a resource that has one."""
    if resource.form is None:
        raise NotFound(f"A {resource.label} has no page of its own.")
    return resource.form


@dataclass(frozen=True)
class _Step:
    """What becomes of one child: `sent` None deletes it, `key` None makes it."""

    at: int
    key: int | None
    version: int
    sent: BaseModel | None


@dataclass(frozen=True)
class _Plan:
    inline: Inline
    steps: list[_Step]


def _plan(  # noqa: PLR0913, PLR0917 - what there is to check a child against
    inline: Inline,
    sent: object,
    old: Values | None,
    parent: int | None,
    caller: Principal,
    errors: list[FieldError],
) -> _Plan:
    """Check the children that were sent, and order what is to be done to them.

    A child that is not sent stays as it is, and so does one that does not differ: what a form
    merely repeats is no change, and needs no permission.
    """
    place: list[str | int] = ["body", inline.name]
    if not isinstance(sent, list) or len(sent) > MOST_CHILDREN:
        errors.append(
            FieldError(loc=[*place], msg=f"A list of at most {MOST_CHILDREN}.", code="list")
        )
        return _Plan(inline, [])
    known = {str(child["id"]): child for child in (old or {}).get(inline.name, ())}
    steps, seen = [], set[str]()
    for at, each in enumerate(sent):
        loc = [*place, at]
        body = _mapping(each, loc)
        child = None
        if (name := body.get("id")) is not None:
            child = known.get(str(name))
            if child is None or str(name) in seen:
                told = "There is no such row here any more, or it was sent twice."
                errors.append(FieldError(loc=[*loc, "id"], msg=told, code="not_found"))
                continue
            seen.add(str(name))
        step = _step(inline, at, body, child, parent, errors)
        if step is not None:
            _require(inline, step, caller)
            steps.append(step)
    # Deletions first, then changes, then new rows; among the last two, who gives before who takes.
    steps.sort(key=lambda step: (*_rank(step), inline.last(step.sent) if step.sent else False))
    return _Plan(inline, steps)


def _step(  # noqa: PLR0913, PLR0917 - the same
    inline: Inline,
    at: int,
    body: Mapping[str, Any],
    child: Values | None,
    parent: int | None,
    errors: list[FieldError],
) -> _Step | None:
    loc: list[str | int] = ["body", inline.name, at]
    key = None if child is None else int(child["id"])
    version = body.get("version", 0)
    if child is not None and not (type(version) is int and version > 0):
        errors.append(
            FieldError(loc=[*loc, "version"], msg="The version is missing.", code="missing")
        )
        return None
    if child is not None and body.get("delete") is True:
        return _Step(at, key, version, None)
    values = {name: value for name, value in body.items() if name not in _OWN}
    values = _keep_read_only(values, inline.hints, child)
    values[inline.parent] = parent or _UNKNOWN_PARENT
    model = _validated(inline.input, values, loc, errors)
    if model is None:
        return None
    if child is not None:
        fields = (name for name in inline.input.model_fields if name in child)
        if all(getattr(model, name) == child[name] for name in fields):
            return None
    return _Step(at, key, version, model)


def _offered[T](inline: Inline, function: T | None) -> T:
    """Return a function of an inline that has it. Raises Forbidden."""
    if function is None:
        raise Forbidden(f"This is not done to {inline.plural} here.")
    return function


def _rank(step: _Step) -> tuple[bool, bool]:
    return (step.sent is not None, step.key is None)


def _require(inline: Inline, step: _Step, caller: Principal) -> None:
    if step.sent is None:
        caller.require(inline.permissions.delete)
    elif step.key is None:
        caller.require(inline.permissions.add)
    else:
        caller.require(inline.permissions.change)


async def _carry_out(request: Request[Any, Any, Any], call: Call, plan: _Plan, parent: int) -> None:
    inline = plan.inline
    for step in plan.steps:
        match = etag(step.version)
        async with _told_at(request, ["body", inline.name, step.at]):
            if step.sent is None:
                remove = _offered(inline, inline.delete)
                await remove(call.session, step.key or 0, call.caller, if_match=match)
                continue
            sent = step.sent.model_copy(update={inline.parent: parent})
            if step.key is None:
                await _offered(inline, inline.create)(call.session, sent, call.caller)
            else:
                update = _offered(inline, inline.update)
                await update(call.session, step.key, sent, call.caller, if_match=match)


@asynccontextmanager
async def _told_at(request: Request[Any, Any, Any], place: list[str | int]) -> AsyncIterator[None]:
    """Have an error of the block say which row it is about."""
    try:
        yield
    except (Problem, DBAPIError) as error:
        problem = as_problem(error, request)
        if problem.status >= 500:
            raise
        moved = [
            FieldError(loc=[*place, *one.loc[1:]], msg=one.msg, code=one.code)
            for one in problem.errors
        ]
        whole = FieldError(loc=place, msg=str(problem), code="refused")
        problem.errors = moved or [whole]
        raise problem from error


def _validated(
    model: type[BaseModel],
    values: Mapping[str, Any],
    place: Sequence[str | int],
    errors: list[FieldError],
) -> BaseModel | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        errors.extend(body_errors(found, place))
        return None


def _keep_read_only(
    sent: Mapping[str, Any], hints: Mapping[str, Hint], old: Values | None
) -> dict[str, Any]:
    """Put what cannot be changed back: a form that does not show a field is no protection."""
    kept = dict(sent)
    for name, hint in hints.items():
        if old is None and hint.read_only_on_add:
            kept.pop(name, None)
        elif old is not None and hint.read_only_on_change:
            kept[name] = old[name]
            if hint.file:
                del kept[name]  # what is read of it is its address
    return kept


def _mapping(sent: object, place: Sequence[str | int] = ("body",)) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise Invalid.field(place, "An object is needed.", "object")
    return sent


def _inline_names(form: Form) -> set[str]:
    return {inline.name for inline in form.inlines}


def _child(inline: Inline, row: Values) -> AdminChild:
    return AdminChild(
        id=str(row["id"]),
        version=row["version"],
        title=str(row[inline.title]),
        values=_values(row, inline.fields),
    )


def _values(row: Values, names: Iterable[str]) -> Values:
    found: Values = to_jsonable_python({name: row[name] for name in names})
    return found

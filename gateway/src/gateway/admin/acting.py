"""What is done to rows that were chosen: asked about first, with what the action wants to know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from gateway.admin import lists
from gateway.admin.fields import FieldView, Filling, show, values_of
from gateway.admin.lists import Asked
from gateway.admin.views import ConfirmPage
from gateway.backends.errors import BackendRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Response

    from contracts.admin import AdminAction
    from gateway.admin.visits import Place, Visit
    from gateway.web.forms import Fields

_MOST_BY_CLICK: Final = 20
"""Rows that a dangerous action is done to at one click; for more their number is typed too."""
#: In front of the names of what an action asks for, which may be those of other fields.
_ASKED: Final = "asked-"
_OLD: Final = "This page lay open for long. Look at it once more."


@dataclass(frozen=True, slots=True)
class _Doing:
    """What is to be done, and to which rows: those of `keys`, or all `every` that `query` finds."""

    place: Place
    action: AdminAction
    fields: Fields
    keys: tuple[str, ...]
    every: int
    query: Mapping[str, str]

    @property
    def needed(self) -> int:
        """The number that must be typed, 0 where a click is enough."""
        number = self.every or len(self.keys)
        return number if self.action.danger and number > _MOST_BY_CLICK else 0


async def act(visit: Visit) -> Response[bytes]:
    """Ask, then do something to the rows that were chosen in a list or on a row's page."""
    place = await visit.place()
    fields, old = await visit.fields()
    # The box for the whole page stands for every row that the page had.
    chosen = "title-" if "page" in fields else "row-"
    keys = tuple(name.removeprefix(chosen) for name in fields if name.startswith(chosen))
    count = fields.get("everything", "")
    every = int(count) if count.isascii() and count.isdecimal() and len(count) < 10 else 0
    action = next((one for one in place.resource.actions if one.name == fields.get("action")), None)
    if action is None or not (keys or every):
        return visit.go(place.base, "Nothing was done: choose rows and what to do with them.")
    query = dict(parse_qsl(fields.get("matching", "")))
    doing = _Doing(place, action, fields, keys, every, query)
    if "confirmed" not in fields:
        return await _ask(doing, {})
    if old:
        return await _ask(doing, {"": _OLD})
    if doing.needed and fields.get("typed", "").strip() != str(doing.needed):
        text = f"Type {doing.needed}, the number of rows that this is done to."
        return await _ask(doing, {"typed": text})
    try:
        said = await _do(doing)
    except BackendRefused as refused:
        if refused.status in {401, 403}:
            raise
        return await _ask(doing, _placed(refused.problem, action))
    return visit.go(place.base, f"{said}.")


async def _do(doing: _Doing) -> str:
    name, action = doing.place.resource.name, doing.action
    typed = values_of(action.fields, doing.fields, _ASKED, new=True)
    if doing.every:
        calls = doing.place.calls
        return await calls.act_on_all(name, action.name, doing.query, doing.every, typed)
    return await doing.place.calls.act(name, action.name, doing.keys, typed)


def _placed(problem: Mapping[str, object], action: AdminAction) -> dict[str, str]:
    """Return what a service said is wrong, by the name of the form's field; the rest under ""."""
    known = {one.name for one in action.fields}
    found: dict[str, str] = {}
    errors = problem.get("errors")
    for error in errors if isinstance(errors, list) else ():
        match error.get("loc"):
            case ["body", "fields", str(name), *_] | ["body", str(name), *_] if name in known:
                found.setdefault(_ASKED + name, str(error.get("msg", "")))
    return found or {"": str(problem.get("detail") or "It was not done.")}


async def _ask(doing: _Doing, errors: Mapping[str, str]) -> Response[bytes]:
    """Show the question, with what is wrong with an answer to it."""
    place, action, every = doing.place, doing.action, doing.every
    visit = place.visit
    form = visit.form()
    shown = await _shown(doing, errors)
    labels = {one.name: one.label for one in shown}
    model = ConfirmPage(
        trail=place.trail,
        title=action.label,
        question=action.confirm,
        rows=(_all_of(place, every, doing.query),)
        if every
        else tuple(doing.fields.get(f"title-{key}", key)[:200] for key in doing.keys),
        address=f"{place.base}act/",
        back=place.base + lists.link(Asked(doing.query, 1, 1)) if every else place.base,
        token=form.token,
        fields=_kept(doing),
        label=f"{action.label}: all {every}" if every else action.label,
        danger=action.danger,
        errors=tuple(
            (name, f"{labels[name]}: {text}" if name in labels else text)
            for name, text in errors.items()
        ),
        asked=shown,
        typed=doing.needed,
    )
    return visit.render("admin/confirm.html", model, status=422 if errors else 200, form=form)


async def _shown(doing: _Doing, errors: Mapping[str, str]) -> tuple[FieldView, ...]:
    """Return what an action asks for, as its form shows it."""
    asked, fields = doing.action.fields, doing.fields
    refs = {one.ref: fields.get(_ASKED + one.name, "") for one in asked if one.ref}
    filling = Filling(
        values={},
        typed=fields if "confirmed" in fields else None,
        errors=errors,
        options=await doing.place.options(set(refs), refs),
    )
    address = f"/admin/{doing.place.service}/"
    return tuple(
        replace(show(one, filling, new=True, prefix=_ASKED, address=address), required=one.required)
        for one in asked
    )


def _kept(doing: _Doing) -> dict[str, str]:
    """Return what is sent again with the yes."""
    kept = {"action": doing.action.name}
    if doing.every:
        return kept | {"everything": str(doing.every), "matching": urlencode(doing.query)}
    for key in doing.keys:
        kept[f"row-{key}"] = "yes"
        kept[f"title-{key}"] = doing.fields.get(f"title-{key}", key)[:200]
    return kept


def _all_of(place: Place, count: int, query: Mapping[str, str]) -> str:
    """Return in words what an action on a whole list is done to."""
    resource = place.resource
    told = f"All {count} {resource.plural}"
    narrowing = {name: value for name, value in query.items() if name != "order"}
    if not narrowing:
        return f"{told} that there are"
    return f"{told} with " + ", ".join(f"{name} “{value}”" for name, value in narrowing.items())

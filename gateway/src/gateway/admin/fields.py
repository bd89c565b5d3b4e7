"""Between a form's fields and what a service reads: values shown, values sent.

Names in a form: `name` for a field of the row, `files-2-url` for one of an inline's third row,
with `files-2-id`, `files-2-version` and `files-2-delete` beside it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from contracts.admin import AdminChoice, Widget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from contracts.admin import AdminChild, AdminField, AdminInline, AdminResource
    from gateway.web.forms import Fields

type Options = Mapping[str, tuple[tuple[AdminChoice, ...], bool]]
"""For each resource that is referred to: rows to choose from, and whether there are more."""

_ROW: Final = re.compile(r"([0-9]{1,4})-(.+)")
#: The value that a time had before it was cut to seconds for the browser.
WAS: Final = "-was"
MOST_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One of the choices of a field that takes several."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as a template shows it. One that takes several has all choices in `chosen`."""

    name: str
    label: str
    widget: str
    value: str
    help: str = ""
    required: bool = False
    read_only: bool = False
    max_length: int | None = None
    checked: bool = False
    choices: tuple[AdminChoice, ...] = ()
    chosen: tuple[ChoiceView, ...] = ()
    more: str = ""
    was: str = ""
    error: str = ""
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of an inline. `key` is empty for a new one."""

    prefix: str
    title: str
    key: str
    version: str
    fields: tuple[FieldView, ...]
    error: str = ""
    deletable: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Sent:
    """What a form says, as the service reads it.

    `places` are the rows of the form, by inline and by position in what is sent.
    """

    body: dict[str, Any] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filling:
    """With what a form is filled.

    `typed` are the fields of a form that was sent; without, `values` are those of the row, or the
    defaults of a new one. `errors` are by the name of a field in the form.
    """

    values: Mapping[str, Any]
    typed: Fields | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=dict)


def show(  # noqa: PLR0913 - what there is to say of a field
    one: AdminField,
    filling: Filling,
    *,
    new: bool,
    prefix: str = "",
    address: str = "",
    fixed: bool = False,
) -> FieldView:
    """Return a field as it is shown; `address` is that of the resource's options, less its name.

    `fixed`: it is shown and not edited, whatever it says of itself.
    """
    name = prefix + one.name
    stored = filling.values.get(one.name, one.default)
    read_only = fixed or (one.read_only_on_add if new else one.read_only_on_change)
    typed = None if read_only else filling.typed
    if typed is None:
        value, was = _text(one, stored), str(stored or "") if one.widget is Widget.TIME else ""
    else:
        value, was = typed.get(name, ""), typed.get(name + WAS, "")
    choices, more = one.choices, False
    if one.ref:
        choices, more = filling.options.get(one.ref, ((), False))
    held = _held(one, stored if typed is None else typed.all(name))
    if one.multiple:
        value = "\n".join(_label(choices, each) if read_only else each for each in held)
    return FieldView(
        name=name,
        label=one.label,
        widget=_widget(one, more=more, read_only=read_only),
        value=_fixed(one, choices, value) if read_only else value,
        help=one.help,
        required=one.required and not prefix,
        read_only=read_only,
        max_length=one.max_length,
        checked=bool(stored) if typed is None else bool(value),
        choices=_with_blank(one, choices),
        chosen=_chosen(choices, held) if one.multiple else (),
        more=f"{address}{one.ref}/options/" if more else "",
        was=was,
        error=filling.errors.get(name, ""),
    )


def show_rows(
    inline: AdminInline,
    children: Sequence[AdminChild],
    filling: Filling,
    *,
    blank: int,
    address: str = "",
) -> tuple[RowView, ...]:
    """Return the rows of an inline: those there are or were typed, and `blank` new ones."""
    rows = []
    stored = {child.id: child for child in children}
    sent: Mapping[str, str] = filling.typed or {}
    numbers = row_numbers(inline.name, sent)
    if filling.typed is None:
        numbers = range(len(children))
    following = max(numbers, default=-1) + 1
    for number in (*numbers, *range(following, following + (blank if inline.can.add else 0))):
        prefix = f"{inline.name}-{number}-"
        fresh = number >= following
        typed = None if fresh else filling.typed
        if typed is None:
            child = None if fresh else children[number]
        else:
            child = stored.get(typed.get(f"{prefix}id", ""))
        own = Filling(
            values=child.values if child else {},
            typed=typed if (child is None or inline.can.change) else None,
            errors=filling.errors,
            options=filling.options,
        )
        told = {} if fresh else sent
        rows.append(
            RowView(
                prefix=prefix,
                title=child.title if child else f"New {inline.label}",
                key=child.id if child else "",
                version=told.get(f"{prefix}version", "") or (str(child.version) if child else ""),
                fields=tuple(
                    show(
                        one,
                        own,
                        new=child is None,
                        prefix=prefix,
                        address=address,
                        fixed=child is not None and not inline.can.change,
                    )
                    for one in inline.fields
                ),
                error=filling.errors.get(prefix, ""),
                deletable=child is not None and inline.can.delete,
                deleted=bool(told.get(f"{prefix}delete")),
            )
        )
    return tuple(rows)


def read(resource: AdminResource, typed: Fields, *, new: bool) -> Sent:
    """Return what a form says.

    Rows that were left as they were offered are not sent, nor those that are only shown.
    """
    sent = Sent()
    for part in resource.fieldsets:
        sent.body |= values_of(part.fields, typed, "", new=new)
    for inline in resource.inlines:
        rows, places = [], []
        for number in row_numbers(inline.name, typed):
            prefix = f"{inline.name}-{number}-"
            key = typed.get(f"{prefix}id", "")
            if not key and all(_untouched(one, typed, prefix) for one in inline.fields):
                continue
            gone = bool(key and typed.get(f"{prefix}delete"))
            if key and not inline.can.change and not gone:
                continue
            row = values_of(inline.fields, typed, prefix, new=not key)
            if key:
                version = typed.get(f"{prefix}version", "")
                row |= {"id": key, "version": int(version) if _is_number(version) else None}
                row["delete"] = gone
            rows.append(row)
            places.append(number)
        if inline.can.add or inline.can.change or inline.can.delete:
            sent.body[inline.name] = rows
            sent.places[inline.name] = places
    return sent


def row_numbers(inline: str, typed: Mapping[str, str]) -> Sequence[int]:
    """Return the numbers of an inline's rows in a form, in order."""
    found = set()
    for name in typed:
        if name.startswith(f"{inline}-") and (match := _ROW.match(name, len(inline) + 1)):
            found.add(int(match[1]))
    return sorted(found)[:MOST_ROWS]


def values_of(
    fields: Iterable[AdminField], typed: Fields, prefix: str, *, new: bool
) -> dict[str, Any]:
    """Return what was typed into fields whose names begin with `prefix`, as a service reads it."""
    found: dict[str, Any] = {}
    for one in fields:
        if one.read_only_on_add if new else one.read_only_on_change:
            continue
        name = prefix + one.name
        text = typed.get(name, "").replace("\r\n", "\n")
        if one.file:
            if name in typed.files:
                called, data = typed.files[name]
                found[one.name] = {"name": called, "data": b64encode(data).decode()}
            continue
        if one.multiple:
            found[one.name] = list(_held(one, typed.all(name)))
        elif one.widget is Widget.CHECKBOX:
            found[one.name] = bool(text)
        elif text == "" and one.nullable:
            found[one.name] = None
        elif one.widget is Widget.TIME:
            found[one.name] = _moment(text, typed.get(name + WAS, ""))
        elif text or one.widget in {Widget.TEXT, Widget.TEXTAREA}:
            found[one.name] = text
    return found


def _held(one: AdminField, value: object) -> tuple[str, ...]:
    """Return what a field that takes several holds, as stored or as sent: a text a line."""
    if not one.multiple or not isinstance(value, list | tuple):
        return ()
    if one.widget is Widget.TEXTAREA:
        lines = (line.strip() for each in value for line in str(each).splitlines())
        return tuple(line for line in lines if line)
    return tuple(dict.fromkeys(str(each) for each in value if each != ""))


def _chosen(choices: Iterable[AdminChoice], held: tuple[str, ...]) -> tuple[ChoiceView, ...]:
    """Return all choices, first what is held; what is no choice any more stays as it is."""
    labels = {one.value: one.label for one in choices}
    order = (*(one for one in held), *(one for one in labels if one not in held))
    return tuple(ChoiceView(one, labels.get(one, one), one in held) for one in order)


def _untouched(one: AdminField, typed: Fields, prefix: str) -> bool:
    if one.multiple:
        return not _held(one, typed.all(prefix + one.name))
    value = typed.get(prefix + one.name, "")
    if one.widget is Widget.CHECKBOX:
        return bool(value) == bool(one.default)
    return value in {"", _text(one, one.default)}


def _moment(text: str, was: str) -> str:
    """Return a time as typed, in UTC; the very one it was where nobody changed its seconds."""
    if was and text == _seconds(was):
        return was
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return text


def _seconds(stored: str) -> str:
    try:
        return datetime.fromisoformat(stored).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return ""


def _text(one: AdminField, value: object) -> str:
    if value is None or one.widget is Widget.CHECKBOX:
        return "yes" if value else ""
    return _seconds(str(value)) if one.widget is Widget.TIME else str(value)


def _widget(one: AdminField, *, more: bool, read_only: bool) -> str:
    if read_only:
        return "kept-file" if one.file else "read-only"
    if one.file:
        return "file"
    if one.multiple and one.widget is not Widget.TEXTAREA:
        return "choices"
    if one.widget is Widget.REF:
        return "search" if more else "select"
    return one.widget.value


def _with_blank(one: AdminField, choices: tuple[AdminChoice, ...]) -> tuple[AdminChoice, ...]:
    """Return the choices, with an empty one where nothing needs to be, or is, chosen."""
    if not choices or (one.default is not None and not one.nullable):
        return choices
    return (AdminChoice(value="", label="—"), *choices)


def _fixed(one: AdminField, choices: Iterable[AdminChoice], value: str) -> str:
    """Return a value that is only shown, in words."""
    if one.widget is Widget.CHECKBOX:
        return "Yes" if value else "No"
    if one.widget is Widget.TIME:
        return f"{value.replace('T', ' ')} UTC" if value else ""
    return _label(choices, value)


def _label(choices: Iterable[AdminChoice], value: str) -> str:
    return next((one.label for one in choices if one.value == value), value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10

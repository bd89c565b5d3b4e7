"""What differs between a form that was sent too late and the row as it is by now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.admin.fields import FieldView, Filling, Options, row_numbers, show, show_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from contracts.admin import AdminInline, AdminRecord, AdminResource
    from gateway.web.forms import Fields

_SHORT: Final = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that holds something else in the form than in the row."""

    label: str
    yours: str
    theirs: str


def differences(
    resource: AdminResource, record: AdminRecord, typed: Fields, options: Options
) -> tuple[Difference, ...]:
    """Return the fields that differ, of the row and of those that belong to it."""
    here = Filling(values=record.values, typed=typed, options=options)
    there = Filling(values=record.values, options=options)
    fields = [one for part in resource.fieldsets for one in part.fields]
    found = list(
        _differing(
            "",
            (show(one, here, new=False) for one in fields),
            (show(one, there, new=False) for one in fields),
        )
    )
    for inline in resource.inlines:
        if inline.can.change:
            found += _of_rows(inline, record, here, there)
    return tuple(found)


def caught_up(resource: AdminResource, record: AdminRecord, typed: Fields) -> Fields:
    """Return the form as one that was opened now, so that it takes the place of what is there.

    Whoever asks for that was shown what it is.
    """
    versions = {"_version": str(record.version)}
    for inline in resource.inlines:
        now = {child.id: str(child.version) for child in record.inlines.get(inline.name, ())}
        for number in row_numbers(inline.name, typed):
            prefix = f"{inline.name}-{number}-"
            if (key := typed.get(f"{prefix}id", "")) in now:
                versions[f"{prefix}version"] = now[key]
    return typed.adding(versions)


def _of_rows(
    inline: AdminInline, record: AdminRecord, here: Filling, there: Filling
) -> Iterator[Difference]:
    children = record.inlines.get(inline.name, ())
    mine = {row.key: row for row in show_rows(inline, children, here, blank=0) if row.key}
    theirs = {row.key: row for row in show_rows(inline, children, there, blank=0)}
    for key, row in theirs.items():
        if key not in mine:
            yield Difference(f"{inline.label} {row.title}", "", "added meanwhile")
        elif not mine[key].deleted:
            yield from _differing(f"{row.title}, ", mine[key].fields, row.fields)
    sent: Mapping[str, str] = here.typed or {}
    for number in row_numbers(inline.name, sent):
        if (key := sent.get(f"{inline.name}-{number}-id", "")) and key not in theirs:
            yield Difference(f"{inline.label} {number + 1}", "still there", "deleted meanwhile")


def _differing(
    beginning: str, mine: Iterable[FieldView], theirs: Iterable[FieldView]
) -> Iterator[Difference]:
    for one, other in zip(mine, theirs, strict=True):
        if one.read_only or one.widget == "file":
            continue
        yours, now = _text(one), _text(other)
        if yours != now:
            yield Difference(f"{beginning}{one.label}", _cut(yours, now), _cut(now, yours))


def _text(one: FieldView) -> str:
    if one.widget == "checkbox":
        return "Yes" if one.checked else "No"
    if one.widget == "choices":
        return ", ".join(choice.label for choice in one.chosen if choice.selected)
    value = one.value.replace("\r\n", "\n").strip()
    return next((choice.label for choice in one.choices if choice.value == value), value)


def _cut(text: str, other: str) -> str:
    """Return a text, of a long one the part where it begins to differ from the other."""
    if len(text) <= _SHORT:
        return text
    same = next(
        (at for at, pair in enumerate(zip(text, other, strict=False)) if pair[0] != pair[1]),
        min(len(text), len(other)),
    )
    begin = max(0, min(same - 60, len(text) - _SHORT))
    end = begin + _SHORT
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"

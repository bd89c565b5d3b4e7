"""The description of a service's resources, made for one caller from declarations and models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from contracts.admin import (
    AdminAction,
    AdminCan,
    AdminChoice,
    AdminColumn,
    AdminDescriptor,
    AdminField,
    AdminFieldset,
    AdminFilter,
    AdminInline,
    AdminResource,
    Widget,
)
from servicekit.access import Principal
from servicekit.admin.declaration import Action, Hint, Inline, Permissions, Resource
from servicekit.service import Service

#: A text that may be longer than this gets room for many lines.
_LONG: Final = 2500
_MOMENTS: Final[Mapping[object, Widget]] = {"date-time": Widget.TIME, "date": Widget.DATE}
_WIDGETS: Final = {
    "boolean": Widget.CHECKBOX,
    "integer": Widget.NUMBER,
    "number": Widget.NUMBER,
}


def describe(service: Service, resources: Sequence[Resource], caller: Principal) -> AdminDescriptor:
    """Return what the caller may see and do; empty where that is nothing."""
    return AdminDescriptor(
        service=service.name,
        title=service.title,
        resources=[_resource(one, caller) for one in resources if may_list(one, caller)],
    )


def may_list(resource: Resource, caller: Principal) -> bool:
    """Tell whether there is a resource for the caller: who may view or change its rows has it."""
    return caller.may(resource.permissions.view) or caller.may(resource.permissions.change)


def can(permissions: Permissions, caller: Principal) -> AdminCan:
    """Return what the caller's permissions allow; changing includes seeing."""
    change = caller.may(permissions.change)
    return AdminCan(
        view=change or caller.may(permissions.view),
        add=caller.may(permissions.add),
        change=change,
        delete=caller.may(permissions.delete),
    )


def actions_of(resource: Resource, caller: Principal) -> list[Action]:
    """Return the actions that the caller may do to rows that allow them."""
    return [action for action in resource.actions if caller.may(action.permission)]


def words(name: str) -> str:
    """Return a name as a label: `release_date` is "Release date"."""
    return name.replace("_", " ").strip().capitalize()


def fields_of(
    model: type[BaseModel], names: Iterable[str], hints: Mapping[str, Hint]
) -> list[AdminField]:
    """Return the fields of a form, from the JSON Schema of the input model and the hints."""
    schema = _schema(model)
    required = set(schema.get("required", ()))
    return [
        _field(name, schema, hints.get(name, Hint()), required=name in required) for name in names
    ]


def _resource(resource: Resource, caller: Principal) -> AdminResource:
    allowed = can(resource.permissions, caller)
    form, suggest = resource.form, resource.suggest
    return AdminResource(
        name=resource.name,
        label=resource.label,
        plural=resource.plural,
        group=resource.group,
        note=resource.note,
        columns=[
            AdminColumn(
                name=column.name,
                label=column.label or words(column.name),
                format=column.format,
                sortable=column.sortable,
            )
            for column in resource.columns
        ],
        order=resource.order,
        search=[label for label, _ in resource.search],
        filters=[
            AdminFilter(
                name=one.name,
                label=one.label or words(one.name),
                kind=one.kind,
                choices=tuple(one.choices),
                ref=one.ref,
            )
            for one in resource.filters
        ],
        dates=(resource.dates.label or words(resource.dates.name)) if resource.dates else "",
        page_sizes=list(resource.page_sizes),
        fieldsets=[
            AdminFieldset(title=part.title, fields=fields_of(form.input, part.fields, form.hints))
            for form in ([resource.form] if resource.form else [])
            for part in form.fieldsets
        ],
        inlines=[_inline(one, caller) for one in resource.inlines if may_see(one, caller)],
        actions=[
            AdminAction(
                name=action.name,
                label=action.label,
                confirm=action.confirm,
                bulk=True,
                row=action.row,
                danger=action.danger,
                fields=_asked(action),
            )
            for action in actions_of(resource, caller)
        ],
        suggests=list(suggest.fields) if suggest else [],
        suggests_from=list(suggest.sources) if suggest else [],
        can=AdminCan(
            view=allowed.view,
            add=allowed.add and form is not None and form.create is not None,
            change=allowed.change and form is not None and form.update is not None,
            delete=allowed.delete and resource.delete is not None,
        ),
        detail=form is not None,
        history=resource.history and caller.may(resource.permissions.view),
        entity=resource.audited,
    )


def _asked(action: Action) -> tuple[AdminField, ...]:
    """Return what is asked for before an action."""
    if action.input is None:
        return ()
    return tuple(fields_of(action.input, action.input.model_fields, action.hints))


def may_see(inline: Inline, caller: Principal) -> bool:
    """Tell whether the caller gets the rows of an inline."""
    return can(inline.permissions, caller).view


def _inline(inline: Inline, caller: Principal) -> AdminInline:
    allowed = can(inline.permissions, caller)
    return AdminInline(
        name=inline.name,
        label=inline.label,
        plural=inline.plural,
        fields=fields_of(inline.input, inline.fields, inline.hints),
        can=AdminCan(
            view=allowed.view,
            add=allowed.add and inline.create is not None,
            change=allowed.change and inline.update is not None,
            delete=allowed.delete and inline.delete is not None,
        ),
    )


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(mode="validation")


def _field(name: str, schema: Mapping[str, Any], hint: Hint, *, required: bool) -> AdminField:
    told: Mapping[str, Any] = schema["properties"][name]
    kinds = [_resolve(kind, schema) for kind in told.get("anyOf", (told,))]
    nullable = any(kind.get("type") == "null" for kind in kinds)
    kind = next(one for one in kinds if one.get("type") != "null")
    multiple = kind.get("type") == "array"
    if multiple:
        kind = _resolve(kind["items"], schema)
    choices = list(hint.choices) or [
        AdminChoice(value=str(one), label=words(str(one))) for one in kind.get("enum", ())
    ]
    return AdminField(
        name=name,
        label=hint.label or words(name),
        widget=hint.widget or _widget(kind, choices, hint.ref, multiple=multiple),
        help=hint.help or str(told.get("description", "")),
        # A file that never changes is what its form is about; the model cannot say that it is
        # needed, for it is sent once. Any other file may stay as it is.
        required=required or (hint.file and hint.read_only_on_change),
        nullable=nullable,
        max_length=kind.get("maxLength"),
        choices=tuple(choices),
        ref=hint.ref,
        default=told.get("default"),
        multiple=multiple,
        read_only_on_add=hint.read_only_on_add,
        read_only_on_change=hint.read_only_on_change,
        file=hint.file,
    )


def _resolve(kind: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = kind.get("$ref")
    if reference is None:
        return kind
    found: Mapping[str, Any] = schema["$defs"][str(reference).rpartition("/")[2]]
    return found


def _widget(
    kind: Mapping[str, Any], choices: Sequence[AdminChoice], ref: str, *, multiple: bool
) -> Widget:
    if ref:
        return Widget.REF
    if choices:
        return Widget.SELECT
    if multiple:
        return Widget.TEXTAREA  # one on each line
    if (moment := _MOMENTS.get(kind.get("format"))) is not None:
        return moment
    if kind.get("type") in _WIDGETS:
        return _WIDGETS[str(kind["type"])]
    return Widget.TEXTAREA if kind.get("maxLength", 0) > _LONG else Widget.TEXT

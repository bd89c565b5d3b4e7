"""People as staff choose them for groups: to look at, for they are a copy."""

from __future__ import annotations

from typing import Final

from content.people.models import Person
from contracts.admin import FilterKind, Format
from servicekit.admin.declaration import Column, Filter, Permissions, Resource
from servicekit.reading import bytewise

PEOPLE: Final = Resource(
    name="person",
    label="person",
    plural="people",
    group="Editorial",
    note="A copy of the names of accounts, which are edited under People.",
    model=Person,
    key=Person.id,
    title=Person.username,
    permissions=Permissions.same("content.view_workgroup"),
    columns=(
        Column("username", Person.username, "User name", order=bytewise(Person.username)),
        Column("name", Person.name, order=bytewise(Person.name)),
        Column("is_active", Person.is_active, "Active", Format.BOOL),
    ),
    order="username",
    search=(("user name", Person.username), ("name", Person.name)),
    filters=(Filter("is_active", Person.is_active, FilterKind.BOOL, "Active"),),
    history=False,
)

RESOURCES: Final = (PEOPLE,)

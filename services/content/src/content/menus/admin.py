"""Entries of the tree in the staff admin: their forms. Their places are changed in the tree."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content.menus import queries, services
from content.menus.models import MenuItem
from contracts.admin import AdminChoice, FilterKind, Format
from contracts.content.menus import Area, MenuItemInput
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.reading import bytewise

_AREAS: Final = {
    Area.EVERYWHERE: "Always there, or another site",
    Area.DOWNLOADS: "Downloads",
    Area.ACCOUNTS: "Accounts",
    Area.PAGES: "Pages",
    Area.BLOGS: "Blogs",
    Area.STORIES: "Success stories",
    Area.EVENTS: "Events",
    Area.JOBS: "Jobs",
    Area.SPONSORS: "Sponsors",
}
_CHOICES: Final = tuple(AdminChoice(value=one.value, label=_AREAS[one]) for one in Area)


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.item(session, key)


ITEMS: Final = Resource(
    name="menu-item",
    label="menu entry",
    plural="menu entries",
    group="Content",
    note="What is below what, and in which order, is changed at “Menu”.",
    model=MenuItem,
    key=MenuItem.id,
    title=MenuItem.title,
    permissions=Permissions.of("content", "menuitem"),
    columns=(
        Column("title", MenuItem.title, order=bytewise(MenuItem.title)),
        Column("address", MenuItem.address, order=bytewise(MenuItem.address)),
        Column("alias", MenuItem.alias),
        Column("visible", MenuItem.visible, format=Format.BOOL),
        Column("in_menu", MenuItem.in_menu, "In menus", Format.BOOL),
        Column("in_footer", MenuItem.in_footer, "In the footer", Format.BOOL),
        Column("updated", MenuItem.updated, format=Format.TIME),
    ),
    order="title",
    search=(("title", MenuItem.title), ("address", MenuItem.address), ("alias", MenuItem.alias)),
    filters=(
        Filter("visible", MenuItem.visible, FilterKind.BOOL),
        Filter("area", MenuItem.area, FilterKind.CHOICE, "Answered by", _CHOICES),
        Filter("parent", MenuItem.parent_id, FilterKind.REF, "Below", ref="menu-item"),
    ),
    form=Form(
        read=_read,
        input=MenuItemInput,
        fieldsets=(
            Fieldset("Entry", ("title", "address", "parent_id")),
            Fieldset("Where it shows", ("visible", "in_menu", "in_breadcrumbs", "in_footer")),
            Fieldset("Until it answers here", ("area", "elsewhere")),
            Fieldset("For programs and styles", ("alias", "prefixes")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "address": Hint(help="/about/ or https://…; empty: only a heading of its entries"),
            "parent_id": Hint(
                label="Below",
                help="Empty: a tab of the top bar, or a group of links in the frame",
                ref="menu-item",
            ),
            "visible": Hint(help="What is not visible is nowhere, with all that is below it"),
            "in_menu": Hint(label="In menus"),
            "in_breadcrumbs": Hint(label="In breadcrumbs"),
            "in_footer": Hint(label="In the map of the footer"),
            "area": Hint(
                label="Answered by",
                help="Where that part of the site is not there yet, the entry leads elsewhere",
                choices=_CHOICES,
            ),
            "elsewhere": Hint(help="https://… serves the same until then; empty: not shown"),
            "alias": Hint(help="What the frame and styles know it by; needed at the top"),
            "prefixes": Hint(help="Beginnings of addresses that belong here, one on each line"),
        },
    ),
    delete=services.delete,
)

RESOURCES: Final = (ITEMS,)

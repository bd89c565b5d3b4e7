"""The tree of the site: what its menus, its footer and its breadcrumbs are made of.

There is one tree. Its roots are the tabs of the top bar ("The Python Network") and the groups of
links that the frame of every page has beside; below a tab are sections, below a section its
entries. The tree is one aggregate: whatever changes in it, the whole of it is told.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, said
from contracts.content.addresses import (
    AddressOrNone,
    ElsewhereOrNone,
    PathPrefix,
)
from contracts.events import EventData

#: Roots that the frame of every page is built from. They stay where they are.
FRAME_ROOTS: Final = ("python-meta", "psf-meta", "header", "social", "base", "legal")
#: What an entry is at most below: tab, section, entry, entry of an entry.
MAX_DEPTH: Final = 4
#: Entries of the whole tree: an event carries all of them.
MAX_ITEMS: Final = 400


class Area(StrEnum):
    """Who answers an address of this site.

    A part of the site that does not answer yet is not linked to: its entries lead elsewhere, or
    are not shown. `everywhere` answers in any case, or is another site.
    """

    EVERYWHERE = "everywhere"
    DOWNLOADS = "downloads"
    ACCOUNTS = "accounts"
    PAGES = "pages"
    BLOGS = "blogs"
    STORIES = "stories"
    EVENTS = "events"
    JOBS = "jobs"
    SPONSORS = "sponsors"


#: What programs and styles know an entry by.
Alias = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^([a-z0-9][a-z0-9-]*)?$", "must be made of small letters, digits and -, or empty"
        ),
        max_length=60,
    ),
]
Title = Annotated[Line, StringConstraints(min_length=1, max_length=100)]


class MenuNode(DTO):
    """One entry as the site shows it, with the entries below it in order.

    `elsewhere` serves the same want at another site until the area answers here. `prefixes` begin
    the paths of pages that belong to the entry beside those that begin with its own address.
    """

    title: str
    address: str = ""
    alias: str = ""
    area: Area = Area.EVERYWHERE
    elsewhere: str = ""
    in_menu: bool = True
    in_breadcrumbs: bool = True
    in_footer: bool = True
    prefixes: tuple[str, ...] = ()
    children: tuple[MenuNode, ...] = ()


class Navigation(DTO):
    """The whole tree as the site shows it: nothing hidden is in it."""

    version: int
    roots: tuple[MenuNode, ...]


class MenuItem(DTO):
    """One entry as its editors see it. `position` counts the entries of one parent from 1."""

    id: int
    parent_id: int | None
    position: int
    title: str
    address: str
    alias: str
    area: Area
    elsewhere: str
    visible: bool
    in_menu: bool
    in_breadcrumbs: bool
    in_footer: bool
    prefixes: list[str]
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class MenuItemInput(Input):
    """An entry to create, last below its parent, or to put in place of what is there.

    A change of the parent moves it to the end there; its place is changed by moving it.
    """

    parent_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    title: Title
    address: AddressOrNone = ""
    alias: Alias = ""
    area: Area = Area.EVERYWHERE
    elsewhere: ElsewhereOrNone = ""
    visible: bool = True
    in_menu: bool = True
    in_breadcrumbs: bool = True
    in_footer: bool = True
    prefixes: list[PathPrefix] = Field(default_factory=list, max_length=10)


class MenuMove(Input):
    """Where an entry goes: a step, or a place counted from 1 among the entries of a parent.

    `in` is below the entry before it, `out` is behind its parent. `parent_id` null is a root.
    """

    step: Literal["up", "down", "in", "out"] | None = None
    parent_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    position: Annotated[int, Field(ge=1, le=MAX_ITEMS)] | None = None


class MenuUpdated(EventData):
    """Something of the tree changed; this is all of it."""

    SUBJECT: ClassVar[str] = "content.menu.updated"
    AGGREGATE: ClassVar[str] = "menu"

    navigation: Navigation


EVENTS: tuple[type[EventData], ...] = (MenuUpdated,)

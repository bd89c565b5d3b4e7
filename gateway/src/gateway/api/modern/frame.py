"""What stands on many pages: boxes, banners and the menus. They are changed in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, Field, TypeAdapter

from contracts.content import banners, boxes, menus
from gateway.api.modern.declaration import Found, Operation, Param, Request, cut, listing

if TYPE_CHECKING:
    from gateway.api.store import Store
    from gateway.api.wire import Ask

_SERVICE: Final = "content"
_TAG: Final = "content"
_BOXES: Final = TypeAdapter(list[boxes.Box])
_BANNERS: Final = TypeAdapter(list[banners.Banner])
_TREE: Final = TypeAdapter(menus.Navigation)


class Box(BaseModel):
    """A short text that pages place somewhere."""

    id: int
    label: str = Field(examples=["homepage-introduction"])
    page: str = Field(
        description="Path of the text alone on the site", examples=["/box/homepage-introduction/"]
    )
    content: str = Field(description="As it is written")
    markup: boxes.BoxMarkup
    content_html: str = Field(description="Safe to be put into a page")
    revision: int = Field(description="Grows with each change")
    created_at: datetime
    updated_at: datetime


class Banner(BaseModel):
    """A line above pages, with a button."""

    id: int
    message: str
    button: str = Field(description="What its button says")
    link: str = Field(description="Where the button leads")
    place: banners.BannerPlace
    paths: list[str] = Field(description="Beginnings of the paths, where it is for some")
    starts_at: datetime | None
    ends_at: datetime | None
    priority: int = Field(description="Of several that fit a page the highest is shown")
    revision: int = Field(description="Grows with each change")


class MenuEntry(BaseModel):
    """An entry of the tree of the site, with those below it in their order."""

    title: str = Field(examples=["Downloads"])
    address: str = Field(
        description="A path of the site, an address elsewhere, or empty", examples=["/downloads/"]
    )
    in_menu: bool
    in_breadcrumbs: bool
    in_footer: bool
    children: list[MenuEntry]


class Menus(BaseModel):
    """The tree of the site: tabs, sections and entries."""

    revision: int = Field(description="Grows with each change of any entry")
    roots: list[MenuEntry]


def box_of(found: boxes.Box) -> Box:
    """Return a box as this API tells it."""
    return Box(
        id=found.id,
        label=found.label,
        page=f"/box/{found.label}/",
        content=found.content,
        markup=found.content_markup_type,
        content_html=found.content_html,
        revision=found.version,
        created_at=found.created,
        updated_at=found.updated,
    )


def banner_of(found: banners.Banner) -> Banner:
    """Return a banner as this API tells it."""
    return Banner(
        id=found.id,
        message=found.message,
        button=found.title,
        link=found.link,
        place=found.place,
        paths=found.paths,
        starts_at=found.starts,
        ends_at=found.ends,
        priority=found.priority,
        revision=found.version,
    )


def entry_of(found: menus.MenuNode) -> MenuEntry:
    """Return an entry of the tree as this API tells it."""
    return MenuEntry(
        title=found.title,
        address=found.address,
        in_menu=found.in_menu,
        in_breadcrumbs=found.in_breadcrumbs,
        in_footer=found.in_footer,
        children=[entry_of(one) for one in found.children],
    )


async def _box(asked: Request, store: Store, _: Ask) -> Found | None:
    query = {"label": (asked.inside["label"],)}
    found = await store.find(_SERVICE, "/boxes/by-label", _BOXES, query)
    return Found(box_of(found[0])) if found else None


async def _banners(asked: Request, store: Store, _: Ask) -> Found | None:
    found = await store.find(_SERVICE, "/banners/current", _BANNERS, {})
    return None if found is None else cut(asked, [banner_of(one) for one in found])


async def _menus(_: Request, store: Store, __: Ask) -> Found | None:
    found = await store.find(_SERVICE, "/navigation", _TREE, {})
    if found is None:
        return None
    return Found(Menus(revision=found.version, roots=[entry_of(one) for one in found.roots]))


FRAME: Final = (
    Operation(
        id="list_boxes",
        path="/boxes",
        tag=_TAG,
        summary="List boxes",
        description="Short texts that pages place somewhere.",
        run=listing(_SERVICE, lambda _: "/boxes", boxes.Box, box_of),
        out=Box,
        many=True,
        params=(
            Param(
                name="label",
                to="label",
                schema={"type": "string", "maxLength": 100},
                description="Exactly this label",
                example="homepage-introduction",
            ),
        ),
        orders={"label": "label", "updated_at": "updated", "id": "id"},
        order="label",
        keys=("api:boxes",),
    ),
    Operation(
        id="get_box",
        path="/boxes/{label}",
        tag=_TAG,
        summary="Read a box",
        run=_box,
        out=Box,
        keys=("api:boxes",),
    ),
    Operation(
        id="list_banners",
        path="/banners",
        tag=_TAG,
        summary="List the banners that visitors see now",
        description="The most important first.",
        run=_banners,
        out=Banner,
        many=True,
        keys=("api:banners",),
    ),
    Operation(
        id="get_menus",
        path="/menus",
        tag=_TAG,
        summary="Read the tree of the site",
        description="What its menus, its footer and its breadcrumbs are made of.",
        run=_menus,
        out=Menus,
        keys=("api:menus",),
    ),
)

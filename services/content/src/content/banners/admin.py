"""Banners in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content.banners import queries, services
from content.banners.models import Banner
from contracts.admin import AdminChoice, FilterKind, Format
from contracts.content.banners import BannerInput, BannerPlace
from servicekit.access import Principal
from servicekit.admin.actions import deletion
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

_BANNER: Final = Permissions.of("content", "banner")
_PLACES: Final = (
    AdminChoice(value=BannerPlace.SITE.value, label="Every page"),
    AdminChoice(value=BannerPlace.PSF.value, label="Pages of the PSF"),
    AdminChoice(value=BannerPlace.PATHS.value, label="Pages below paths"),
)


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.banner(session, key)


BANNERS: Final = Resource(
    name="banner",
    label="banner",
    plural="banners",
    group="Content",
    model=Banner,
    key=Banner.id,
    title=Banner.title,
    permissions=_BANNER,
    columns=(
        Column("title", Banner.title),
        Column("message", Banner.message),
        Column("place", Banner.place, "Where"),
        Column("priority", Banner.priority, format=Format.NUMBER),
        Column("active", Banner.active, format=Format.BOOL),
        Column("shown", Banner.shown, "Shown now", Format.BOOL),
        Column("starts", Banner.starts, format=Format.TIME),
        Column("ends", Banner.ends, format=Format.TIME),
    ),
    order="-priority",
    search=(("title", Banner.title), ("message", Banner.message), ("link", Banner.link)),
    filters=(
        Filter("active", Banner.active, FilterKind.BOOL),
        Filter("shown", Banner.shown, FilterKind.BOOL, "Shown now"),
        Filter("place", Banner.place, FilterKind.CHOICE, "Where", _PLACES),
    ),
    form=Form(
        read=_read,
        input=BannerInput,
        fieldsets=(
            Fieldset("Banner", ("message", "title", "link")),
            Fieldset("Where and when", ("active", "place", "paths", "starts", "ends")),
            Fieldset("Among others", ("priority", "dismissible")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "title": Hint(label="Button", help="What the button says"),
            "link": Hint(help="Where the button leads: /about/ or https://…"),
            "active": Hint(help="Nothing is shown before this is ticked"),
            "place": Hint(label="Where", choices=_PLACES),
            "paths": Hint(help="For “pages below paths”: /events/, one on each line"),
            "starts": Hint(help="Empty: as soon as it is active"),
            "ends": Hint(help="Empty: as long as it is active"),
            "priority": Hint(help="Of several, a page shows the one with the highest"),
            "dismissible": Hint(help="Visitors may close it for themselves"),
        },
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _BANNER.delete,
            "banner",
            "banners",
            confirm="The banners disappear from every page. This cannot be undone.",
        ),
    ),
)

RESOURCES: Final = (BANNERS,)

"""The directory of working groups, and the page of each."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from contracts.content.addresses import is_elsewhere
from contracts.content.groups import HOME, Person, WorkGroup
from gateway.cache.policy import CachePolicy
from gateway.pages import asking
from gateway.pages.groups.models import GroupCard, GroupPage, GroupsPage, Part
from gateway.pages.heads import Head, Tab
from gateway.pages.links import Link
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page

#: Dropped with every group that the public sees.
GROUPS: Final = "work-groups"
_ABOVE: Final = (("Python", "/"), ("PSF", "/psf-landing/"))
_TITLE: Final = "Working groups"
#: What is shown, by the parameter `state`: whether groups are active; None: all.
_STATES: Final[dict[str, tuple[str, bool | None]]] = {
    "": ("Active", True),
    "ended": ("Ended", False),
    "all": ("All", None),
}
_PARTS: Final = (
    ("purpose", "Purpose"),
    ("active_time", "When it is active"),
    ("core_values", "Core values"),
    ("rules", "Rules"),
    ("communication", "Communication"),
    ("support", "Support"),
)


def group_path(slug: str) -> str:
    """Return the address of a group."""
    return f"{HOME}{slug}/"


@page(HOME, name="groups", cache=CachePolicy(params=("state",), fresh=86400))
async def groups(ctx: PageContext) -> Page:
    """List the groups that are active; with `state` those that have ended, or all."""
    ctx.use(GROUPS)
    state = ctx.params.get("state", "")
    if state not in _STATES:
        raise BadInput("state", "must be ended or all")
    label, active = _STATES[state]
    found = await asking.content(ctx).work_groups(active=active)
    return ctx.render(
        "groups/list.html",
        GroupsPage(
            head=Head(
                title=_TITLE if not state else f"{_TITLE}: {label.lower()}",
                description="Groups of volunteers that act for the Python Software Foundation",
                text="Teams of volunteers, chartered by the board of the Python Software "
                "Foundation for one task each.",
                trail=_ABOVE,
            ),
            states=tuple(
                Tab(
                    label=name,
                    href=f"{HOME}?state={key}" if key else HOME,
                    current=key == state,
                )
                for key, (name, _) in _STATES.items()
            ),
            groups=tuple(
                GroupCard(
                    name=one.name,
                    href=group_path(one.slug),
                    text=one.short_description,
                    active=one.active,
                )
                for one in found.items
            ),
        ),
    )


@page(HOME + "{slug:str}/", name="groups.group", cache=CachePolicy(fresh=86400))
async def group(ctx: PageContext) -> Page:
    """Show one group."""
    slug = asking.slug_of(ctx)
    ctx.use(f"work-group:{slug}")
    found = await asking.content(ctx).work_group(slug)
    if found is None:
        raise NotFound
    return ctx.render(
        "groups/group.html",
        GroupPage(
            head=Head(
                title=found.name,
                description=found.short_description or f"{found.name} of the PSF",
                text=found.short_description,
                trail=(*_ABOVE, (_TITLE, HOME)),
            ),
            id=found.id,
            active=found.active,
            parts=_parts(found),
            website=Link(label="Website", href=found.url, external=is_elsewhere(found.url))
            if found.url
            else None,
            organizers=tuple(_person(one) for one in found.organizers),
            members=tuple(_person(one) for one in found.members),
        ),
    )


def _parts(found: WorkGroup) -> tuple[Part, ...]:
    return tuple(
        Part(title=title, html=html)
        for name, title in _PARTS
        if (html := getattr(found.html, name))
    )


def _person(one: Person) -> Link:
    return Link(label=one.name, href=f"/users/{quote(one.username, safe='')}/")


PAGES: Final = (groups, group)

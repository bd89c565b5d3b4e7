"""Working groups of the foundation. They are changed in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from contracts.content import groups as dto
from gateway.api.modern.declaration import Operation, Param, by_slug, listing, reading

_SERVICE: Final = "content"
_TAG: Final = "content"
_KEYS: Final = ("work-groups", "api:work-groups")


class WorkGroup(BaseModel):
    """A working group. Texts are safe to be put into a page; people are told by user name."""

    id: int
    name: str
    slug: str = Field(examples=["grants"])
    page: str = Field(description="Path on the site", examples=["/psf/workgroups/grants/"])
    description: str
    is_active: bool = Field(description="Or it has ended")
    is_approved: bool = Field(description="Or nobody but staff sees it")
    url: str = Field(description="Its own page, or empty")
    purpose_html: str
    active_time_html: str
    core_values_html: str
    rules_html: str
    communication_html: str
    support_html: str
    organizers: list[str]
    members: list[str]
    revision: int = Field(description="Grows with each change")
    updated_at: datetime


def group_of(found: dto.WorkGroup) -> WorkGroup:
    """Return a group as this API tells it."""
    return WorkGroup(
        id=found.id,
        name=found.name,
        slug=found.slug,
        page=f"{dto.HOME}{found.slug}/",
        description=found.short_description,
        is_active=found.active,
        is_approved=found.approved,
        url=found.url,
        **{f"{name}_html": getattr(found.html, name) for name in dto.TEXTS},
        organizers=[one.username for one in found.organizers],
        members=[one.username for one in found.members],
        revision=found.version,
        updated_at=found.updated,
    )


GROUPS: Final = (
    Operation(
        id="list_work_groups",
        path="/work-groups",
        tag=_TAG,
        summary="List working groups of the foundation",
        description="By name.",
        run=listing(_SERVICE, lambda _: "/work-groups", dto.WorkGroup, group_of),
        out=WorkGroup,
        many=True,
        params=(
            Param(
                name="active",
                to="active",
                schema={"type": "boolean"},
                description="Those that are active, or those that have ended",
                example="true",
            ),
        ),
        keys=_KEYS,
    ),
    Operation(
        id="get_work_group",
        path="/work-groups/{slug}",
        tag=_TAG,
        summary="Read a working group",
        run=reading(_SERVICE, by_slug("/work-groups/by-slug"), dto.WorkGroup, group_of),
        out=WorkGroup,
        keys=_KEYS,
    ),
)

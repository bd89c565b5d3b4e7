"""Banners: a message with a button, for some time, on some pages."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from contracts.base import DTO, Input, Line
from contracts.content.addresses import Address, PathPrefix
from contracts.events import EventData


class BannerPlace(StrEnum):
    """Which pages show a banner: all, those of the Software Foundation, or those below paths."""

    SITE = "site"
    PSF = "psf"
    PATHS = "paths"


class Banner(DTO):
    """One banner. `shown` is whether visitors see it now: active, begun and not over.

    `title` is what the button says, `link` where it leads. Of several that a page could show it
    shows the one with the highest priority, of these the newest.
    """

    id: int
    title: str
    message: str
    link: str
    active: bool
    place: BannerPlace
    paths: list[str]
    starts: datetime | None
    ends: datetime | None
    priority: int
    dismissible: bool
    shown: bool
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class BannerInput(Input):
    """A banner to create, or to put in place of what is there."""

    title: Annotated[Line, StringConstraints(min_length=1, max_length=100)]
    message: Annotated[Line, StringConstraints(min_length=1, max_length=500)]
    link: Address
    active: bool = False
    place: BannerPlace = BannerPlace.SITE
    paths: list[PathPrefix] = Field(default_factory=list, max_length=20)
    starts: AwareDatetime | None = None
    ends: AwareDatetime | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    dismissible: bool = True

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.starts is not None and self.ends is not None and self.ends <= self.starts:
            raise ValueError("a banner ends after it starts")
        if (self.place is BannerPlace.PATHS) != bool(self.paths):
            raise ValueError("paths go with the place “paths”, and only with it")
        return self


class BannerRef(EventData):
    """What every event of a banner says."""

    AGGREGATE: ClassVar[str] = "banner"

    id: int
    shown: bool
    banner: Banner | None = None
    """The whole state; None while visitors do not see it, and after a deletion."""


class BannerCreated(BannerRef):
    """A banner was added."""

    SUBJECT: ClassVar[str] = "content.banner.created"


class BannerUpdated(BannerRef):
    """A banner changed, and is shown or not as before."""

    SUBJECT: ClassVar[str] = "content.banner.updated"


class BannerShown(BannerRef):
    """Visitors see a banner from now on: its time came, or somebody changed it."""

    SUBJECT: ClassVar[str] = "content.banner.shown"


class BannerHidden(BannerRef):
    """Visitors see a banner no longer: its time is over, or somebody changed it."""

    SUBJECT: ClassVar[str] = "content.banner.hidden"


class BannerDeleted(BannerRef):
    """A banner is gone."""

    SUBJECT: ClassVar[str] = "content.banner.deleted"


EVENTS: tuple[type[EventData], ...] = (
    BannerCreated,
    BannerUpdated,
    BannerShown,
    BannerHidden,
    BannerDeleted,
)

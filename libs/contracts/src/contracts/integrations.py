"""Which events programs elsewhere may be told of, and what is public of each.

A domain that is added lists its events here; the identity service does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.content.banners import (
    BannerCreated,
    BannerDeleted,
    BannerHidden,
    BannerShown,
    BannerUpdated,
)
from contracts.content.blogs import BlogEntryCreated, BlogEntryDeleted, BlogEntryUpdated
from contracts.content.boxes import BoxCreated, BoxDeleted, BoxUpdated
from contracts.content.companies import CompanyCreated, CompanyDeleted, CompanyUpdated
from contracts.content.groups import (
    WorkGroupApproved,
    WorkGroupDeleted,
    WorkGroupUpdated,
    WorkGroupWithdrawn,
)
from contracts.content.menus import MenuUpdated
from contracts.content.minutes import (
    MinutesDeleted,
    MinutesPublished,
    MinutesUnpublished,
    MinutesUpdated,
)
from contracts.content.pages import PageDeleted, PagePublished, PageUnpublished, PageUpdated
from contracts.content.posts import PostDeleted, PostPublished, PostUnpublished, PostUpdated
from contracts.content.stories import StoryDeleted, StoryPublished, StoryUnpublished, StoryUpdated
from contracts.downloads.events import (
    ReleaseCycleUpdated,
    ReleaseDeleted,
    ReleaseFileCreated,
    ReleaseFileDeleted,
    ReleaseFileUpdated,
    ReleasePublished,
    ReleaseUnpublished,
    ReleaseUpdated,
)
from contracts.events import EventData
from contracts.events.events import EventCreated, EventDeleted, EventUpdated
from contracts.jobs.events import (
    JobApproved,
    JobArchived,
    JobDeleted,
    JobExpired,
    JobExtended,
    JobRejected,
    JobRemoved,
    JobUpdated,
)
from contracts.sponsors.events import (
    SponsorshipEnded,
    SponsorshipFinalized,
    SponsorshipStarted,
    SponsorshipUpdated,
)


@dataclass(frozen=True)
class PublicEvent:
    """One kind of event that can be subscribed to.

    Attributes:
        kind: The event; its subject is the type that subscribers name.
        summary: When it is told, for people.
        is_public: Whether an event with this payload is anybody's business: changes of what was
            never public are not.
    """

    kind: type[EventData]
    summary: str
    is_public: Callable[[Mapping[str, Any]], bool] = lambda _: True


def _is_approved(data: Mapping[str, Any]) -> bool:
    return bool(data.get("approved"))


def _is_published(data: Mapping[str, Any]) -> bool:
    return bool(data.get("is_published"))


def _was_visible(data: Mapping[str, Any]) -> bool:
    return bool(data.get("was_visible"))


def _is_shown(data: Mapping[str, Any]) -> bool:
    return not data.get("hidden")


def _is_placed(data: Mapping[str, Any]) -> bool:
    return bool(data.get("shown_in"))


def _is_displayed(data: Mapping[str, Any]) -> bool:
    return bool(data.get("shown"))


EVENTS: Final[Mapping[str, PublicEvent]] = {
    event.kind.SUBJECT: event
    for event in (
        PublicEvent(ReleasePublished, "A release of Python was published"),
        PublicEvent(ReleaseUpdated, "A published release changed", _is_published),
        PublicEvent(ReleaseUnpublished, "A published release was withdrawn"),
        PublicEvent(ReleaseDeleted, "A published release was deleted", _is_published),
        PublicEvent(ReleaseFileCreated, "A published release got a file", _is_published),
        PublicEvent(ReleaseFileUpdated, "A file of a published release changed", _is_published),
        PublicEvent(ReleaseFileDeleted, "A published release lost a file", _is_published),
        PublicEvent(ReleaseCycleUpdated, "Dates or states of the release cycle changed"),
        PublicEvent(PagePublished, "A page of the site was published"),
        PublicEvent(PageUpdated, "A published page changed", _is_published),
        PublicEvent(PageUnpublished, "A published page was withdrawn"),
        PublicEvent(PageDeleted, "A published page was deleted", _is_published),
        PublicEvent(BoxCreated, "A box was added"),
        PublicEvent(BoxUpdated, "A box changed"),
        PublicEvent(BoxDeleted, "A box was deleted"),
        PublicEvent(BannerCreated, "A banner was added that is shown at once", _is_displayed),
        PublicEvent(BannerUpdated, "A banner that is shown changed", _is_displayed),
        PublicEvent(BannerDeleted, "A banner that was shown was deleted", _is_displayed),
        PublicEvent(BannerShown, "A banner is shown to visitors from now on"),
        PublicEvent(BannerHidden, "A banner is shown no longer"),
        PublicEvent(MenuUpdated, "The menus of the site changed"),
        PublicEvent(BlogEntryCreated, "A blog that the site follows has a new entry", _is_shown),
        PublicEvent(BlogEntryUpdated, "An entry of a blog changed", _is_shown),
        PublicEvent(BlogEntryDeleted, "An entry of a blog is gone", _is_shown),
        PublicEvent(CompanyCreated, "A company was added to the directory"),
        PublicEvent(CompanyUpdated, "A company of the directory changed"),
        PublicEvent(CompanyDeleted, "A company left the directory"),
        PublicEvent(MinutesPublished, "Minutes of the board were published"),
        PublicEvent(MinutesUpdated, "Published minutes changed", _is_published),
        PublicEvent(MinutesUnpublished, "Published minutes were withdrawn"),
        PublicEvent(MinutesDeleted, "Published minutes were deleted", _is_published),
        PublicEvent(WorkGroupApproved, "A working group of the foundation was approved"),
        PublicEvent(WorkGroupUpdated, "An approved working group changed", _is_approved),
        PublicEvent(WorkGroupWithdrawn, "An approved working group was withdrawn"),
        PublicEvent(WorkGroupDeleted, "An approved working group was deleted", _is_approved),
        PublicEvent(PostPublished, "A post of the community was published"),
        PublicEvent(PostUpdated, "A public post changed", _is_published),
        PublicEvent(PostUnpublished, "A public post was withdrawn"),
        PublicEvent(PostDeleted, "A public post was deleted", _is_published),
        PublicEvent(StoryPublished, "A success story was published"),
        PublicEvent(StoryUpdated, "A published success story changed", _is_published),
        PublicEvent(StoryUnpublished, "A published success story was withdrawn"),
        PublicEvent(StoryDeleted, "A published success story was deleted", _is_published),
        PublicEvent(EventCreated, "An event was added to a calendar"),
        PublicEvent(EventUpdated, "An event of a calendar changed, or was cancelled"),
        PublicEvent(EventDeleted, "An event is in no calendar any more"),
        PublicEvent(JobApproved, "A job is on the board"),
        PublicEvent(JobUpdated, "A job on the board changed", _was_visible),
        PublicEvent(JobExtended, "A job stays on the board, or is on it again"),
        PublicEvent(JobExpired, "The time of a job on the board is over"),
        PublicEvent(JobRemoved, "A job on the board was taken off it", _was_visible),
        PublicEvent(JobRejected, "A job on the board was taken off it for changes", _was_visible),
        PublicEvent(JobArchived, "A job on the board was put away", _was_visible),
        PublicEvent(JobDeleted, "A job on the board was deleted", _was_visible),
        PublicEvent(SponsorshipFinalized, "Logos of a sponsor are shown from now on", _is_placed),
        PublicEvent(SponsorshipStarted, "A sponsorship began: its logos are shown", _is_placed),
        PublicEvent(SponsorshipUpdated, "What is shown of a sponsor changed", _is_placed),
        PublicEvent(SponsorshipEnded, "A sponsorship is over: its logos are gone", _is_placed),
    )
}
"""By type, in the order in which they are offered."""

TEST: Final = "pydotorg.test"
"""Type of the message that an owner has sent to see whether it arrives."""

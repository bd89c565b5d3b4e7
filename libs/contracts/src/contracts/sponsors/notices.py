"""Mails that staff write to many sponsors: templates, a preview, and what was sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.base import DTO, Input, Line, Text
from contracts.events import EventData
from contracts.sponsors.inputs import Id

#: Sponsorships that one notice goes to.
MAX_SPONSORSHIPS: Final = 500
#: What texts of a notice may have in {{ }}, and what stands for it.
VARIABLES: Final[dict[str, str]] = {
    "sponsor_name": "Name of the sponsor",
    "sponsorship_level": "Name of the package",
    "sponsorship_start_date": "First day",
    "sponsorship_end_date": "Last day",
    "sponsorship_status": "applied, approved, finalized or rejected",
}

Subject = Annotated[Line, StringConstraints(min_length=1, max_length=128)]
Content = Annotated[Text, StringConstraints(min_length=1, max_length=20_000)]


class ContactKind(StrEnum):
    """Which contacts of a sponsor get a notice."""

    PRIMARY = "primary"
    ADMINISTRATIVE = "administrative"
    ACCOUNTING = "accounting"
    MANAGER = "manager"


class NoticeTemplate(DTO):
    """A mail that staff send again and again. Plain text with `{{ sponsor_name }}` and the like."""

    id: int
    internal_name: str
    subject: str
    content: str
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class NoticeTemplateInput(Input):
    """A template to create, or to put in place of what is there."""

    internal_name: Annotated[Line, StringConstraints(min_length=1, max_length=128)]
    subject: Subject
    content: Content


class NoticeInput(Input):
    """A mail to sponsors: of a template, or of a subject and a content. One for each contact."""

    sponsorship_ids: list[Id] = Field(min_length=1, max_length=MAX_SPONSORSHIPS)
    contacts: list[ContactKind] = Field(
        default_factory=lambda: [ContactKind.PRIMARY], min_length=1, max_length=4
    )
    template_id: Id | None = None
    subject: Subject | None = None
    content: Content | None = None
    include_untargeted: bool = Field(
        default=False, description="Also to sponsorships that have no benefit for such mails"
    )

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        own = self.subject is not None and self.content is not None
        if own == (self.template_id is not None) or (self.subject is None) != (
            self.content is None
        ):
            raise ValueError("either template_id, or subject and content are needed")
        return self


class NoticePreview(DTO):
    """What would be sent: the mail to the first one, and to how many it goes."""

    subject: str
    content: str
    sponsor_name: str = Field(description="Whose mail it is; empty: nobody gets one")
    recipients: int
    sponsors: list[str] = Field(description="Names of those who get it")
    untargeted: list[str] = Field(description="Left out: they have no benefit for such mails")
    without_contacts: list[str] = Field(description="Left out: they have no such contact")


class Notice(DTO):
    """A mail that was sent to many."""

    id: int
    subject: str
    content: str = Field(description="As it was written, with its placeholders")
    contacts: list[ContactKind]
    sponsorship_ids: list[int]
    recipients: int
    created: datetime


class NoticeTemplateRef(EventData):
    """What every event of a template says: that there is one."""

    AGGREGATE: ClassVar[str] = "notice_template"

    id: int


class NoticeTemplateCreated(NoticeTemplateRef):
    """A template was added."""

    SUBJECT: ClassVar[str] = "sponsors.notice_template.created"


class NoticeTemplateUpdated(NoticeTemplateRef):
    """A template changed."""

    SUBJECT: ClassVar[str] = "sponsors.notice_template.updated"


class NoticeTemplateDeleted(NoticeTemplateRef):
    """A template is gone."""

    SUBJECT: ClassVar[str] = "sponsors.notice_template.deleted"


class NoticeSent(EventData):
    """A mail was sent to many."""

    AGGREGATE: ClassVar[str] = "notice"
    SUBJECT: ClassVar[str] = "sponsors.notice.sent"

    id: int


EVENTS: tuple[type[EventData], ...] = (
    NoticeTemplateCreated,
    NoticeTemplateUpdated,
    NoticeTemplateDeleted,
    NoticeSent,
)

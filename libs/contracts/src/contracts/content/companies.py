"""Companies: who uses Python, each with a page of its own.

Whom to write to there is for staff: it is in no public answer and in no event.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Slug, Text
from contracts.content.addresses import ElsewhereOrNone
from contracts.content.texts import TextMarkup
from contracts.events import EventData
from contracts.files import Upload
from contracts.identity.addresses import Email

#: What stands for names that do not begin with a letter from A to Z.
OTHER_LETTER: Final = "0"


class Logo(DTO):
    """A picture of the media files: it answers at `/media/<key>`."""

    key: str
    width: int
    height: int


class Company(DTO):
    """One company, as everybody sees it. `about_html` is safe to put into a page as it is."""

    id: int
    name: str
    slug: str
    about: str
    about_markup_type: TextMarkup
    about_html: str
    url: str = Field(description="Its own site, or empty")
    logo: Logo | None
    sample: bool = Field(description="Made up, to show what the directory looks like")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class CompanyRecord(Company):
    """One company with what staff alone may know of it."""

    contact: str = Field(description="Whom to ask for")
    email: str | None = Field(description="Where to write to")
    logo_id: int | None = Field(description="The media file of the logo")


class CompanyLetter(DTO):
    """How many names begin with a letter; 0 stands for all that are none from A to Z."""

    letter: str
    count: int


class CompanyInput(Input):
    """A company to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    about: Annotated[Text, StringConstraints(max_length=20_000)] = ""
    about_markup_type: TextMarkup = TextMarkup.MARKDOWN
    url: ElsewhereOrNone = ""
    contact: Annotated[Line, StringConstraints(max_length=100)] = ""
    email: Email | None = None
    logo_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = Field(
        default=None, description="A picture among the media files"
    )
    logo_file: Upload | None = Field(
        default=None, description="A picture that becomes a media file, and the logo"
    )


class CompanyRef(EventData):
    """What every event of a company says."""

    AGGREGATE: ClassVar[str] = "company"

    id: int
    slug: str
    company: Company | None = None
    """The whole public state; None after a deletion."""
    previous_slugs: tuple[str, ...] = ()
    """Slugs it was shown at before this change, where the slug changed."""


class CompanyCreated(CompanyRef):
    """A company was added."""

    SUBJECT: ClassVar[str] = "content.company.created"


class CompanyUpdated(CompanyRef):
    """A company changed."""

    SUBJECT: ClassVar[str] = "content.company.updated"


class CompanyDeleted(CompanyRef):
    """A company is gone."""

    SUBJECT: ClassVar[str] = "content.company.deleted"


EVENTS: tuple[type[EventData], ...] = (CompanyCreated, CompanyUpdated, CompanyDeleted)

"""What callers of the jobs service send.

`poster_name`, `poster_email`, `name` and `reporter` are put in by the gateway, of what it knows of
who calls: nobody types them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from contracts.base import Input, Line, Slug, Text, said
from contracts.content.addresses import ElsewhereOrNone
from contracts.jobs.dto import JobMarkup
from contracts.jobs.review import Move, ReportReason

MAX_TEXT: Final = 20_000
MAX_TYPES: Final = 10

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Email = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^[^@\s\x00-\x1f\x7f<>,;]+@[^@\s\x00-\x1f\x7f<>,;]+$", "must be an address"),
        max_length=254,
    ),
]
EmailOrNone = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^([^@\s\x00-\x1f\x7f<>,;]+@[^@\s\x00-\x1f\x7f<>,;]+)?$",
            "must be an address, or empty",
        ),
        max_length=254,
    ),
]
Short = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
ShortOrNone = Annotated[Line, StringConstraints(max_length=100)]
Name = Annotated[Line, StringConstraints(max_length=200)]
Words = Annotated[Text, StringConstraints(max_length=5000)]


class CategoryInput(Input):
    """A category to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    active: bool = True


class JobTypeInput(Input):
    """A type to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    active: bool = True


class CannedReplyInput(Input):
    """A reply to create, or to put in place of what is there."""

    name: Short
    text: Annotated[Words, StringConstraints(min_length=1)]
    position: Annotated[int, Field(ge=0, le=10_000)] = 100
    active: bool = True


class JobInput(Input):
    """A job to create, or to put in place of what is there."""

    title: Short
    company_name: Short
    category_id: Id
    type_ids: list[Id] = Field(default_factory=list, max_length=MAX_TYPES)
    other_type: ShortOrNone = ""
    city: Short
    region: ShortOrNone = ""
    country: Short
    markup_type: JobMarkup = JobMarkup.MARKDOWN
    description: Annotated[Text, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    requirements: Annotated[Text, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    company_description: Annotated[Text, StringConstraints(max_length=MAX_TEXT)] = ""
    contact: ShortOrNone = Field(default="", description="Name of whom applicants write to")
    email: Email = Field(description="Where applicants write to; never shown to machines")
    email_public: bool = Field(
        default=False, description="Whether visitors may have contact and email shown to them"
    )
    url: Annotated[ElsewhereOrNone, StringConstraints(min_length=1)]
    remote: bool = False
    agencies: bool = False
    poster_name: Name = ""
    poster_email: EmailOrNone = Field(
        default="", description="The confirmed address of the caller; mails for the poster go there"
    )


class ReviewedJobInput(JobInput):
    """A job as a reviewer puts it right. Name and address of the poster stay as they are."""

    featured: bool = False


class SignedInput(Input):
    """Who does it, for others to read."""

    name: Name = ""


class ClaimInput(SignedInput):
    """Look at a job, so that nobody else decides about it meanwhile."""


class CommentInput(SignedInput):
    """Something to say about a job. Plain text."""

    text: Annotated[Words, StringConstraints(min_length=1)]


class DecisionMove(StrEnum):
    """What reviewers do with a job."""

    APPROVE = Move.APPROVE.value
    REJECT = Move.REJECT.value
    ASK = Move.ASK.value
    ARCHIVE = Move.ARCHIVE.value
    REMOVE = Move.REMOVE.value
    REOPEN = Move.REOPEN.value


class DecisionInput(SignedInput):
    """What a reviewer decides. To reject and to ask need a text; it becomes a comment."""

    move: DecisionMove
    text: Words = ""


class ReportInput(Input):
    """What a visitor says against a job."""

    reason: ReportReason
    text: Annotated[Text, StringConstraints(max_length=2000)] = ""
    reporter: Annotated[Line, StringConstraints(min_length=8, max_length=100)] = Field(
        description="The same for the same visitor within a day, and for nobody else"
    )

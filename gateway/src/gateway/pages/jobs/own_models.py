"""What the pages of posters print: forms, previews, one's own jobs. Texts are escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.downloads.models import Option, Pager
    from gateway.pages.heads import Head, Mark
    from gateway.pages.jobs.models import JobText
    from gateway.pages.links import Link
    from gateway.web.forms import Fields, FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the form of a job offers. `key` goes with this one form, sent however often."""

    categories: tuple[Option, ...]
    types: tuple[Option, ...]
    markups: tuple[Option, ...]
    countries: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """`jobs/form.html`, at /jobs/create/ and /jobs/<id>/edit/.

    `values` fill the form in. `version` is that of the job that is changed, 0 for a new one.
    `reviewing`: a reviewer puts somebody's job right. `no_email`: the account has no confirmed one.
    """

    head: Head
    form: FormState
    values: Fields
    choices: Choices
    button: str
    cancel: str
    version: int
    reviewing: bool
    no_email: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was said or done: by whom, on which day. `text` is empty where nothing was said."""

    time: date
    who: str
    what: str
    text: str = ""
    question: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that one can do next: a link, which stands out where it is the first to do."""

    label: str
    href: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """`jobs/preview.html`, at /jobs/<id>/preview/: a job of any state, for its poster.

    `can_submit` and `can_comment`: there is a button for it. `comment` is where comments are sent.
    `notice` is said of what was just done.
    """

    head: Head
    form: FormState
    notice: str
    number: int
    version: int
    job: JobText
    mark: Mark
    said: str
    can_submit: bool
    can_comment: bool
    comment: str
    steps: tuple[Step, ...]
    contact: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """One of the visitor's jobs: how it stands, and what to do next."""

    title: str
    href: str
    mark: Mark
    company: str
    location: str
    said: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinePage:
    """`jobs/mine.html`, at /jobs/mine/."""

    head: Head
    notice: str
    rows: tuple[OwnRow, ...]
    pager: Pager | None
    create: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    """`jobs/confirm.html`: one button, at /jobs/<id>/remove/ and /jobs/<id>/extend/.

    `label` is that of the button, empty where it cannot be done; `cancel` leads back.
    """

    head: Head
    form: FormState
    text: str
    label: str
    kind: str
    cancel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    """`jobs/comment.html`, at /jobs/create-review-comment/: a comment that was not taken."""

    head: Head
    form: FormState
    job: str
    cancel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksPage:
    """`jobs/thanks.html`, at /jobs/thanks/."""

    head: Head
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage:
    """`jobs/contact.html`, at /jobs/<id>/contact/. `email` is empty until it is asked for."""

    head: Head
    form: FormState
    job: Link
    company: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """`jobs/report.html`, at /jobs/<id>/report/. `done`: it was sent."""

    head: Head
    form: FormState
    job: Link
    reasons: tuple[Option, ...]
    done: bool = False

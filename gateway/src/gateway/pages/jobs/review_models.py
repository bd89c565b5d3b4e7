"""What the desk of the reviewers prints. Texts are escaped, but what ends in `_html`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.downloads.models import Option, Pager
    from gateway.pages.heads import Head, Mark
    from gateway.pages.jobs.models import JobText
    from gateway.pages.jobs.own_models import Note
    from gateway.pages.links import Link
    from gateway.web.forms import FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A job in the queue, or among the others.

    `age` says how long it waits, or since when it is as it is. `held` is who looks at it, empty
    for nobody; `mine`: it is the visitor.
    """

    id: int
    title: str
    href: str
    company: str
    location: str
    category: str
    marks: tuple[Mark, ...]
    age: str
    late: bool
    held: str
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """`jobs/queue.html`, at /jobs/review/: what waits, oldest first."""

    head: Head
    form: FormState
    notice: str
    rows: tuple[DeskRow, ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratePage:
    """`jobs/moderate.html`, at /jobs/moderate/: everything that does not wait."""

    head: Head
    q: str
    states: tuple[Option, ...]
    reported: bool
    active: bool
    rows: tuple[DeskRow, ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text as it was written."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something to know before one decides: in words, and the job that it is about."""

    text: str
    job: Link
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text that is needed again and again."""

    id: int
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A button: what it sends, what it says, the kind that colours it."""

    value: str
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """`jobs/desk.html`, at /jobs/review/<id>/: one job, with all that helps to decide.

    `conflict` is said where another reviewer was first. `held` is who else looks at it, empty for
    nobody; `mine`: the visitor does. `decisions` may be empty.
    """

    head: Head
    form: FormState
    notice: str
    conflict: str
    version: int
    job: JobText
    mark: Mark
    said: str
    held: str
    mine: bool
    facts: tuple[tuple[str, str], ...]
    edit: str
    page: str
    markup: str
    texts: tuple[Written, ...]
    hints: tuple[Hint, ...]
    reports: tuple[Note, ...]
    open_reports: int
    replies: tuple[Reply, ...]
    decisions: tuple[Decision, ...]
    typed: str
    notes: tuple[Note, ...]

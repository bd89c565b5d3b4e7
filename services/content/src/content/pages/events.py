"""Domain events of pages. A draft leaves the house as id and state only."""

from __future__ import annotations

from content.writes import tell
from contracts.content.pages import Page, PageDeleted, PageRef, PageUnpublished, PageUpdated
from contracts.content.pages import PagePublished as Published
from servicekit.database import WriteSession


def of_page(kind: type[PageRef], page: Page, previous_paths: tuple[str, ...] = ()) -> PageRef:
    """Make the event `kind` of a page in its state after the change (before, if deleted)."""
    shown = page.is_published and not issubclass(kind, PageDeleted)
    return kind(
        id=page.id,
        path=page.path,
        is_published=page.is_published,
        page=page if shown else None,
        previous_paths=previous_paths,
    )


def tell_page(
    session: WriteSession,
    kind: type[PageRef],
    page: Page,
    *,
    previous_paths: tuple[str, ...] = (),
) -> None:
    """Record the event of a page; a deletion comes after its last version."""
    version = page.version + issubclass(kind, PageDeleted)
    tell(session, of_page(kind, page, previous_paths), number=page.id, version=version)


def transition(was: bool, now: bool) -> type[PageRef]:  # noqa: FBT001 - two states, in order
    """Return the event of a change from published or not to published or not."""
    if was == now:
        return PageUpdated
    return Published if now else PageUnpublished


def verb(kind: type[PageRef]) -> str:
    """Return the last word of an event's name, as the audit trail and revisions call it."""
    return kind.SUBJECT.rpartition(".")[2]

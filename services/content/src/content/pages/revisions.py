"""The states a page had: what differs between two, and how one comes back."""

from __future__ import annotations

import difflib
from typing import Final

from content.pages import queries, services
from contracts.content.pages import (
    FieldChange,
    Page,
    PageInput,
    Revision,
    RevisionDiff,
    RevisionSummary,
)
from servicekit.access import Principal
from servicekit.database import ReadSession, WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound

#: What is compared as a whole; the text is compared line by line.
_SHORT: Final = (
    *("title", "path", "keywords", "description", "content_markup_type", "template_name"),
    *("content_type", "is_published"),
)
#: Lines of a difference that are told; a page that was written anew has no more to say.
_MOST_LINES: Final = 5000


async def one(session: ReadSession | WriteSession, page_id: int, number: int) -> Revision:
    """Return one state of a page. Raises NotFound."""
    row = await queries.revision(session, page_id, number)
    if row is None:
        raise NotFound("There is no such revision of the page.")
    return Revision.model_validate(row)


async def difference(
    session: ReadSession | WriteSession, page_id: int, first: int, second: int
) -> RevisionDiff:
    """Return what differs between two states of a page, in whichever order they are named."""
    older, newer = [await one(session, page_id, number) for number in sorted((first, second))]
    text = difflib.unified_diff(
        older.content.splitlines(), newer.content.splitlines(), lineterm="", n=3
    )
    # The first two lines name files.
    lines = list(text)[2 : 2 + _MOST_LINES]
    return RevisionDiff(
        older=RevisionSummary.model_validate(older),
        newer=RevisionSummary.model_validate(newer),
        fields=[
            FieldChange(field=name, before=_said(older, name), after=_said(newer, name))
            for name in _SHORT
            if getattr(older, name) != getattr(newer, name)
        ],
        text=lines,
    )


async def restore(
    session: WriteSession, page_id: int, number: int, caller: Principal, *, if_match: str | None
) -> Page:
    """Give a page the words of an earlier state back, as a new change.

    Its address, and whether and when it is public, stay as they are. Raises NotFound,
    PreconditionFailed, and Forbidden as any change does.
    """
    row = await services.lock(session, page_id, caller)
    check_match(if_match, row.version, required=False)
    state = await one(session, page_id, number)
    sent = PageInput.model_construct(
        _fields_set={"title"},
        title=state.title,
        path=row.path,
        keywords=state.keywords,
        description=state.description,
        content=state.content,
        content_markup_type=state.content_markup_type,
        template_name=state.template_name,
        content_type=state.content_type,
        publish_at=row.publish_at,
        expire_at=row.expire_at,
        change_note=f"as in revision {number}",
    )
    return await services.replace(session, row, sent, caller, action="restored")


def _said(state: Revision, name: str) -> str:
    value = getattr(state, name)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)

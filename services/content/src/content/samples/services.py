"""Writing code samples: row, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import rendering
from content.publishing import Life, verb
from content.samples import queries, rules
from content.samples.models import CodeSample
from content.writes import note, sign, snapshot, tell
from contracts.content.samples import CodeSample as SampleDTO
from contracts.content.samples import (
    CodeSampleCreated,
    CodeSampleDeleted,
    CodeSampleInput,
    CodeSamplePublished,
    CodeSampleRef,
    CodeSampleUnpublished,
    CodeSampleUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound

_LIFE: Final[Life[CodeSampleRef]] = Life(
    CodeSamplePublished, CodeSampleUpdated, CodeSampleUnpublished
)


async def create(session: WriteSession, sent: CodeSampleInput, caller: Principal) -> SampleDTO:
    """Create a sample. One that is public at once is created as a draft and then published.

    Raises Invalid.
    """
    row = CodeSample()
    await _fill(row, sent)
    row.is_published = False
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_sample(session, CodeSampleCreated, made)
    if sent.is_published:
        row.is_published = True
        made = await _state(session, row)
        tell_sample(session, CodeSamplePublished, made)
    note(session, caller, "created", row, row.title, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    sample_id: int,
    sent: CodeSampleInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> SampleDTO:
    """Replace a sample. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, sample_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    await _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    return await _changed(session, row, caller, before)


async def set_published(
    session: WriteSession,
    sample_id: int,
    caller: Principal,
    published: bool,  # noqa: FBT001 - what is set
) -> bool:
    """Publish a sample, or make it a draft again; returns whether it was otherwise before."""
    row = await _lock(session, sample_id)
    if row.is_published == published:
        return False
    before = snapshot(row)
    row.is_published = published
    await _changed(session, row, caller, before)
    return True


async def delete(
    session: WriteSession, sample_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a sample. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, sample_id)
    check_match(if_match, row.version, required=False)
    tell_sample(session, CodeSampleDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.title, before=snapshot(row))
    await session.delete(row)


async def tell_rendered(session: WriteSession, row: CodeSample) -> None:
    """Tell that the HTML of a sample came out otherwise although nobody changed its text."""
    tell_sample(session, CodeSampleUpdated, await _state(session, row))


def of_sample(kind: type[CodeSampleRef], sample: SampleDTO) -> CodeSampleRef:
    """Make the event `kind` of a sample in its state after the change (before, if deleted)."""
    public = sample.is_published and not issubclass(kind, CodeSampleDeleted)
    return kind(
        id=sample.id,
        is_published=sample.is_published,
        code_sample=sample if public else None,
    )


def tell_sample(session: WriteSession, kind: type[CodeSampleRef], sample: SampleDTO) -> None:
    """Record the event `kind` of a sample."""
    version = sample.version + issubclass(kind, CodeSampleDeleted)
    tell(session, of_sample(kind, sample), number=sample.id, version=version)


async def _changed(
    session: WriteSession, row: CodeSample, caller: Principal, before: dict[str, object]
) -> SampleDTO:
    sign(row, caller)
    changed = await _state(session, row)
    kind = _LIFE.turn(was=bool(before["is_published"]), now=row.is_published)
    tell_sample(session, kind, changed)
    note(session, caller, verb(kind), row, row.title, before=before, after=snapshot(row))
    return changed


async def _fill(row: CodeSample, sent: CodeSampleInput) -> None:
    code = sent.code.replace("\r\n", "\n").strip("\n") + "\n"
    if code != row.code:
        rules.check_session(code)
    row.title, row.code = sent.title, code
    row.position, row.is_published = sent.position, sent.is_published
    await rendering.write(row, "text", sent.text, sent.text_markup_type.value)


async def _lock(session: WriteSession, sample_id: int) -> CodeSample:
    statement = select(CodeSample).where(CodeSample.id == sample_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such code sample.")
    return row


async def _state(session: WriteSession, row: CodeSample) -> SampleDTO:
    await session.flush()
    return SampleDTO.model_validate(await queries.sample(session, row.id, drafts=True))

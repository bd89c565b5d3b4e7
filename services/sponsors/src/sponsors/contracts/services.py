"""What staff do with contracts: edit, send, execute, nullify, draft anew.

Rows, files, event, audit entry and mails are one transaction; the sponsorship is locked before its
contract. Which moves there are is said in `transitions`, and nowhere else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from contracts.files import Upload
from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.inputs import ApprovalInput, MoveInput
from contracts.sponsors.papers import Contract as ContractDTO
from contracts.sponsors.papers import (
    ContractInput,
    ContractMove,
    ExecutionInput,
    Paper,
    SignedApprovalInput,
)
from servicekit import uploads
from servicekit.access import Principal
from servicekit.database import ReadSession, WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.slugs import slugify
from servicekit.writes import note, sign, snapshot
from sponsors import papers, settings
from sponsors.contracts import (
    agreement,
    docx,
    drafting,
    letters,
    pdf,
    queries,
    telling,
    transitions,
)
from sponsors.contracts.models import Contract
from sponsors.dates import today
from sponsors.desk import services as desk
from sponsors.sponsorships import moving
from sponsors.sponsorships.models import Sponsorship

MEDIA_TYPES: Final = {Paper.PDF: pdf.MEDIA_TYPE, Paper.DOCX: docx.MEDIA_TYPE}


async def edit(
    session: WriteSession,
    contract_id: int,
    sent: ContractInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ContractDTO:
    """Replace the texts of a draft; each change makes another revision of it.

    Raises NotFound, PreconditionFailed, Conflict.
    """
    row, _ = await _lock(session, contract_id)
    check_match(if_match, row.version)
    await _step(session, row, ContractMove.EDIT, caller)
    before = snapshot(row)
    for name, value in sent.model_dump().items():
        setattr(row, name, value)
    if snapshot(row) != before:
        row.revision += 1
        await _finish(session, row, caller, ContractMove.EDIT, before)
    return await state(session, contract_id, caller)


async def send(
    session: WriteSession,
    contract_id: int,
    sent: MoveInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ContractDTO:
    """Make the papers of a draft and keep them; both sides are told, and the draft is fixed.

    Raises NotFound, PreconditionFailed, Conflict; Unavailable where the store is away.
    """
    row, sponsorship = await _lock(session, contract_id)
    check_match(if_match, row.version, required=False)
    to = await _step(session, row, ContractMove.SEND, caller)
    before = snapshot(row)
    for paper, column in ((Paper.PDF, "document"), (Paper.DOCX, "document_docx")):
        made, name = await render(session, contract_id, paper, draft=False)
        kept = await papers.keep(session, "contracts", name, made, MEDIA_TYPES[paper])
        setattr(row, column, kept)
    row.status, row.sent_on = to.value, today()
    row.sent_by_id, row.sent_by = caller.user_id, sent.name
    await _finish(session, row, caller, ContractMove.SEND, before)
    await letters.sent(session, row, sponsorship)
    return await state(session, contract_id, caller)


async def execute(
    session: WriteSession,
    contract_id: int,
    sent: ExecutionInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ContractDTO:
    """Keep the contract that both sides signed; with it the sponsorship is finalized.

    Raises NotFound, PreconditionFailed, Conflict, Invalid; Unavailable where the store is away.
    """
    row, sponsorship = await _lock(session, contract_id)
    check_match(if_match, row.version, required=False)
    await _execute(session, row, sponsorship, sent.signed_document, sent.name, caller)
    return await state(session, contract_id, caller)


async def approve_signed(
    session: WriteSession,
    sponsorship_id: int,
    sent: SignedApprovalInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ContractDTO:
    """Approve an application whose contract both sides signed already, and execute that.

    Raises NotFound, PreconditionFailed, Conflict, Invalid; Unavailable where the store is away.
    """
    approval = ApprovalInput.model_validate(sent.model_dump(exclude={"signed_document"}))
    await desk.approve(session, sponsorship_id, approval, caller, if_match=if_match)
    found = await drafting.living(session, sponsorship_id)
    if found is None:
        raise Conflict("The sponsorship has no contract.")
    row, sponsorship = await _lock(session, found.id)
    await _execute(session, row, sponsorship, sent.signed_document, sent.name, caller)
    return await state(session, row.id, caller)


async def nullify(
    session: WriteSession,
    contract_id: int,
    sent: MoveInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ContractDTO:
    """Take a contract back that was sent; the sponsorship stays approved.

    Raises NotFound, PreconditionFailed, Conflict.
    """
    row, sponsorship = await _lock(session, contract_id)
    check_match(if_match, row.version, required=False)
    to = await _step(session, row, ContractMove.NULLIFY, caller)
    before = snapshot(row)
    row.status, row.nullified_on = to.value, today()
    await _finish(session, row, caller, ContractMove.NULLIFY, before, text=sent.text)
    await letters.nullified(session, row, sponsorship, sent.text)
    return await state(session, contract_id, caller)


async def redraft(
    session: WriteSession, contract_id: int, caller: Principal, *, if_match: str | None
) -> ContractDTO:
    """Begin another draft in place of one that was nullified, or whose texts are old.

    Raises NotFound, PreconditionFailed, Conflict.
    """
    row, sponsorship = await _lock(session, contract_id)
    check_match(if_match, row.version, required=False)
    await _step(session, row, ContractMove.REDRAFT, caller)
    await drafting.outdate(session, row, caller, ContractMove.REDRAFT)
    made = await drafting.begin(session, sponsorship, caller)
    return await state(session, made.id, caller)


async def render(
    session: ReadSession | WriteSession, contract_id: int, paper: Paper, *, draft: bool
) -> tuple[bytes, str]:
    """Return a contract as PDF or DOCX, and the name of the file. Raises NotFound."""
    found = await queries.facts(session, contract_id, draft=draft)
    if found is None:
        raise NotFound("There is no such contract.")
    facts, template = found
    whole = agreement.compose(facts, template)
    made = await (pdf if paper is Paper.PDF else docx).render(whole, datetime.now(UTC))
    kind = "renewal" if facts.renewal else "contract"
    return made, f"sponsorship-{kind}-{slugify(facts.sponsor) or contract_id}.{paper.value}"


async def state(session: WriteSession, contract_id: int, caller: Principal) -> ContractDTO:
    """Return a contract as staff see it."""
    await session.flush()
    told = settings.of(session)
    return (await queries.whole(session, told, caller, Contract.id == contract_id))[0]


async def _execute(  # noqa: PLR0913, PLR0917 - what an execution is
    session: WriteSession,
    row: Contract,
    sponsorship: Sponsorship,
    sent: Upload,
    name: str,
    caller: Principal,
) -> None:
    to = await _step(session, row, ContractMove.EXECUTE, caller)
    taken = await uploads.accept(sent.name, sent.data, place=("body", "signed_document"))
    if taken.media_type != pdf.MEDIA_TYPE:
        raise Invalid.field(["body", "signed_document"], "The file is no PDF.", "upload")
    before = snapshot(row)
    row.signed_document = await papers.keep(
        session, "contracts/signed", taken.name, taken.data, taken.media_type
    )
    row.status, row.executed_on = to.value, today()
    row.executed_by_id, row.executed_by = caller.user_id, name
    await _finish(session, row, caller, ContractMove.EXECUTE, before)
    await moving.finalize(session, sponsorship, caller, name)
    await letters.executed(session, row, sponsorship)


async def _lock(session: WriteSession, contract_id: int) -> tuple[Contract, Sponsorship]:
    """Lock the sponsorship of a contract, then the contract. Raises NotFound."""
    number = await session.scalar(select(Contract.sponsorship_id).where(Contract.id == contract_id))
    if number is None:
        raise NotFound("There is no such contract.")
    sponsorship = await moving.lock(session, number)
    statement = select(Contract).where(Contract.id == contract_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such contract.")
    return row, sponsorship


async def _step(
    session: WriteSession, row: Contract, move: ContractMove, caller: Principal
) -> ContractStatus:
    """Return where a move leads. Raises Conflict with the reason where it is not possible."""
    at = await queries.situation_of(session, settings.of(session), caller, row.id)
    return transitions.step(move, at)


async def _finish(  # noqa: PLR0913 - what a move writes
    session: WriteSession,
    row: Contract,
    caller: Principal,
    move: ContractMove,
    before: dict[str, Any],
    *,
    text: str = "",
) -> None:
    """Write what a move changed, its event and its audit entry."""
    sign(row, caller)
    await session.flush()
    telling.tell(session, move, row)
    after = snapshot(row) | ({"text": text} if text else {})
    note(session, caller, move.value, row, drafting.label(row), before=before, after=after)

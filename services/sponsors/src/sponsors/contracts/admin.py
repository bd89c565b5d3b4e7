"""Contracts in the staff admin: texts of drafts, papers, and what is done with one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.files import Upload
from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.inputs import MoveInput
from contracts.sponsors.papers import ContractInput, ContractMove, ExecutionInput
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.database import WriteSession
from servicekit.reading import bytewise
from sponsors import settings
from sponsors.answers import YEARS
from sponsors.contracts import queries, services
from sponsors.contracts.controllers import CHANGE, VIEW
from sponsors.contracts.models import Contract
from sponsors.contracts.transitions import TRANSITIONS
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships.models import Sponsorship

_STATUSES: Final = tuple(
    AdminChoice(value=status.value, label=status.value.replace("_", " ").capitalize())
    for status in ContractStatus
)
_TEXTS: Final = ("sponsor_info", "sponsor_contact", "benefits_list", "legal_clauses")
_PAPERS: Final = ("document", "document_docx", "signed_document")


class Edited(ContractInput):
    """A contract as staff have it: texts, papers, and the signed one to put in."""

    signed: Upload | None = None
    status: str = ""
    moves: str = ""
    document: str = ""
    document_docx: str = ""
    signed_document: str = ""


async def _read(session: AsyncSession, key: int, caller: Principal) -> Values | None:
    found = await queries.whole(session, settings.of(session), caller, Contract.id == key)
    if not found:
        return None
    row = found[0]
    papers = {name: getattr(row, name) for name in _PAPERS}
    moves = "\n".join(f"{one.move.value}: {one.why_not or 'possible'}" for one in row.moves)
    return {
        "id": row.id,
        "version": row.version,
        **{name: getattr(row, name) for name in _TEXTS},
        "signed": None,
        "status": row.status.value,
        "moves": moves,
        **{name: kept.url if kept else "" for name, kept in papers.items()},
    }


async def _update(
    session: WriteSession, key: int, sent: Edited, caller: Principal, *, if_match: str | None
) -> object:
    """Put in the signed contract where there is one; else put the texts of a draft right."""
    if sent.signed is not None:
        signed = ExecutionInput(signed_document=sent.signed)
        return await services.execute(session, key, signed, caller, if_match=if_match)
    texts = ContractInput.model_validate({name: getattr(sent, name) for name in _TEXTS})
    return await services.edit(session, key, texts, caller, if_match=if_match)


async def _send(call: Call, keys: Sequence[Any]) -> str:
    for key in keys:
        await services.send(call.session, key, MoveInput(), call.caller, if_match=None)
    return f"{len(keys)} sent"


async def _nullify(call: Call, keys: Sequence[Any]) -> str:
    for key in keys:
        await services.nullify(call.session, key, MoveInput(), call.caller, if_match=None)
    return f"{len(keys)} nullified"


async def _redraft(call: Call, keys: Sequence[Any]) -> str:
    for key in keys:
        await services.redraft(call.session, key, call.caller, if_match=None)
    return f"{len(keys)} drafted anew"


def _able(move: ContractMove) -> Callable[[Values], bool]:
    """Tell whether the table has a move from the status of a row."""
    return lambda row: (move, ContractStatus(row["status"])) in TRANSITIONS


def _action(
    move: ContractMove,
    label: str,
    run: Callable[[Call, Sequence[Any]], Awaitable[str]],
    confirm: str,
    *,
    danger: bool = False,
) -> Action:
    return Action(
        name=move.value,
        label=label,
        permission=CHANGE,
        confirm=confirm,
        run=run,
        applies=_able(move),
        danger=danger,
    )


def _joined(statement: Statement) -> Statement:
    return statement.join(Sponsorship, Sponsorship.id == Contract.sponsorship_id).outerjoin(
        Sponsor, Sponsor.id == Sponsorship.sponsor_id
    )


CONTRACTS: Final = Resource(
    name="contract",
    label="contract",
    plural="contracts",
    group="Contracts",
    note="An approval begins one. The signed one is put in here, and finalizes the sponsorship.",
    model=Contract,
    key=Contract.id,
    title=Contract.sponsor_info,
    permissions=Permissions(VIEW, CHANGE, CHANGE, CHANGE),
    join=_joined,
    columns=(
        Column("sponsor", Sponsor.name, order=bytewise(Sponsor.name)),
        Column("status", Contract.status),
        Column("year", Sponsorship.year, format=Format.NUMBER),
        Column("revision", Contract.revision, format=Format.NUMBER),
        Column("sent_on", Contract.sent_on, "Sent", format=Format.DATE),
        Column("executed_on", Contract.executed_on, "Executed", format=Format.DATE),
        Column("created", Contract.created, format=Format.TIME),
    ),
    order="-created",
    search=(("sponsor", Sponsor.name),),
    filters=(
        Filter("status", Contract.status, FilterKind.CHOICE, "Status", _STATUSES),
        Filter("year", Sponsorship.year, FilterKind.CHOICE, "Year", YEARS),
    ),
    dates=Column("created", Contract.created),
    form=Form(
        read=_read,
        input=Edited,
        fieldsets=(
            Fieldset("Where it is", ("status", "moves")),
            Fieldset("Papers", (*_PAPERS, "signed")),
            Fieldset("Texts of the draft", _TEXTS),
        ),
        update=_update,
        hints={
            "status": Hint(read_only_on_change=True),
            "moves": Hint(
                label="What may be done", widget=Widget.TEXTAREA, read_only_on_change=True
            ),
            "document": Hint(label="PDF as it was sent", file=True, read_only_on_change=True),
            "document_docx": Hint(label="The same as DOCX", file=True, read_only_on_change=True),
            "signed_document": Hint(label="Signed", file=True, read_only_on_change=True),
            "signed": Hint(
                label="Execute with this file",
                file=True,
                help="The PDF that both sides signed. Changes of texts are not kept with it.",
            ),
            "sponsor_info": Hint(widget=Widget.TEXTAREA),
            "sponsor_contact": Hint(widget=Widget.TEXTAREA),
            "benefits_list": Hint(
                label="Benefits", widget=Widget.TEXTAREA, help="One a line: - name [^1]"
            ),
            "legal_clauses": Hint(
                label="Clauses", widget=Widget.TEXTAREA, help="One a paragraph: [^1]: text"
            ),
        },
    ),
    actions=(
        _action(
            ContractMove.SEND,
            "Send",
            _send,
            "PDF and DOCX are made and kept, and both sides told. The texts are fixed then.",
        ),
        _action(
            ContractMove.NULLIFY,
            "Nullify",
            _nullify,
            "The contract counts no more, and both sides are told. It can be drafted anew.",
            danger=True,
        ),
        _action(
            ContractMove.REDRAFT,
            "Draft anew",
            _redraft,
            "Another draft takes its place, with what is known of sponsor and benefits now.",
        ),
    ),
)

RESOURCES: Final = (CONTRACTS,)

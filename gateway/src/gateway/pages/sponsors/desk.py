"""One sponsorship on the desk of staff: /sponsors/review/<id>/.

What may be done is the service's answer, and so is why not. Who does something with what has
changed meanwhile is told, and sees how it is now.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from contracts.sponsors.applications import Move
from contracts.sponsors.inputs import ApprovalInput, MoveInput
from contracts.sponsors.papers import (
    ContractInput,
    ContractMove,
    ExecutionInput,
    Paper,
    SignedApprovalInput,
)
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields
from gateway.pages.sponsors import fetch, links, shown
from gateway.pages.sponsors.typed import TypedForm
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.sponsors.papers import Contract
    from gateway.backends.sponsors import SponsorDesk

#: Who may see contracts, and who may do something with them.
VIEW: Final = "sponsors.view_contract"
CHANGE: Final = "sponsors.change_contract"
_FIRST: Final = "Somebody was first, or it has changed. This is how it is now."
_MEDIA: Final = {
    Paper.PDF: "application/pdf",
    Paper.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_DONE: Final = {
    "approve": "It is approved. A draft of the contract is there.",
    "approve-signed": "It is approved and finalized.",
    "reject": "It was not accepted. The sponsor is told.",
    "rollback": "It is an application again.",
    "lock": "It is locked.",
    "unlock": "It can be edited.",
    "edit-contract": "The draft is changed.",
    "send": "The contract is sent.",
    "execute": "The contract is executed, and the sponsorship finalized.",
    "nullify": "The contract counts no more.",
    "redraft": "There is a new draft.",
}
_UNKNOWN: Final = "Choose what is to be done."
_NO_FILE: Final = "Choose the file that both sides signed."
_TEXTS: Final = ("sponsor_info", "sponsor_contact", "benefits_list", "legal_clauses")
_SIZE: Final = 12 * 1024 * 1024


async def _show(ctx: PageContext, form: FormState) -> Page:
    desk, number = fetch.desk(ctx), fetch.number_of(ctx)
    found, papers = await asyncio.gather(desk.sponsorship(number), _papers(ctx, desk, number))
    if found is None:
        raise NotFound
    notice = "" if form.errors else _DONE.get(ctx.params.get("done", ""), "")
    model = shown.page_of(found, papers, form, notice, signed=ctx.visitor.may(CHANGE))
    return ctx.render("sponsors/desk.html", model)


async def _papers(ctx: PageContext, desk: SponsorDesk, number: int) -> list[Contract]:
    return await desk.contracts(number) if ctx.visitor.may(VIEW) else []


async def _act(ctx: PageContext, data: TypedForm) -> Redirect:
    desk, number = fetch.desk(ctx), fetch.number_of(ctx)
    action = data.texts.get("action", "")
    try:
        await _do(ctx, desk, number, action, data)
    except BackendRefused as error:
        raise _refused(error) from error
    return Redirect(f"{links.desk_path(number)}?done={action}")


def _refused(error: BackendRefused) -> Exception:
    """Return what a refusal means to staff."""
    if error.status == HTTPStatus.NOT_FOUND:
        return NotFound()
    if error.status == HTTPStatus.PRECONDITION_FAILED:
        return FormErrors({"version": _FIRST}, 409)
    if error.status == HTTPStatus.CONFLICT:
        return FormErrors({"version": str(error.problem.get("detail") or _FIRST)}, 409)
    if error.status == HTTPStatus.FORBIDDEN:
        common.refuse(403, str(error.problem.get("detail") or "You may not do this."))
    return common.explained(error)


async def _do(
    ctx: PageContext, desk: SponsorDesk, number: int, action: str, data: TypedForm
) -> None:
    """Do what was chosen. Raises FormErrors, BackendRefused."""
    texts = data.texts
    who = ctx.visitor.name or ctx.visitor.username
    version = _version(texts.get("version", ""))
    match action:
        case "approve":
            sent = fields.sending(ApprovalInput, _agreed(texts, who))
            await desk.approve(number, sent, version)
        case "approve-signed":
            await desk.approve_signed(number, _signed(data, who), version)
        case Move.REJECT | Move.ROLLBACK | Move.LOCK | Move.UNLOCK:
            said = {"name": who, "text": texts.get("text", "").replace("\r\n", "\n")}
            await desk.move(number, action, fields.sending(MoveInput, said), version)
        case _:
            await _with_contract(desk, action, data, who)


async def _with_contract(desk: SponsorDesk, action: str, data: TypedForm, who: str) -> None:
    """Do something with a contract of the sponsorship."""
    texts = data.texts
    contract = _version(texts.get("contract", ""))
    version = _version(texts.get("contract_version", ""))
    match action:
        case "edit-contract":
            values = {name: texts.get(name, "").replace("\r\n", "\n") for name in _TEXTS}
            await desk.edit_contract(contract, fields.sending(ContractInput, values), version)
        case ContractMove.SEND | ContractMove.NULLIFY | ContractMove.REDRAFT:
            sent = fields.sending(MoveInput, {"name": who})
            await desk.move_contract(contract, action, sent, version)
        case ContractMove.EXECUTE:
            file = data.file("signed_document")
            if file is None:
                raise FormErrors({"signed_document": _NO_FILE})
            made = ExecutionInput.model_construct(name=who, signed_document=file)
            await desk.execute(contract, made, version)
        case _:
            raise FormErrors({"": _UNKNOWN})


def _agreed(texts: Mapping[str, str], who: str) -> dict[str, object]:
    """Return what is agreed on, as it was typed."""
    found: dict[str, object] = {
        "name": who,
        "start_date": texts.get("start_date", ""),
        "end_date": texts.get("end_date", ""),
        "sponsorship_fee": texts.get("sponsorship_fee", "").replace(",", "").lstrip("$"),
        "renewal": bool(texts.get("renewal")),
    }
    return found


def _signed(data: TypedForm, who: str) -> SignedApprovalInput:
    """Return what is agreed on with the file that both sides signed. Raises FormErrors."""
    agreed = fields.sending(ApprovalInput, _agreed(data.texts, who))
    file = data.file("signed_document")
    if file is None:
        raise FormErrors({"signed_document": _NO_FILE})
    return SignedApprovalInput.model_construct(**dict(agreed), signed_document=file)


def _version(text: str) -> int:
    fits = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if fits else 0


desk = FormRoute(
    f"{links.DESK}{{pk:str}}/",
    name="sponsors.desk",
    model=TypedForm,
    show=_show,
    accept=_act,
    limit="600/hour",
    seconds=0,
    params=("done",),
    personal=True,
    size=_SIZE,
    files=True,
)


@page(
    f"{links.DESK}{{pk:str}}/contract/{{contract:str}}/{{paper:str}}/",
    name="sponsors.preview",
    cache=None,
    personal=True,
    seconds=15,
)
async def preview(ctx: PageContext) -> Page:
    """Answer a contract as it would be sent now."""
    board, paper = fetch.desk(ctx), ctx.path_params["paper"]
    number = _version(ctx.path_params["contract"])
    if paper not in set(Paper) or not number or not ctx.visitor.may(VIEW):
        raise NotFound
    media = _MEDIA[Paper(paper)]
    found = await board.preview(number, paper, media)
    if found is None:
        raise NotFound
    how = "inline" if paper == Paper.PDF else "attachment"
    name = f'{how}; filename="contract-{number}.{paper}"'
    return Page(found, media_type=media, headers=(("content-disposition", name),))

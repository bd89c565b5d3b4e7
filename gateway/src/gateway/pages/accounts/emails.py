"""The addresses of one's account: add, confirm, make primary, remove."""

from __future__ import annotations

from typing import Final, Literal

from contracts.base import Input
from contracts.identity import dto
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.models import Address, EmailPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

PATH: Final = "/accounts/email/"
_PER_USER: Final = "10/minute"
_TOO_MANY: Final = "The addresses of this account were changed often just now. Wait a few minutes."
_DONE: Final = {
    "add": "A mail with a link is on its way. The address is yours once you followed it.",
    "confirmed": "The address is confirmed.",
    "primary": "All mail goes to this address from now on.",
    "remove": "The address is removed.",
    "send": "A new mail with a link is on its way. It may take a few minutes.",
}


class EmailsForm(Input):
    """What is to be done, with which address, or with a new one."""

    action: Literal["add", "primary", "remove", "send"]
    address: fields.Id = 0
    email: str = ""


class _NewAddress(Input):
    email: fields.Email


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    found = await common.identity(ctx).addresses(visitor.id)
    model = EmailPage(
        form=form,
        menu=menu.beside(ctx),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        addresses=tuple(
            Address(id=row.id, email=row.email, verified=row.verified, primary=row.primary)
            for row in found
        ),
    )
    return ctx.render("accounts/email.html", model)


async def _accept(ctx: PageContext, sent: EmailsForm) -> Redirect:
    visitor = await common.proven(ctx)
    await common.within_limit(ctx, _PER_USER, "addresses", str(visitor.id), _TOO_MANY)
    service = common.identity(ctx)
    try:
        match sent.action:
            case "add":
                typed = fields.sending(_NewAddress, {"email": sent.email})
                asked = fields.sending(dto.EmailInput, {"email": typed.email})
                await service.add_address(visitor.id, asked, ctx.caller)
            case "primary":
                await service.make_primary(visitor.id, sent.address, ctx.caller)
            case "remove":
                await service.drop_address(visitor.id, sent.address, ctx.caller)
            case "send":
                await service.confirm_again(visitor.id, sent.address, ctx.caller)
    except BackendRefused as error:
        if error.status == 404:
            raise FormErrors({"": "This address is no longer on your account."}) from error
        raise common.explained(error) from error
    await ctx.sessions.forget(visitor)
    return Redirect(f"{PATH}?done={sent.action}")


emails = FormRoute(
    PATH,
    name="accounts.email",
    model=EmailsForm,
    show=_show,
    accept=_accept,
    limit="60/minute",
    seconds=0,
    params=("done",),
    personal=True,
)

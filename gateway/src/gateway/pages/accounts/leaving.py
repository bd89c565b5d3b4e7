"""Taking what is one's own along, and deleting an account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from contracts.base import Input
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.models import LeavePage
from gateway.pages.accounts.signing import prove
from gateway.web.forms import FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect, page

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor


class LeaveForm(Input):
    """The password once more, where there is one."""

    password: fields.Untouched = ""


@page("/users/export/", name="accounts.export", cache=None, personal=True)
async def export(ctx: PageContext) -> Page:
    """Answer everything kept of whoever is signed in, as a file."""
    visitor = ctx.signed_in()
    found = await common.identity(ctx).export(visitor.id)
    body = json.dumps(found, ensure_ascii=False, indent=2).encode()
    disposition = 'attachment; filename="python.org-account.json"'
    headers = (("content-disposition", disposition),)
    return Page(body, media_type="application/json", headers=headers)


def _owner(ctx: PageContext) -> Visitor:
    """Return who is signed in, if the address is theirs."""
    visitor = ctx.signed_in()
    if ctx.path_params["username"].casefold() != visitor.username.casefold():
        common.refuse(403, "Only its owner may delete an account.")
    return visitor


async def _asks_for_password(ctx: PageContext, visitor: Visitor) -> bool:
    """Tell whether the form has to hold the password; who has none proved it another way."""
    factors = await common.identity(ctx).second_factors(visitor.id)
    if not factors.password:
        await common.proven(ctx)
    return factors.password


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = _owner(ctx)
    model = LeavePage(
        form=form,
        menu=menu.beside(ctx),
        subject=visitor.username,
        password=await _asks_for_password(ctx, visitor),
    )
    return ctx.render("accounts/delete.html", model)


async def _delete(ctx: PageContext, sent: LeaveForm) -> Redirect:
    visitor = _owner(ctx)
    if await _asks_for_password(ctx, visitor):
        await prove(ctx, sent.password)
    await common.identity(ctx).delete_account(visitor.id, ctx.caller)
    await ctx.sessions.forget(visitor)
    return Redirect(f"{common.LOGIN}?done=deleted", cookies=(ctx.sessions.cookie.take(),))


delete = FormRoute(
    "/users/{username:str}/delete/",
    name="accounts.delete",
    model=LeaveForm,
    show=_show,
    accept=_delete,
    limit="20/minute",
    when_unknown="refuse",
    seconds=0,
    personal=True,
)

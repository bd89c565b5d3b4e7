"""Signing up, and confirming an address."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlencode

from contracts.base import Input
from contracts.identity import dto
from gateway.auth.cookies import sha256
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu, providers
from gateway.pages.accounts.models import FormPage, SignUpPage
from gateway.pages.accounts.signing import NoFields
from gateway.web.forms import FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

SENT: Final = "/accounts/confirm-email/"
_MAILS: Final = "5/minute"
#: Characters of an address that a mail leads on to.
_FARTHEST: Final = 500
_TOO_MANY: Final = "Mail was asked for too often for this address. Wait a few minutes."
_DONE: Final = {
    "sent": "If this address waits to be confirmed, a new mail is on its way to it.",
    "unconfirmed": "Your password is right, but no address of the account is confirmed yet. Follow "
    "the link in the mail that you got, or ask for another one here.",
}


class SignUpForm(Input):
    """What a newcomer types."""

    email: fields.Email
    username: fields.Username
    password1: fields.NewPassword
    password2: fields.Again


class EmailForm(Input):
    """An address to send something to."""

    email: fields.Email


async def _show_signup(ctx: PageContext, form: FormState) -> Page:
    common.only_strangers(ctx)
    found, _ = await asyncio.gather(providers.service(ctx).providers(), common.reachable(ctx))
    model = SignUpPage(form=form, providers=providers.links(found, _beyond(ctx)))
    return ctx.render("accounts/signup.html", model)


def _beyond(ctx: PageContext) -> str:
    """Return where somebody was going who is to sign up first; empty: nowhere, or too far."""
    found = common.inside(ctx.params.get("next")) or ""
    return found if len(found) <= _FARTHEST else ""


async def _sign_up(ctx: PageContext, sent: SignUpForm) -> Redirect:
    common.only_strangers(ctx)
    fields.same(sent.password1, sent.password2)
    asked = fields.sending(
        dto.SignUp,
        {
            "username": sent.username,
            "email": sent.email,
            "password": sent.password1,
            "beyond": _beyond(ctx),
        },
    )
    try:
        await common.identity(ctx).sign_up(asked, ctx.caller)
    except BackendRefused as error:
        raise common.explained(error, {"password": "password1"}) from error
    return Redirect(SENT)


async def _show_sent(ctx: PageContext, form: FormState) -> Page:
    notice = _DONE.get(ctx.params.get("done", ""), "")
    model = FormPage(form=form, notice=notice, menu=menu.beside(ctx))
    return ctx.render("accounts/sent.html", model)


async def _send_again(ctx: PageContext, sent: EmailForm) -> Redirect:
    await common.within_limit(ctx, _MAILS, "confirmation", sent.email, _TOO_MANY)
    asked = fields.sending(dto.EmailInput, {"email": sent.email})
    await common.identity(ctx).send_confirmation(asked, ctx.caller)
    return Redirect(f"{SENT}?done=sent")


async def _show_confirm(ctx: PageContext, form: FormState) -> Page:
    found = await common.identity(ctx).confirmation(sha256(ctx.path_params["key"]))
    beside = menu.beside(ctx)
    if found is None:
        model = FormPage(form=form, menu=beside)
        return ctx.render("accounts/confirm_gone.html", model, status=404)
    model = FormPage(form=form, menu=beside, subject=found.email)
    return ctx.render("accounts/confirm.html", model)


async def _confirm(ctx: PageContext, _: NoFields) -> Redirect:
    try:
        await common.identity(ctx).confirm(sha256(ctx.path_params["key"]), ctx.caller)
    except BackendRefused as error:
        if error.status == 404:
            # The page says what to do with a link that was used, or is too old.
            return Redirect(ctx.path)
        raise common.explained(error) from error
    beyond = _beyond(ctx)
    if ctx.visitor.anonymous:
        asked = {"done": "confirmed"} | ({"next": beyond} if beyond else {})
        return Redirect(f"{common.LOGIN}?{urlencode(asked)}")
    await ctx.sessions.forget(ctx.visitor)
    return Redirect("/accounts/email/?done=confirmed")


signup = FormRoute(
    "/accounts/signup/",
    name="accounts.signup",
    model=SignUpForm,
    show=_show_signup,
    accept=_sign_up,
    limit="20/minute",
    when_unknown="refuse",
    params=("next",),
    personal=True,
    beside=(providers.BEGIN,),
)
confirm_email = FormRoute(
    SENT,
    name="accounts.confirm_email",
    model=EmailForm,
    show=_show_sent,
    accept=_send_again,
    limit="20/minute",
    when_unknown="refuse",
    params=("done",),
    personal=True,
)
confirm = FormRoute(
    "/accounts/confirm-email/{key:str}/",
    name="accounts.confirm",
    model=NoFields,
    show=_show_confirm,
    accept=_confirm,
    limit="20/minute",
    seconds=0,
    params=("next",),
    personal=True,
)

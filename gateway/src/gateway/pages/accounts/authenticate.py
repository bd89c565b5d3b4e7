"""The second step of signing in: a code, a recovery code or a passkey."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from contracts.base import Input
from contracts.identity import dto
from contracts.identity.passkeys import PasskeyPurpose
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, passkeys
from gateway.pages.accounts.models import AuthenticatePage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

PATH: Final = "/accounts/2fa/authenticate/"


class AuthenticateForm(Input):
    """A code, or that a passkey is to be asked for, or what it answered."""

    action: Literal["code", "ask", "passkey"] = "code"
    code: Annotated[str, StringConstraints(max_length=40)] = ""
    credential: passkeys.Answer = ""


def _owing(ctx: PageContext) -> int:
    """Return the user who owes a second factor; everybody else is sent where they belong."""
    visitor = ctx.visitor
    if not visitor.owes:
        ctx.signed_in()
        raise Redirect(common.inside(ctx.params.get("next")) or common.HOME, kept=False)
    return visitor.id


async def _show(ctx: PageContext, form: FormState) -> Page:
    factors = await common.identity(ctx).second_factors(_owing(ctx))
    model = AuthenticatePage(
        form=form,
        subject=ctx.visitor.username,
        app=factors.totp,
        passkeys=bool(factors.passkeys),
        offer=passkeys.offer(ctx),
    )
    return ctx.render("accounts/authenticate.html", model)


async def _accept(ctx: PageContext, sent: AuthenticateForm) -> Redirect | Page:
    _owing(ctx)
    service, session = common.identity(ctx), ctx.visitor.session
    if sent.action == "ask":
        options = service.ask_session(session, PasskeyPurpose.SECOND_FACTOR)
        return await passkeys.asking(ctx, options, "Use your passkey", back=ctx.form.action)
    try:
        if sent.action == "passkey":
            answer = passkeys.answer(sent.credential)
            made = await service.give_passkey(session, answer, ctx.caller)
        else:
            made = await service.give_code(session, _code(sent.code), ctx.caller)
    except BackendRefused as error:
        if error.status == 404:  # the session ended meanwhile
            raise Redirect(common.LOGIN, kept=False) from error
        passkeys.refused(error)
    await ctx.sessions.forget(ctx.visitor)
    cookie = ctx.sessions.cookie.give(made.secret, remember=made.session.remembered)
    beyond = common.inside(ctx.params.get("next")) or common.HOME
    return Redirect(beyond, cookies=(cookie,))


def _code(typed: str) -> dto.CodeInput:
    try:
        return fields.sending(dto.CodeInput, {"code": typed})
    except FormErrors as error:
        raise FormErrors({"code": "A code has six digits; a recovery code is longer."}) from error


authenticate = FormRoute(
    PATH,
    name="accounts.authenticate",
    model=AuthenticateForm,
    show=_show,
    accept=_accept,
    limit="30/minute",
    when_unknown="refuse",
    seconds=0,
    params=("next",),
    personal=True,
)

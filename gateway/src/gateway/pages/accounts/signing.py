"""Signing in and out, and saying the password again."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from contracts.base import Input
from contracts.identity import dto
from gateway.backends.errors import BackendRefused
from gateway.cache.policy import CachePolicy
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.models import AccountPage, FormPage, LoginPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect, page

#: One text for all causes: nobody learns whether there is such an account.
_WRONG: Final = "No account has this name and password."
_TRIES: Final = "5/5 minutes"
_TOO_MANY: Final = (
    "There were too many tries in a short time. Wait five minutes, or set a new password."
)

_DONE: Final = {
    "confirmed": "Your address is confirmed. You can sign in now.",
    "deleted": "Your account is deleted, and you are signed out.",
}


class LoginForm(Input):
    """What is typed to sign in; `remember` is a box."""

    login: fields.Login
    password: fields.Password
    remember: bool = False


class NoFields(Input):
    """A form that is a button."""


class PasswordForm(Input):
    """The password once more."""

    password: fields.Password


async def _show_login(ctx: PageContext, form: FormState) -> Page:
    common.only_strangers(ctx)
    # Whoever types a password in vain for a service that is away should not have to.
    await common.reachable(ctx)
    beyond = common.inside(ctx.params.get("next"))
    model = LoginPage(
        form=form,
        notice=_DONE.get(ctx.params.get("done", ""), ""),
        beyond=f"?{urlencode({'next': beyond})}" if beyond else "",
    )
    return ctx.render("accounts/login.html", model)


async def _log_in(ctx: PageContext, sent: LoginForm) -> Redirect:
    beyond = common.inside(ctx.params.get("next")) or common.HOME
    if not ctx.visitor.anonymous:
        return Redirect(beyond)
    # Counted before, so that tries at once are not all let through; success takes it back.
    await common.within_limit(ctx, _TRIES, "login", sent.login, _TOO_MANY)
    asked = fields.sending(
        dto.LoginInput,
        {"login": sent.login, "password": sent.password, "remember": sent.remember},
    )
    try:
        made = await common.identity(ctx).log_in(asked, ctx.caller)
    except BackendRefused as error:
        if common.named(error, dto.WRONG_CREDENTIALS):
            raise FormErrors({"": _WRONG}) from error
        await common.was_no_misuse(ctx, _TRIES, "login", sent.login)
        if common.named(error, dto.UNCONFIRMED):
            return Redirect("/accounts/confirm-email/")
        if common.named(error, dto.INACTIVE):
            return Redirect("/accounts/inactive/")
        raise common.explained(error) from error
    await common.was_no_misuse(ctx, _TRIES, "login", sent.login)
    cookie = ctx.sessions.cookie.give(made.secret, remember=made.session.remembered)
    return Redirect(beyond, cookies=(cookie,))


async def _show_logout(ctx: PageContext, form: FormState) -> Page:
    if ctx.visitor.anonymous:
        raise Redirect(common.HOME, kept=False)
    model = FormPage(form=form, menu=menu.beside(ctx.visitor, ctx.path), subject=ctx.visitor.name)
    return ctx.render("accounts/logout.html", model)


async def _log_out(ctx: PageContext, _: NoFields) -> Redirect:
    visitor = ctx.visitor
    if not visitor.anonymous:
        await common.identity(ctx).log_out(visitor.session, ctx.caller)
        ctx.sessions.forget(visitor)
    return Redirect(common.HOME, cookies=(ctx.sessions.cookie.take(),))


@page("/accounts/inactive/", name="accounts.inactive", cache=CachePolicy(fresh=3600))
async def inactive(ctx: PageContext) -> Page:
    """Say that an account is closed."""
    return ctx.render("accounts/inactive.html", AccountPage())


async def _show_proof(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    model = FormPage(form=form, menu=menu.beside(visitor, ctx.path), subject=visitor.username)
    return ctx.render("accounts/reauthenticate.html", model)


async def _prove(ctx: PageContext, sent: PasswordForm) -> Redirect:
    ctx.signed_in()
    await prove(ctx, sent.password)
    return Redirect(common.inside(ctx.params.get("next")) or "/users/edit/")


async def prove(ctx: PageContext, password: str) -> None:
    """Check the password of whoever is signed in; FormErrors at `password` where it is wrong."""
    visitor = ctx.visitor
    who = str(visitor.id)
    await common.within_limit(ctx, _TRIES, "reauthenticate", who, _TOO_MANY)
    asked = fields.sending(dto.PasswordInput, {"password": password})
    try:
        await common.identity(ctx).reauthenticate(visitor.session, asked, ctx.caller)
    except BackendRefused as error:
        if common.named(error, dto.WRONG_CREDENTIALS):
            raise FormErrors({"password": "This is not your password."}) from error
        raise common.explained(error) from error
    await common.was_no_misuse(ctx, _TRIES, "reauthenticate", who)
    ctx.sessions.forget(visitor)


login = FormRoute(
    "/accounts/login/",
    name="accounts.login",
    model=LoginForm,
    show=_show_login,
    accept=_log_in,
    limit="30/minute",
    when_unknown="refuse",
    # A password manager needs no time to type.
    seconds=0,
    params=("done", "next"),
    personal=True,
)
logout = FormRoute(
    "/accounts/logout/",
    name="accounts.logout",
    model=NoFields,
    show=_show_logout,
    accept=_log_out,
    limit="60/minute",
    seconds=0,
    personal=True,
)
reauthenticate = FormRoute(
    "/accounts/reauthenticate/",
    name="accounts.reauthenticate",
    model=PasswordForm,
    show=_show_proof,
    accept=_prove,
    limit="30/minute",
    when_unknown="refuse",
    seconds=0,
    params=("next",),
    personal=True,
)

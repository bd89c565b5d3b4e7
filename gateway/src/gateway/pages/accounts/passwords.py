"""Changing a password, and setting a new one when it was forgotten."""

from __future__ import annotations

from typing import Final

from contracts.base import Input
from contracts.identity import dto, social
from gateway.auth.cookies import sha256
from gateway.backends.errors import BackendRefused
from gateway.cache.policy import CachePolicy
from gateway.pages.accounts import common, fields, menu, providers
from gateway.pages.accounts.joining import EmailForm
from gateway.pages.accounts.models import AccountPage, FormPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect, page

CHANGE: Final = "/accounts/password/change/"
FIRST: Final = "/accounts/password/set/"
_PER_KEY: Final = "5/minute"
_PER_USER: Final = "5/minute"
_TOO_MANY: Final = "This was tried too often in a short time. Wait a few minutes."


class ChangeForm(Input):
    """The old password, and the new one twice."""

    oldpassword: fields.Password
    password1: fields.NewPassword
    password2: fields.Again


class NewPasswordForm(Input):
    """The new password twice."""

    password1: fields.NewPassword
    password2: fields.Again


async def _show_change(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    if not (await providers.service(ctx).ways_in(visitor.id)).password:
        raise Redirect(FIRST, kept=False)
    model = FormPage(form=form, menu=menu.beside(ctx), subject=visitor.username)
    return ctx.render("accounts/password_change.html", model)


async def _change(ctx: PageContext, sent: ChangeForm) -> Redirect:
    visitor = ctx.signed_in()
    fields.same(sent.password1, sent.password2)
    await common.within_limit(ctx, _PER_USER, "password", str(visitor.id), _TOO_MANY)
    asked = fields.sending(
        dto.PasswordChange,
        {
            "old_password": sent.oldpassword,
            "new_password": sent.password1,
            "session": visitor.session,
        },
    )
    try:
        made = await common.identity(ctx).change_password(visitor.id, asked, ctx.caller)
    except BackendRefused as error:
        if common.named(error, dto.WRONG_CREDENTIALS):
            raise FormErrors({"oldpassword": "This is not your password."}) from error
        names = {"old_password": "oldpassword", "new_password": "password1"}
        raise common.explained(error, names) from error
    await ctx.sessions.forget(visitor)
    cookie = ctx.sessions.cookie.give(made.secret, remember=made.session.remembered)
    return Redirect("/users/edit/?done=password", cookies=(cookie,))


async def _show_first(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    if (await providers.service(ctx).ways_in(visitor.id)).password:
        raise Redirect(CHANGE, kept=False)
    model = FormPage(form=form, menu=menu.beside(ctx), subject=visitor.username)
    return ctx.render("accounts/password_set.html", model)


async def _set_first(ctx: PageContext, sent: NewPasswordForm) -> Redirect:
    visitor = await common.proven(ctx)
    fields.same(sent.password1, sent.password2)
    await common.within_limit(ctx, _PER_USER, "password", str(visitor.id), _TOO_MANY)
    asked = fields.sending(
        social.FirstPassword, {"password": sent.password1, "session": visitor.session}
    )
    try:
        made = await providers.service(ctx).set_first_password(visitor.id, asked, ctx.caller)
    except BackendRefused as error:
        if common.named(error, social.HAS_PASSWORD):
            return Redirect(CHANGE)
        raise common.explained(error, {"password": "password1"}) from error
    await ctx.sessions.forget(visitor)
    cookies = (
        (ctx.sessions.cookie.give(made.secret, remember=made.session.remembered),) if made else ()
    )
    return Redirect("/users/edit/?done=password", cookies=cookies)


async def _show_reset(ctx: PageContext, form: FormState) -> Page:
    await common.reachable(ctx)
    model = FormPage(form=form, menu=menu.beside(ctx))
    return ctx.render("accounts/password_reset.html", model)


async def _ask(ctx: PageContext, sent: EmailForm) -> Redirect:
    await common.within_limit(ctx, _PER_KEY, "reset", sent.email, _TOO_MANY)
    asked = fields.sending(dto.EmailInput, {"email": sent.email})
    await common.identity(ctx).ask_reset(asked, ctx.caller)
    return Redirect("/accounts/password/reset/done/")


@page(
    "/accounts/password/reset/done/",
    name="accounts.password_reset_done",
    cache=CachePolicy(fresh=3600),
)
async def reset_done(ctx: PageContext) -> Page:
    """Say that a mail is on its way."""
    return ctx.render("accounts/password_reset_done.html", AccountPage())


async def _show_key(ctx: PageContext, form: FormState) -> Page:
    found = await common.identity(ctx).reset(sha256(ctx.path_params["key"]))
    if found is None:
        return ctx.render("accounts/password_reset_gone.html", AccountPage(), status=404)
    return ctx.render("accounts/password_new.html", FormPage(form=form, subject=found.username))


async def _set(ctx: PageContext, sent: NewPasswordForm) -> Redirect:
    fields.same(sent.password1, sent.password2)
    key = sha256(ctx.path_params["key"])
    await common.within_limit(ctx, _PER_KEY, "reset-key", key, _TOO_MANY)
    asked = fields.sending(dto.PasswordInput, {"password": sent.password1})
    try:
        await common.identity(ctx).set_password(key, asked, ctx.caller)
    except BackendRefused as error:
        if error.status == 404:
            return Redirect(ctx.path)
        raise common.explained(error, {"password": "password1"}) from error
    return Redirect("/accounts/password/reset/key/done/")


@page(
    "/accounts/password/reset/key/done/",
    name="accounts.password_reset_key_done",
    cache=CachePolicy(fresh=3600),
)
async def key_done(ctx: PageContext) -> Page:
    """Say that the new password is set."""
    return ctx.render("accounts/password_reset_key_done.html", AccountPage())


change = FormRoute(
    CHANGE,
    name="accounts.password_change",
    model=ChangeForm,
    show=_show_change,
    accept=_change,
    limit="30/minute",
    when_unknown="refuse",
    seconds=0,
    personal=True,
)
first = FormRoute(
    FIRST,
    name="accounts.password_set",
    model=NewPasswordForm,
    show=_show_first,
    accept=_set_first,
    limit="30/minute",
    when_unknown="refuse",
    seconds=0,
    personal=True,
)
reset = FormRoute(
    "/accounts/password/reset/",
    name="accounts.password_reset",
    model=EmailForm,
    show=_show_reset,
    accept=_ask,
    limit="20/minute",
    when_unknown="refuse",
    personal=True,
)
reset_key = FormRoute(
    "/accounts/password/reset/key/{key:str}/",
    name="accounts.password_reset_key",
    model=NewPasswordForm,
    show=_show_key,
    accept=_set,
    limit="20/minute",
    when_unknown="refuse",
    seconds=0,
    personal=True,
)

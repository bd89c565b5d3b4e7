"""Recovery codes: shown once, to be kept on paper or as a file, and made anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from contracts.base import Input
from contracts.identity import dto
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, menu
from gateway.pages.accounts.models import CodesLeftPage, CodesPage
from gateway.web.forms import FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

PATH: Final = "/accounts/2fa/codes/"
_FACTORS: Final = "/accounts/2fa/"
_PER_USER: Final = "10/5 minutes"
_TOO_MANY: Final = "New codes were made often just now. Wait a few minutes."


class CodesForm(Input):
    """A form that is a button."""

    action: Literal["make"]


def beyond_of(ctx: PageContext) -> str:
    """Return where somebody was going before a second factor was asked for; empty: nowhere."""
    return common.inside(ctx.params.get("next")) or ""


def with_beyond(path: str, beyond: str) -> str:
    """Return an address that remembers it."""
    return f"{path}?{urlencode({'next': beyond})}" if beyond else path


def after_signing_in(user: dto.SessionUser, beyond: str) -> str:
    """Return where somebody goes who signed in just now, on the way to `beyond`."""
    if user.needs_second_factor:
        return with_beyond("/accounts/2fa/authenticate/", beyond)
    if user.must_add_second_factor:
        return with_beyond("/accounts/2fa/", beyond)
    return beyond or common.HOME


def codes_page(ctx: PageContext, codes: Sequence[str], notice: str) -> Page:
    """Answer with new recovery codes. Nobody keeps them, so no other page could show them."""
    visitor = ctx.visitor
    host = urlsplit(ctx.site.origin).netloc
    text = "\r\n".join(
        (
            f"Recovery codes of {visitor.username} at {host}",
            "Each works once, in place of a passkey or a code of an app.",
            "",
            *codes,
            "",
        )
    )
    model = CodesPage(
        menu=menu.beside(ctx, _FACTORS),
        notice=notice,
        codes=tuple(codes),
        # A link that holds the file: it works without a script, and nothing is sent anywhere.
        file=f"data:text/plain;charset=utf-8,{quote(text)}",
        beyond=beyond_of(ctx) or _FACTORS,
    )
    return ctx.render("accounts/codes.html", model, status=201)


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    found = await common.identity(ctx).second_factors(visitor.id)
    if not (found.totp or found.passkeys):
        raise Redirect(_FACTORS, kept=False)
    model = CodesLeftPage(form=form, menu=menu.beside(ctx), left=found.recovery_codes)
    return ctx.render("accounts/codes_left.html", model)


async def _accept(ctx: PageContext, sent: CodesForm) -> Redirect | Page:  # noqa: ARG001 - a button
    visitor = await common.proven(ctx)
    await common.within_limit(ctx, _PER_USER, "codes", str(visitor.id), _TOO_MANY)
    try:
        made = await common.identity(ctx).renew_codes(visitor.id, ctx.caller)
    except BackendRefused as error:
        if error.status != 409:
            raise
        return Redirect(_FACTORS)
    return codes_page(ctx, made.codes, "The old codes no longer work.")


codes = FormRoute(
    PATH,
    name="accounts.codes",
    model=CodesForm,
    show=_show,
    accept=_accept,
    limit="30/minute",
    seconds=0,
    params=("next",),
    personal=True,
)

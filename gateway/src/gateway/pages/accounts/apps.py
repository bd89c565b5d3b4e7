"""The app that shows codes: set up with a picture to scan, proved by a first code."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import segno
from markupsafe import Markup
from pydantic import StringConstraints

from contracts.base import Input
from contracts.identity import dto
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu, passkeys
from gateway.pages.accounts.codes import beyond_of, codes_page, with_beyond
from gateway.pages.accounts.models import AppPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

PATH: Final = "/accounts/2fa/totp/"
_PER_USER: Final = "10/5 minutes"
_TOO_MANY: Final = "This was tried too often in a short time. Wait a few minutes."


class AppForm(Input):
    """Make a secret, or prove with a code that an app has it."""

    action: Literal["begin", "confirm"]
    code: Annotated[str, StringConstraints(max_length=40)] = ""


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    service = common.identity(ctx)
    found = await service.pending_app(visitor.id)
    if found is None and (await service.second_factors(visitor.id)).totp:
        raise Redirect(with_beyond("/accounts/2fa/", beyond_of(ctx)), kept=False)
    model = AppPage(
        form=form,
        menu=menu.beside(ctx),
        back=with_beyond("/accounts/2fa/", beyond_of(ctx)),
        picture=picture(found.uri) if found else Markup(),
        secret=_in_groups(found.secret) if found else "",
        uri=found.uri if found else "",
    )
    return ctx.render("accounts/app.html", model)


async def _accept(ctx: PageContext, sent: AppForm) -> Redirect | Page:
    visitor = await common.proven(ctx)
    service = common.identity(ctx)
    await common.within_limit(ctx, _PER_USER, "app", str(visitor.id), _TOO_MANY)
    try:
        if sent.action == "begin":
            await service.begin_app(visitor.id)
            return Redirect(ctx.form.action)
        typed = {"code": sent.code, "session": visitor.session}
        asked = fields.sending(dto.TotpConfirmation, typed)
        made = await service.confirm_app(visitor.id, asked, ctx.caller)
    except FormErrors as error:
        raise FormErrors({"code": "Type the six digits that the app shows."}) from error
    except BackendRefused as error:
        if error.status == 404 or (error.status == 409 and sent.action == "begin"):
            raise Redirect(ctx.form.action, kept=False) from error
        passkeys.refused(error)
    await ctx.sessions.forget(visitor)
    return codes_page(ctx, made.codes, "The app is set up.")


def picture(uri: str) -> Markup:
    """Return a QR code as SVG, black on white whatever the colours of the page are."""
    drawn = segno.make(uri, error="m", micro=False)
    svg = drawn.svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(svg)  # noqa: S704 - made here, of dots


def _in_groups(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


app = FormRoute(
    PATH,
    name="accounts.app",
    model=AppForm,
    show=_show,
    accept=_accept,
    limit="60/minute",
    when_unknown="refuse",
    seconds=0,
    params=("next",),
    personal=True,
)

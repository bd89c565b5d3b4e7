"""Second factors of one's account: which there are, passkeys added, renamed and removed."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from contracts.base import Input
from contracts.identity.passkeys import NewPasskey, PasskeyChange
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu, passkeys
from gateway.pages.accounts.agents import describe
from gateway.pages.accounts.codes import beyond_of, codes_page, with_beyond
from gateway.pages.accounts.models import FactorsPage, PasskeyRow
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

PATH: Final = "/accounts/2fa/"
_PER_USER: Final = "20/5 minutes"
_TOO_MANY: Final = "The second factors of this account were changed often just now. Wait a bit."
_DONE: Final = {
    "app": "The app is set up. From now on it is asked for when you sign in.",
    "add": "The passkey is added. You can sign in with it.",
    "rename": "The passkey has another name.",
    "remove": "The passkey is removed. Remove it from your device or password manager, too.",
    "remove-app": "The app is removed. Its codes no longer work.",
}


class FactorsForm(Input):
    """What is to be done, with which passkey, and what the authenticator answered."""

    action: Literal["ask", "passkey", "rename", "remove", "remove-app"]
    passkey: fields.Id = 0
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    credential: passkeys.Answer = ""


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    found = await common.identity(ctx).second_factors(visitor.id)
    many = found.totp + len(found.passkeys)
    model = FactorsPage(
        form=form,
        menu=menu.beside(ctx),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        onward=with_beyond("", beyond_of(ctx)),
        missing=visitor.second_factor == "missing",
        passkeys=tuple(
            PasskeyRow(
                id=row.id,
                name=row.name,
                created=row.created,
                used=row.last_used,
                backed_up=row.backed_up,
            )
            for row in found.passkeys
        ),
        app=found.totp,
        codes=found.recovery_codes,
        any=many > 0,
        # The service would refuse it, and a button that is always refused is none.
        removable=many > 1 or not found.required,
        name=_default_name(ctx),
        offer=passkeys.offer(ctx),
    )
    return ctx.render("accounts/factors.html", model)


async def _accept(ctx: PageContext, sent: FactorsForm) -> Redirect | Page:
    visitor = await common.proven(ctx)
    await common.within_limit(ctx, _PER_USER, "factors", str(visitor.id), _TOO_MANY)
    service = common.identity(ctx)
    try:
        match sent.action:
            case "ask":
                return await passkeys.asking(
                    ctx,
                    service.ask_new_passkey(visitor.id),
                    "Add a passkey",
                    back=ctx.form.action,
                    kept={"name": sent.name or _default_name(ctx)},
                    new=True,
                )
            case "passkey":
                return await _add(ctx, sent)
            case "rename":
                if not sent.name:
                    raise FormErrors({"": "A passkey has a name."})
                asked = fields.sending(PasskeyChange, {"name": sent.name})
                await service.rename_passkey(visitor.id, sent.passkey, asked, ctx.caller)
            case "remove":
                await service.remove_passkey(visitor.id, sent.passkey, ctx.caller)
            case "remove-app":
                await service.remove_app(visitor.id, ctx.caller)
    except BackendRefused as error:
        if error.status != 404:
            raise common.explained(error) from error
        raise FormErrors({"": "This is no longer on your account."}) from error
    await ctx.sessions.forget(visitor)
    return Redirect(f"{PATH}?done={sent.action}")


async def _add(ctx: PageContext, sent: FactorsForm) -> Redirect | Page:
    """Add the passkey that the browser made; the first one comes with recovery codes."""
    visitor = ctx.visitor
    asked = fields.sending(
        NewPasskey,
        {
            "credential": passkeys.answer(sent.credential).credential,
            "name": sent.name or _default_name(ctx),
            "session": visitor.session,
        },
    )
    added = await common.identity(ctx).add_passkey(visitor.id, asked, ctx.caller)
    await ctx.sessions.forget(visitor)
    if added.recovery_codes:
        return codes_page(ctx, added.recovery_codes, "The passkey is added.")
    return Redirect(beyond_of(ctx) or f"{PATH}?done=add")


def _default_name(ctx: PageContext) -> str:
    """Return what a passkey is called by whoever gives it no name: after the browser."""
    return describe(ctx.caller.get("Client-Agent", ""))


factors = FormRoute(
    PATH,
    name="accounts.factors",
    model=FactorsForm,
    show=_show,
    accept=_accept,
    limit="60/minute",
    seconds=0,
    params=("done", "next"),
    personal=True,
)

"""Keys of the APIs: made, shown once, revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints

from contracts.base import Input
from contracts.identity import dto
from contracts.permissions import GRANTABLE
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.models import KeyRow, KeysPage, NewKeyPage
from gateway.pages.downloads.models import Option
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

if TYPE_CHECKING:
    from collections.abc import Collection

    from gateway.auth.visitor import Visitor

PATH: Final = "/accounts/keys/"
_PER_USER: Final = "10/minute"
_TOO_MANY: Final = "Keys of this account were changed often just now. Wait a few minutes."
_DONE: Final = {"revoke": "The key is revoked. Whatever used it is refused from now on."}
_KINDS: Final = {
    dto.KeyKind.BEARER: "Bearer, for new programs",
    dto.KeyKind.TOKEN: "Token, for programs written for API v2",
    dto.KeyKind.APIKEY: "ApiKey, for programs written for API v1",
}
#: Days until a key ends by itself.
_LIFETIMES: Final = {"30": "30 days", "90": "90 days", "365": "A year", "0": "Until I revoke it"}


class KeysForm(Input):
    """What is to be done: make a key with these properties, or revoke one."""

    action: Literal["make", "revoke"]
    key: fields.Id = 0
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    kind: dto.KeyKind = dto.KeyKind.BEARER
    days: Literal["30", "90", "365", "0"] = "90"
    scopes: Annotated[
        list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=50)
    ] = Field(default_factory=list)


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    found = await common.identity(ctx).keys(visitor.id)
    model = KeysPage(
        form=form,
        menu=menu.beside(ctx),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        keys=tuple(
            KeyRow(
                id=row.id,
                name=row.name,
                kind=_KINDS[row.kind].partition(",")[0],
                scopes=tuple(row.scopes),
                created=row.created,
                expires=row.expires,
                used=row.last_used,
            )
            for row in found
        ),
        kinds=_options(_KINDS, form.values.get("kind", dto.KeyKind.BEARER)),
        lifetimes=_options(_LIFETIMES, form.values.get("days", "90")),
        permissions=_permissions(visitor, form.values.all("scopes")),
    )
    return ctx.render("accounts/keys.html", model)


async def _accept(ctx: PageContext, sent: KeysForm) -> Redirect | Page:
    visitor = await common.proven(ctx)
    await common.within_limit(ctx, _PER_USER, "keys", str(visitor.id), _TOO_MANY)
    service = common.identity(ctx)
    if sent.action == "revoke":
        try:
            await service.revoke_key(visitor.id, sent.key, ctx.caller)
        except BackendRefused as error:
            if error.status != 404:
                raise
            raise FormErrors({"": "This key was revoked already."}) from error
        return Redirect(f"{PATH}?done=revoke")
    if not sent.name:
        raise FormErrors({"name": "Say what the key is for."})
    days = int(sent.days)
    asked = fields.sending(
        dto.KeyInput,
        {
            "kind": sent.kind,
            "name": sent.name,
            "scopes": sent.scopes,
            "expires": datetime.now(UTC) + timedelta(days=days) if days else None,
        },
    )
    try:
        made = await service.make_key(visitor.id, asked, ctx.caller)
    except BackendRefused as error:
        raise common.explained(error) from error
    model = NewKeyPage(
        menu=menu.beside(ctx),
        name=made.name,
        header=_header(made, visitor.username),
    )
    # Answered and not redirected to: nobody keeps the secret, so no other page could show it.
    return ctx.render("accounts/key.html", model, status=201)


def _header(key: dto.NewKey, username: str) -> str:
    match key.kind:
        case dto.KeyKind.APIKEY:
            return f"ApiKey {username}:{key.secret}"
        case dto.KeyKind.TOKEN:
            return f"Token {key.secret}"
        case dto.KeyKind.BEARER:
            return f"Bearer {key.secret}"


def _permissions(visitor: Visitor, chosen: Collection[str]) -> tuple[Option, ...]:
    """Return what a key may be narrowed down to: what its owner may."""
    return tuple(
        Option(value=name, label=GRANTABLE.get(name, name), selected=name in chosen)
        for name in sorted(visitor.permissions)
    )


def _options[T: str](labels: dict[T, str], chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value=str(value), label=label, selected=str(value) == chosen)
        for value, label in labels.items()
    )


keys = FormRoute(
    PATH,
    name="accounts.keys",
    model=KeysForm,
    show=_show,
    accept=_accept,
    limit="60/minute",
    seconds=0,
    params=("done",),
    personal=True,
)

"""What pages do about passkeys: ask the browser, and take what it answers.

A button sends an ordinary form. It is answered with a page that holds what the authenticator is to
be asked; a script asks it at once and sends its answer as a hidden field of another ordinary form.
So there is no address that only a script calls, and no GET makes a challenge.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import Annotated, Any, Final, NoReturn
from urllib.parse import urlsplit

from pydantic import StringConstraints

from contracts.identity import dto, passkeys
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.models import PasskeyOffer, PasskeyPage
from gateway.web.errors import Refusal
from gateway.web.forms import FormErrors, Refused
from gateway.web.pages import Page, PageContext

#: What an authenticator answered, as the script writes it.
Answer = Annotated[str, StringConstraints(max_length=16_384)]

_NEEDS: Final = "Passkeys need JavaScript, and a browser that knows them."
_WRONG: Final = "This passkey was not taken. Try again, or use another way."
_WRONG_CODE: Final = (
    "This code does not hold. A code of an app is good for half a minute, and each works once."
)


def offer(ctx: PageContext) -> PasskeyOffer:
    """Return what a page says to browsers that cannot use passkeys here."""
    parts = urlsplit(ctx.site.origin)
    try:
        address = ip_address(parts.hostname or "")
    except ValueError:
        return PasskeyOffer(note=_NEEDS)
    note = f"Passkeys belong to a name, and {address} is a number."
    if not address.is_loopback:
        return PasskeyOffer(note=note)
    port = f":{parts.port}" if parts.port else ""
    return PasskeyOffer(note=note, elsewhere=f"{parts.scheme}://localhost{port}{ctx.path}")


async def asking(  # noqa: PLR0913 - what the page says
    ctx: PageContext,
    options: Awaitable[passkeys.PasskeyOptions],
    title: str,
    *,
    back: str,
    kept: dict[str, str] | None = None,
    new: bool = False,
) -> Page:
    """Answer with the page that asks the authenticator; FormErrors where it cannot be asked.

    `kept` is what was typed before, and is sent along with the answer.
    """
    try:
        asked = await options
    except BackendRefused as error:
        raise common.explained(error) from error
    model = PasskeyPage(
        form=ctx.form,
        menu=menu.beside(ctx),
        title=title,
        new=new,
        options=json.dumps(asked.options),
        kept=tuple((kept or {}).items()),
        back=back,
        offer=offer(ctx),
    )
    return ctx.render("accounts/passkey.html", model)


def answer(credential: str) -> passkeys.PasskeyAnswer:
    """Return what is sent to the service; FormErrors where there is nothing to send."""
    try:
        return fields.sending(passkeys.PasskeyAnswer, {"credential": credential})
    except FormErrors as error:
        raise FormErrors({"": _WRONG}) from error


def named(credential: str) -> str:
    """Return which passkey somebody says it is, to count how often it is tried."""
    try:
        found: Any = json.loads(credential)
        return str(found["id"])[:2000]
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""


def refused(error: BackendRefused) -> NoReturn:
    """Say why a code or a passkey was not taken, as an error of the form or a page of its own."""
    if common.named(error, dto.WRONG_PASSKEY):
        raise FormErrors({"": _WRONG}) from error
    if common.named(error, dto.WRONG_CODE):
        raise FormErrors({"code": _WRONG_CODE}) from error
    if common.named(error, dto.TOO_MANY_CODES):
        minutes = max(1, round(error.retry_after / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        message = f"There were too many wrong tries for this account. Wait {wait}, then try again."
        raise Refused(Refusal(429, message, retry_after=error.retry_after)) from error
    raise common.explained(error) from error

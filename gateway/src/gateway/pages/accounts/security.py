"""The security log of one's account."""

from __future__ import annotations

from typing import Final

from contracts.identity import dto
from gateway.pages.accounts import common, menu
from gateway.pages.accounts.agents import describe
from gateway.pages.accounts.models import LogRow, SecurityPage
from gateway.web.pages import BadInput, Page, PageContext, page

PATH: Final = "/accounts/security/"
_ROWS: Final = 25
_LAST: Final = 400
"""Number of the last page that can be asked for."""

_ACTIONS: Final = {
    "signed_up": "Signed up",
    "signed_in": "Signed in",
    "sign_in_failed": "Signing in failed: wrong password",
    "signed_out": "Signed out",
    "sessions_ended": "Sessions ended",
    "reauthenticated": "Password given again",
    "reauthentication_failed": "Password given again, but wrong",
    "password_changed": "Password changed",
    "password_reset_asked": "A new password was asked for",
    "password_reset": "A new password was set by mail",
    "email_added": "E-mail address added",
    "email_confirmed": "E-mail address confirmed",
    "email_removed": "E-mail address removed",
    "email_changed": "Another e-mail address made primary",
    "profile_updated": "Profile edited",
    "key_created": "API key made",
    "key_revoked": "API key revoked",
    "webhook_created": "Webhook added",
    "webhook_changed": "Webhook changed",
    "webhook_secret_renewed": "New secret of a webhook made",
    "webhook_deleted": "Webhook removed",
    "webhook_switched_off": "A webhook was switched off: its address took nothing",
    "signed_in_with_passkey": "Signed in with a passkey",
    "reauthenticated_with_passkey": "Passkey given again",
    "second_factor_added": "App for codes set up",
    "second_factor_removed": "Second factor removed",
    "code_given": "Code of the app given",
    "code_refused": "A code was wrong",
    "recovery_code_used": "A recovery code was used",
    "recovery_codes_renewed": "New recovery codes made",
    "passkey_added": "Passkey added",
    "passkey_renamed": "Passkey renamed",
    "passkey_removed": "Passkey removed",
    "passkey_given": "Passkey given as second factor",
    "passkey_refused": "A passkey was refused",
    "passkey_counter_back": "A passkey was refused: there may be a copy of it",
    "signed_in_with_provider": "Signed in",
    "reauthenticated_with_provider": "Proved again who you are",
    "social_account_linked": "Account linked",
    "social_account_unlinked": "Account unlinked",
}
_GRAVE: Final = frozenset(
    {
        "sign_in_failed",
        "reauthentication_failed",
        "password_reset_asked",
        "code_refused",
        "recovery_code_used",
        "passkey_refused",
        "passkey_counter_back",
    }
)


def row(entry: dto.SecurityEntry) -> LogRow:
    """Return a line of the log; what has no words of its own is told by its name."""
    agent = entry.details.get("agent")
    what = _ACTIONS.get(entry.action) or entry.action.replace("_", " ").capitalize()
    by = entry.details.get("passkey") or entry.details.get("provider")
    if entry.details.get("owes"):
        what += ", but the second factor was not given yet"
    return LogRow(
        time=entry.time,
        what=f"{what}: {by}" if isinstance(by, str) else what,
        where=describe(agent) if isinstance(agent, str) and agent else "",
        grave=entry.action in _GRAVE,
    )


@page(PATH, name="accounts.security", cache=None, personal=True, params=("page",))
async def security(ctx: PageContext) -> Page:
    """Show what happened to the account of whoever is signed in, newest first."""
    visitor = ctx.signed_in()
    asked = ctx.params.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked) <= _LAST):
        raise BadInput("page", f"must be a number from 1 to {_LAST}")
    number = int(asked)
    offset = (number - 1) * _ROWS
    found = await common.identity(ctx).security_log(visitor.id, _ROWS, offset)
    model = SecurityPage(
        menu=menu.beside(ctx),
        rows=tuple(row(entry) for entry in found.items),
        older=f"{PATH}?page={number + 1}" if offset + _ROWS < found.total else "",
        newer=f"{PATH}?page={number - 1}" if number > 1 else "",
    )
    return ctx.render("accounts/security.html", model)

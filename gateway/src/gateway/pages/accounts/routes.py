"""Every page and form of accounts."""

from __future__ import annotations

from typing import Any

from gateway.pages.accounts import (
    apps,
    authenticate,
    codes,
    emails,
    factors,
    joining,
    keys,
    leaving,
    passwords,
    profiles,
    security,
    sessions,
    signing,
)
from gateway.web.forms import FormRoute
from gateway.web.pages import PageRoute

ACCOUNTS: tuple[PageRoute | FormRoute[Any], ...] = (
    signing.login,
    signing.logout,
    signing.inactive,
    signing.reauthenticate,
    joining.signup,
    joining.confirm_email,
    joining.confirm,
    passwords.change,
    passwords.password_set,
    passwords.reset,
    passwords.reset_done,
    passwords.reset_key,
    passwords.key_done,
    emails.emails,
    sessions.sessions,
    keys.keys,
    authenticate.authenticate,
    factors.factors,
    apps.app,
    codes.codes,
    security.security,
    profiles.edit,
    profiles.profile,
    leaving.export,
    leaving.delete,
)

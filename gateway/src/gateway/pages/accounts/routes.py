"""Every page and form of accounts."""

from __future__ import annotations

from typing import Any

from gateway.pages.accounts import (
    apps,
    authenticate,
    codes,
    connections,
    emails,
    factors,
    joining,
    keys,
    leaving,
    newcomers,
    passwords,
    profiles,
    providers,
    security,
    sessions,
    signing,
    webhooks,
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
    passwords.first,
    passwords.reset,
    passwords.reset_done,
    passwords.reset_key,
    passwords.key_done,
    emails.emails,
    sessions.sessions,
    keys.keys,
    webhooks.webhooks,
    webhooks.webhook,
    authenticate.authenticate,
    factors.factors,
    apps.app,
    codes.codes,
    connections.connections,
    connections.moved,
    newcomers.signup,
    newcomers.cancelled,
    newcomers.error_page,
    providers.begin,
    providers.callback,
    security.security,
    profiles.edit,
    profiles.profile,
    leaving.export,
    leaving.delete,
)

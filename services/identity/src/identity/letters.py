"""What the service writes to people: plain text and HTML made of the same sentences."""

from __future__ import annotations

from urllib.parse import urlencode

from identity.settings import Settings
from servicekit.mail import Letter, letters


def confirm(settings: Settings, username: str, secret: str, beyond: str = "") -> Letter:
    """Ask whoever has the address to confirm it, and go on to `beyond`, a path of the site."""
    path = f"/accounts/confirm-email/{secret}/"
    return _letter(
        settings,
        "confirm-email",
        "Confirm your e-mail address",
        f"Hello {username},",
        "this address was given for your account. Please confirm that it is yours.",
        link=("Confirm this address", f"{path}?{urlencode({'next': beyond})}" if beyond else path),
        after=(
            f"The link works for {settings.mailed_key_days} days.",
            "If you did not sign up, ignore this mail: without you nothing happens.",
        ),
    )


def account_exists(settings: Settings, email: str) -> Letter:
    """Tell the owner of a confirmed address that somebody wanted to use it again."""
    return _letter(
        settings,
        "account-exists",
        "You have an account already",
        "Hello,",
        f"somebody, probably you, gave {email} for an account. That address belongs to an account "
        "already, so nothing was changed.",
        link=("Set a new password", "/accounts/password/reset/"),
        after=("If you know your password, just sign in. If it was not you, ignore this mail.",),
    )


def reset(settings: Settings, username: str, secret: str) -> Letter:
    """Give somebody who forgot a password the way to a new one."""
    return _letter(
        settings,
        "password-reset",
        "Set a new password",
        f"Hello {username},",
        "somebody, probably you, asked for a new password for your account.",
        link=("Set a new password", f"/accounts/password/reset/key/{secret}/"),
        after=(
            f"The link works once, for {settings.mailed_key_days} days.",
            "If it was not you, ignore this mail: your password stays as it is.",
        ),
    )


def reset_offered(settings: Settings, username: str, secret: str) -> Letter:
    """Give somebody the way to a new password because staff of the site asked for it."""
    return _letter(
        settings,
        "password-reset",
        "Set a new password",
        f"Hello {username},",
        "the staff of the site sends you this link, with which you can set a new password for "
        "your account.",
        link=("Set a new password", f"/accounts/password/reset/key/{secret}/"),
        after=(
            f"The link works once, for {settings.mailed_key_days} days.",
            "If you did not ask for help, ignore this mail: your password stays as it is.",
        ),
    )


def unknown(settings: Settings, email: str) -> Letter:
    """Tell somebody without an account why no new password can be set."""
    return _letter(
        settings,
        "account-unknown",
        "There is no account with this address",
        "Hello,",
        f"somebody, probably you, asked for a new password for {email}. There is no account with "
        "this address. Perhaps you signed up with another one.",
        link=("Sign up", "/accounts/signup/"),
        after=("If it was not you, ignore this mail.",),
    )


def password_changed(settings: Settings, username: str) -> Letter:
    """Tell the owner of an account that its password is another one now."""
    return _letter(
        settings,
        "password-changed",
        "Your password was changed",
        f"Hello {username},",
        "the password of your account was changed, and all other sessions were ended.",
        link=("Set a new password", "/accounts/password/reset/"),
        after=("If it was not you, set a new one now.",),
    )


def address_added(settings: Settings, username: str, email: str) -> Letter:
    """Tell the owner of an account that an address was added or became the primary one."""
    return _letter(
        settings,
        "address-changed",
        "The addresses of your account changed",
        f"Hello {username},",
        f"{email} is now among the addresses of your account, or its primary one.",
        link=("Look at your addresses", "/accounts/email/"),
        after=("If it was not you, set a new password now.",),
    )


def second_factor_changed(settings: Settings, username: str) -> Letter:
    """Tell the owner of an account that another second factor protects it, or none."""
    return _letter(
        settings,
        "second-factor-changed",
        "The second factor of your account changed",
        f"Hello {username},",
        "an app that shows codes, or a passkey, was added to your account or taken away from it.",
        link=("Look at your second factors", "/accounts/2fa/"),
        after=("If it was not you, set a new password now.",),
    )


def social_accounts_changed(settings: Settings, username: str, provider: str) -> Letter:
    """Tell the owner of an account that another account elsewhere signs in to it, or one less."""
    return _letter(
        settings,
        "social-accounts-changed",
        f"Signing in with {provider} changed",
        f"Hello {username},",
        f"an account of {provider} was linked with your account, or is no longer.",
        link=("Look at your linked accounts", "/accounts/social/connections/"),
        after=("If it was not you, unlink it and set a new password now.",),
    )


def webhook_switched_off(settings: Settings, username: str, url: str, reason: str) -> Letter:
    """Tell the owner of a webhook that its address takes nothing."""
    return _letter(
        settings,
        "webhook-switched-off",
        "A webhook was switched off",
        f"Hello {username},",
        f"{url} did not take a message in many tries, so nothing more is sent to it.",
        f"What came last: {reason}",
        link=("Look at your webhooks", "/accounts/webhooks/"),
        after=("What waits for it is sent once you switch it on again.",),
    )


def webhook_stopped(settings: Settings, username: str, url: str) -> Letter:
    """Tell the owner of a webhook that staff switched it off."""
    return _letter(
        settings,
        "webhook-switched-off",
        "A webhook was switched off",
        f"Hello {username},",
        f"the staff of the site switched your webhook to {url} off. Nothing more is sent to it.",
        link=("Look at your webhooks", "/accounts/webhooks/"),
        after=("You can switch it on again. Please ask the webmaster what was wrong first.",),
    )


def key_made(settings: Settings, username: str, name: str) -> Letter:
    """Tell the owner of an account that there is another key of the API for it."""
    return _letter(
        settings,
        "key-made",
        "An API key was made for your account",
        f"Hello {username},",
        f"a key called \u201c{name}\u201d was made. Programs that have it act in your name.",
        link=("Look at your keys", "/accounts/keys/"),
        after=("If it was not you, revoke it and set a new password now.",),
    )


def key_revoked(settings: Settings, username: str, name: str) -> Letter:
    """Tell the owner of an account that a key of the API no longer works."""
    return _letter(
        settings,
        "key-revoked",
        "An API key of your account was revoked",
        f"Hello {username},",
        f"the key called \u201c{name}\u201d was revoked. Programs that have it are refused now.",
        link=("Look at your keys", "/accounts/keys/"),
        after=(
            "If a program still needs one, make another.",
            "If it was neither you nor somebody who helps you, set a new password now.",
        ),
    )


def account_deleted(settings: Settings, username: str) -> Letter:
    """Tell somebody who left that the account is gone."""
    return _letter(
        settings,
        "account-deleted",
        "Your account was deleted",
        f"Hello {username},",
        "your account and everything kept of it were deleted. What you wrote stays, without your "
        "name.",
        link=("To the site", "/"),
        after=("If it was not you, write to the webmaster.",),
    )


def _letter(
    settings: Settings,
    kind: str,
    subject: str,
    *sentences: str,
    link: tuple[str, str],
    after: tuple[str, ...],
) -> Letter:
    return letters.write(settings.public_url, kind, subject, *sentences, link=link, after=after)

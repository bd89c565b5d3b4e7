"""User names: what they are made of, and which nobody can take."""

from __future__ import annotations

import re
from typing import Final

from servicekit.problems import Invalid

_SHAPE: Final = re.compile(r"[A-Za-z0-9@.+_-]{1,150}")
#: Parts of addresses of the site that stand where a user name can stand.
_ROUTES_WORDS: Final = """
about accounts account add api authenticated box boxes change community confirm-email
delete docs doc downloads download edit email events export feed feeds getit inactive jobs keys
login logout media membership memberships new nominations password peps profile psf-landing
reauthenticate registration robots.txt search security sessions settings signin signout signup
sitemap.xml sponsors sponsorships static success-stories user users webhooks well-known
"""
#: Names that would be taken for somebody who speaks for the site.
_STAFF_WORDS: Final = """
abuse admin administrator anonymous board cpython everyone guido help helpdesk hostmaster info
mailerdaemon moderator moderators nobody noreply official owner postmaster psf psfstaff pypi
pypiadmin pythondotorg python pythonorg pythonsecurity pythonsoftwarefoundation pythonstaff
releasemanager root staff steeringcouncil superuser support sysadmin system team webmaster
administrators admins
"""
_ROUTES: Final = frozenset(_ROUTES_WORDS.split())
_STAFF: Final = frozenset(_STAFF_WORDS.split())


def check(username: str, *, old: str | None = None, reserved: bool = True) -> None:
    """Raise Invalid where a user name cannot be chosen; `old` may stay in spite of all.

    Not `reserved`: names of staff may be taken, those of routes still not.
    """
    if username == old:
        return
    if not _SHAPE.fullmatch(username):
        _refuse("Letters without accents, digits and @ . + - _ make a user name.", "invalid")
    folded = re.sub(r"[^a-z0-9]", "", username.lower())
    if not folded:
        _refuse("A user name has a letter or a digit in it.", "invalid")
    if {username.lower(), folded} & _ROUTES or (reserved and folded in _STAFF):
        _refuse("This user name is reserved.", "reserved")


def _refuse(message: str, code: str) -> None:
    raise Invalid.field(["body", "username"], message, code)

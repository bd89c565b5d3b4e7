"""What staff do for people whose accounts need it, one account at a time."""

from __future__ import annotations

from contracts.identity.events import UserUpdated
from identity import letters
from identity.events import tell_user
from identity.services import addresses, rights, sessions
from identity.services.common import lock_user, note
from identity.settings import Settings
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict


async def set_active(
    session: WriteSession, user_id: int, caller: Principal, *, active: bool
) -> bool:
    """Close an account, which ends its sessions, or open it again; one that is so stays as it is.

    Returns whether that changed it.
    Raises NotFound, Forbidden, and Conflict for one's own account.
    """
    user = await lock_user(session, user_id)
    rights.check_account(caller, user)
    if caller.user_id == user_id:
        raise Conflict("Nobody closes their own account here.")
    if user.is_active == active:
        return False
    user.is_active = active
    if not active:
        await sessions.end_all(session, user_id)
    action = "activated" if active else "deactivated"
    note(
        session, caller, action, user, before={"is_active": not active}, after={"is_active": active}
    )
    await tell_user(session, UserUpdated, user)
    return True


async def end_sessions(session: WriteSession, user_id: int, caller: Principal) -> None:
    """Sign somebody out everywhere. Raises NotFound, Forbidden."""
    user = await lock_user(session, user_id)
    rights.check_account(caller, user)
    ended = await sessions.end_all(session, user_id)
    note(session, caller, "sessions_ended", user, after={"sessions": ended})


async def send_reset(
    session: WriteSession, settings: Settings, user_id: int, caller: Principal
) -> None:
    """Mail somebody the way to a new password.

    Raises NotFound, and Conflict for an account that is closed or has no address.
    """
    user = await lock_user(session, user_id)
    address = next(iter(await addresses.of_user(session, user_id)), None)
    if address is None:
        raise Conflict(f"{user.username} has no address to send it to.")
    if not user.is_active:
        raise Conflict(f"The account of {user.username} is closed.")
    secret = await addresses.new_key(session, settings, addresses.RESET, address)
    letter = letters.reset_offered(settings, user.username, secret)
    mail.post(session, settings, address.email, letter)
    note(session, caller, "password_reset_sent", user)

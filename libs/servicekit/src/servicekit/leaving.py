"""People who delete their accounts: what they wrote stays, and every service forgets who it was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from contracts.events import Event
from contracts.identity.events import UserDeleted
from servicekit import audit
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.service import Consumer


def forgetting(
    service: str, forget: Callable[[WriteSession, int], Awaitable[None]]
) -> tuple[Consumer, ...]:
    """Return the consumer that has `forget(session, user_id)` done once somebody is gone.

    The trail notes that it was done; the number of a user that it holds leads to nobody any more.
    """

    async def follow(event: Event, session: WriteSession) -> None:
        user_id = event.read(UserDeleted).id
        await forget(session, user_id)
        actor = Principal(subject=f"service:{service}")
        audit.record(session, actor, "forgotten", "user", user_id)

    return (
        Consumer(
            name=f"{service}-leaving",
            subjects=(UserDeleted.SUBJECT,),
            handler=follow,
        ),
    )

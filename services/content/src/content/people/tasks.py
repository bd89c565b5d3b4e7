"""Following accounts: names come and change by events, and go with the account."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from content.groups import services as groups
from content.people.models import Person
from content.stories import submissions
from contracts.events import Event
from contracts.identity.events import UserRef
from servicekit import versions
from servicekit.database import WriteSession
from servicekit.service import Consumer, Copy

COPY: Final = "content-people"


async def follow(event: Event, session: WriteSession) -> None:
    """Bring the copy of an account up to date, and tell anew of the groups that name it."""
    told = event.read(UserRef)
    gone = event.type.endswith(".deleted.v1") or told.user is None
    if not await versions.newer(session, COPY, event, deleted=gone):
        return
    if told.user is None or gone:
        await remove(session, str(told.id))
        return
    values = {
        "username": told.user.username,
        "name": told.user.name,
        "is_active": told.user.is_active,
    }
    written = await session.execute(
        insert(Person)
        .values(id=told.id, **values)
        .on_conflict_do_update(
            index_elements=[Person.id],
            set_=values,
            where=(Person.username != values["username"])
            | (Person.name != values["name"])
            | (Person.is_active != values["is_active"]),
        )
        .returning(Person.id)
    )
    if written.first() is not None:
        await groups.tell_of_person(session, told.id)


async def remove(session: WriteSession, person_id: str) -> None:
    """Forget somebody whose account is gone; groups that named them and stories go on without."""
    number = int(person_id)
    named = await groups.naming(session, number)
    await session.execute(delete(Person).where(Person.id == number))
    await groups.tell_anew(session, named)
    await submissions.forget(session, number)


CONSUMERS: Final = (
    Consumer(
        name=COPY,
        subjects=("identity.user.*",),
        handler=follow,
        copy=Copy(name=COPY, entity="users", remove=remove),
    ),
)

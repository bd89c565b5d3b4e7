"""What domains share whose rows are drafts until somebody publishes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from contracts.events import EventData
from servicekit.access import Principal
from servicekit.admin.declaration import Action, Call
from servicekit.database import WriteSession


@dataclass(frozen=True)
class Life[R: EventData]:
    """The events of something that is published and withdrawn."""

    published: type[R]
    updated: type[R]
    unpublished: type[R]

    def turn(self, *, was: bool, now: bool) -> type[R]:
        """Return the event of a change from published or not to published or not."""
        if was == now:
            return self.updated
        return self.published if now else self.unpublished


def verb(kind: type[EventData]) -> str:
    """Return the last word of an event's name, as the audit trail calls what was done."""
    return kind.SUBJECT.rpartition(".")[2]


#: Publishes the row with an id, or withdraws it; returns whether that changed anything.
type SetPublished = Callable[[WriteSession, int, Principal, bool], Awaitable[bool]]


def actions(
    set_published: SetPublished, permission: str, one: str, many: str
) -> tuple[Action, Action]:
    """Return the actions of the admin that publish chosen rows, and withdraw them."""

    def run(*, published: bool) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
        async def done(call: Call, keys: Sequence[int]) -> str:
            changed = [
                await set_published(call.session, key, call.caller, published) for key in keys
            ]
            number = sum(changed)
            said = f"{number} {one if number == 1 else many} "
            said += "published" if published else "made drafts again"
            same = len(changed) - number
            return said + (f"; {same} already so" if same else "")

        return done

    return (
        Action(
            name="publish",
            label="Publish",
            permission=permission,
            confirm="Everybody sees them from now on.",
            run=run(published=True),
            applies=lambda row: not row["is_published"],
        ),
        Action(
            name="unpublish",
            label="Make a draft again",
            permission=permission,
            confirm="They disappear for everybody but staff.",
            run=run(published=False),
            applies=lambda row: bool(row["is_published"]),
            danger=True,
        ),
    )

"""Who sees a nomination, and what they may do with it: all rules, and nothing but rules.

A window is open or it is not; staff are those who may review. `docs/membership.md` shows the
tables, and a test asks every cell.

| page | everybody | beside these |
| nominee | accepted, approved, and the window is not open | staff, the nominee |
| nomination | accepted, approved, and the election has no window | staff, nominator, nominee |
"""

from __future__ import annotations

from typing import Final

from contracts.identity.elections import ElectionState
from contracts.identity.nominations import Answer, Review
from identity.elections.models import Election
from identity.nominations.models import Nomination, Nominee
from servicekit.access import Principal

REVIEW: Final = "identity.can_review_nominations"


def is_staff(caller: Principal) -> bool:
    """Tell whether the caller sees all nominations."""
    return caller.may(REVIEW)


def is_nominee(nominee: Nominee, caller: Principal) -> bool:
    """Tell whether the caller is the nominee."""
    return caller.user_id is not None and nominee.user_id == caller.user_id


def is_nominator(row: Nomination, caller: Principal) -> bool:
    """Tell whether the caller made a nomination."""
    return caller.user_id is not None and row.nominator_id == caller.user_id


def is_settled(row: Nomination) -> bool:
    """Tell whether a nomination was accepted and approved."""
    return row.answer == Answer.ACCEPTED and row.review == Review.APPROVED


def public_nominee(nominee: Nominee, state: ElectionState) -> bool:
    """Tell whether everybody sees a nominee."""
    return nominee.accepted and nominee.approved and state is not ElectionState.OPEN


def sees_nominee(nominee: Nominee, state: ElectionState, caller: Principal) -> bool:
    """Tell whether the caller sees a nominee."""
    return public_nominee(nominee, state) or is_staff(caller) or is_nominee(nominee, caller)


def sees_list(state: ElectionState, caller: Principal) -> bool:
    """Tell whether the caller is shown the nominees who accepted and were approved.

    Before the window opens there is nothing to show, and while it is open nobody is put forward.
    """
    return is_staff(caller) or state not in {ElectionState.OPEN, ElectionState.UPCOMING}


def sees_whole(row: Nomination, nominee: Nominee, caller: Principal) -> bool:
    """Tell whether the caller is one of those whom a nomination concerns."""
    return is_staff(caller) or is_nominator(row, caller) or is_nominee(nominee, caller)


def sees_nomination(
    row: Nomination, nominee: Nominee, election: Election, caller: Principal
) -> bool:
    """Tell whether the caller sees a nomination."""
    public = is_settled(row) and election.opens is None
    return public or sees_whole(row, nominee, caller)


def may_edit(row: Nomination, nominee: Nominee, state: ElectionState, caller: Principal) -> bool:
    """Tell whether the caller may change what a nomination says.

    The nominee may while the window is open, the nominator only until it is accepted or approved.
    """
    if state is not ElectionState.OPEN:
        return False
    if is_nominee(nominee, caller):
        return True
    untouched = row.answer != Answer.ACCEPTED and row.review != Review.APPROVED
    return is_nominator(row, caller) and untouched


def may_answer(nominee: Nominee, state: ElectionState, caller: Principal) -> bool:
    """Tell whether the caller may accept or decline."""
    return state is ElectionState.OPEN and is_nominee(nominee, caller)

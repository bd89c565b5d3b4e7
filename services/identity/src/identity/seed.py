"""What a new installation begins with: groups of staff, kinds of elections, and samples.

Nobody is in them, and there is no account: the first superuser is made at a shell
(`create-superuser`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from contracts.identity.events import GroupCreated
from contracts.permissions import GRANTABLE
from identity import samples
from identity.events import tell_group
from identity.models import Group
from identity.services.common import WORKER
from servicekit import audit
from servicekit.service import TaskContext

#: Names of groups and permissions are those that the site has had before. A permission that no
#: service asks for yet gives nothing until one does.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Release Manager": tuple(
        name for name in GRANTABLE if name.startswith("downloads.") and "audit" not in name
    ),
    "Editor": (
        *(
            name
            for name in GRANTABLE
            if name.startswith("content.") and not name.endswith(("audit", "unsafe_html"))
        ),
        "pages.can_edit_pages",
    ),
    "Event Reviewers": (
        *(
            f"events.{verb}_{thing}"
            for verb in ("add", "change", "view")
            for thing in ("event", "eventlocation")
        ),
        "events.view_calendar",
        "events.view_eventcategory",
        "events.can_review_events",
    ),
    "Job Board Admin": (
        "jobs.can_moderate_jobs",
        "jobs.view_jobcategory",
        "jobs.view_jobtype",
        *(f"jobs.{verb}_cannedreply" for verb in ("add", "change", "delete", "view")),
    ),
    "Sponsorship Staff": (
        *(
            f"sponsors.{verb}_{thing}"
            for verb in ("add", "change", "delete", "view")
            for thing in (
                "legalclause",
                "noticetemplate",
                "sponsor",
                "sponsorshipbenefit",
                "sponsorshippackage",
                "sponsorshipprogram",
                "voucherkind",
            )
        ),
        "sponsors.can_review_sponsorships",
        "sponsors.can_send_notices",
        "sponsors.change_asset",
        "sponsors.change_contract",
        "sponsors.change_sponsorshipcurrentyear",
        "sponsors.delete_sponsorship",
        "sponsors.view_asset",
        "sponsors.view_contract",
        "sponsors.view_sponsorcontact",
        "sponsors.view_sponsorshipcurrentyear",
    ),
    "Sponsor Publisher": ("sponsors.sponsor_publisher",),
    "Election Staff": (
        *(
            name
            for name in GRANTABLE
            if name.endswith(("_election", "_electionkind", "_nominee", "_nomination"))
        ),
        "identity.can_review_nominations",
    ),
    "Membership Staff": tuple(
        name for name in GRANTABLE if name.endswith(("_membership", "_usergroup"))
    ),
}


async def seed(context: TaskContext) -> str:
    """Add what is missing; what is there stays as it is."""
    async with context.session() as session:
        known = set(await session.scalars(select(Group.name)))
        missing = [name for name in GROUPS if name not in known]
        for name in missing:
            row = Group(name=name, permissions=sorted(GROUPS[name]))
            session.add(row)
            await tell_group(session, GroupCreated, row)
            told = {"name": name, "permissions": row.permissions}
            audit.record(session, WORKER, "created", "group", row.id, label=name, after=told)
        made = await samples.add(session)
    return (
        f"{len(missing)} groups added, {len(GROUPS) - len(missing)} were there already; "
        f"{made} samples added"
    )

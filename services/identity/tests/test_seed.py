"""The groups of a new installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identity import seed

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, Rows

    from servicekit.service import TaskContext


async def test_groups_are_seeded_once_and_nobody_is_in_them(
    api: Api, rows: Rows, context: TaskContext
) -> None:
    assert await seed.seed(context) == ("8 groups added, 0 were there already; 8 samples added")
    assert await seed.seed(context) == ("0 groups added, 8 were there already; 0 samples added")
    found = {
        row["name"]: row
        for row in await rows.all("SELECT id, name, permissions FROM account_group")
    }
    managers = found["Release Manager"]["permissions"]
    assert {"downloads.change_release", "downloads.can_publish_releases"} <= set(managers)
    reviewers = found["Job Board Admin"]["permissions"]
    assert "jobs.can_moderate_jobs" in reviewers
    assert all(one.startswith("jobs.") for one in reviewers)
    editors = set(found["Editor"]["permissions"])
    assert {"content.change_page", "pages.can_edit_pages"} <= editors
    assert not {"content.view_audit", "content.can_write_unsafe_html"} & editors
    office = found["Sponsorship Staff"]["permissions"]
    assert {"sponsors.can_review_sponsorships", "sponsors.change_contract"} <= set(office)
    assert all(one.startswith("sponsors.") for one in office)
    staff = set(found["Election Staff"]["permissions"])
    assert {"identity.can_review_nominations", "identity.change_election"} <= staff
    assert not {name for name in staff if "membership" in name or "user" in name}
    assert "identity.change_usergroup" in found["Membership Staff"]["permissions"]
    assert found["Sponsor Publisher"]["permissions"] == ["sponsors.sponsor_publisher"]
    assert await rows.one("SELECT count(*) FROM account") == 0
    told = [name for name, _, _ in await rows.told()]
    assert told[:8] == ["group.created"] * 8
    assert (told.count("election.created"), told.count("nomination.created")) == (2, 5)
    assert await rows.one("SELECT count(*) FROM audit") == len(
        [one for one in told if not one.startswith("nominee.")]
    )
    assert await rows.one("SELECT count(*) FROM mail") == 0
    found_slugs = await rows.all("SELECT slug FROM nominee WHERE name = 'Tomasz Sample'")
    assert {row["slug"] for row in found_slugs} == {"tomasz-sample", "tomasz-sample-2"}

    # What belongs to a group can be taken and given by who holds it, and only what there is.
    path = f"/groups/{found['Sponsor Publisher']['id']}"
    clerk: dict[str, Any] = {"as_": ("identity.change_group",), "subject": "user:1"}
    root: dict[str, Any] = {"as_": api.GRANTABLE, "subject": "user:2"}
    sent = {"name": "Sponsor Publisher", "permissions": []}
    await api.put(path, sent, status=403, **clerk)
    await api.put(path, sent, **root)
    sent["permissions"] = ["sponsors.sponsor_publisher"]
    await api.put(path, sent, **root)
    sent["permissions"] = ["sponsors.sponsor_of_all"]
    await api.put(path, sent, status=400, **root)

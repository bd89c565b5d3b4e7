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
    assert await seed.seed(context) == "6 groups added, 0 were there already"
    assert await seed.seed(context) == "0 groups added, 6 were there already"
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
    assert found["Sponsor Publisher"]["permissions"] == ["sponsors.sponsor_publisher"]
    assert await rows.one("SELECT count(*) FROM account") == 0
    assert [name for name, _, _ in await rows.told()] == ["group.created"] * 6
    assert await rows.one("SELECT count(*) FROM audit") == 6

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

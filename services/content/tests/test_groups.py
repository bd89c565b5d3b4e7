"""Working groups: who sees which, and people whose names come from accounts elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

import markup
from content.groups import seed, tasks
from content.people import tasks as people
from contracts.events import Event
from contracts.identity.dto import UserSummary
from contracts.identity.events import UserDeleted, UserUpdated
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

GROUP: dict[str, Any] = {
    "name": "Cake Group",
    "purpose": "To *bake*.",
    "communication": "By mail.",
}
STAFF = ["content.view_workgroup"]


@pytest.fixture
def account(database: Database) -> Callable[..., Any]:
    """Tell of an account as the identity service does."""

    async def tell(number: int, name: str | None, version: int = 1, *, active: bool = True) -> None:
        user = None
        if name is not None:
            user = UserSummary(id=number, username=f"u{number}", name=name, is_active=active)
        kind = UserDeleted if user is None else UserUpdated
        event = Event(
            id=uuid4(),
            source="/identity",
            type=kind.type_name(),
            subject=f"user:{number}",
            time=datetime.now(UTC),
            aggregateid=str(number),
            aggregateversion=version,
            data=kind(id=number, username=f"u{number}", user=user).model_dump(mode="json"),
        )
        async with database.write() as session:
            await people.follow(event, session)

    return tell


def names(group: dict[str, Any]) -> tuple[list[str], list[str]]:
    return tuple([one["name"] for one in group[role]] for role in ("organizers", "members"))  # type: ignore[return-value]


async def test_life_of_a_group(api: Api, rows: Rows) -> None:
    made = await api.made("/work-groups", GROUP)
    path = f"/work-groups/{made['id']}"
    assert (made["slug"], made["html"]["purpose"]) == ("cake-group", "<p>To <em>bake</em>.</p>\n")
    for address in (path, "/work-groups/by-slug/cake-group"):
        assert (await api.get(address)).status_code == 404
    assert (await api.read("/work-groups"))["total"] == 0
    assert (await api.read("/work-groups", as_=STAFF))["total"] == 1
    assert (await api.put(path, GROUP, match=None)).status_code == 428
    assert (await api.put(path, GROUP, match=9)).status_code == 412
    assert (await api.put(path, GROUP)).json()["version"] == 1
    public = {**GROUP, "approved": True}
    assert (await api.put(path, public)).status_code == 200
    moved = {**public, "slug": "cake", "active": False}
    assert (await api.put(path, moved)).status_code == 200
    assert (await api.read("/work-groups?active=false"))["total"] == 1
    assert (await api.read("/work-groups?active=true"))["total"] == 0
    assert (await api.put(path, {**GROUP, "slug": "cake"})).status_code == 200
    assert (await api.delete(path)).status_code == 204
    told = [(row["subject"].rpartition(".")[2], row["data"]) for row in await rows.events()]
    assert [(verb, data["slugs"], data["work_group"] is not None) for verb, data in told] == [
        ("created", [], False),
        ("approved", ["cake-group"], True),
        ("updated", ["cake", "cake-group"], True),
        ("withdrawn", ["cake"], False),
        ("deleted", [], False),
    ]
    assert [row["action"] for row in await rows.audit()] == [
        "created", "approved", "updated", "withdrawn", "deleted",
    ]  # fmt: skip


async def test_people_come_from_accounts(
    api: Api, rows: Rows, account: Callable[..., Any], statements: Callable[[], int]
) -> None:
    refused = await api.post("/work-groups", {**GROUP, "members": [7, 8]})
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (400, ["body", "members"])
    for number, name in ((7, "Grace"), (8, "Ada"), (9, "Mary")):
        await account(number, name)
    body = {**GROUP, "approved": True, "organizers": [7], "members": [9, 8, 8]}
    made = await api.made("/work-groups", body)
    path = f"/work-groups/{made['id']}"
    assert names(made) == (["Grace"], ["Ada", "Mary"])
    assert (await api.put(path, body)).json()["version"] == made["version"]
    last = await rows.last()
    await account(8, "Ada Lovelace", 3)
    await account(8, "Ada", 2)  # came late
    await account(8, "Ada Lovelace", 4)  # tells nothing new
    assert names(await api.read(path)) == (["Grace"], ["Ada Lovelace", "Mary"])
    await account(9, "Mary", 2, active=False)
    assert names(await api.read(path)) == (["Grace"], ["Ada Lovelace"])
    await account(7, None, 2)
    await account(7, "Grace", 1)  # does not come back
    before = statements()
    found = await api.read("/work-groups")
    assert statements() - before == 1
    assert names(found["items"][0]) == ([], ["Ada Lovelace"])
    told = await rows.events(last)
    assert [row["subject"] for row in told] == ["content.work_group.updated"] * 3
    versions = [row["aggregate_version"] for row in told]
    assert versions == sorted(set(versions))
    # Who has closed the account is still in the group, should it be opened again.
    read = await api.read(f"/admin-api/work-group/{made['id']}", as_=api.permissions)
    assert read["values"]["members"] == [8, 9]
    changed = (await api.put(path, {**body, "organizers": [8], "members": []})).json()
    assert names(changed) == (["Ada Lovelace"], [])
    trail = await rows.audit()
    assert trail[-1]["after"]["organizers"] == [8]


async def test_seed_and_staff(
    api: Api,
    rows: Rows,
    context: TaskContext,
    account: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await seed.seed(context) == "added 8 working groups"
    assert await seed.seed(context) == "added 0 working groups"
    assert (await api.read("/work-groups?active=false"))["total"] == 1
    await account(8, "Ada")
    staff = api.permissions
    found = await api.read("/admin-api/work-group?active=false&approved=true", as_=staff)
    assert [one["values"]["slug"] for one in found["items"]] == ["outreach-and-education"]
    assert (await api.read("/admin-api/person/options?q=ada", as_=staff))["items"]
    made = await api.post("/admin-api/work-group", {**GROUP, "members": [8]})
    assert made.status_code == 201, made.text
    assert (await api.post("/admin-api/person", {"username": "x"})).status_code in {404, 405}
    await rows.do("UPDATE work_group SET texts_html = '{}' WHERE slug = 'grants'")
    monkeypatch.setattr(markup, "RENDERER_VERSION", markup.RENDERER_VERSION + 1)
    said = await tasks.TASKS[0].run(context)
    assert said == "9 working groups rendered, 1 came out otherwise"
    exported = await api.read("/internal/export/work-groups", as_=["system.export"])
    hidden = [one["data"] for one in exported["items"] if not one["data"]["approved"]]
    assert [(one["slugs"], one["work_group"]) for one in hidden] == [([], None)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "…"}, "slug"),
        ({"purpose": ""}, "purpose"),
        ({"communication": None}, "communication"),
        ({"url": "javascript:1"}, "url"),
        ({"organizers": [0]}, "organizers"),
        ({"organizers": ["a"]}, "organizers"),
        ({"texts_markup_type": "tex"}, "texts_markup_type"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = await api.post("/work-groups", {**GROUP, **body})
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"][:2] == ["body", field]
    assert await rows.last() == 0

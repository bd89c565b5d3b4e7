"""The tree: its rules, its moves, what is told of it, and what strangers see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from content.menus import seed
from contracts.content.menus import MAX_DEPTH, Navigation
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

type Tree = dict[str, Any]


async def grow(api: Api, tree: Tree, parent: int | None = None) -> dict[str, int]:
    """Create entries: {"a": {"b": {}}} is b below a. Returns ids by title."""
    found: dict[str, int] = {}
    for title, below in tree.items():
        body = {"title": title, "address": f"/{title}/", "alias": "" if parent else title}
        made = await api.made("/menu-items", {**body, "parent_id": parent})
        found |= {title: made["id"], **await grow(api, below, made["id"])}
    return found


async def shape(api: Api) -> Tree:
    """Return the tree that everybody sees, by titles."""

    def of(nodes: list[dict[str, Any]]) -> Tree:
        return {node["title"]: of(node["children"]) for node in nodes}

    return of((await api.read("/navigation"))["roots"])


def order(tree: Tree) -> list[str]:
    return list(tree)


async def test_life_of_an_entry(api: Api, rows: Rows) -> None:
    ids = await grow(api, {"top": {"one": {}}})
    path = f"/menu-items/{ids['one']}"
    body = {"title": "Uno", "address": "https://uno.example/x?y=z", "parent_id": ids["top"]}
    assert (await api.put(path, body, match=None)).status_code == 428
    assert (await api.put(path, body, match=9)).status_code == 412
    assert (await api.put(path, body, match=1)).status_code == 200
    assert (await api.put(path, body, match=2)).json()["version"] == 2
    assert await shape(api) == {"top": {"Uno": {}}}
    assert (await api.delete(path)).status_code == 204
    assert await shape(api) == {"top": {}}
    # One aggregate, whatever changes in it; every event has the whole tree.
    assert await rows.told() == [("menu.updated", "1", version) for version in (1, 2, 3, 4)]
    told = [event["data"]["navigation"] for event in await rows.events()]
    assert [one["version"] for one in told] == [1, 2, 3, 4]
    assert told[2]["roots"][0]["children"][0]["address"] == "https://uno.example/x?y=z"
    assert [(one["action"], one["label"]) for one in await rows.audit()] == [
        ("created", "top"), ("created", "one"), ("updated", "Uno"), ("deleted", "Uno"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "move", "expected"),
    [
        ("b", {"step": "up"}, {"t": {"b": {}, "a": {"x": {}}, "c": {}}}),
        ("b", {"step": "down"}, {"t": {"a": {"x": {}}, "c": {}, "b": {}}}),
        ("b", {"step": "in"}, {"t": {"a": {"x": {}, "b": {}}, "c": {}}}),
        ("x", {"step": "out"}, {"t": {"a": {}, "x": {}, "b": {}, "c": {}}}),
        ("a", {"step": "up"}, None),
        ("c", {"step": "down"}, None),
        ("a", {"step": "in"}, None),
        ("t", {"step": "out"}, None),
        ("c", {"parent_id": "t", "position": 1}, {"t": {"c": {}, "a": {"x": {}}, "b": {}}}),
        ("c", {"parent_id": "a", "position": 1}, {"t": {"a": {"c": {}, "x": {}}, "b": {}}}),
        ("a", {"parent_id": "t", "position": 99}, {"t": {"b": {}, "c": {}, "a": {"x": {}}}}),
        ("b", {"parent_id": "t", "position": 2}, None),
    ],
)
async def test_moves(
    api: Api, rows: Rows, title: str, move: dict[str, Any], expected: Tree | None
) -> None:
    before: Tree = {"t": {"a": {"x": {}}, "b": {}, "c": {}}}
    ids = await grow(api, before)
    events = await rows.last()
    sent = {**move, **({"parent_id": ids[move["parent_id"]]} if "parent_id" in move else {})}
    answer = await api.post(f"/menu-items/{ids[title]}/move", sent)
    assert answer.status_code == 200, answer.text
    after = await shape(api)
    wanted = before if expected is None else expected
    assert after == wanted
    assert order(after["t"]) == order(wanted["t"])
    assert len(await rows.events(events)) == (expected is not None)
    positions = await rows.all(
        "SELECT parent_id, array_agg(position ORDER BY position) AS at "
        "FROM menu_item GROUP BY parent_id"
    )
    assert all(row["at"] == list(range(1, len(row["at"]) + 1)) for row in positions)


@pytest.mark.parametrize(
    ("title", "move", "field"),
    [
        ("a", {"parent_id": "b", "position": 1}, "parent_id"),
        ("a", {"parent_id": "a", "position": 1}, "parent_id"),
        ("d", {"parent_id": 999, "position": 1}, "parent_id"),
        ("z", {"parent_id": "c", "position": 1}, "parent_id"),
        ("d", {"position": 1}, "alias"),
        ("d", {}, "step"),
        ("d", {"step": "up", "position": 1}, "step"),
        ("d", {"step": "sideways"}, "step"),
        ("d", {"parent_id": "t", "position": 0}, "position"),
    ],
)
async def test_moves_that_would_break_the_tree(
    api: Api, rows: Rows, title: str, move: dict[str, Any], field: str
) -> None:
    ids = await grow(api, {"t": {"a": {"b": {"c": {}}}, "d": {}}, "y": {"z": {}}})
    events = await rows.last()
    sent = {name: ids.get(value, value) for name, value in move.items()}
    answer = await api.post(f"/menu-items/{ids[title]}/move", sent)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"] == ["body", field]
    assert await rows.last() == events


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "//evil.example/"}, "address"),
        ({"address": "/\\evil.example/"}, "address"),
        ({"address": 'https://a.example/"onclick="'}, "address"),
        ({"address": "relative/"}, "address"),
        ({"address": "https://"}, "address"),
        ({"elsewhere": "/here/"}, "elsewhere"),
        ({"elsewhere": "https://a.example/", "address": ""}, "elsewhere"),
        ({"alias": "With Space"}, "alias"),
        ({"alias": ""}, "alias"),
        ({"area": "nowhere"}, "area"),
        ({"prefixes": ["no-slash"]}, "prefixes"),
        ({"prefixes": ["/a/"] * 11}, "prefixes"),
        ({"parent_id": 77}, "parent_id"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    sent = {"title": "a", "address": "/a/", "alias": "a", **body}
    answer = await api.post("/menu-items", sent)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"][:2] == ["body", field]
    assert await rows.last() == 0


async def test_an_alias_is_there_once(api: Api) -> None:
    await grow(api, {"a": {}})
    answer = await api.post("/menu-items", {"title": "b", "alias": "a"})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["loc"] == ["body", "alias"]


async def test_what_is_hidden_is_nobody_else_s_business(api: Api, rows: Rows) -> None:
    ids = await grow(api, {"t": {"a": {"secret": {}}, "b": {}}})
    body = {"title": "a", "address": "/a/", "parent_id": ids["t"], "visible": False}
    assert (await api.put(f"/menu-items/{ids['a']}", body)).status_code == 200
    assert await shape(api) == {"t": {"b": {}}}
    assert "secret" not in str((await rows.events())[-1]["data"])
    listed = await api.read("/menu-items", as_=["content.view_menuitem"])
    assert [one["title"] for one in listed["items"]] == ["t", "a", "b", "secret"]


async def test_deleting_takes_along_what_is_below(api: Api, rows: Rows) -> None:
    ids = await grow(api, {"t": {"a": {"x": {"y": {}}}, "b": {}}})
    events = await rows.last()
    assert (await api.delete(f"/menu-items/{ids['a']}")).status_code == 204
    assert await shape(api) == {"t": {"b": {}}}
    assert len(await rows.events(events)) == 1
    deleted = [one["label"] for one in await rows.audit() if one["action"] == "deleted"]
    assert sorted(deleted) == ["a", "x", "y"]
    assert await rows.one("SELECT position FROM menu_item WHERE title = 'b'") == 1


async def test_what_the_frame_is_built_from_stays(api: Api, context: TaskContext) -> None:
    await seed.seed(context)
    path = "/menu-items/1"
    root = await api.read(path, as_=["content.view_menuitem"])
    assert root["alias"] == "python-meta"
    assert (await api.delete(path)).status_code == 409
    body = {"title": "Python", "address": "/", "alias": "other"}
    assert (await api.put(path, body)).status_code == 409
    assert (await api.post(f"{path}/move", {"step": "down"})).status_code == 200


async def test_two_editors_never_make_a_loop(api: Api) -> None:
    ids = await grow(api, {"t": {"a": {}, "b": {}}})
    moves = [("a", "b"), ("b", "a")]
    answers = await asyncio.gather(
        *(
            api.post(f"/menu-items/{ids[one]}/move", {"parent_id": ids[other], "position": 1})
            for one, other in moves
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    assert len((await shape(api))["t"]) == 1


async def test_the_whole_tree_is_read_in_two_statements(
    api: Api, context: TaskContext, statements: Callable[[], int]
) -> None:
    await seed.seed(context)
    before = statements()
    answer = await api.get("/navigation")
    assert statements() - before == 2
    found = Navigation.model_validate_json(answer.content)
    assert answer.headers["ETag"] == f'"{found.version}"'
    assert found == seed.shipped()
    page = await api.read("/internal/export/menu", as_=["system.export"])
    assert Navigation.model_validate(page["items"][0]["data"]["navigation"]) == found


async def test_seeding_again_undoes_nothing(api: Api, context: TaskContext, rows: Rows) -> None:
    await seed.seed(context)
    assert len(await rows.events()) == 1
    await api.delete("/menu-items/2")
    before = await shape(api)
    assert await seed.seed(context) == "added no entries of the menu"
    assert await shape(api) == before


def test_the_seed_keeps_the_rules() -> None:
    """What editors could not enter is not there from the start either."""

    def levels(nodes: Any) -> int:
        return 1 + max((levels(node.children) for node in nodes if node.children), default=0)

    assert levels(seed.shipped().roots) <= MAX_DEPTH
    assert all(root.alias for root in seed.shipped().roots)


async def test_staff_edit_entries(api: Api) -> None:
    ids = await grow(api, {"t": {}})
    sent = {"title": "a", "address": "/a/", "parent_id": ids["t"], "prefixes": ["/b/"]}
    answer = await api.post("/admin-api/menu-item", sent)
    assert answer.status_code == 201, answer.text
    listed = await api.read("/admin-api/menu-item", as_=api.permissions)
    assert listed["total"] == 2

"""Boxes: what is written, told and noted, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from content import seed, texts
from content.boxes import tasks
from contracts.content.boxes import GENERATED
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows


async def test_life_of_a_box(api: Api, rows: Rows) -> None:
    made = await api.made("/boxes", {"label": "welcome", "content": "Be **kind**."})
    assert made["content_html"].strip() == "<p>Be <strong>kind</strong>.</p>"
    path = f"/boxes/{made['id']}"
    changed = {"label": "greeting", "content": "<b>Hi</b>", "content_markup_type": "html"}
    assert (await api.put(path, changed, match=None)).status_code == 428
    assert (await api.put(path, changed, match=7)).status_code == 412
    assert (await api.put(path, changed, match=1)).status_code == 200
    # Nothing differs, so nothing is written.
    assert (await api.put(path, changed, match=2)).json()["version"] == 2
    assert (await api.read(path))["content_html"].strip() == "<b>Hi</b>"
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404
    number = str(made["id"])
    assert await rows.told() == [
        ("box.created", number, 1),
        ("box.updated", number, 2),
        ("box.deleted", number, 3),
    ]
    told = [event["data"] for event in await rows.events()]
    assert [one["label"] for one in told] == ["welcome", "greeting", "greeting"]
    assert told[1]["previous_labels"] == ["welcome"]
    assert told[1]["box"]["content_html"].strip() == "<b>Hi</b>"
    assert told[2]["box"] is None
    assert [(one["action"], one["actor"], one["label"]) for one in await rows.audit()] == [
        ("created", "user:7", "welcome"),
        ("updated", "user:7", "greeting"),
        ("deleted", "user:7", "greeting"),
    ]
    assert await rows.one("SELECT count(*) FROM box") == 0


async def test_many_boxes_are_read_in_one_call(api: Api, statements: Callable[[], int]) -> None:
    for label in ("a", "b", "c"):
        await api.made("/boxes", {"label": label, "content": label})
    before = statements()
    found = await api.read("/boxes/by-label?label=c&label=a&label=none")
    assert [box["label"] for box in found] == ["a", "c"]
    assert statements() - before == 1
    assert (await api.get("/boxes/by-label")).status_code == 400
    assert (await api.get("/boxes/by-label?" + "label=a&" * 51)).status_code == 400


async def test_created_twice_with_one_key_is_created_once(api: Api, rows: Rows) -> None:
    headers = {"Idempotency-Key": "once"}
    first, second = [await api.post("/boxes", {"label": "a"}, headers=headers) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert await rows.one("SELECT count(*) FROM box") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "label"),
        ({"label": ""}, "label"),
        ({"label": "With Space"}, "label"),
        ({"label": "a" * 101}, "label"),
        ({"label": "a\x00b"}, "label"),
        ({"label": "a", "content": "a\x00b"}, "content"),
        ({"label": "a", "content": "a" * 20_001}, "content"),
        ({"label": "a", "content_markup_type": "latex"}, "content_markup_type"),
        ({"label": "a", "colour": "red"}, "colour"),
        *(({"label": label}, "label") for label in sorted(GENERATED)),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = await api.post("/boxes", body)
    assert answer.status_code == 400, answer.text
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", field]]
    assert await rows.one("SELECT count(*) FROM box") == 0


async def test_a_label_is_there_once(api: Api) -> None:
    await api.made("/boxes", {"label": "a"})
    answer = await api.post("/boxes", {"label": "a"})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["loc"] == ["body", "label"]


async def test_what_is_not_safe_does_not_come_out(api: Api) -> None:
    text = '<script>alert(1)</script><p onclick="x()" style="color:red">Hi</p>'
    made = await api.made("/boxes", {"label": "a", "content": text, "content_markup_type": "html"})
    assert made["content_html"].strip() == "<p>Hi</p>"


async def test_a_full_box_is_told_whole(api: Api, rows: Rows) -> None:
    """The longest text, of what becomes longest: the event still fits a message."""
    text = "```python\n" + "+ " * 9_990 + "\n```"
    made = await api.made("/boxes", {"label": "a", "content": text})
    (event,) = await rows.events()
    assert event["data"]["box"]["content_html"] == made["content_html"]


async def test_export_tells_what_the_events_tell(api: Api) -> None:
    await api.made("/boxes", {"label": "a", "content": "x"})
    page = await api.read("/internal/export/boxes", as_=["system.export"])
    (item,) = page["items"]
    assert (item["version"], item["type"]) == (1, "content.box.updated.v1")
    assert item["data"]["box"]["label"] == "a"


async def test_staff_edit_boxes(api: Api, rows: Rows) -> None:
    answer = await api.post("/admin-api/box", {"label": "a", "content": "x"})
    assert answer.status_code == 201, answer.text
    listed = await api.read("/admin-api/box?q=x", as_=api.permissions)
    assert listed["total"] == 1
    done = await api.post("/admin-api/box/actions/delete", {"ids": ["1"]})
    assert done.status_code == 200, done.text
    assert [subject for subject, _, _ in await rows.told()] == ["box.created", "box.deleted"]


async def test_rendering_again_tells_only_what_came_out_otherwise(
    api: Api, rows: Rows, context: TaskContext
) -> None:
    for label in ("same", "other"):
        await api.made("/boxes", {"label": label, "content": "x"})
    await rows.do("UPDATE box SET content_renderer = 0")
    await rows.do("UPDATE box SET content_html = 'old' WHERE label = 'other'")
    assert await tasks.rerender(context) == "2 boxes rendered, 1 came out otherwise"
    assert [data["data"]["label"] for data in await rows.events(after=2)] == ["other"]
    assert await tasks.rerender(context) == "0 boxes rendered, 0 came out otherwise"


async def test_the_seed_adds_what_is_missing_and_undoes_nothing(
    context: TaskContext, api: Api, rows: Rows
) -> None:
    names = [text.name for text in texts.read("boxes")]
    assert not {*names} & GENERATED
    await api.made("/boxes", {"label": names[0], "content": "edited"})
    await seed.seed(context)
    count = await rows.last()
    assert await rows.one("SELECT count(*) FROM box") == len(names)
    assert await rows.one("SELECT content FROM box WHERE label = :label", label=names[0]) == (
        "edited"
    )
    assert "added 0 boxes" in await seed.seed(context)
    assert await rows.last() == count


def test_a_text_says_what_it_is_before_it_begins() -> None:
    read = texts.parse("a", "---\nmarkup: html\ntitle: A: B\n---\n\nHi\n---\nthere\n")
    assert read.about == {"markup": "html", "title": "A: B"}
    assert read.text == "Hi\n---\nthere\n"
    assert texts.parse("a", "Hi").text == "Hi\n"
    with pytest.raises(ValueError, match="a: what stands before"):
        texts.parse("a", "---\nno colon\n---\n")

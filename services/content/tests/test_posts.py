"""Posts of the community: kinds, private ones, pictures, and events that they are about."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from content.posts import following, seed
from contracts.events import Event
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

POST: dict[str, Any] = {"title": "Four chairs", "content": "And *one* socket."}


def picture() -> dict[str, str]:
    to = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(to, "PNG")
    return {"name": "photo.png", "data": b64encode(to.getvalue()).decode()}


@pytest.fixture
def tell(database: Database) -> Callable[..., Any]:
    """Tell of an event as the events service does."""

    async def told(number: int, version: int, **state: Any) -> None:
        kind = "updated" if state else "deleted"
        whole = {
            "id": number, "uid": "a@b", "title": "PyCake", "location": None, "categories": [],
            "calendar": {"id": 1, "slug": "python-events", "name": "Python Events"},
            "kind": "conference", "status": "confirmed", "featured": False, "sample": False,
            "link": "", "all_day": True, "start": "2027-05-01T00:00:00Z",
            "end": "2027-05-03T00:00:00Z", "wall_start": "2027-05-01T00:00:00",
            "wall_end": "2027-05-03T00:00:00", "first_day": "2027-05-01",
            "last_day": "2027-05-02", "zone": "UTC", "rules": [], "repeats": False, "source": "",
            "version": version, "created": "2026-01-01T00:00:00Z",
            "updated": "2026-01-01T00:00:00Z", "description": "", "description_html": "",
            "description_markup_type": "markdown", "additional": [], "exceptions": [],
            "overrides": [], **state,
        }  # fmt: skip
        event = Event(
            id=uuid4(),
            source="/events",
            type=f"events.event.{kind}.v1",
            subject=f"event:{number}",
            time=datetime.now(UTC),
            aggregateid=str(number),
            aggregateversion=version,
            data={"id": number, "calendars": ["python-events"], "event": whole if state else None},
        )
        async with database.write() as session:
            await following.follow(event, session)

    return told


async def test_life_of_a_post(api: Api, rows: Rows) -> None:
    made = await api.made("/posts", POST)
    path = f"/posts/{made['id']}"
    for answer in (await api.get(path), await api.get("/posts")):
        assert "chairs" not in answer.text
    assert (await api.get(path)).status_code == 404
    assert (await api.read(path, as_=["content.view_post"]))["title"] == "Four chairs"
    assert (await api.put(path, POST, match=None)).status_code == 428
    assert (await api.put(path, POST, match=9)).status_code == 412
    assert (await api.put(path, POST)).json()["version"] == 1
    public = {**POST, "is_published": True}
    assert (await api.put(path, public)).status_code == 200
    photo = {**public, "kind": "photo", "picture_file": picture(), "caption": "Chairs"}
    shown = (await api.put(path, photo)).json()
    assert shown["picture"]["width"] == 40
    assert shown["picture"]["key"].startswith("pages/community/photo-")
    kept = {**public, "kind": "photo", "picture_id": shown["picture_id"], "caption": "Chairs"}
    assert (await api.put(path, kept)).json()["version"] == shown["version"]
    assert (await api.delete(f"/media-files/{shown['picture_id']}")).status_code == 409
    assert (await api.read("/posts?kind=photo"))["total"] == 1
    assert (await api.read("/posts?kind=text"))["total"] == 0
    assert (await api.put(path, POST)).status_code == 200
    assert (await api.delete(path)).status_code == 204
    ours = [row for row in await rows.events() if row["aggregate_type"] == "post"]
    assert [
        (row["subject"].rpartition(".")[2], row["data"]["post"] is not None) for row in ours
    ] == [
        ("created", False), ("published", True), ("updated", True), ("unpublished", False),
        ("deleted", False),
    ]  # fmt: skip
    assert "chairs" not in str([row["data"] for row in (ours[0], ours[-1])])


async def test_a_post_about_an_event(
    api: Api, rows: Rows, tell: Callable[..., Any], statements: Callable[[], int]
) -> None:
    about = {**POST, "event_id": 7, "is_published": True}
    refused = await api.post("/posts", about)
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (400, ["body", "event_id"])
    await tell(7, 1, title="PyCake")
    made = await api.made("/posts", about)
    path = f"/posts/{made['id']}"
    assert made["event"] == {
        "id": 7, "title": "PyCake", "path": "/events/python-events/7/", "first_day": "2027-05-01",
        "last_day": "2027-05-02", "place": "", "cancelled": False,
    }  # fmt: skip
    last = await rows.last()
    await tell(7, 3, title="PyCake 2027", status="cancelled")
    await tell(7, 2, title="Came late")
    shown = await api.read(path)
    assert (shown["event"]["title"], shown["event"]["cancelled"]) == ("PyCake 2027", True)
    await tell(8, 1, title="Another")
    await tell(7, 4)
    await tell(7, 3, title="Does not come back")
    gone = await api.read(path)
    assert (gone["event_id"], gone["event"]) == (7, None)
    # What it was about may stay, though nobody could choose it now.
    assert (await api.put(path, {**about, "title": "Five chairs"})).status_code == 200
    told = await rows.events(last)
    assert [row["subject"] for row in told] == ["content.post.updated"] * 3
    versions = [row["aggregate_version"] for row in told]
    assert versions == sorted(set(versions))
    before = statements()
    await api.read("/posts")
    assert statements() - before == 1


async def test_seed_and_staff(
    api: Api, rows: Rows, context: TaskContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where no files are kept there is no photo; it comes as soon as they are.
    with monkeypatch.context() as bare:
        bare.delitem(context.database.shared, "files")
        assert await seed.seed(context) == "added 3 posts"
    assert await seed.seed(context) == "added 1 posts"
    assert await seed.seed(context) == "added 0 posts"
    photo = (await api.read("/posts?kind=photo"))["items"][0]
    assert (photo["picture"]["width"], photo["sample"]) == (640, True)
    assert "drawn, not photographed" in photo["caption"]
    assert await rows.one("SELECT bool_and(sample AND is_published) FROM post")
    staff = api.permissions
    made = await api.post("/admin-api/post", {**POST, "kind": "text"})
    assert made.status_code == 201, made.text
    found = await api.read("/admin-api/post?kind=video&is_published=true", as_=staff)
    assert [one["values"]["title"] for one in found["items"]] == ["A talk on reading code together"]
    done = await api.post("/admin-api/post/actions/publish", {"ids": ["5"]})
    assert "1 post published" in done.text
    exported = await api.read("/internal/export/posts", as_=["system.export"])
    assert len(exported["items"]) == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "poem"}, "kind"),
        ({"kind": "video"}, None),
        ({"kind": "link"}, None),
        ({"kind": "photo"}, None),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"picture_id": 77, "caption": "a"}, "picture_id"),
        ({"picture_id": 77}, None),
        ({"picture_file": {"name": "a.txt", "data": "YQ=="}, "caption": "a"}, "picture_file"),
        ({"event_id": 0}, "event_id"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str | None
) -> None:
    answer = await api.post("/posts", {**POST, **body})
    assert answer.status_code == 400, answer.text
    loc = answer.json()["errors"][0]["loc"]
    assert loc[:2] == (["body", field] if field else ["body"])
    assert await rows.last() == 0

"""Stories: written, sent in, reviewed, published; what is told of them, and to whom."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from content.people import tasks as people
from content.stories import seed, telling
from contracts.content.companies import CompanyUpdated
from contracts.events import Event
from servicekit.database import Database
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

STORY: dict[str, Any] = {
    "name": "Maps without steps",
    "category_id": 1,
    "company_name": "Tansy",
    "company_url": "https://tansy.example/",
    "author": "Clara",
    "author_email": "clara@tansy.example",
    "pull_quote": "Nobody is sent there.",
    "content": "Some *words* <script>alert(1)</script>",
}
SENT: dict[str, Any] = {
    **{name: value for name, value in STORY.items() if name != "category_id"},
    "category": "arts",
    "note": "First time.",
}
REVIEW = ["content.can_review_stories"]


@pytest.fixture(autouse=True)
async def _category(api: Api) -> None:
    await api.made("/story-categories", {"name": "Arts"})


def picture() -> dict[str, str]:
    to = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(to, "PNG")
    return {"name": "a.png", "data": b64encode(to.getvalue()).decode()}


async def decide(api: Api, decision: str, message: str = "", **changes: Any) -> Any:
    form = await api.read("/admin-api/story-review/1", as_=REVIEW)
    body = {**form["values"], "decision": decision, "message": message, **changes}
    return await api.put("/admin-api/story-review/1", body, form["version"], as_=REVIEW)


async def mails(rows: Rows) -> list[tuple[str, str]]:
    found = await rows.all("SELECT recipient, kind FROM mail ORDER BY recipient, kind, id")
    return [(row["recipient"], row["kind"]) for row in found]


async def test_life_of_a_story(api: Api, rows: Rows) -> None:
    made = await api.made("/stories", {**STORY, "image_file": picture()})
    assert (made["slug"], made["is_published"]) == ("maps-without-steps", False)
    assert made["image"]["key"].startswith("pages/success-stories/a-")
    assert "<script" not in made["content_html"]
    # A draft is nobody's business, and who wrote it never is.
    assert (await api.get("/stories/1")).status_code == 404
    assert (await api.get("/stories/by-slug/maps-without-steps")).status_code == 404
    assert (await api.read("/stories"))["total"] == 0
    assert (await api.read("/stories", as_=["content.view_story"]))["total"] == 1
    image = (await rows.all("SELECT image_id FROM story"))[0]["image_id"]
    public = {**STORY, "is_published": True, "image_id": image}
    assert (await api.put("/stories/1", public, match=None)).status_code == 428
    assert (await api.put("/stories/1", public, match=7)).status_code == 412
    shown = (await api.put("/stories/1", public)).json()
    assert shown["published"]
    assert (await api.put("/stories/1", public)).json()["version"] == shown["version"]
    assert "clara@" not in (await api.get("/stories/1")).text
    assert (await api.put("/stories/1", {**public, "slug": "maps"})).status_code == 200
    assert (await api.delete(f"/media-files/{image}")).status_code == 409
    assert (await api.put("/stories/1", {**public, "is_published": False})).status_code == 200
    assert (await api.delete("/stories/1")).status_code == 204
    told = [row for row in await rows.events() if row["aggregate_type"] == "story"]
    assert [(row["subject"][14:], row["data"]["story"] is not None) for row in told] == [
        ("created", False), ("published", True), ("updated", True), ("unpublished", False),
        ("deleted", False),
    ]  # fmt: skip
    assert told[2]["data"]["previous_slugs"] == ["maps-without-steps"]
    assert "clara@" not in str([row["event"] for row in told])
    actions = [row["action"] for row in await rows.audit() if row["entity"] == "story"]
    assert actions == ["created", "published", "updated", "unpublished", "deleted"]


async def test_whose_story_it_is(api: Api, rows: Rows, database: Database) -> None:
    await api.made("/companies", {"name": "Tansy Maps"})
    story = {**STORY, "is_published": True, "company_id": 1}
    made = await api.made("/stories", story)
    # The linked company is who it is; its address only where it has one.
    assert (made["company_name"], made["company_url"]) == ("Tansy Maps", "https://tansy.example/")
    company = {"name": "Tansy & Co", "url": "https://new.example/"}
    assert (await api.put("/companies/1", company)).status_code == 200
    event = Event.model_validate((await rows.events())[-1]["event"])
    assert event.type == CompanyUpdated.type_name()
    async with database.write() as session:
        await telling.follow_company(event, session)
    told = (await rows.events())[-1]["data"]["story"]
    assert (told["company_name"], told["company_url"]) == ("Tansy & Co", "https://new.example/")
    assert (await api.delete("/companies/1")).status_code == 409
    # A category that is called otherwise is so in its stories.
    assert (await api.put("/story-categories/1", {"name": "Fine arts"})).status_code == 200
    assert (await rows.events())[-1]["data"]["story"]["category"]["slug"] == "fine-arts"
    assert (await api.delete("/story-categories/1")).status_code == 409


async def test_from_draft_to_story(api: Api, rows: Rows) -> None:
    made = await api.made("/story-submissions", SENT, as_=[])
    assert (made["review"], made["can_edit"], made["is_published"]) == ("waiting", True, False)
    assert await mails(rows) == [
        ("clara@tansy.example", "story-received"),
        ("psf-staff@python.org", "story-review"),
    ]
    text = await rows.one("SELECT text FROM mail WHERE kind = 'story-review'")
    assert all(one in text for one in ("Tansy", "Arts", "Nobody is sent there.", "*words*"))
    # Its submitter sees it, and nobody else.
    assert (await api.read("/story-submissions", as_=[]))["total"] == 1
    assert (await api.get("/stories/1")).status_code == 404
    other = api.token("content", permissions=(), subject="user:8")
    headers = {"Authorization": f"Bearer {other}"}
    assert (await api.get("/story-submissions/1", headers=headers)).status_code == 404
    assert (await decide(api, "ask")).status_code == 400
    assert (await decide(api, "ask", "Which town?")).status_code == 200
    asked = await api.read("/story-submissions/1", as_=[])
    assert [(note["by"], note["action"], note["text"]) for note in asked["notes"]] == [
        ("submitter", "waiting", "First time."), ("reviewer", "asked", "Which town?"),
    ]  # fmt: skip
    changed = {**SENT, "content": "In *Lindau*.", "note": "That one."}
    assert (await api.put("/story-submissions/1", changed, None, as_=[])).status_code == 428
    again = await api.put("/story-submissions/1", changed, asked["version"], as_=[])
    assert again.json()["review"] == "waiting"
    # Staff who may write stories do not get around the review.
    form = await api.read("/admin-api/story/1", as_=api.permissions)
    body = {**form["values"], "is_published": True}
    assert (await api.put("/admin-api/story/1", body)).status_code == 400
    done = await api.post("/admin-api/story/actions/publish", {"ids": ["1"]})
    assert done.status_code == 400
    done = await decide(api, "approve", "Welcome!", name="Maps", featured=True)
    assert done.status_code == 200, done.text
    story = await api.read("/stories/by-slug/maps")
    assert (story["featured"], story["content_html"]) == (True, "<p>In <em>Lindau</em>.</p>\n")
    assert (await api.put("/story-submissions/1", SENT, "*", as_=[])).status_code == 409
    assert (await api.post("/story-submissions/1/withdraw", as_=[])).status_code == 409
    assert ("clara@tansy.example", "story-approved") in await mails(rows)
    assert (await rows.told())[-1][0] == "story.published"


async def test_taken_back_and_rejected(api: Api, rows: Rows) -> None:
    await api.made("/story-submissions", SENT, as_=[])
    assert (await decide(api, "reject", "No Python in it.")).status_code == 200
    assert (await decide(api, "approve")).status_code == 409
    await api.made("/story-submissions", {**SENT, "name": "Other"}, as_=[])
    gone = await api.post("/story-submissions/2/withdraw", as_=[])
    assert gone.json()["review"] == "withdrawn"
    assert (await api.post("/story-submissions", SENT, as_=None)).status_code == 401
    told = [row["data"]["story"] for row in await rows.events() if "story" in row["data"]]
    assert told == [None] * len(told)


@pytest.mark.parametrize(
    ("path", "change", "field", "status"),
    [
        ("/stories", {"name": "Create"}, "name", 400),
        ("/stories", {"slug": "category"}, "slug", 400),
        ("/stories", {"slug": "mine"}, "slug", 400),
        ("/stories", {"name": "There"}, "name", 409),
        ("/stories", {"name": "Thére!"}, "name", 409),
        ("/stories", {"category_id": 9}, "category_id", 400),
        ("/stories", {"company_id": 9}, "company_id", 400),
        ("/stories", {"company_name": ""}, "company_name", 400),
        ("/stories", {"company_url": "javascript:alert(1)"}, "company_url", 400),
        ("/stories", {"author_email": "nobody"}, "author_email", 400),
        ("/stories", {"content": "a\0b"}, "content", 400),
        ("/stories", {"image_id": 9}, "image_id", 400),
        ("/stories", {"image_file": {"name": "a.png", "data": "YQ=="}}, "image_file", 400),
        ("/story-submissions", {"name": "create"}, "name", 400),
        ("/story-submissions", {"name": "There"}, "name", 409),
        ("/story-submissions", {"category": "none"}, "category", 400),
        ("/story-submissions", {"author_email": ""}, "author_email", 400),
        ("/story-submissions", {"featured": True}, "featured", 400),
        ("/story-categories", {"name": "…"}, "slug", 400),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, path: str, change: dict[str, Any], field: str, status: int
) -> None:
    await api.made("/stories", {**STORY, "name": "There"})
    last = await rows.last()
    body = {"/stories": STORY, "/story-submissions": SENT}.get(path, {})
    answer = await api.post(path, {**body, **change})
    assert answer.status_code == status, answer.text
    assert field in str(answer.json())
    assert await rows.last() == last


async def test_lists_are_of_few_questions(
    api: Api, context: TaskContext, rows: Rows, statements: Callable[[], int]
) -> None:
    said = await seed.seed(context)
    assert said.startswith("added 1")
    before = statements()
    listed = await api.read("/stories?limit=5")
    assert statements() - before <= 3
    assert all(one["sample"] for one in listed["items"])
    assert await rows.one("SELECT count(*) FROM story WHERE image_width = 640") == 3
    assert listed["total"] >= 12
    assert (await api.read("/stories?featured=true"))["total"] >= 3
    assert (await api.read("/stories?category=arts"))["total"] >= 1
    assert (await api.read("/stories?q=tides"))["total"] == 1
    last = await rows.last()
    assert await seed.seed(context) == "added 0 stories"
    assert await rows.last() == last


async def test_who_is_gone_is_forgotten_and_their_stories_stay(
    api: Api, rows: Rows, database: Database
) -> None:
    for name in ("Maps", "Tides"):
        await api.made("/story-submissions", {**SENT, "name": name}, as_=[])
    assert (await decide(api, "approve")).status_code == 200
    sender = await rows.one("SELECT DISTINCT submitted_by FROM story")
    async with database.write() as session:
        await people.remove(session, str(sender))
    found = await rows.all("SELECT review, submitted_by, author_email FROM story ORDER BY id")
    # Not null: it stays what a visitor wrote.
    assert [dict(row) for row in found] == [
        {"review": review, "submitted_by": 0, "author_email": None}
        for review in ("approved", "withdrawn")
    ]
    assert (await api.get("/stories/by-slug/maps")).status_code == 200
    assert (await api.read("/story-submissions", as_=[]))["total"] == 0

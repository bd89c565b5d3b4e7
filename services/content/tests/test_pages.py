"""Pages: what is written, told and noted, who may, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from content import texts
from content.pages import seed, tasks
from servicekit.service import Idle, TaskContext
from servicekit.testing import Api, Rows

WRITER = ("content.add_page", "content.change_page", "content.delete_page", "content.view_page")
EDITOR = (*WRITER, "pages.can_edit_pages")
APPS = {"title": "Applications", "path": "/about/apps/", "content": "# All *kinds*"}


def later(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


async def test_life_of_a_page(api: Api, rows: Rows) -> None:
    made = await api.made("/pages", APPS)
    assert made["path"] == "about/apps"
    assert "<em>kinds</em>" in made["content_html"]
    path = f"/pages/{made['id']}"
    assert (await api.get(path)).status_code == 404
    assert (await api.post(f"{path}/publish", {})).json()["is_published"] is True
    changed = {**APPS, "title": "Uses", "path": "about/uses", "change_note": "a better word"}
    assert (await api.put(path, changed, match=None)).status_code == 428
    assert (await api.put(path, changed, match=1)).status_code == 412
    assert (await api.put(path, changed, match=2)).status_code == 200
    # Nothing differs, so nothing is written.
    assert (await api.put(path, {**changed, "change_note": "again"}, match=3)).json()[
        "version"
    ] == 3
    assert (await api.post(f"{path}/unpublish", {})).status_code == 200
    assert (await api.delete(path)).status_code == 204
    number = str(made["id"])
    assert await rows.told() == [
        ("page.created", number, 1),
        ("page.published", number, 2),
        ("page.updated", number, 3),
        ("page.unpublished", number, 4),
        ("page.deleted", number, 5),
    ]
    told = [event["data"] for event in await rows.events()]
    assert [bool(one["page"]) for one in told] == [False, True, True, False, False]
    assert told[2]["previous_paths"] == ["about/apps"]
    assert [one["action"] for one in await rows.audit()] == [
        *("created", "published", "updated", "unpublished", "deleted")
    ]
    assert await rows.one("SELECT count(*) FROM page_revision") == 0


async def test_a_page_that_is_public_at_once_is_told_twice(api: Api, rows: Rows) -> None:
    await api.made("/pages", {**APPS, "is_published": True})
    assert [name for name, _, _ in await rows.told()] == ["page.created", "page.published"]
    assert await rows.one("SELECT count(*) FROM page_revision") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"path": "About"}, "path"),
        ({"path": "a b"}, "path"),
        ({"path": "a//b"}, "path"),
        ({"path": "a/../b"}, "path"),
        ({"path": "."}, "path"),
        ({"path": ""}, "path"),
        ({"path": "a" * 501}, "path"),
        ({"path": "downloads/new"}, "path"),
        ({"path": "/search/"}, "path"),
        ({"path": "admin"}, "path"),
        ({"content": "\x00"}, "content"),
        ({"content": "a" * 200_001}, "content"),
        ({"content_markup_type": "latex"}, "content_markup_type"),
        ({"content_type": "text/javascript"}, "content_type"),
        ({"template_name": "../base"}, "template_name"),
        ({"publish_at": "tomorrow"}, "publish_at"),
        ({"publish_at": later(days=2), "is_published": True}, "publish_at"),
        ({"expire_at": later(days=-1)}, "expire_at"),
        ({"publish_at": later(days=2), "expire_at": later(days=1)}, "expire_at"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = await api.post("/pages", {**APPS, **body})
    assert answer.status_code == 400, answer.text
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", field]]
    assert await rows.one("SELECT count(*) FROM page") == 0


async def test_a_path_is_there_once(api: Api) -> None:
    await api.made("/pages", APPS)
    answer = await api.post("/pages", {**APPS, "path": "about/apps"})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["loc"] == ["body", "path"]


async def test_who_may_not_edit_public_pages_works_on_drafts(api: Api, rows: Rows) -> None:
    draft = await api.made("/pages", APPS, as_=WRITER)
    path = f"/pages/{draft['id']}"
    for body in ({"is_published": True}, {"publish_at": later(days=1)}):
        assert (await api.put(path, {**APPS, **body}, match=1, as_=WRITER)).status_code == 403
        other = {**APPS, "path": "about/x", **body}
        assert (await api.post("/pages", other, as_=WRITER)).status_code == 403
    assert (await api.put(path, {**APPS, "title": "B"}, match=1, as_=WRITER)).status_code == 200
    assert (await api.post(f"{path}/publish", {}, as_=WRITER)).status_code == 403
    assert (await api.post(f"{path}/publish", {}, as_=EDITOR)).status_code == 200
    last = await rows.last()
    assert (await api.put(path, APPS, match="*", as_=WRITER)).status_code == 403
    assert (await api.delete(path, as_=WRITER)).status_code == 403
    restored = await api.post(f"{path}/revisions/1/restore", {}, as_=WRITER)
    assert restored.status_code == 403
    assert await rows.last() == last


async def test_what_is_due_to_be_public_is_for_editors(api: Api) -> None:
    """Else whoever may change drafts puts words into a page that then publishes itself."""
    made = await api.made("/pages", {**APPS, "publish_at": later(days=1)})
    path = f"/pages/{made['id']}"
    sent = {**APPS, "title": "Mine", "publish_at": made["publish_at"]}
    assert (await api.put(path, sent, match=1, as_=WRITER)).status_code == 403
    assert (await api.put(path, {**APPS, "title": "Mine"}, match=1, as_=WRITER)).status_code == 403
    assert (await api.put(path, sent, match=1, as_=EDITOR)).status_code == 200


async def test_drafts_are_for_those_who_may_see_them(api: Api) -> None:
    made = await api.made("/pages", APPS)
    path = f"/pages/{made['id']}"
    for address in ("/pages", "/pages/texts"):
        assert (await api.read(address))["total"] == 0
        assert (await api.read(address, as_=WRITER))["total"] == 1
    assert (await api.get(path, as_=["content.change_page"])).status_code == 404
    sent = await api.put(path, APPS, match="*", as_=["content.change_page"])
    assert sent.status_code == 404
    assert (await api.read("/resolve?path=about/apps"))["kind"] == "nothing"
    assert (await api.read("/resolve?path=about/apps", as_=WRITER))["kind"] == "page"


UNSAFE = '<form action="/x"><input name="a"></form>\n\n<script>alert(1)</script>'


@pytest.mark.parametrize("kind", ["markdown", "html", "restructuredtext", "plain"])
async def test_what_is_not_safe_does_not_come_out(api: Api, kind: str) -> None:
    made = await api.made("/pages", {**APPS, "content": UNSAFE, "content_markup_type": kind})
    assert "<script" not in made["content_html"]
    assert "<form" not in made["content_html"]


@pytest.mark.parametrize("kind", ["markdown_unsafe", "html_unsafe"])
async def test_only_few_may_write_html_that_is_not_cleaned(api: Api, rows: Rows, kind: str) -> None:
    body = {**APPS, "content": UNSAFE, "content_markup_type": kind}
    refused = await api.post("/pages", body, as_=EDITOR)
    assert refused.status_code == 403
    assert "content.can_write_unsafe_html" in refused.json()["detail"]
    made = await api.made("/pages", body)
    assert "<script>alert(1)</script>" in made["content_html"]
    path = f"/pages/{made['id']}"
    # Others may change what is around the text, and make it a safe one; not the text.
    assert (await api.put(path, {**body, "title": "B"}, match=1, as_=EDITOR)).status_code == 200
    worse = {**body, "content": "<iframe></iframe>"}
    assert (await api.put(path, worse, match=2, as_=EDITOR)).status_code == 403
    safe = {**body, "content_markup_type": "html"}
    assert (await api.put(path, safe, match=2, as_=EDITOR)).status_code == 200
    assert (await api.post(f"{path}/revisions/1/restore", {}, as_=EDITOR)).status_code == 403
    assert await rows.one("SELECT content_html NOT LIKE '%<script%' FROM page")


async def test_revisions_are_listed_compared_and_restored(api: Api, rows: Rows) -> None:
    made = await api.made("/pages", {**APPS, "content": "one\ntwo\nthree"})
    path = f"/pages/{made['id']}"
    sent = {**APPS, "title": "Uses", "content": "one\n2\nthree", "change_note": "digits"}
    assert (await api.put(path, sent, match=1)).status_code == 200
    found = await api.read(f"{path}/revisions", as_=WRITER)
    assert [(one["number"], one["action"], one["note"]) for one in found["items"]] == [
        (2, "updated", "digits"),
        (1, "created", ""),
    ]
    for address in ("1/diff/2", "2/diff/1"):
        found = await api.read(f"{path}/revisions/{address}", as_=WRITER)
        assert found["fields"] == [{"field": "title", "before": "Applications", "after": "Uses"}]
        assert [line for line in found["text"] if line[0] in "+-"] == ["-two", "+2"]
    assert (await api.read(f"{path}/revisions/1/diff/1", as_=WRITER))["text"] == []
    assert (await api.read(f"{path}/revisions/1", as_=WRITER))["content"] == "one\ntwo\nthree"
    assert (await api.get(f"{path}/revisions/9", as_=WRITER)).status_code == 404
    assert (await api.get("/pages/99/revisions", as_=WRITER)).status_code == 404
    back = await api.post(f"{path}/revisions/1/restore", {}, match=2)
    assert (back.json()["title"], back.json()["version"]) == ("Applications", 3)
    found = await api.read(f"{path}/revisions", as_=WRITER)
    assert found["items"][0]["action"] == "restored"
    assert found["items"][0]["note"] == "as in revision 1"
    assert (await rows.audit())[-1]["action"] == "restored"


async def test_a_preview_shows_a_draft_until_it_is_revoked(api: Api, rows: Rows) -> None:
    made = await api.made("/pages", APPS)
    path = f"/pages/{made['id']}/previews"
    answer = await api.post(path, {"days": 2})
    assert answer.status_code == 201, answer.text
    token = answer.json()["token"]
    shown = await api.read(f"/previews/{token}")
    assert shown["title"] == "Applications"
    kept = await rows.one("SELECT row_to_json(page_preview)::text FROM page_preview")
    assert token not in kept
    assert not any(token in str(entry) for entry in await rows.audit())
    (listed,) = await api.read(path, as_=api.permissions)
    assert "token" not in listed
    assert (await api.get(f"/previews/{token}x")).status_code == 404
    await rows.do("UPDATE page_preview SET expires = now() - interval '1 second'")
    assert (await api.get(f"/previews/{token}")).status_code == 404
    await rows.do("UPDATE page_preview SET expires = now() + interval '1 day'")
    assert (await api.delete(f"{path}/{listed['id']}")).status_code == 204
    assert (await api.get(f"/previews/{token}")).status_code == 404


@pytest.mark.parametrize("days", [0, 31, "x"])
async def test_a_preview_ends(api: Api, days: object) -> None:
    await api.made("/pages", APPS)
    answer = await api.post("/pages/1/previews", {"days": days})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["loc"] == ["body", "days"]


async def test_pages_come_and_go_at_their_time(api: Api, rows: Rows, context: TaskContext) -> None:
    await api.made("/pages", {**APPS, "path": "soon", "publish_at": later(hours=1)})
    await api.made("/pages", {**APPS, "path": "over", "is_published": True})
    await api.made("/pages", {**APPS, "path": "missed", "publish_at": later(hours=1)})
    assert isinstance(await tasks.run_due(context), Idle)
    await rows.do("UPDATE page SET publish_at = now() - interval '2 days' WHERE NOT is_published")
    await rows.do("UPDATE page SET expire_at = now() - interval '1 day' WHERE path <> 'soon'")
    assert (await tasks.run_due(context)).startswith("2 published, 1 withdrawn")
    found = await api.read("/pages?order=path", as_=WRITER)
    assert [(one["path"], one["is_published"]) for one in found["items"]] == [
        ("missed", False),
        ("over", False),
        ("soon", True),
    ]
    assert not any(one["publish_at"] or one["expire_at"] for one in found["items"])
    assert [name for name, _, _ in await rows.told()][-3:] == [
        *("page.published", "page.updated", "page.unpublished")
    ]
    assert (await rows.audit())[-1]["actor"] == "service:content"
    assert isinstance(await tasks.run_due(context), Idle)


async def test_a_page_whose_time_is_over_is_not_published(api: Api, rows: Rows) -> None:
    await api.made("/pages", {**APPS, "expire_at": later(hours=1)})
    await rows.do("UPDATE page SET expire_at = now() - interval '1 day'")
    answer = await api.post("/pages/1/publish", {})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["loc"] == ["body", "expire_at"]


async def test_lists_are_narrowed_and_ordered(api: Api) -> None:
    for path, title, words in (
        ("about/apps", "B", "Web, GUI"),
        ("aboutness", "C", ""),
        ("psf/about", "A", "web"),
    ):
        sent = {"title": title, "path": path, "keywords": words, "is_published": True}
        await api.made("/pages", sent)

    async def listed(query: str) -> list[str]:
        return [one["path"] for one in (await api.read(f"/pages?{query}"))["items"]]

    assert await listed("") == ["psf/about", "about/apps", "aboutness"]
    assert await listed("order=-path") == ["psf/about", "aboutness", "about/apps"]
    assert await listed("path__startswith=/about") == ["about/apps", "aboutness"]
    assert await listed("path=aboutness") == ["aboutness"]
    assert await listed("title=B") == ["about/apps"]
    assert await listed("keywords__icontains=WEB") == ["psf/about", "about/apps"]
    assert await listed("keywords=web") == ["psf/about"]
    assert await listed("is_published=false") == []
    assert await listed("q=about&id__gt=1&id__in=1&id__in=3") == ["psf/about"]
    assert (await api.get("/pages?colour=red")).status_code == 400
    assert (await api.get("/pages?id__in=0")).status_code == 400


async def test_export_tells_what_the_events_tell(api: Api) -> None:
    await api.made("/pages", {**APPS, "is_published": True})
    await api.made("/pages", {**APPS, "path": "draft"})
    page = await api.read("/internal/export/pages", as_=["system.export"])
    assert [bool(item["data"]["page"]) for item in page["items"]] == [True, False]
    assert page["items"][0]["version"] == 2


async def test_created_twice_with_one_key_is_created_once(api: Api, rows: Rows) -> None:
    headers = {"Idempotency-Key": "once"}
    first, second = [await api.post("/pages", APPS, headers=headers) for _ in range(2)]
    assert (first.status_code, first.content) == (201, second.content)
    assert await rows.one("SELECT count(*) FROM page") == 1


async def test_rendering_again_tells_only_what_came_out_otherwise(
    api: Api, rows: Rows, context: TaskContext
) -> None:
    for path in ("same", "other"):
        await api.made("/pages", {**APPS, "path": path, "is_published": True})
    await rows.do("UPDATE page SET content_renderer = 0")
    await rows.do("UPDATE page SET content_html = 'old' WHERE path = 'other'")
    last = await rows.last()
    assert await tasks.rerender(context) == "2 texts rendered, 1 came out otherwise"
    assert [event["data"]["path"] for event in await rows.events(after=last)] == ["other"]


async def test_staff_edit_pages(api: Api, rows: Rows) -> None:
    answer = await api.post("/admin-api/page", {**APPS, "change_note": "begun"})
    assert answer.status_code == 201, answer.text
    for action in ("publish", "unpublish", "preview"):
        done = await api.post(f"/admin-api/page/actions/{action}", {"ids": ["1"]})
        assert done.status_code == 200, done.text
    token = done.json()["message"].partition("/preview/")[2].partition("/")[0]
    assert (await api.read(f"/previews/{token}"))["id"] == 1
    listed = await api.read("/admin-api/page?section=about", as_=api.permissions)
    assert listed["total"] == 1
    kept = await api.read("/admin-api/page-revision?page=1", as_=api.permissions)
    assert kept["total"] == 3
    second = kept["items"][0]["id"]
    one = await api.read(f"/admin-api/page-revision/{second}", as_=api.permissions)
    assert "is_published: yes → no" in one["values"]["changes"]
    first = {"ids": [kept["items"][-1]["id"]]}
    assert (
        await api.put("/admin-api/page/1", {**APPS, "title": "B"}, match="*")
    ).status_code == 200
    done = await api.post("/admin-api/page-revision/actions/restore", first)
    assert done.status_code == 200, done.text
    assert await rows.one("SELECT title FROM page") == "Applications"
    (preview,) = (await api.read("/admin-api/page-preview", as_=api.permissions))["items"]
    revoked = await api.post("/admin-api/page-preview/actions/revoke", {"ids": [preview["id"]]})
    assert revoked.status_code == 200
    assert (await api.get(f"/previews/{token}")).status_code == 404


async def test_the_seed_adds_what_is_missing_and_undoes_nothing(
    context: TaskContext, api: Api, rows: Rows
) -> None:
    names = [text.name for text in texts.read("pages")]
    await seed.seed(context)
    assert await rows.one("SELECT count(*) FROM page WHERE is_published") == len(names)
    first, second = (await api.read("/pages?order=id&limit=2"))["items"]
    edited = {**APPS, "path": second["path"], "is_published": True}
    assert (await api.put(f"/pages/{second['id']}", edited, match="*")).status_code == 200
    assert await seed.seed(context) == "added 0 pages"
    moved = {**APPS, "path": "moved", "is_published": True}
    assert (await api.put(f"/pages/{second['id']}", moved, match="*")).status_code == 200
    await api.delete(f"/pages/{first['id']}")
    last = await rows.last()
    assert await seed.seed(context) == "added 0 pages"
    assert await rows.last() == last


def test_a_file_of_the_seed_becomes_a_page() -> None:
    text = texts.parse("psf/about", "---\ntitle: About\ndescription: D\ntemplate: psf\n---\n\nHi\n")
    page = seed.page_of(text)
    assert (page.path, page.title, page.template_name) == ("psf/about", "About", "psf")
    assert page.is_published
    with pytest.raises(ValueError, match="colour"):
        seed.page_of(texts.parse("a", "---\ntitle: A\ncolour: red\n---\n"))

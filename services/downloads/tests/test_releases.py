"""Writing releases: rows, events, audit, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows


def body(release: dict[str, Any], **changes: Any) -> dict[str, Any]:
    fields = (
        *("name", "slug", "major", "is_latest", "is_published", "pre_release"),
        *("show_on_download_page", "release_date", "release_notes_url", "release_page"),
        *("content", "content_markup_type"),
    )
    return {field: release[field] for field in fields} | changes


async def test_a_draft_is_created(api: Api, rows: Rows) -> None:
    answer = await api.post("/releases", {"name": "Python 3.15.0b1", "pre_release": True})
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["Location"] == f"/releases/{made['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert made["slug"] == "python-3150b1"
    assert (made["number"], made["series"]) == ("3.15.0b1", "3.15")
    assert not made["is_published"]
    assert await rows.told() == [("release.created", str(made["id"]), 1)]
    event = (await rows.events())[0]
    assert event["data"]["release"] is None
    assert event["event"]["type"] == "downloads.release.created.v1"
    row = (await rows.all("SELECT * FROM release"))[0]
    assert (row["version_key"], row["creator_id"]) == ([3, 15, 0, 0, 1, 1], 7)


async def test_a_public_release_is_created_and_then_published(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0", content="Some *news*")
    number = str(made["id"])
    assert await rows.told() == [("release.created", number, 1), ("release.published", number, 2)]
    created, published = await rows.events()
    assert created["data"]["release"] is None
    assert not created["data"]["is_published"]
    assert published["data"]["release"]["content_html"] == "<p>Some <em>news</em></p>\n"
    assert published["data"]["release"]["version"] == made["version"] == 2
    assert await api.read(f"/releases/{number}") == published["data"]["release"]


async def test_text_is_rendered_and_made_safe_at_save(api: Api) -> None:
    text = "Hello <script>alert(1)</script> [x](javascript:alert(1))"
    made = await api.release("Python 3.14.0", content=text)
    assert made["content"] == text
    assert "<script" not in made["content_html"]
    assert "href" not in made["content_html"]


async def test_update_replaces_and_tells_it_once(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0")
    before = await rows.last()
    answer = await api.put(f"/releases/{made['id']}", body(made, content="New"), made["version"])
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"3"'
    assert await rows.told(before) == [("release.updated", str(made["id"]), 3)]
    assert (await rows.events(before))[0]["data"]["release"] == answer.json()


async def test_an_update_that_changes_nothing_writes_nothing(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0", content="text")
    before, entries = await rows.last(), len(await rows.audit())
    answer = await api.put(f"/releases/{made['id']}", body(made), made["version"])
    assert answer.status_code == 200
    assert answer.json() == {**made, "superseded_by": ""}
    assert await rows.told(before) == []
    assert len(await rows.audit()) == entries


async def test_slug_and_date_stay_where_they_are_not_sent(api: Api) -> None:
    made = await api.release("Python 3.14.0", slug="my-slug", release_date="2025-10-07T12:00:00Z")
    changed = await api.put(f"/releases/{made['id']}", {"name": "Python 3.14.1"})
    assert changed.json()["slug"] == "my-slug"
    assert changed.json()["release_date"] == "2025-10-07T12:00:00Z"
    assert changed.json()["number"] == "3.14.1"


async def test_a_release_stays_public_or_a_draft_where_nothing_is_said(api: Api) -> None:
    public = await api.release("Python 3.14.0", is_latest=True)
    draft = await api.release("Python 3.15.0", is_published=False)
    sent = {"content": "New", "is_latest": True}
    for made in (public, draft):
        changed = await api.put(f"/releases/{made['id']}", {"name": made["name"], **sent})
        assert changed.json()["is_published"] == made["is_published"], changed.text
    # A draft takes the flag from nobody.
    assert (await api.read(f"/releases/{public['id']}"))["is_latest"]
    bulk = {"releases": [{"name": made["name"]} for made in (public, draft)]}
    assert (await api.post("/imports/releases", bulk)).json()["updated"] == 2
    assert await api.names("/releases", as_=api.ALL) == ["Python 3.15.0", "Python 3.14.0"]
    assert await api.names("/releases?is_published=true") == ["Python 3.14.0"]
    assert (await api.put(f"/releases/{public['id']}", body(public, is_published=False))).is_success
    assert await api.names("/releases") == []


async def test_a_new_slug_is_told_with_the_old_one(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0")
    before = await rows.last()
    await api.put(f"/releases/{made['id']}", body(made, slug="python-new"))
    event = (await rows.events(before))[0]
    assert event["data"]["slug"] == "python-new"
    assert event["data"]["previous_slugs"] == ["python-3140"]


async def test_publishing_and_unpublishing(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0", is_published=False)
    path = f"/releases/{made['id']}"
    assert (await api.get(path)).status_code == 404
    published = await api.post(f"{path}/publish")
    assert published.status_code == 200
    assert published.json()["is_published"]
    assert (await api.get(path)).status_code == 200
    again = await api.post(f"{path}/publish")
    assert again.json()["version"] == published.json()["version"]
    unpublished = await api.post(f"{path}/unpublish")
    assert not unpublished.json()["is_published"]
    assert (await api.get(path)).status_code == 404
    number = str(made["id"])
    assert await rows.told() == [
        ("release.created", number, 1),
        ("release.published", number, 2),
        ("release.unpublished", number, 3),
    ]
    assert (await rows.events())[2]["data"]["release"] is None


async def test_an_update_may_publish(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0", is_published=False)
    await api.put(f"/releases/{made['id']}", body(made, is_published=True))
    await api.put(f"/releases/{made['id']}", body(made, is_published=False))
    assert [what for what, _, _ in await rows.told()] == [
        "release.created",
        "release.published",
        "release.unpublished",
    ]


async def test_changes_of_a_draft_say_nothing_of_it(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0", is_published=False, content="secret plan")
    await api.put(f"/releases/{made['id']}", body(made, content="another secret"))
    for event in await rows.events():
        assert "secret" not in str(event["event"])


async def test_delete_takes_the_files_along(api: Api, rows: Rows, systems: dict[str, int]) -> None:
    made = await api.release("Python 3.14.0")
    await api.file(made["id"], systems["windows"], "a.exe")
    before = await rows.last()
    answer = await api.delete(f"/releases/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await rows.one("SELECT count(*) FROM release") == 0
    assert await rows.one("SELECT count(*) FROM release_file") == 0
    assert await rows.told(before) == [("release.deleted", str(made["id"]), 4)]
    assert (await rows.events(before))[0]["data"]["release"] is None
    assert (await api.get(f"/releases/{made['id']}")).status_code == 404
    assert (await api.delete(f"/releases/{made['id']}")).status_code == 404


async def test_versions_guard_changes(api: Api) -> None:
    made = await api.release("Python 3.14.0")
    path, sent = f"/releases/{made['id']}", body(made, content="x")
    assert (await api.put(path, sent, match=None)).status_code == 428
    assert (await api.put(path, sent, match=1)).status_code == 412
    assert (await api.put(path, sent, match="2")).status_code == 400
    assert (await api.delete(path, match=1)).status_code == 412
    assert (await api.post(f"{path}/unpublish", match=1)).status_code == 412
    assert (await api.put(path, sent, match=2)).status_code == 200
    assert (await api.delete(path, match=3)).status_code == 204


async def test_a_slug_is_taken_once(api: Api, rows: Rows) -> None:
    await api.release("Python 3.14.0")
    answer = await api.post("/releases", {"name": "Python 3.14.0"})
    assert answer.status_code == 409
    told = answer.json()["errors"][0]
    assert told["loc"] == ["body", "slug"]
    assert "the slug python-3140 already" in told["msg"]
    assert await rows.one("SELECT count(*) FROM release") == 1
    other = await api.release("Python 3.14.1")
    answer = await api.put(f"/releases/{other['id']}", body(other, slug="python-3140"))
    assert answer.status_code == 409


async def test_a_name_without_a_slug_needs_one(api: Api) -> None:
    answer = await api.post("/releases", {"name": "日本語"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["loc"] == ["body", "slug"]
    assert (await api.post("/releases", {"name": "日本語", "slug": "ja"})).status_code == 201


async def test_a_key_makes_creating_safe_to_repeat(api: Api, rows: Rows) -> None:
    sent, headers = {"name": "Python 3.14.0"}, {"Idempotency-Key": "k1"}
    first = await api.post("/releases", sent, headers=headers)
    second = await api.post("/releases", sent, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert await rows.one("SELECT count(*) FROM release") == 1
    other = await api.post("/releases", {"name": "Python 3.14.1"}, headers=headers)
    assert other.status_code == 409


async def test_a_release_that_no_message_could_carry_is_refused(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0")
    # 200,000 characters that take four bytes each, once raw and once rendered.
    answer = await api.put(f"/releases/{made['id']}", body(made, content="🐍" * 199_999))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "release_too_large"
    assert await rows.one("SELECT content FROM release") == ""


async def test_every_write_leaves_one_entry(api: Api, rows: Rows) -> None:
    made = await api.release("Python 3.14.0")
    path = f"/releases/{made['id']}"
    changed = await api.put(path, body(made, release_page="/about/"))
    await api.post(f"{path}/unpublish")
    await api.delete(path)
    entries = await rows.audit()
    assert [entry["action"] for entry in entries] == [
        "created",
        "updated",
        "unpublished",
        "deleted",
    ]
    assert {entry["actor"] for entry in entries} == {"user:7"}
    assert {entry["entity_id"] for entry in entries} == {str(made["id"])}
    assert entries[1]["before"] == {"release_page": ""}
    assert entries[1]["after"] == {"release_page": "/about/"}
    assert entries[1]["trace_id"] == changed.headers["X-Trace-Id"]
    assert (entries[0]["before"], entries[3]["after"]) == (None, None)
    page = await api.read(f"/audit?entity=release&entity_id={made['id']}", as_=api.ALL)
    assert page["total"] == 4
    assert page["items"][0]["action"] == "deleted"


async def test_events_carry_the_trace_of_the_request(api: Api, rows: Rows) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    answer = await api.post("/releases", {"name": "Python 3.14.0"}, headers=headers)
    assert answer.headers["X-Trace-Id"] == trace
    assert (await rows.events())[0]["traceparent"].split("-")[1] == trace


BAD: list[tuple[str, Any]] = [
    ("name", ""),
    ("name", "x" * 201),
    ("name", "a\nb"),
    ("name", "a\x00b"),
    ("slug", "no spaces"),
    ("slug", "ünicode"),
    ("major", 4),
    ("major", 10**30),
    ("release_date", "yesterday"),
    ("release_date", "2025-10-07T12:00:00"),
    ("release_date", "0000-00-00T00:00:00Z"),
    ("release_notes_url", "ftp://example.org/"),
    ("release_notes_url", "https://example.org/" + "x" * 2000),
    ("release_page", "about/"),
    ("release_page", "//evil.example/"),
    ("content", "x" * 200_001),
    ("content", "nul \x00"),
    ("content_markup_type", "bbcode"),
    ("is_latest", "maybe"),
    ("unknown_field", 1),
]


async def test_bad_fields_are_named(api: Api, rows: Rows) -> None:
    for field, value in BAD:
        answer = await api.post("/releases", {"name": "Python 3.14.0", field: value})
        assert answer.status_code == 400, (field, value)
        assert answer.json()["errors"][0]["loc"][:2] == ["body", field], (field, value)
    assert await rows.one("SELECT count(*) FROM release") == 0

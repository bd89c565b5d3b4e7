"""Tasks, exports and the trail: what runs without a visitor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import markup
from contracts.downloads.events import OperatingSystemUpdated, ReleaseFileUpdated, ReleaseUpdated
from downloads.app import service
from downloads.tasks import rerender

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from servicekit.service import TaskContext

EXPORT = ["system.export"]


async def test_rerender(
    api: Api, rows: Rows, context: TaskContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        await rows.do(
            "INSERT INTO release (name, slug, content, content_html, content_renderer, "
            "is_published) VALUES (:n, :n, '*x*', :html, 1, true)",
            n=f"r{number}",
            html="old" if number % 2 else "<p><em>x</em></p>\n",
        )
    await api.release("Python 3.14.0")
    before = await rows.last()
    monkeypatch.setattr(markup, "RENDERER_VERSION", 999)
    dry = await rerender(replace(context, dry_run=True))
    assert dry == "60 texts rendered, 30 came out otherwise"
    assert await rows.last() == before
    assert await rerender(context) == "60 texts rendered, 30 came out otherwise"
    told = await rows.told(before)
    assert len(told) == 30
    assert {what for what, _, _ in told} == {"release.updated"}
    assert await rows.one("SELECT count(*) FROM release WHERE content_html = 'old'") == 0
    assert await rerender(context) == "0 texts rendered, 0 came out otherwise"


async def test_the_trail_is_kept_as_long_as_told(
    api: Api, rows: Rows, context: TaskContext
) -> None:
    await api.release("Python 3.14.0")
    await api.release("Python 3.14.1")
    await rows.do("UPDATE audit SET time = now() - interval '731 days' WHERE label LIKE '%.0'")
    task = service.task("prune-audit")
    assert await task.run(replace(context, dry_run=True)) == "1 audit entries deleted"
    assert len(await rows.audit()) == 2
    assert await task.run(context) == "1 audit entries deleted"
    assert [entry["label"] for entry in await rows.audit()] == ["Python 3.14.1"]


def test_ticks_run_tasks_that_exist() -> None:
    for tick in service.ticks:
        assert service.task(tick.task).summary


async def test_exports(api: Api, systems: dict[str, int]) -> None:
    public = await api.release("Python 3.14.0", content="*x*")
    draft = await api.release("Python 3.15.0", is_published=False, content="secret")
    shown = await api.file(public["id"], systems["windows"], "a.exe")
    hidden = await api.file(draft["id"], systems["windows"], "secret.exe")

    page = await api.read("/internal/export/releases", as_=EXPORT)
    assert page["next"] is None
    told = [ReleaseUpdated.model_validate(item["data"]) for item in page["items"]]
    assert [item["id"] for item in page["items"]] == [public["id"], draft["id"]]
    assert [item["version"] for item in page["items"]] == [3, 2]
    assert told[0].release is not None
    assert told[0].release.model_dump(mode="json") == await api.read(f"/releases/{public['id']}")
    assert (told[1].release, told[1].is_published) == (None, False)
    assert "secret" not in str(page)

    page = await api.read("/internal/export/release-files", as_=EXPORT)
    files = [ReleaseFileUpdated.model_validate(item["data"]) for item in page["items"]]
    assert [each.file_id for each in files] == [shown["id"], hidden["id"]]
    assert files[0].file is not None
    assert files[0].file.model_dump(mode="json") == shown
    assert files[1].file is None
    assert "secret" not in str(page)

    page = await api.read("/internal/export/operating-systems?limit=2", as_=EXPORT)
    first = OperatingSystemUpdated.model_validate(page["items"][0]["data"])
    assert first.operating_system is not None
    assert first.operating_system.name == "Windows"
    assert page["next"] == 2
    rest = await api.read(f"/internal/export/operating-systems?after={page['next']}", as_=EXPORT)
    assert [item["id"] for item in rest["items"]] == [3]


async def test_the_trail_can_be_searched(api: Api) -> None:
    made = await api.release("Python 3.14.0")
    await api.release("Python 3.14.1")
    for query, total in (
        ("", 2),
        (f"?entity=release&entity_id={made['id']}", 1),
        ("?actor=user:7", 2),
        ("?actor=user:8", 0),
        ("?action=created&limit=1", 2),
        ("?entity=release_file", 0),
    ):
        assert (await api.read(f"/audit{query}", as_=api.ALL))["total"] == total, query

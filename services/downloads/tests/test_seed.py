"""The seed: every real release, once, with the right flags and ids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.downloads.dto import LatestReleases, ReleaseCycle
from downloads.rules import broken
from downloads.seed import seed

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from servicekit.service import TaskContext

EVERYTHING = (
    "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM "
    "(SELECT r::text FROM release r UNION ALL SELECT f::text FROM release_file f "
    "UNION ALL SELECT o::text FROM operating_system o "
    "UNION ALL SELECT b::text FROM release_cycle_branch b) AS t"
)


async def test_seed(api: Api, rows: Rows, context: TaskContext) -> None:
    said = await seed(context)
    assert said == "added 6 systems, 18 branches of the release cycle, 272 releases"
    assert await rows.one("SELECT count(*) FROM release") == 272
    assert await rows.one("SELECT count(*) FROM release_file") == 1836
    systems = (await api.read("/operating-systems?order=id"))["items"]
    assert [(item["id"], item["slug"]) for item in systems] == list(
        enumerate(("windows", "macos", "source", "android", "ios", "other"), start=1)
    )

    # Ids are those of the file, and new rows come after them.
    assert (await api.read("/releases/1"))["name"] == "Python 2.7.0"
    assert (await api.read("/releases/272"))["name"] == "Python 3.15.0"
    assert await rows.one("SELECT max(id) FROM release_file") == 1836
    assert (await api.release("Python 3.16.0a1", is_published=False))["id"] == 273
    assert (await api.made("/operating-systems", {"name": "Plan 9"}))["id"] == 7

    # Flags.
    flagged = await rows.all("SELECT name FROM release WHERE is_latest ORDER BY id")
    assert [row["name"] for row in flagged] == ["Python 2.7.18", "Python 3.15.0"]
    assert (await api.read("/releases?pre_release=true&limit=1"))["total"] == 43
    assert (await api.read("/releases?is_published=true&limit=1"))["total"] == 272
    assert (await api.read("/releases?show_on_download_page=true&limit=1"))["total"] == 272
    latest = LatestReleases.model_validate(await api.read("/releases/latest"))
    assert latest.pymanager is None
    assert (await api.get("/releases/latest/pymanager")).status_code == 404
    assert latest.python3 is not None
    assert {
        slug: (file := latest.python3.download_file_for_os(slug)) and file.name
        for slug in ("windows", "macos", "source")
    } == {
        "windows": "Windows installer (64-bit)",
        "macos": "macOS installer",
        "source": "XZ compressed source tarball",
    }

    # Facts survive the way through rules, database and API.
    files = await api.read("/release-files?release__slug=python-3140rc2&os=1&order=name")
    assert files["items"][1]["slug"] == "3140-rc2-Windows-embeddable-package-64-bit"
    stored = await rows.all("SELECT * FROM release_file")
    assert not [row["id"] for row in stored if list(broken(_Checked(dict(row))))]
    assert sum(bool(row["sha256_sum"]) for row in stored) == 1799
    assert sum(bool(row["filesize"]) for row in stored) == 1679
    assert len({row["slug"] for row in stored}) == 1836

    # Every release says something of its own, with links that were rendered.
    texts = await rows.all("SELECT name, content, content_html FROM release WHERE id <= 272")
    assert all(row["content_html"].count("<a href=") >= 3 for row in texts)
    assert all(row["name"] in row["content"] for row in texts)
    assert len({row["content"] for row in texts}) == 272

    # The release cycle, with what changed after its snapshot.
    cycle = ReleaseCycle.model_validate(await api.read("/release-cycle"))
    status = {branch.series: branch.status.value for branch in cycle.branches}
    assert len(status) == 18
    assert status["3.16"] == "feature"
    assert status["3.15"] == status["3.14"] == "bugfix"
    assert status["3.13"] == "security"
    assert status["3.10"] == status["2.7"] == "end-of-life"
    assert next(b for b in cycle.branches if b.series == "3.15").first_release == "2026-10-09"

    # What is told: facts of the past, each with its state, and no news.
    counts = await rows.all("SELECT subject, count(*) AS n FROM outbox GROUP BY subject")
    assert {row["subject"]: row["n"] for row in counts} == {
        "downloads.operating_system.created": 6 + 1,
        "downloads.release.created": 272 + 1,
        "downloads.release_cycle.updated": 1,
    }
    event = (await rows.events())[-3]
    assert event["data"]["is_published"]
    assert event["data"]["release"]["files"]


async def test_seeding_again_changes_nothing(api: Api, rows: Rows, context: TaskContext) -> None:
    await seed(context)
    before, last = await rows.one(EVERYTHING), await rows.last()
    said = await seed(context)
    assert said == "added 0 systems, 0 branches of the release cycle, 0 releases"
    assert await rows.one(EVERYTHING) == before
    assert await rows.last() == last

    # What somebody changed stays; what somebody deleted comes back, below the new latest one.
    sent = {"name": "Python 3.14.8", "slug": "python-3148", "is_published": False}
    assert (await api.put("/releases/by-slug/python-3148", sent)).status_code == 405
    changed = await api.read("/releases/by-slug/python-3148")
    assert (await api.put(f"/releases/{changed['id']}", sent)).status_code == 200
    assert (await api.delete("/releases/272")).status_code == 204
    await api.release("Python 3.15.1", is_latest=True)
    said = await seed(context)
    assert said == "added 0 systems, 0 branches of the release cycle, 1 releases"
    assert (await api.get("/releases/by-slug/python-3148")).status_code == 404
    back = await api.read("/releases/by-slug/python-3150")
    assert back["id"] > 272
    assert not back["is_latest"]
    assert (await api.read("/releases/latest/python3"))["name"] == "Python 3.15.1"


async def test_a_dry_run_writes_nothing(rows: Rows, context: TaskContext) -> None:
    said = await seed(replace(context, dry_run=True))
    assert said.endswith("272 releases")
    assert await rows.one("SELECT count(*) FROM release") == 0
    assert await rows.last() == 0


class _Checked:
    def __init__(self, row: dict[str, str]) -> None:
        self.url = row["url"]
        self.gpg_signature_file = row["gpg_signature_file"]
        self.sigstore_signature_file = row["sigstore_signature_file"]
        self.sigstore_cert_file = row["sigstore_cert_file"]
        self.sigstore_bundle_file = row["sigstore_bundle_file"]
        self.sbom_spdx2_file = row["sbom_spdx2_file"]
        self.md5_sum = row["md5_sum"]
        self.sha256_sum = row["sha256_sum"]

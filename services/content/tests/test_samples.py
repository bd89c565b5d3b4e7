"""Code samples: what is one, who sees drafts, and that those of the seed print what they claim."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from content.samples import seed
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows

SAMPLE: dict[str, Any] = {"title": "Sum", "code": ">>> 1 + 1\n2", "text": "A *sum*."}


def run(folder: Path, **codes: str) -> subprocess.CompletedProcess[str]:
    """Run sessions in a Python of their own that sees nothing of this one, and compare."""
    for name, code in codes.items():
        (folder / f"{name}.txt").write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-m", "doctest", *(f"{name}.txt" for name in codes)],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_sample_prints_what_it_claims(tmp_path: Path) -> None:
    samples = seed.samples()
    assert len(samples) == 5
    done = run(tmp_path, **{f"sample{one.position}": one.code for one in samples})
    assert done.returncode == 0, done.stdout + done.stderr
    for one in samples:
        # What is typed is more than the prompts, and each is a sentence with a way to more.
        assert 5 <= one.code.count("\n") + 1 <= 14
        assert "](https://docs.python.org/3/" in one.text


def test_a_sample_that_lies_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, good=">>> 1\n1\n", bad=">>> 1 + 1\n3\n")
    assert done.returncode == 1
    assert "Expected:\n    3\nGot:\n    2" in done.stdout


async def test_life_of_a_sample(api: Api, rows: Rows) -> None:
    made = await api.made("/code-samples", SAMPLE)
    path = f"/code-samples/{made['id']}"
    assert "<em>sum</em>" in made["text_html"]
    assert (await api.get(path)).status_code == 404
    assert (await api.read(path, as_=["content.view_codesample"]))["code"] == ">>> 1 + 1\n2\n"
    assert (await api.put(path, SAMPLE, match=None)).status_code == 428
    assert (await api.put(path, SAMPLE, match=5)).status_code == 412
    assert (await api.put(path, SAMPLE)).json()["version"] == 1
    public = {**SAMPLE, "is_published": True}
    assert (await api.put(path, public)).status_code == 200
    assert (await api.put(path, {**public, "title": "Sums"})).status_code == 200
    assert (await api.read(path))["title"] == "Sums"
    assert (await api.put(path, {**SAMPLE, "title": "Sums"})).status_code == 200
    assert (await api.delete(path)).status_code == 204
    told = [(row["subject"].rpartition(".")[2], row["data"]) for row in await rows.events()]
    assert [verb for verb, _ in told] == [
        "created", "published", "updated", "unpublished", "deleted",
    ]  # fmt: skip
    assert [data["code_sample"] is not None for _, data in told] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert [row["action"] for row in await rows.audit()] == [
        "created", "published", "updated", "unpublished", "deleted",
    ]  # fmt: skip


async def test_the_order_is_that_of_staff(api: Api, context: TaskContext) -> None:
    assert await seed.seed(context) == "added 5 code samples"
    first = (await api.read("/code-samples"))["items"]
    assert [one["position"] for one in first] == [1, 2, 3, 4, 5]
    await api.made("/code-samples", {**SAMPLE, "position": 0})
    await api.made("/code-samples", {**SAMPLE, "position": 0, "is_published": True})
    listed = (await api.read("/code-samples?limit=2"))["items"]
    assert [one["title"] for one in listed] == ["Sum", first[0]["title"]]
    staff = await api.read("/code-samples", as_=["content.view_codesample"])
    assert staff["total"] == 7
    # What staff deleted does not come back.
    assert (await api.delete(f"/code-samples/{first[0]['id']}")).status_code == 204
    assert await seed.seed(context) == "added 0 code samples"
    exported = await api.read("/internal/export/code-samples", as_=["system.export"])
    assert [one["data"]["is_published"] for one in exported["items"]].count(False) == 1
    assert all(
        (one["data"]["code_sample"] is None) is not one["data"]["is_published"]
        for one in exported["items"]
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"code": ""}, "code"),
        ({"code": "print(1)"}, "code"),
        ({"code": ">>>print(1)"}, "code"),
        ({"code": ">>> 1 +"}, "code"),
        ({"code": ">>> for x in 1:"}, "code"),
        ({"code": ">>> " + "(" * 1900}, "code"),
        ({"code": ">>> 1\n" * 400}, "code"),
        ({"position": -1}, "position"),
        ({"text_markup_type": "tex"}, "text_markup_type"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = await api.post("/code-samples", {**SAMPLE, **body})
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"][:2] == ["body", field]
    assert await rows.last() == 0


async def test_staff_publish_samples(api: Api) -> None:
    for title in ("a", "b"):
        answer = await api.post("/admin-api/code-sample", {**SAMPLE, "title": title})
        assert answer.status_code == 201, answer.text
    for action, said in (
        ("publish", "2 code samples published"),
        ("publish", "0 code samples published; 2 already so"),
        ("unpublish", "2 code samples made drafts again"),
        ("delete", "2 code samples deleted"),
    ):
        done = await api.post(f"/admin-api/code-sample/actions/{action}", {"ids": ["1", "2"]})
        assert (done.status_code, said in done.text) == (200, True), done.text

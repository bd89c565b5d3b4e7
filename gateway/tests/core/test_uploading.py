"""A form that takes files gets them whole, and none that it does not take."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from contracts.base import Input
from contracts.files import Upload
from gateway.app import create_app
from gateway.web.forms import TOKEN, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

from .conftest import settings, visiting

TAKEN: list[tuple[str, str, bytes]] = []
PICTURE = bytes(range(256)) * 8


class Sent(Input):
    title: str
    picture: Upload | None = None


async def show(ctx: PageContext, form: FormState) -> Page:
    return ctx.respond(f"token:{form.token}; {dict(form.errors)} {ctx.cookies}", "text/plain")


async def accept(_: PageContext, data: Sent) -> Redirect:
    TAKEN.append(
        (data.title, data.picture.name, data.picture.data) if data.picture else ("", "", b"")
    )
    return Redirect("/")


FORM = FormRoute(
    "/send/", name="send", model=Sent, show=show, accept=accept, seconds=0, files=True, size=9000,
    cookies=("choice",),
)  # fmt: skip


@pytest_asyncio.fixture
async def site() -> AsyncIterator[httpx.AsyncClient]:
    TAKEN.clear()
    async with visiting(create_app(settings(), (FORM,))) as found:
        yield found


async def fields(site: httpx.AsyncClient) -> dict[str, str]:
    answer = await site.get("/send/", headers={"Cookie": "choice=7; other=8"})
    assert "{'choice': '7'}" in answer.text
    site.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return {TOKEN: re.findall(r"token:([^;]+);", answer.text)[0], "title": "Grüße"}


async def test_files_come_whole_and_by_their_name(site: httpx.AsyncClient) -> None:
    data = await fields(site)
    for name, called in (("a.png", "a.png"), ("C:\\art\\b.png", "b.png"), ("x" * 300, "x" * 200)):
        files = {"picture": (name, PICTURE)}
        answer = await site.post("/send/", data=data, files=files)
        assert answer.status_code == 303, answer.text
        assert TAKEN.pop() == ("Grüße", called, PICTURE)
    # Without a file the field is not there, and without files the form is one like all others.
    assert (await site.post("/send/", data=data, files={"picture": ("", b"")})).status_code == 303
    assert (await site.post("/send/", data=data)).status_code == 303
    assert TAKEN == [("", "", b"")] * 2


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"--b\r\n\r\n", "multipart/form-data; boundary=b", 400),
        (b"x", "multipart/form-data", 400),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--b--\r\n',
         "multipart/form-data; boundary=b", 400),
        (b"--b\r\n" + b"x" * 20_000, "multipart/form-data; boundary=b", 413),
        (b"{}", "application/json", 415),
    ],
)  # fmt: skip
async def test_hostile_bodies(
    site: httpx.AsyncClient, content: bytes, media: str, status: int
) -> None:
    headers: dict[str, Any] = {"Content-Type": media}
    answer = await site.post("/send/", content=content, headers=headers)
    assert answer.status_code == status
    assert TAKEN == []


async def test_a_text_where_a_file_belongs_is_a_wrong_value(site: httpx.AsyncClient) -> None:
    answer = await site.post("/send/", data={**await fields(site), "picture": "no file"})
    assert answer.status_code == 422
    assert "picture" in answer.text

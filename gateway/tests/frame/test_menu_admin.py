"""The tree on one page of the admin: moved by buttons, without a script, and by who may."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from litestar.types import HTTPScope

from contracts.permissions import GRANTABLE
from gateway.app import create_app
from gateway.auth.visitor import Visitor
from servicekit.testing import started

from .conftest import Town, settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

MENU = "/admin/content/menu/"


def editor(*permissions: str) -> Visitor:
    held = frozenset(permissions)
    return Visitor(id=7, username="edda", staff=True, permissions=held, session="a" * 64)


async def as_(town: Town, signing_key: str, visitor: Visitor, steps: Any) -> None:
    """Visit the admin as somebody, in steps."""

    async def who(_: HTTPScope) -> Visitor:
        return visitor

    app = create_app(settings(town, signing_key=signing_key), visitors=who)
    transport: Any = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with (
        started(app),
        httpx.AsyncClient(transport=transport, base_url="https://site.test") as client,
    ):
        await steps(client)


def token(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def entries(text: str) -> list[str]:
    return re.findall(r'id="entry-(\d+)"', text)


async def test_entries_are_moved_by_buttons(town: Town, signing_key: str) -> None:
    async def steps(client: httpx.AsyncClient) -> None:
        page = await client.get(MENU)
        assert page.status_code == 200, page.text
        number = re.search(r'value="(\d+):down"[^>]*Move down: Quotes"', page.text)
        assert number is not None
        before = entries(page.text)
        sent = {"csrf_token": token(page.text), "move": f"{number[1]}:down"}
        done = await client.post(MENU, data=sent)
        assert done.status_code == 303
        assert done.headers["location"] == f"{MENU}?at={number[1]}"
        after = await client.get(done.headers["location"])
        assert "Quotes was moved." in after.text
        # Whoever goes by keys is where the entry went.
        assert re.search(rf'value="{number[1]}:up"[^>]*autofocus', after.text)
        at = before.index(number[1])
        assert entries(after.text).index(number[1]) == at + 1
        # Dropped where it was.
        parent = re.search(
            rf'data-parent="(\d+)">\s*<li[^>]*id="entry-{before[at - 1]}"', page.text
        )
        assert parent is not None
        sent = {"csrf_token": token(after.text), "entry": number[1], "parent": parent[1]}
        assert (await client.post(MENU, data={**sent, "position": "2"})).status_code == 303
        assert entries((await client.get(MENU)).text) == before
        # What breaks the tree comes back with the reason.
        refused = {"csrf_token": token(after.text), "entry": before[0], "parent": number[1]}
        assert (await client.post(MENU, data={**refused, "position": "1"})).status_code == 303
        assert "stays at the top" in (await client.get(MENU)).text

    await as_(town, signing_key, editor(*GRANTABLE), steps)


async def test_the_tree_is_light_and_its_boxes_say_what_their_end_means(
    town: Town, signing_key: str
) -> None:
    async def steps(client: httpx.AsyncClient) -> None:
        size = len((await client.get(MENU)).content)
        assert size < 100_000
        found = (await client.get("/admin/content/box/?q=psf-news")).text
        address = re.search(r'href="(/admin/content/box/\d+/)change/"', found)
        assert address is not None
        question = (await client.get(f"{address[1]}delete/")).text
        assert "the words in its place that the site was shipped with" in question
        assert "This cannot be undone." in question

    await as_(town, signing_key, editor(*GRANTABLE), steps)


async def test_any_two_revisions_of_a_page_are_compared(town: Town, signing_key: str) -> None:
    async def steps(client: httpx.AsyncClient) -> None:
        found = (await client.get("/admin/content/page/?q=about/apps")).text
        address = re.search(r'href="(/admin/content/page/\d+/)change/"', found)
        assert address is not None
        base = address[1]
        compare = f"{base}compare/"
        assert "Nothing differs" in (await client.get(compare)).text
        for title in ("Second title", "Third title", "Fourth title"):
            form = (await client.get(f"{base}change/")).text
            assert f'href="{compare}"' in form
            sent = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
            chosen = {
                "title": title,
                "content": f"# {title}",
                "content_markup_type": "markdown",
                "template_name": "default",
                "content_type": "text/html",
                "is_published": "yes",
                "change_note": f"for the {title}",
                "_continue": "yes",
            }
            done = await client.post(f"{base}change/", data={**sent, **chosen})
            assert done.status_code == 303, done.text
        last = (await client.get(compare)).text
        assert "<ins># Fourth title</ins>" in last
        assert "<del># Third title</del>" in last
        two = (await client.get(f"{compare}?older=2&newer=4")).text
        assert "From 2 to 4" in two
        assert '<td role="cell" data-label="Before">Second title</td>' in two
        assert "for the Third title" in two
        # Whichever is named first.
        assert "From 2 to 4" in (await client.get(f"{compare}?older=4&newer=2")).text
        for wrong, status in (("older=x", 400), ("older=-1", 400), ("older=77", 404)):
            assert (await client.get(f"{compare}?{wrong}")).status_code == status, wrong

    await as_(town, signing_key, editor(*GRANTABLE), steps)


async def test_nothing_is_moved_without_a_token_or_a_place(town: Town, signing_key: str) -> None:
    async def steps(client: httpx.AsyncClient) -> None:
        page = await client.get(MENU)
        before, known = entries(page.text), token(page.text)
        assert (await client.post(MENU, data={"move": "3:down"})).status_code == 403
        for sent in (
            {},
            {"move": "3:sideways"},
            {"move": "x:up"},
            {"entry": "3", "position": "x"},
            {"entry": "3", "position": "1", "parent": "-1"},
        ):
            answer = await client.post(MENU, data={"csrf_token": known, **sent})
            assert answer.status_code == 400, sent
        assert entries((await client.get(MENU)).text) == before

    await as_(town, signing_key, editor(*GRANTABLE), steps)


async def test_who_may_only_look_has_no_buttons(town: Town, signing_key: str) -> None:
    async def steps(client: httpx.AsyncClient) -> None:
        page = await client.get(MENU)
        assert page.status_code == 200
        assert 'name="move"' not in page.text
        sent = {"csrf_token": token(page.text), "move": "3:down"}
        assert (await client.post(MENU, data=sent)).status_code == 403
        assert "/admin/content/menu/" in (await client.get("/admin/")).text

    await as_(town, signing_key, editor("content.view_menuitem"), steps)


async def test_it_is_not_there_for_others(town: Town, signing_key: str) -> None:
    async def steps(client: httpx.AsyncClient) -> None:
        assert (await client.get(MENU)).status_code == 403
        assert "/admin/content/menu/" not in (await client.get("/admin/")).text

    await as_(town, signing_key, editor("content.view_box"), steps)

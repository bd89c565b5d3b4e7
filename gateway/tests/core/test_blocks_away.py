"""Landings while the content service is away: as they were last, or in the site's own words."""

from __future__ import annotations

import asyncio
import json

import pytest

from gateway.pages.landings import sections
from gateway.pages.landings.blocks import Block
from gateway.pages.routes import PAGES

from .conftest import DEAD, FaultServer, Start, response

pytestmark = pytest.mark.asyncio


def box(label: str, html: str) -> dict[str, object]:
    """A box as the service tells of it."""
    when = "2026-10-01T00:00:00Z"
    return {
        "id": 1,
        "label": label,
        "content": "",
        "content_markup_type": "html",
        "content_html": html,
        "version": 1,
        "created": when,
        "updated": when,
    }


def content_service(faults: FaultServer, *boxes: dict[str, object]) -> None:
    """Answer questions for boxes with these, and all others with 404."""

    async def behave(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked = b"/boxes/by-label" in head.split(b"\r\n")[0]
        writer.write(
            response(json.dumps(boxes).encode())
            if asked
            else response(b"{}", status="404 Not Found")
        )
        await writer.drain()

    faults.script = [behave]


@pytest.mark.parametrize("path", ["/about/", "/psf-landing/", "/community/"])
async def test_a_landing_that_was_never_heard_of_speaks_for_itself(start: Start, path: str) -> None:
    site, _ = await start(PAGES, content_url=DEAD)
    answer = await site.get(path)
    assert answer.status_code == 200
    titles = {"/about/": "Open source", "/psf-landing/": "Volunteer", "/community/": "Take part"}
    assert titles[path] in answer.text
    assert "could not be brought up to date" in answer.text


async def test_a_landing_shows_the_last_boxes_there_were(start: Start, faults: FaultServer) -> None:
    content_service(faults, box("psf-grants", "<h2>Money</h2>\n<p>for <em>events</em></p>"))
    site, _ = await start(PAGES, content_url=faults.url)
    first = await site.get("/psf-landing/")
    assert "Money" in first.text
    assert "<p>for <em>events</em></p>" in first.text
    assert "Sponsor" in first.text, "what has no box is in the site's own words"
    faults.says(response(b"{}", status="500 Internal Server Error"))
    await site.request("PURGE", "/psf-landing/")
    again = await site.get("/psf-landing/")
    assert again.status_code == 200
    assert "<p>for <em>events</em></p>" in again.text


async def test_own_words_lead_only_to_what_answers_without_the_service() -> None:
    declared = [one for one in vars(sections).values() if isinstance(one, Block)]
    ours = {link.href for one in declared for link in one.links if link.href.startswith("/")}
    assert ours <= {"/downloads/"}

"""Closing a banner: without a script, and on pages that are the same for everybody."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from contracts.content.banners import Banner, BannerPlace
from gateway.app import create_app
from gateway.pages.frame import Frames, Furniture
from gateway.settings import Settings
from gateway.web.dismissing import COOKIE
from servicekit.testing import client_of, started

from .conftest import AWAY

_NOW = datetime.now(UTC)
STYLE = "/banners/dismissed.css"


def banner(number: int, place: BannerPlace = BannerPlace.SITE, *paths: str) -> Banner:
    return Banner(
        id=number, title="Go", message="Hi", link="/", active=True, place=place, paths=list(paths),
        starts=None, ends=None, priority=0, dismissible=True, shown=True, version=1,
        created=_NOW, updated=_NOW,
    )  # fmt: skip


def shown(path: str, *banners: Banner) -> int | None:
    found = Frames(Furniture(banners=banners)).build(path).banner
    return None if found is None else found.id


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/psf/records/", 1), ("/psf-landing/", 1), ("/events/", 2), ("/events/1/", 2),
        ("/", 3), ("/eventsomething/", 3),
    ],
)  # fmt: skip
def test_a_page_shows_the_first_that_is_for_it(path: str, expected: int) -> None:
    banners = (
        banner(1, BannerPlace.PSF),
        banner(2, BannerPlace.PATHS, "/events/", "/jobs/"),
        banner(3),
    )
    assert shown(path, *banners) == expected
    assert shown("/", *banners[:2]) is None


async def test_who_closed_it_does_not_see_it() -> None:
    made = Settings.model_validate(
        {"environment": "test", "downloads_url": AWAY, "nats_url": "nats://127.0.0.1:9"}
    )
    app = create_app(made)
    async with started(app), client_of(app, host="site.test") as client:
        nobody = await client.get(STYLE)
        assert (nobody.status_code, nobody.text) == (200, "")
        assert nobody.headers["content-type"].startswith("text/css")
        assert nobody.headers["vary"] == "Cookie"
        assert nobody.headers["cache-control"] == "private, no-cache"

        async def close(number: int, held: str = "", back: str = "/doc/") -> httpx.Response:
            return await client.post(
                f"/banners/{number}/dismiss/",
                data={"next": back},
                headers={"Cookie": f"{COOKIE}={held}"} if held else {},
            )

        first = await close(7)
        assert (first.status_code, first.headers["location"]) == (303, "/doc/")
        assert first.cookies[COOKIE] == "7"
        second = await close(9, "7")
        assert second.cookies[COOKIE] == "7.9"
        style = await client.get(STYLE, headers={"Cookie": f"{COOKIE}=7.9"})
        assert style.text == "#banner-7,#banner-9{display:none}\n"
        # Nothing of a cookie gets into the style sheet but numbers.
        hostile = await client.get(STYLE, headers={"Cookie": f"{COOKIE}=7.}}body{{x.-1"})
        assert hostile.text == "#banner-7{display:none}\n"
        many = ".".join(str(number) for number in range(1, 40))
        assert (await close(99, many)).cookies[COOKIE].count(".") == 19
        for back in ("//evil.example/", "https://evil.example/", "/\\evil.example", "", "x"):
            assert (await close(7, "", back)).headers["location"] == "/"
        evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        refused = await client.post("/banners/7/dismiss/", data={}, headers=evil)
        assert refused.status_code == 403
        assert (await client.get("/banners/7/dismiss/")).status_code == 405
        # Such an address could only be that of a page.
        assert (await client.post("/banners/x/dismiss/", data={})).status_code == 405

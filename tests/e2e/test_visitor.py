"""What a visitor meets: the right installer in one click, on any screen, scripts or none."""

from __future__ import annotations

import asyncio
from typing import Any

import html5lib
import httpx
import pytest
from browsing import DESKTOP, PHONE, hindrances, looking
from playwright.async_api import Browser
from running import Site, release, release_file

from devstack.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/150.0 Mobile"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"

#: One page of each kind.
KINDS = (
    "/",
    "/downloads/",
    "/downloads/operating-systems/",
    "/downloads/windows/",
    "/downloads/release/python-3150/",
    "/doc/",
    "/doc/versions/",
    "/search/?q=3.14",
    "/events/",
    "/events/map/",
    "/events/month/2027/05/",
    "/jobs/",
    "/jobs/1/",
    "/blogs/",
    "/success-stories/",
    "/psf/records/board/minutes/",
    "/community/posts/",
    "/inner/",
    "/there-is-nothing-here/",
)
#: The same with other things on it; a whole run looks at these, too.
OTHERS = (
    "/downloads/?series=3.12&os=windows",
    "/downloads/source/",
    "/downloads/ios/",
    "/downloads/release/python-3147/",
    "/downloads/release/python-380/",
    "/downloads/release/python-2718/",
    "/search/?q=nothing-of-the-kind",
    "/downloads/?os=amiga",
    "/jobs/types/",
    "/jobs/locations/",
    "/companies/",
    "/psf/workgroups/",
    "/community/",
    "/psf-landing/",
)

#: Bytes over the wire that the first view of a page may take, with everything it loads.
FIRST_VIEW = 100_000


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Addresses to look at."""
    return KINDS + OTHERS if request.config.getoption("--full") else KINDS


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize(
    ("agent", "phone", "ending"),
    [
        (WINDOWS, False, "-amd64.exe"),
        (MAC, False, ".pkg"),
        (LINUX, False, ".tar.xz"),
        (ANDROID, True, "android"),
        (IPHONE, True, "iOS"),
    ],
    ids=["Windows", "macOS", "Linux", "Android", "iPhone"],
)
async def test_one_click_gives_the_right_file(
    site: Site, browser: Browser, agent: str, phone: Any, ending: str, scripts: Any
) -> None:
    async with looking(browser, agent=agent, phone=phone, scripts=scripts) as page:
        await page.goto(site.gateways[0] + "/downloads/")
        button = page.locator("main a.button--primary").first
        assert await button.is_visible()
        box = await button.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < (PHONE if phone else DESKTOP)["height"], (
            "seen without scrolling"
        )
        assert box["height"] >= 24
        address = await button.get_attribute("href")
        assert address is not None
        assert ending in address
        assert "3.15.0" in address


@pytest.mark.parametrize(
    ("phone", "dark"),
    [
        pytest.param(False, False, id="desktop, light", marks=pytest.mark.full),
        pytest.param(True, True, id="phone, dark"),
        pytest.param(False, True, id="desktop, dark", marks=pytest.mark.full),
        pytest.param(True, False, id="phone, light", marks=pytest.mark.full),
    ],
)
async def test_every_page_can_be_used_by_everybody(
    site: Site, browser: Browser, pages: tuple[str, ...], phone: Any, dark: Any
) -> None:
    found: dict[str, list[str]] = {}
    async with looking(browser, phone=phone, dark=dark) as page:
        for path in pages:
            await page.goto(site.gateways[0] + path)
            if hindering := await hindrances(page):
                found[path] = hindering
    assert found == {}


async def test_the_first_view_is_light(
    site: Site, browser: Browser, pages: tuple[str, ...]
) -> None:
    room = asyncio.Semaphore(4)  # most of the time is spent in seeing that nothing more comes

    async def weigh(path: str) -> float:
        async with room, looking(browser, phone=True) as page:
            session = await page.context.new_cdp_session(page)
            await session.send("Network.enable")
            taken: list[float] = []
            session.on(
                "Network.loadingFinished",
                lambda event: taken.append(event["encodedDataLength"]),
            )
            await page.goto(site.gateways[0] + path, wait_until="networkidle")
            return sum(taken)

    weights = await asyncio.gather(*(weigh(path) for path in pages))
    wrong = [one for one in zip(pages, weights, strict=True) if not 1_000 < one[1] < FIRST_VIEW]
    assert wrong == []


async def test_every_page_is_valid(site: Site, pages: tuple[str, ...]) -> None:
    async with httpx.AsyncClient(base_url=site.gateways[0], follow_redirects=True) as visitor:
        for path in pages:
            answer = await _reached(visitor, path)
            if "nothing" not in path and "amiga" not in path:
                assert answer.status_code == 200, path
            html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)


async def _reached(visitor: httpx.AsyncClient, path: str) -> httpx.Response:
    """Return a page; one that cannot be had is asked for again, for a service may just be back."""
    last: list[httpx.Response] = []

    async def there() -> bool:
        last[:] = [await visitor.get(path)]
        return last[0].status_code != 503

    await until(there, timeout=20, message=path)
    return last[0]


async def test_a_checksum_is_copied_whole(site: Site, browser: Browser) -> None:
    async with looking(browser) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.goto(site.gateways[0] + "/downloads/release/python-3150/")
        row = page.locator("tr", has_text="XZ compressed source tarball").first
        await row.get_by_role("button").click()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == "ba4bed1ba346b916890b76d9e320451420aa69f6408997d33c66482eeae3d575"


async def test_a_release_is_seen_the_moment_it_is_published(site: Site, browser: Browser) -> None:
    number = 77
    slug = f"python-390{number}"
    async with site.editor() as editor, looking(browser) as page:
        made = await editor.post("/releases", json=release(number, is_published=False))
        assert made.status_code == 201, made.text
        identity = made.json()["id"]
        await editor.post("/release-files", json=release_file(identity, number))
        for gateway in site.gateways:

            async def unknown(address: str = f"{gateway}/downloads/release/{slug}/") -> bool:
                answer = await page.goto(address)
                return answer is not None and answer.status == 404

            # A busy machine may say first that it cannot tell.
            await until(unknown, timeout=20, message="a draft is not there")
        assert (await editor.post(f"/releases/{identity}/publish")).status_code in {200, 201}
        for gateway in site.gateways:
            for path in (f"/downloads/release/{slug}/", "/downloads/source/"):

                async def shown(address: str = gateway + path) -> bool:
                    await page.goto(address, wait_until="commit")
                    return f"3.90.{number}" in await page.content()

                await until(shown, timeout=20, message=f"{path} shows it")
        assert (await editor.delete(f"/releases/{identity}")).status_code == 204
        async with httpx.AsyncClient() as visitor:

            async def gone() -> bool:
                answers = [
                    await visitor.get(f"{gateway}/downloads/release/{slug}/")
                    for gateway in site.gateways
                ]
                return all(answer.status_code == 404 for answer in answers)

            await until(gone, timeout=20, message="it is gone")
            for gateway in [*site.gateways, *site.gateways]:
                # Also when the answer is known already, it is the page and not only the status.
                again = await visitor.get(f"{gateway}/downloads/release/{slug}/")
                assert again.status_code == 404
                assert again.headers["x-trace-id"] in again.text


async def test_the_trace_of_a_visit_can_be_read(site: Site, browser: Browser) -> None:
    address = site.processes()["traces"].address
    async with looking(browser) as page:
        visited = site.gateways[0] + "/downloads/release/python-3127/"
        # A page that another test has seen would come from memory, without a call and its SQL.
        async with httpx.AsyncClient() as manager:
            assert (await manager.request("PURGE", visited)).status_code == 200
        answer = await page.goto(visited)
        assert answer is not None
        assert answer.headers["x-cache"] == "miss"
        trace = answer.headers["x-trace-id"]

        async def told() -> bool:
            await page.goto(f"{address}/trace/{trace}")
            text = await page.content()
            return "SELECT" in text and "gateway" in text and "downloads" in text

        await until(told, timeout=15, message="the trace has the page, the service and its SQL")

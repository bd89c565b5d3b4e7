"""What a release manager meets: the admin, with scripts and without, on a desk and on a phone."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
import uvicorn
from axe_playwright_python.async_playwright import Axe
from litestar.types import HTTPScope
from playwright.async_api import Browser, Page, ViewportSize
from running import EDITOR, Site

from devstack.ports import free_port
from devstack.waiting import until
from gateway.app import create_app
from gateway.auth.visitor import Visitor
from gateway.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MANAGER = Visitor(
    id=7, username="mara", staff=True, permissions=frozenset(EDITOR), session="a" * 64
)
NUMBER = "3.89.1"
SLUG = "python-3891"
FTP = f"https://www.python.org/ftp/python/{NUMBER}"
FILES = (
    ("XZ compressed source tarball", "Source release", f"{FTP}/Python-{NUMBER}.tar.xz"),
    ("Gzipped source tarball", "Source release", f"{FTP}/Python-{NUMBER}.tgz"),
    ("macOS installer", "macOS", f"{FTP}/python-{NUMBER}-macos11.pkg"),
    ("Windows installer (64-bit)", "Windows", f"{FTP}/python-{NUMBER}-amd64.exe"),
    ("Windows installer (ARM64)", "Windows", f"{FTP}/python-{NUMBER}-arm64.exe"),
)


class _Server(uvicorn.Server):
    """A server that leaves signals to the test run."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none: they are for whoever runs the tests."""
        yield


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def admin(site: Site) -> AsyncIterator[str]:
    """One more gateway of the running site, which a release manager has signed in to."""
    port = free_port()
    variables = site.environment("gateway")
    settings = Settings.model_validate(
        {
            name.removeprefix("PYDOTORG_").lower(): value
            for name, value in variables.items()
            if name.startswith("PYDOTORG_")
        }
        | {"port": port, "public_url": f"http://127.0.0.1:{port}", "log_level": "WARNING"}
    )

    async def manager(_: HTTPScope) -> Visitor:
        return MANAGER

    app = create_app(settings, visitors=manager)
    server = _Server(uvicorn.Config(app, port=port, log_level="warning", lifespan="on"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started or serving.done())
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@asynccontextmanager
async def looking(
    browser: Browser, *, phone: bool = False, dark: bool = False, scripts: bool = True
) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport=ViewportSize(width=390 if phone else 1280, height=860),
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page
    finally:
        await context.close()
    assert [text for text in said if "Failed to load resource" not in text] == []


async def test_a_release_with_five_files_changes_the_download_page(
    site: Site, admin: str, browser: Browser
) -> None:
    async with looking(browser) as page:
        await page.goto(f"{admin}/admin/")
        row = page.get_by_role("listitem").filter(
            has=page.get_by_role("link", name="Releases", exact=True)
        )
        await row.get_by_role("link", name="Add").click()
        assert page.url == f"{admin}/admin/downloads/release/add/"
        await page.get_by_label("Name", exact=False).first.fill(f"Python {NUMBER}")
        await page.keyboard.press("Tab")
        slug = page.locator("#field-slug")
        await until(slug.input_value, message="the slug is suggested")
        assert await slug.input_value() == SLUG
        notes = await page.locator("#field-release_notes_url").input_value()
        assert notes == f"https://docs.python.org/release/{NUMBER}/whatsnew/changelog.html"
        for _ in range(2):
            await page.get_by_role("button", name="Add another file").click()
        for at, (name, system, url) in enumerate(FILES):
            await page.locator(f"#field-files-{at}-name").fill(name)
            await page.locator(f"#field-files-{at}-os_id").select_option(label=system)
            await page.locator(f"#field-files-{at}-url").fill(url)
        # Enter saves, whatever other buttons there are.
        await page.locator("#field-files-0-name").press("Enter")
        await page.get_by_role("status").filter(has_text=f"Python {NUMBER} was added").wait_for()

        await page.get_by_role("link", name=f"Python {NUMBER}", exact=True).click()
        await page.get_by_role("button", name="Publish", exact=True).click()
        await page.get_by_text("shown to everybody").wait_for()
        await page.get_by_role("button", name="Publish", exact=True).click()
        await page.get_by_role("status").filter(has_text="1 release published").wait_for()

        for gateway in site.gateways:

            async def shown(address: str = gateway) -> bool:
                await page.goto(f"{address}/downloads/release/{SLUG}/", wait_until="commit")
                text = await page.content()
                return all(url in text for _, _, url in FILES)

            await until(shown, timeout=20, message=f"{gateway} shows the release and its files")
            await page.goto(f"{gateway}/downloads/source/")
            assert NUMBER in await page.content()

        await page.goto(f"{admin}/admin/downloads/release/?q={NUMBER}")
        await page.get_by_role("link", name=f"Python {NUMBER}", exact=True).click()
        await page.get_by_role("link", name="History").click()
        done = await page.locator(".admin__history > li strong").all_inner_texts()
        assert done == ["Published", "Created"]
        assert "user:7 (you)" in await page.content()

        await page.get_by_role("link", name=f"Python {NUMBER}", exact=True).click()
        await page.get_by_role("link", name="Delete", exact=True).click()
        await page.get_by_text("5 files").wait_for()
        await page.get_by_role("button", name="Delete", exact=True).click()
        await page.get_by_role("status").filter(has_text="was deleted").wait_for()


async def test_the_same_without_scripts(site: Site, admin: str, browser: Browser) -> None:
    async with looking(browser, phone=True, scripts=False) as page:
        await page.goto(f"{admin}/admin/downloads/release/add/")
        await page.locator("#field-name").fill("Python 3.89.2")
        await page.get_by_role("button", name=re.compile("^Suggest")).click()
        assert await page.locator("#field-slug").input_value() == "python-3892"
        await page.get_by_role("button", name="Save and go on editing").click()
        await page.get_by_role("status").filter(has_text="Python 3.89.2 was added").wait_for()
        await page.get_by_role("link", name="Delete", exact=True).click()
        await page.get_by_role("button", name="Delete", exact=True).click()
        await page.get_by_role("status").filter(has_text="was deleted").wait_for()
    async with site.editor() as editor:
        assert (await editor.get("/releases/by-slug/python-3892")).status_code == 404


@pytest.mark.parametrize(
    ("phone", "dark"), [(False, False), (True, True)], ids=["desktop, light", "phone, dark"]
)
async def test_every_page_can_be_used_by_everybody(
    admin: str, browser: Browser, phone: object, dark: object
) -> None:
    grave: dict[str, list[str]] = {}
    for path in (
        "/admin/",
        "/admin/downloads/release/?date=2025",
        "/admin/downloads/release-file/",
        "/admin/downloads/release/add/",
        "/admin/downloads/release/1/change/",
        "/admin/downloads/release/1/delete/",
        "/admin/downloads/release/1/history/",
    ):
        async with looking(browser, phone=bool(phone), dark=bool(dark)) as page:
            await page.goto(admin + path)
            found = (await Axe().run(page)).response["violations"]
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= (390 if phone else 1280), f"{path} scrolls sideways"
        if serious := [v["id"] for v in found if v["impact"] in {"serious", "critical"}]:
            grave[path] = serious
    assert grave == {}

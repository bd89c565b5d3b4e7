"""What a release manager meets: the admin, with scripts and without, on a desk and on a phone."""

from __future__ import annotations

import re
import zlib

import pytest
import pytest_asyncio
from browsing import hindrances, looking
from playwright.async_api import Browser, FilePayload, Page
from running import Site
from staff import enter, hire

from devstack.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def manager(site: Site) -> str:
    """A release manager."""
    return await hire(site, "mara", group="Release Manager")


LOOKED_AT = (
    "/admin/",
    "/admin/switches/",
    "/admin/audit/",
    "/admin/downloads/release/1/change/",
    "/admin/downloads/release/add/",
    "/admin/downloads/release/1/history/",
    "/admin/identity/user/",
    "/admin/downloads/release/?date=2025",
    "/admin/identity/user/1/change/",
    "/admin/content/menu/",
    "/admin/content/page/1/change/",
    "/admin/content/page/1/compare/",
    "/membership/",
    "/accounts/keys/",
)


async def fill_in(page: Page) -> None:
    """Add a release with five files, from the keys alone."""
    await page.get_by_label("Name", exact=False).first.focus()
    await page.keyboard.type(f"Python {NUMBER}")
    await page.keyboard.press("Tab")
    slug = page.locator("#field-slug")
    await until(slug.input_value, message="the slug is suggested")
    assert await slug.input_value() == SLUG
    notes = await page.locator("#field-release_notes_url").input_value()
    assert notes == f"https://docs.python.org/release/{NUMBER}/whatsnew/changelog.html"
    for at in range(2):
        await page.get_by_role("button", name="Add another file").press("Enter")
        await page.locator(f"#field-files-{at + 3}-name").wait_for()
    for at, (name, system, url) in enumerate(FILES):
        await page.locator(f"#field-files-{at}-name").fill(name)
        await page.locator(f"#field-files-{at}-os_id").select_option(label=system)
        await page.locator(f"#field-files-{at}-url").fill(url)
    # Enter saves, whatever other buttons there are.
    await page.locator("#field-files-0-name").press("Enter")
    await page.get_by_role("status").filter(has_text=f"Python {NUMBER} was added").wait_for()


async def test_a_release_with_five_files_changes_the_download_page(
    site: Site, manager: str, browser: Browser
) -> None:
    """By keyboard: what is pressed is in focus, as if it had been reached by the tab key."""
    home = site.gateways[0]
    async with looking(browser) as page:
        await enter(page, home, manager)
        row = page.get_by_role("listitem").filter(
            has=page.get_by_role("link", name="Releases", exact=True)
        )
        await row.get_by_role("link", name="Add").press("Enter")
        await page.wait_for_url(f"{home}/admin/downloads/release/add/")
        await fill_in(page)

        await page.get_by_role("link", name=f"Python {NUMBER}", exact=True).press("Enter")
        await page.get_by_role("button", name="Publish", exact=True).press("Enter")
        await page.get_by_text("shown to everybody").wait_for()
        await page.get_by_role("button", name="Publish", exact=True).press("Space")
        await page.get_by_role("status").filter(has_text="1 release published").wait_for()

        for gateway in site.gateways:

            async def shown(address: str = gateway) -> bool:
                await page.goto(f"{address}/downloads/release/{SLUG}/", wait_until="commit")
                text = await page.content()
                return all(url in text for _, _, url in FILES)

            await until(shown, timeout=20, message=f"{gateway} shows the release and its files")
            await page.goto(f"{gateway}/downloads/source/")
            assert NUMBER in await page.content()

        await page.goto(f"{home}/admin/downloads/release/?q={NUMBER}")
        await page.get_by_role("link", name=f"Python {NUMBER}", exact=True).click()
        history = page.url.replace("/change/", "/history/")
        await page.get_by_role("link", name="Delete", exact=True).click()
        await page.get_by_text("5 files").wait_for()
        await page.get_by_role("button", name="Delete", exact=True).click()
        await page.get_by_role("status").filter(has_text="was deleted").wait_for()

    root = await hire(site, "root", superuser=True)
    async with looking(browser, phone=True, dark=True) as page:
        await enter(page, home, root)
        await page.get_by_role("link", name="Audit: who changed what").press("Enter")
        await page.get_by_label("Who", exact=True).fill(manager)
        await page.get_by_label("What was done").fill("published")
        await page.get_by_role("button", name="Show").press("Enter")
        entry = page.locator(".admin__history > li").filter(has_text=f"Python {NUMBER}")
        await entry.wait_for()
        assert f"by {manager}" in await entry.inner_text()
        trace = await entry.get_by_role("link", name="Trace").get_attribute("href")
        assert trace is not None
        assert trace.startswith(site.processes()["traces"].address)
        await entry.get_by_role("link", name=f"Python {NUMBER}").press("Enter")
        # The release is gone; what was done to it is not.
        await page.wait_for_url(history)
        told = page.locator(".admin__history > li")
        own = told.filter(has_not_text="release file")
        assert await own.locator("strong").all_inner_texts() == ["Deleted", "Published", "Created"]
        assert await told.filter(has_text="Created release file").count() == len(FILES)


async def test_the_same_without_scripts(site: Site, manager: str, browser: Browser) -> None:
    home = site.gateways[0]
    async with looking(browser, phone=True, scripts=False) as page:
        await enter(page, home, manager)
        await page.goto(f"{home}/admin/downloads/release/add/")
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
    ("phone", "dark"),
    [
        pytest.param(False, False, id="desktop, light", marks=pytest.mark.full),
        pytest.param(True, True, id="phone, dark"),
    ],
)
async def test_every_page_can_be_used_by_everybody(
    site: Site, browser: Browser, phone: object, dark: object
) -> None:
    home, root = site.gateways[0], await hire(site, "root", superuser=True)
    found: dict[str, list[str]] = {}
    async with looking(browser, phone=bool(phone), dark=bool(dark)) as page:
        await enter(page, home, root)
        for path in LOOKED_AT:
            await page.goto(home + path)
            if hindering := await hindrances(page):
                found[path] = hindering
            # As it is sent: compressed.
            assert len(zlib.compress((await page.content()).encode())) < 100_000, path
    assert found == {}


async def test_a_picture_is_kept_shown_and_gone(site: Site, browser: Browser) -> None:
    home = site.gateways[0]
    editor = await hire(site, "edith", superuser=True)
    async with looking(browser, scripts=False) as page:
        await enter(page, home, editor)
        await page.goto(f"{home}/admin/content/media-file/add/")
        await page.locator("#field-folder").fill("about/apps")
        await page.locator("#field-description").fill("The mark of the site")
        mark = (await page.request.get(f"{home}/static/img/touch.png")).body
        file = FilePayload(name="Our Mark.png", mimeType="image/png", buffer=await mark())
        await page.locator("#field-file").set_input_files(file)
        await page.get_by_role("button", name="Save and go on editing").click()
        said = page.get_by_role("status").filter(has_text="Its address is /media/")
        await said.wait_for()
        address = await page.get_by_role(
            "link", name="/media/pages/about/apps/our-mark-"
        ).inner_text()
        for gateway in site.gateways:
            found = await page.request.get(f"{gateway}{address}")
            assert (found.status, found.headers["content-type"]) == (200, "image/png")
        await page.goto(f"{home}/admin/content/media-file/?q=our-mark")
        await page.get_by_role("link", name="our-mark").first.click()
        await page.get_by_role("link", name="Delete", exact=True).click()
        await page.get_by_role("button", name="Delete", exact=True).click()
        await page.get_by_role("status").filter(has_text="was deleted").wait_for()

        async def gone() -> bool:
            return (await page.request.get(f"{home}{address}")).status == 404

        await until(gone, message="the bytes are gone with their row")

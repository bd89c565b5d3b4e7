"""One sponsorship by the four people involved: applicant, reviewer, who signs, and a program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from browsing import hindrances, looking
from PIL import Image
from playwright.async_api import Browser, Page
from running import Site
from staff import enter, hire

from devstack.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAME = "Heron & Reed"
GROUP = "Sponsorship Staff"


async def press(page: Page, name: str) -> None:
    """Press a button of the main part of a page."""
    await page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    await page.wait_for_load_state()


async def usable(page: Page) -> None:
    """Check that everybody can use the open page."""
    assert await hindrances(page) == [], page.url


async def apply(page: Page, home: str, logo: Path) -> str:
    """Apply for the level Supporting; returns the number of the sponsorship."""
    await page.goto(f"{home}/sponsors/application/")
    await usable(page)
    await page.get_by_role("radio", name=re.compile("^Supporting")).check()
    await page.get_by_text("$15,000", exact=True).wait_for()
    assert await page.locator("input[name=benefits]:checked").count() > 3
    await press(page, "Go on")
    await usable(page)
    fields = {
        "Name of the organisation": NAME,
        "Website": "https://heron-and-reed.example/",
        "Phone": "+1 555 0100",
        "Street and number": "1 Reed Way",
        "Postal code": "97000",
        "City": "Lakeside",
    }
    for label, text in fields.items():
        await page.get_by_label(label).first.fill(text)
    await page.get_by_label("Country", exact=True).select_option("US")
    await press(page, "Go on")
    await usable(page)
    for label, text in (("Name", "Jo"), ("E-mail", "jo@example.org"), ("Phone", "+1 555 0101")):
        await page.get_by_label(label, exact=True).first.fill(text)
    await press(page, "Go on")
    await usable(page)
    await page.get_by_label("Logo", exact=True).set_input_files(logo)
    await press(page, "Send the application")
    await usable(page)
    href = await page.get_by_role("link", name="See your application").get_attribute("href")
    assert href is not None
    await page.goto(home + href)
    await usable(page)
    return href.strip("/").rpartition("/")[2]


def key_of(site: Site, username: str) -> str:
    """Make a key of the API for somebody."""
    done = subprocess.run(
        [sys.executable, "-m", "identity", "create-key", username, "--kind", "token"],
        env={**os.environ, **site.environment("identity")},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()[-1]


@pytest.mark.timeout(400)
async def test_from_an_application_to_the_logo(
    site: Site, browser: Browser, tmp_path: Path
) -> None:
    home = site.gateways[0]
    logo, signed = tmp_path / "logo.png", tmp_path / "signed.pdf"
    Image.new("RGB", (600, 200), "#3776ab").save(logo)
    signed.write_bytes(b"%PDF-1.7 signed by both")
    applicant = await hire(site, "jo")
    reviewer, signer = [await hire(site, name, group=GROUP) for name in ("rae", "sid")]
    program = await hire(site, "pypi", group="Sponsor Publisher")
    key = key_of(site, program)
    async with (
        looking(browser, phone=True, dark=True) as jo,
        looking(browser) as rae,
        looking(browser, scripts=False) as sid,
    ):
        for page, name in ((jo, applicant), (rae, reviewer), (sid, signer)):
            await enter(page, home, name)
        number = await apply(jo, home, logo)
        desk = f"{home}/sponsors/review/{number}/"

        await rae.goto(f"{home}/sponsors/review/")
        await usable(rae)
        await rae.get_by_role("link", name=NAME).click()
        await rae.wait_for_url(desk)
        await usable(rae)
        year = datetime.now(UTC).year
        await rae.get_by_label("First day").fill(f"{year}-01-01")
        await rae.get_by_label("Last day").fill(f"{year + 1}-12-31")
        await press(rae, "Approve it")
        await press(rae, "Send the contract")
        await usable(rae)

        await sid.goto(desk)
        await sid.get_by_label("Signed contract").first.set_input_files(signed)
        await press(sid, "Execute it")
        assert "finalized" in await sid.locator("main").inner_text()

        async def shown() -> bool:
            await jo.goto(f"{home}/downloads/")
            return await jo.locator(f'#sponsors img[alt="{NAME}"]').count() == 1

        await until(shown, timeout=20, message="the logo is on the page of downloads")
        await jo.goto(f"{home}/psf/sponsors/")
        await usable(jo)
        async with httpx.AsyncClient(base_url=home) as client:
            answer = await client.get(
                "/api/v2/sponsors/logo-placement/?publisher=psf&flight=download",
                headers={"Authorization": f"Token {key}"},
            )
        assert answer.status_code == 200, answer.text
        row = next(one for one in answer.json() if one["sponsor"] == NAME)
        assert (row["level_name"], row["contacts"] == []) == ("Supporting", False)

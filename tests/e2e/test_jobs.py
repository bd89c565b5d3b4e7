"""What a poster and two reviewers meet on the job board, each in a window of their own."""

from __future__ import annotations

import asyncpg
import pytest
from browsing import hindrances, looking
from playwright.async_api import Browser, Page
from running import Site
from staff import enter, hire

from devstack.testing.backends import command
from devstack.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "Keeper of the Snake House"
GROUP = "Job Board Admin"


async def press(page: Page, name: str) -> None:
    """Press a button, or follow a link that looks like one, in the main part of a page."""
    main = page.locator("main")
    button = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
    await button.first.click()
    await page.wait_for_load_state()


async def usable(page: Page) -> None:
    """Check that everybody can use the open page."""
    assert await hindrances(page) == [], page.url


async def post(page: Page, home: str) -> str:
    """Fill the form in and look it over; returns the address of the preview."""
    await page.goto(f"{home}/jobs/create/")
    await usable(page)
    fields = {
        "Job title": TITLE,
        "Company": "Reptile Park",
        "City": "Bergen",
        "Country": "Norway",
        "Description": "You feed them, and keep the *programs* that count them.",
        "Requirements": "Calm hands.",
        "Link": "https://park.example/keeper",
        "E-mail": "park@example.org",
    }
    for label, text in fields.items():
        await page.get_by_label(label, exact=True).first.fill(text)
    await page.get_by_label("Category", exact=True).select_option(index=1)
    await press(page, "Preview")
    await page.wait_for_url("**/preview/")
    await usable(page)
    return page.url


async def decide(page: Page, desk: str, button: str, text: str = "") -> None:
    """Open a job on the desk, say something and press a button."""
    await page.goto(desk)
    if text:
        await page.get_by_label("To the poster").fill(text)
    await press(page, button)


async def test_from_a_draft_to_the_board_to_its_end_and_on(site: Site, browser: Browser) -> None:
    home = site.gateways[0]
    names = [await hire(site, "ada"), *[await hire(site, n, group=GROUP) for n in ("bo", "cy")]]
    async with (
        looking(browser, phone=True, dark=True) as poster,
        looking(browser) as one,
        looking(browser, scripts=False) as two,
    ):
        for page, name in zip((poster, one, two), names, strict=True):
            await enter(page, home, name)
        preview = await post(poster, home)
        number = preview.split("/")[-3]
        desk, job = f"{home}/jobs/review/{number}/", f"{home}/jobs/{number}/"
        await press(poster, "Send it to review")
        assert "Thank you" in await poster.title()

        # The first takes it; the second sees that, and is kept from deciding.
        await one.goto(f"{home}/jobs/review/")
        await usable(one)
        await one.get_by_role("button", name=f"Take it {TITLE}").click()
        await one.wait_for_url(desk)
        await usable(one)
        await decide(two, desk, "Reject", "Not with snakes.")
        assert "looks at this job until" in await two.locator("main").inner_text()
        await decide(one, desk, "Ask the poster", "Which snakes?")
        await poster.goto(preview)
        assert "Which snakes?" in await poster.locator("main").inner_text()
        await poster.get_by_label("Tell the reviewers something").fill("Pythons, of course.")
        await press(poster, "Send the comment")

        # A canned reply goes out without a script, too.
        await two.goto(desk)
        assert "Pythons, of course." in await two.locator("main").inner_text()
        await two.get_by_label("Canned reply").select_option(index=1)
        await press(two, "Reject")
        await poster.goto(f"{home}/jobs/mine/")
        await usable(poster)
        assert "not listed" in await poster.locator("main").inner_text()

        await poster.goto(f"{home}/jobs/{number}/edit/")
        await poster.get_by_label("Requirements", exact=True).fill("Calm hands, and Python.")
        await press(poster, "Save")
        await press(poster, "Send it to review")

        # Both have it open; the one who is late is told, and sees how it is now.
        await one.goto(desk)
        await decide(two, desk, "Approve")
        await one.get_by_label("To the poster").fill("No.")
        await press(one, "Reject")
        assert "Another reviewer was first" in await one.locator("main").inner_text()

        async def listed() -> bool:
            answer = await one.goto(job)
            return answer is not None and TITLE in await one.title()

        await until(listed, timeout=20, message="the job is on the board")
        await usable(one)
        await ends(site, number)
        await poster.goto(preview)
        assert "expired" in await poster.locator("main").inner_text()
        await press(poster, "Extend")
        await press(poster, "Extend it")
        assert "on the board" in await poster.locator("main").inner_text()
        await until(listed, timeout=20, message="the job is back on the board")


async def ends(site: Site, number: str) -> None:
    """Let the time of a job be over, and the clock come by."""
    connection = await asyncpg.connect(site.database("jobs"))
    try:
        statement = "UPDATE job SET expires = now() - interval '1 minute' WHERE id = $1"
        await connection.execute(statement, int(number))
    finally:
        await connection.close()
    command(site.database("jobs"), "run", "expire-jobs")

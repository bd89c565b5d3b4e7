"""Somebody comes with an account elsewhere, and comes again."""

from __future__ import annotations

import secrets

import pytest
from browsing import hindrances, looking
from elsewhere import Elsewhere, person
from playwright.async_api import Browser, Page, expect
from running import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

#: Milliseconds: what is looked for comes when the machine comes to it.
expect.set_options(timeout=30_000)


async def go(page: Page, provider: Elsewhere, decision: str = "Sign in") -> None:
    """Press the button of the provider, and say there who one is."""
    await page.get_by_role("button", name="Continue with Example ID").click()
    await page.wait_for_url(f"{provider.issuer}/**")
    await page.get_by_role("button", name=decision).click()


async def test_there_and_back(site: Site, provider: Elsewhere, browser: Browser) -> None:
    home, name = site.environment("gateway")["PYDOTORG_PUBLIC_URL"], f"octo-{secrets.token_hex(4)}"
    provider.people = {name: person(username=name)}
    async with looking(browser, phone=True) as page:
        await page.goto(f"{home}/accounts/signup/")
        assert await hindrances(page) == []
        await go(page, provider, "Cancel")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Nobody was signed in")

        await page.goto(f"{home}/accounts/login/?next=/accounts/social/connections/")
        await go(page, provider)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign up with Example ID")
        await expect(page.get_by_label("User name")).to_have_value(name)
        assert await hindrances(page) == []
        await page.get_by_role("button", name="Sign up", exact=True).click()
        await page.wait_for_url(f"{home}/accounts/social/connections/")
        await expect(page.get_by_role("main")).to_contain_text(name)
        assert await hindrances(page) == []

        await page.goto(f"{home}/accounts/logout/")
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url(f"{home}/")
        await page.goto(f"{home}/accounts/login/?next=/users/edit/")
        await go(page, provider)
        await page.wait_for_url(f"{home}/users/edit/")
        await expect(page.get_by_label("User name")).to_have_value(name)

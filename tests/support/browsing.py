"""A browser window, and what must be so of every page that is looked at in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize

PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=900)

#: Only what it finds wrong is asked of it: the rest is most of its time.
_WRONG = {"resultTypes": ["violations"]}


@asynccontextmanager
async def looking(
    browser: Browser,
    *,
    agent: str | None = None,
    phone: bool = False,
    dark: bool = False,
    scripts: bool = True,
) -> AsyncIterator[Page]:
    """Open a window with cookies of its own.

    Raises AssertionError at its end where the browser had to say anything in its console but what
    the network answered.
    """
    context = await browser.new_context(
        user_agent=agent,
        viewport=PHONE if phone else DESKTOP,
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        locale="en",
    )
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page
    finally:
        await context.close()
    ours = [text for text in said if "Failed to load resource" not in text]
    assert ours == [], "the browser complains"


async def hindrances(page: Page) -> list[str]:
    """Return what keeps people from using the open page: axe's grave findings, and its width."""
    found = (await Axe().run(page, options=_WRONG)).response["violations"]
    grave = [v["id"] for v in found if v["impact"] in {"serious", "critical"}]
    sideways = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return [*grave, "it scrolls sideways"] if sideways else grave

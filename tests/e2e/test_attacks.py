"""The hostile texts of libs/markup, rendered and shown: nothing of them may run."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog

from markup import MARKUP_TYPES, render

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CORPUS = Path(__file__).parents[2] / "libs" / "markup" / "tests" / "corpus"


def payloads() -> list[str]:
    return [
        text.strip("\n")
        for file in sorted(CORPUS.glob("*.txt"))
        for text in file.read_text(encoding="utf-8").split("\n%%\n")
        if text.strip()
    ]


async def test_the_browser_would_run_what_is_not_cleaned(browser: Browser) -> None:
    """Show that the next test can fail: the raw texts do run."""
    assert await _dialogs(browser, "\n".join(payloads()[:40])) > 0


@pytest.mark.parametrize("kind", sorted(MARKUP_TYPES))
async def test_nothing_runs(browser: Browser, kind: str) -> None:
    found = payloads()
    assert len(found) >= 200
    shown = "\n".join(f"<section>{render(text, kind)}</section>" for text in found)
    assert await _dialogs(browser, shown) == 0


async def _dialogs(browser: Browser, body: str) -> int:
    """Show a page without any policy, touch everything in it, and count what spoke up."""
    context = await browser.new_context(offline=True)
    page = await context.new_page()
    spoken: list[str] = []

    async def heard(dialog: Dialog) -> None:
        spoken.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", heard)
    await page.set_content(f"<!doctype html><title>t</title>{body}", wait_until="commit")
    await page.evaluate(
        """() => {
            for (const element of document.body.querySelectorAll('*')) {
                for (const name of ['mouseover', 'focus', 'click', 'error', 'load', 'toggle']) {
                    const event = new Event(name, { bubbles: true, cancelable: true });
                    event.preventDefault();
                    element.addEventListener('click', (click) => click.preventDefault());
                    element.dispatchEvent(event);
                }
            }
        }"""
    )
    await context.close()
    return len(spoken)

"""What pages weigh in a browser, as the table of docs/pages.md.

    .venv/bin/python tests/performance/weigh.py http://127.0.0.1:8000 / /about/ /downloads/

Of each page: a window of 360 pixels with nothing kept, every byte of the first view, the largest
paint, the layout's shift, and all that axe-core finds, in light and dark.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from typing import Any, Final

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ViewportSize, async_playwright

_WINDOW: Final = ViewportSize(width=360, height=780)
_MEASURE: Final = """() => new Promise((done) => {
  let paint = 0;
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) paint = Math.max(paint, entry.startTime);
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => {
    const sent = [
      ...performance.getEntriesByType("navigation"),
      ...performance.getEntriesByType("resource"),
    ];
    const bytes = sent.reduce((sum, entry) => sum + entry.transferSize, 0);
    const nodes = document.querySelectorAll("*").length;
    done({ requests: sent.length, bytes, nodes, paint: Math.round(paint), shift });
  }, 500);
})"""


async def weigh(browser: Browser, address: str) -> tuple[dict[str, Any], int]:
    """Return the measures of a page, and how many findings of axe there are in light and dark."""
    measures: dict[str, Any] = {}
    findings = 0
    for scheme in ("dark", "light"):
        context = await browser.new_context(
            viewport=_WINDOW, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = await context.new_page()
        await page.goto(address, wait_until="networkidle")
        measures = await page.evaluate(_MEASURE)
        findings += len((await Axe().run(page)).response["violations"])
        await context.close()
    return measures, findings


async def main(site: str, *paths: str) -> None:
    """Print the table."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    _say("| page | requests | bytes | elements | largest paint | layout shift | axe, all rules |")
    _say("| --- | --- | --- | --- | --- | --- | --- |")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for where in paths:
            found, findings = await weigh(browser, site + where)
            _say(
                f"| `{where}` | {found['requests']} | {found['bytes'] / 1000:.1f} kB "
                f"| {found['nodes']} | {found['paint']} ms | {found['shift']:.2g} "
                f"| {findings} findings |"
            )
        await browser.close()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

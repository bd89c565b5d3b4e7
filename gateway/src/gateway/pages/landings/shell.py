"""Python in the browser: /shell/.

The incumbent shows the console of another host in a frame. Here the page leads to it: nothing of
another site runs in pages of this one, and who does not click is told to nobody.
"""

from __future__ import annotations

from gateway.cache.policy import CachePolicy
from gateway.pages.landings.models import ShellPage
from gateway.pages.links import Link
from gateway.web.pages import Page, PageContext, page

_CONSOLE = Link(
    label="Launch the interactive shell",
    href="https://console.python.org/python-dot-org-console/",
    external=True,
)

_OTHERS = (
    Link(
        label="Pyodide",
        href="https://pyodide.org/en/stable/console.html",
        text="CPython compiled for the browser; it runs on your own machine",
        external=True,
    ),
    Link(
        label="JupyterLab",
        href="https://jupyter.org/try-jupyter/lab/",
        text="notebooks with text, code and pictures, also on your own machine",
        external=True,
    ),
    Link(
        label="PyScript",
        href="https://pyscript.com/",
        text="web pages with Python in them",
        external=True,
    ),
)


@page("/shell/", name="shell", cache=CachePolicy(fresh=86400))
async def shell(ctx: PageContext) -> Page:
    """Lead to a console that needs no installation."""
    return ctx.render("landings/shell.html", ShellPage(console=_CONSOLE, others=_OTHERS))

"""The style guide: /inner/, every component once, with a form that goes through the guard."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contracts.base import Line, Text
from gateway.pages.downloads.models import DownloadLink, Hero, Option, ReleaseRow, SystemChoice
from gateway.pages.links import Link
from gateway.pages.models import StyleGuide
from gateway.web.forms import FormRoute, FormState
from gateway.web.pages import Page, PageContext

TEMPLATE = "styleguide.html"

_TOPICS = {"site": "The site", "python": "Python", "else": "Something else"}


def _check_address(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise ValueError("This does not look like an address: name@example.org")
    return text


class DemoForm(BaseModel):
    """The demo form: one field of each kind. Nothing is done with what it says."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    email: Annotated[Line, Field(max_length=254), AfterValidator(_check_address)] = ""
    topic: Literal["site", "python", "else"] = "site"
    message: Annotated[Text, Field(max_length=1000)] = ""
    send_copy: bool = False


_FILE = DownloadLink(
    label="Download Python 3.15.0",
    href="#hero",
    detail="Windows installer (64-bit), 28.6 MB",
    file_name="python-3.15.0-amd64.exe",
)

_HERO = Hero(
    system="windows",
    heading="Download the latest version for Windows",
    primary=_FILE,
    also_text="For other processors:",
    also=(
        DownloadLink(label="ARM64", href="#hero"),
        DownloadLink(label="32-bit", href="#hero"),
    ),
    choices=tuple(
        SystemChoice(key=key, label=label, href="#cards", download=_FILE)
        for key, label in (("windows", "Windows"), ("macos", "macOS"), ("source", "Source code"))
    ),
    release=Link(label="Python 3.15.0", href="#hero"),
    prerelease=Link(label="Pre-releases", href="#hero"),
    docker=Link(label="Docker images", href="https://hub.docker.com/_/python", external=True),
)

_ROWS = (
    ReleaseRow(
        name="Python 3.16.0a1",
        href="/inner/",
        number="3.16.0a1",
        released=date(2026, 10, 20),
        pre_release=True,
    ),
    ReleaseRow(
        name="Python 3.15.0",
        href="/inner/",
        number="3.15.0",
        released=date(2026, 10, 9),
        notes=Link(label="Release notes of Python 3.15.0", href="#tables"),
    ),
    ReleaseRow(name="Python 3.14.8", href="/inner/", number="3.14.8", released=date(2026, 9, 30)),
)


async def _show(ctx: PageContext, form: FormState) -> Page:
    """Show every component, and the form as it stands."""
    chosen = form.values.get("topic", "site")
    return ctx.render(
        TEMPLATE, StyleGuide(hero=_HERO, rows=_ROWS, topics=_topics(chosen), form=form)
    )


async def _accept(ctx: PageContext, sent: DemoForm) -> Page:
    """Show what was understood."""
    return ctx.render(
        TEMPLATE,
        StyleGuide(
            hero=_HERO,
            rows=_ROWS,
            topics=_topics(sent.topic),
            form=None,
            submitted=(
                ("Name", sent.name),
                ("E-mail", sent.email or "none"),
                ("About", _TOPICS[sent.topic]),
                ("Message", sent.message or "none"),
                ("Copy", "yes" if sent.send_copy else "no"),
            ),
        ),
    )


def _topics(chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value=value, label=label, selected=value == chosen)
        for value, label in _TOPICS.items()
    )


guide = FormRoute(
    "/inner/",
    name="styleguide",
    model=DemoForm,
    show=_show,
    accept=_accept,
    limit="30/hour",
)

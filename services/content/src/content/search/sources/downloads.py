"""Releases and systems of the downloads service."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.downloads.events import OperatingSystemRef, ReleaseRef
from contracts.events import Event


def release(event: Event) -> Document | None:
    """Make a document of a published release."""
    told = event.read(ReleaseRef).release
    if told is None:
        return None
    names = [f"download {told.name}"]
    if told.number:
        names.append(told.number)
        if not told.pre_release:
            # Who asks for a series wants its releases, the newest of them first.
            names.append(told.series)
    lines = (told.series, f"Python {told.major}" if told.series else "", "release", "download")
    boost = 1.0
    if told.is_latest:
        boost *= 1.6
    if told.pre_release:
        boost *= 0.7
    if not told.show_on_download_page:
        boost *= 0.9
    text = text_of(told.content_html)
    kind = "a pre-release" if told.pre_release else "a release"
    return Document(
        key=key_of("downloads", event.subject),
        kind="release",
        title=told.name,
        url=f"/downloads/release/{told.slug}/",
        names=tuple(names),
        keywords=tuple(line for line in lines if line),
        summary=""
        if text
        else f"{told.name}, {kind} of {told.release_date:%-d %B %Y}: files and release notes.",
        text=text,
        facts=_facts(latest=told.is_latest, pre_release=told.pre_release),
        date=told.release_date,
        boost=boost,
        ages=True,
    )


def _facts(*, latest: bool, pre_release: bool) -> tuple[str, ...]:
    if latest:
        return ("Latest",)
    return ("Pre-release",) if pre_release else ()


#: What people call the systems that have files here, beside their names.
_CALLED: Final = {
    "source": ("source", "source code", "tarball", "source tarball"),
    "other": ("other platforms", "other systems"),
}


def system(event: Event) -> Document | None:
    """Make a document of the page with the downloads for one system."""
    told = event.read(OperatingSystemRef).operating_system
    if told is None:
        return None
    called = _CALLED.get(told.slug, (told.name,))
    shown = {"source": "Source downloads", "other": "Downloads for other platforms"}
    return Document(
        key=key_of("downloads", event.subject),
        kind="download",
        title=shown.get(told.slug, f"Python for {told.name}"),
        url=f"/downloads/{told.slug}/",
        names=tuple(
            form.format(name)
            for name in called
            for form in (
                "{}",
                "download {}",
                "{} download",
                "install {}",
                "{} installer",
                "{} downloads",
            )
        ),
        keywords=("download", "install", "installer", "files", "releases"),
        summary=f"Every release with files for {told.name}, stable and pre-releases, newest first."
        if told.slug not in _CALLED
        else "Every release with these files, stable and pre-releases, newest first.",
        boost=1.5,
    )


FEEDS: Final = (
    Feed(
        name="content-search-releases",
        subjects=("downloads.release.*",),
        entity="releases",
        read=release,
    ),
    Feed(
        name="content-search-systems",
        subjects=("downloads.operating_system.*",),
        entity="operating-systems",
        read=system,
    ),
)

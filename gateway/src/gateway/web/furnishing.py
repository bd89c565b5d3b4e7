"""Keeps what the frame of every page is made of: in memory, asked for when an event changes it.

The frame never disappears. A gateway that starts has the tree it was shipped with, then what the
replicas last kept in Valkey, then what the services say; where a service does not answer, what was
known of it stays. Frames are built from memory alone: no page waits for one.

What changed is on all pages, so they have the surrogate key `navigation`, and it is dropped once
the new frame is there, not when the event comes: a page composed in between would keep the old one.
Copies in Valkey carry the fingerprint of the frame they were composed in. A replica that hears of a
change a little later cannot give the others a page in the old frame as a fresh one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog
from pydantic import BaseModel, ValidationError

from contracts.content.banners import Banner
from contracts.content.menus import Navigation
from gateway.backends.errors import BackendError
from gateway.pages.blogs import latest as news
from gateway.pages.events.upcoming import in_menu
from gateway.pages.frame import ALONE, Frames, Furniture, box_label
from gateway.pages.navigation import LIVE, WRITTEN
from gateway.pages.stories import featured

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from contracts.content.blogs import BlogEntry
    from contracts.content.stories import StorySummary
    from contracts.downloads.dto import LatestReleases
    from contracts.events import Event
    from contracts.events.dto import Occurrence
    from gateway.backends import Backends
    from gateway.cache.valkey import ValkeyCache
    from gateway.pages.frame import Frame

#: The surrogate key of every page that has the frame around it.
KEY: Final = "navigation"
#: Seconds after which all of it is asked for again: a bound on what an event nobody sent leaves.
_BOUND: Final = 300.0
#: The same while events are not heard, and after a part could not be had.
_UNHEARD: Final = 5.0
_RETRY: Final = 1.0
#: Seconds between two rounds of questions, however many events come.
_PAUSE: Final = 0.1
_NAME: Final = "gateway:frame"
_PARTS: Final = frozenset({"navigation", "boxes", "banners", "latest", "events", "news", "stories"})
#: Which part an event changes, by the beginning of its type.
_CHANGED: Final[tuple[tuple[str, str], ...]] = (
    ("content.menu.", "navigation"),
    ("content.box.", "boxes"),
    ("content.banner.", "banners"),
    ("content.blog_entry.", "news"),
    ("content.story.", "stories"),
    ("downloads.release.", "latest"),
    ("downloads.release_file.", "latest"),
    ("downloads.operating_system.", "latest"),
    ("events.event.", "events"),
    ("events.location.", "events"),
)

#: Sections whose box is made of data.
_MADE: Final = frozenset({"downloads", "events", "news", "success-stories"})

type Change = Callable[[Furniture], Furniture]
type Question = Callable[[], Awaitable[Change]]

_log = structlog.get_logger("gateway.frame")


@dataclass(frozen=True, slots=True)
class Cells:
    """Make the boxes of menus, as safe HTML; empty where there is nothing to show."""

    downloads: Callable[[LatestReleases], str]
    events: Callable[[list[Occurrence]], str]
    news: Callable[[list[BlogEntry]], str]
    stories: Callable[[StorySummary | None], str]


class _Kept(BaseModel):
    """The furniture as Valkey has it."""

    navigation: Navigation
    boxes: dict[str, str]
    banners: tuple[Banner, ...]


class Furnishing:
    """Holds the frames of this replica.

    Args:
        backends: Whom to ask.
        shared: Where the replicas keep the last good copy, or None.
        heard: Whether events reach this process now.
        changed: Makes pages with the frame old; called after every change, with its fingerprint.
        cells: Make the boxes of the menus of downloads, events, news and stories.
    """

    def __init__(
        self,
        backends: Backends,
        shared: ValkeyCache | None,
        heard: Callable[[], bool],
        changed: Callable[[str], Awaitable[None]],
        cells: Cells,
    ) -> None:
        self._backends = backends
        self._shared = shared
        self._heard = heard
        self._changed = changed
        self._cells = cells
        # What leads to pages that editors write is shown where there is a service that has them.
        self._live = LIVE if backends.content is None else WRITTEN
        self._frames = Frames(ALONE.furniture, self._live)
        self._dirty = set(_PARTS)
        self._away: set[str] = set()
        self._wake = asyncio.Event()
        self._mark()

    @property
    def furniture(self) -> Furniture:
        """What frames are built from now."""
        return self._frames.furniture

    def frame(self, path: str) -> Frame:
        """Return the frame of the page at a path."""
        return self._frames.build(path)

    async def drop(self, event: Event) -> None:
        """Have the part asked for again that an event changes."""
        for beginning, part in _CHANGED:
            if event.type.startswith(beginning):
                self._dirty.add(part)
                self._wake.set()

    def doubt(self) -> None:
        """Have everything asked for again; until it comes, what is known stays."""
        self._dirty.update(_PARTS)
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the frame up to date for the length of the block; waits for nobody."""
        task = asyncio.create_task(self._run(), name="furnishing")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        if self._shared is not None and (kept := await self._shared.read(_NAME)) is not None:
            with contextlib.suppress(ValidationError):
                found = _Kept.model_validate_json(kept)
                await self._put(
                    Furniture(navigation=found.navigation, boxes=found.boxes, banners=found.banners)
                )
        while True:
            self._wake.clear()
            whole = await self._ask()
            pause = (_BOUND if self._heard() else _UNHEARD) if whole else _RETRY
            await asyncio.sleep(_PAUSE)
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                self._dirty.update(_PARTS)

    async def _ask(self) -> bool:
        """Ask for what changed; returns whether all of it came."""
        wanted, self._dirty = self._dirty, set()
        asking = {name: ask for name, ask in self._questions().items() if name in wanted}
        changes = await asyncio.gather(*(self._one(name, ask) for name, ask in asking.items()))
        new = self.furniture
        for name, change in zip(asking, changes, strict=True):
            if change is None:
                self._dirty.add(name)
            else:
                new = change(new)
        if new.fingerprint != self.furniture.fingerprint:
            await self._put(new)
            await self._keep(new)
        return None not in changes

    def _questions(self) -> Mapping[str, Question]:
        content, downloads = self._backends.content, self._backends.downloads
        events = self._backends.events

        async def latest() -> Change:
            cell = self._cells.downloads(await downloads.latest())
            return lambda old: _boxed(old, {box_label("downloads"): cell})

        async def upcoming() -> Change:
            cell = self._cells.events(await in_menu(events)) if events else ""
            return lambda old: _boxed(old, {box_label("events"): cell})

        if content is None:
            return {"latest": latest, "events": upcoming}

        async def navigation() -> Change:
            found = await content.navigation()
            # A service whose tree was never filled has none to show.
            return lambda old: replace(old, navigation=found) if found.version else old

        async def banners() -> Change:
            found = tuple(await content.banners())
            return lambda old: replace(old, banners=found)

        async def told() -> Change:
            cell = self._cells.news(await news.in_menu(content))
            return lambda old: _boxed(old, {box_label("news"): cell})

        async def story() -> Change:
            cell = self._cells.stories(await featured.in_menu(content))
            return lambda old: _boxed(old, {box_label("success-stories"): cell})

        async def boxes() -> Change:
            labels = self._labels()
            found = await content.boxes(*labels)
            texts = {one: found[one].content_html if one in found else "" for one in labels}
            return lambda old: _boxed(old, texts)

        return {
            "navigation": navigation,
            "boxes": boxes,
            "banners": banners,
            "latest": latest,
            "events": upcoming,
            "news": told,
            "stories": story,
        }

    def _labels(self) -> tuple[str, ...]:
        """Return the labels of the boxes in section menus that somebody writes."""
        tabs = self.furniture.navigation.roots
        sections = {node.alias for root in tabs for node in root.children if node.alias}
        return tuple(sorted(box_label(alias) for alias in sections - _MADE))[:50]

    async def _one(self, name: str, ask: Question) -> Change | None:
        try:
            change = await ask()
        except BackendError as error:
            if name not in self._away:
                self._away.add(name)
                _log.warning("frame.part.away", part=name, error=str(error))
            return None
        self._away.discard(name)
        return change

    async def _put(self, new: Furniture) -> None:
        """Build frames of something else from now on, and make pages old that have others."""
        self._frames = Frames(new, self._live)
        self._mark()
        _log.info("frame.changed", version=new.navigation.version, fingerprint=new.fingerprint)
        await self._changed(new.fingerprint)

    def _mark(self) -> None:
        if self._shared is not None:
            self._shared.frame = self.furniture.fingerprint

    async def _keep(self, new: Furniture) -> None:
        if self._shared is None:
            return
        kept = _Kept(navigation=new.navigation, boxes=dict(new.boxes), banners=new.banners)
        await self._shared.write(_NAME, kept.model_dump_json().encode())


def _boxed(old: Furniture, texts: Mapping[str, str]) -> Furniture:
    """Return the furniture with other boxes; an empty text is no box."""
    boxes = {label: html for label, html in {**old.boxes, **texts}.items() if html}
    return replace(old, boxes=boxes)

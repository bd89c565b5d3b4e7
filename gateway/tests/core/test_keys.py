"""Every event of every context that pages are made of drops something, or everything."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.downloads import events
from contracts.events import Event, EventData
from gateway.cache.keys import EVERYTHING, CachePurged, keys_of
from gateway.cache.memory import is_withdrawal, withdrawal

RELEASE = {"id": 1, "slug": "python-3150", "major": 3, "series": "3.15", "is_published": True}


def told(kind: str, data: dict[str, object]) -> Event:
    return Event(
        id=uuid4(),
        source="/downloads",
        type=kind,
        subject="release:1",
        time=datetime.now(UTC),
        aggregateid="1",
        aggregateversion=1,
        data=data,
    )


def release_event(kind: type[EventData], **more: object) -> Event:
    return told(kind.type_name(), {**RELEASE, **more})


@pytest.mark.parametrize("kind", [k for k in events.EVENTS if issubclass(k, events.ReleaseRef)])
def test_a_release_drops_lists_home_itself_and_its_series(kind: type[EventData]) -> None:
    keys = keys_of(release_event(kind, file_id=3, os_slug="windows"))
    assert {"downloads", "home", "release:python-3150", "series:3.15"} <= keys


def test_the_address_it_had_before_is_dropped_too() -> None:
    keys = keys_of(release_event(events.ReleaseUpdated, previous_slugs=["python-315"]))
    assert "release:python-315" in keys


@pytest.mark.parametrize("kind", [events.ReleaseFileUpdated, events.ReleaseFileDeleted])
def test_a_file_drops_the_page_of_its_system(kind: type[EventData]) -> None:
    assert "os:windows" in keys_of(release_event(kind, file_id=3, os_slug="windows"))


def test_a_system_drops_its_page_under_both_names() -> None:
    data: dict[str, object] = {"id": 1, "slug": "windows", "previous_slugs": ["win"]}
    keys = keys_of(told(events.OperatingSystemUpdated.type_name(), data))
    assert {"downloads", "os:windows", "os:win"} <= keys


def test_the_cycle() -> None:
    data: dict[str, object] = {
        "release_cycle": {"as_of": "2026-10-01", "fetched": None, "branches": []}
    }
    assert keys_of(told(events.ReleaseCycleUpdated.type_name(), data)) == {"release-cycle"}


@pytest.mark.parametrize("kind", events.EVENTS)
def test_every_event_of_downloads_is_known(kind: type[EventData]) -> None:
    """One that cannot be read drops everything; so none may be left out by mistake."""
    filled = {
        **RELEASE,
        "file_id": 1,
        "os_slug": "windows",
        "release_cycle": {"as_of": "2026-10-01", "fetched": None, "branches": []},
    }
    assert keys_of(told(kind.type_name(), filled)) != EVERYTHING


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("downloads.release.celebrated.v1", dict(RELEASE)),
        ("downloads.release.published.v2", dict(RELEASE)),
        (events.ReleasePublished.type_name(), {}),
        (events.ReleasePublished.type_name(), {"id": "x"}),
        (CachePurged.type_name(), {"paths": 7}),
    ],
)
def test_what_is_not_understood_may_have_changed_anything(
    kind: str, data: dict[str, object]
) -> None:
    assert keys_of(told(kind, data)) == EVERYTHING


def test_a_purge_over_http() -> None:
    data = CachePurged(paths=("/downloads/",), keys=("home",)).model_dump(mode="json")
    assert keys_of(told(CachePurged.type_name(), data)) == {"path:/downloads/", "home"}


@pytest.mark.parametrize("kind", [events.ReleaseUnpublished, events.ReleaseDeleted])
def test_no_copy_of_a_withdrawn_release_is_left(kind: type[EventData]) -> None:
    keys = keys_of(release_event(kind, previous_slugs=["python-315"]))
    gone = {key for key in keys if is_withdrawal(key)}
    assert gone == {
        withdrawal("release:python-3150"),
        withdrawal("release:python-315"),
        withdrawal("api:downloads"),
    }
    assert not any(is_withdrawal(key) for key in keys_of(release_event(events.ReleaseUpdated)))

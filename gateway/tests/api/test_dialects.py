"""How requests are read and answers are written, rule by rule."""

from __future__ import annotations

import plistlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import yaml  # type: ignore[import-untyped]

from gateway.api.legacy.declaration import Kind
from gateway.api.legacy.downloads import FILE, RELEASE, SYSTEM
from gateway.api.v1 import filters as first
from gateway.api.v1 import formats
from gateway.api.v2 import filters as second
from gateway.api.v2.fields import NotValid, take
from gateway.api.wire import Ask
from gateway.app import create_app
from gateway.settings import Settings
from servicekit.testing import started

RESOURCES = {resource.name: resource for resource in (SYSTEM, RELEASE, FILE)}


async def nothing() -> bytes:
    return b""


def ask(query: str = "", accept: str | None = None) -> Ask:
    pairs = tuple(tuple(part.split("=", 1)) for part in query.split("&") if part)
    return Ask(
        method="GET",
        path="/api/v1/downloads/release/",
        raw_path="/api/v1/downloads/release/",
        query=pairs,  # type: ignore[arg-type] # of two each
        raw_query=query,
        headers={} if accept is None else {b"accept": accept.encode()},
        origin="https://www.python.org",
        read=nothing,
    )


@pytest.mark.parametrize(
    ("accept", "query", "form"),
    [
        (None, "", "json"),
        ("*/*", "", "json"),
        ("text/html", "", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", "xml"),
        ("application/*", "", "json"),
        ("image/png, application/x-plist;q=0.3", "", "plist"),
        ("text/yaml;q=0.5, application/xml;q=0.4", "", "yaml"),
        ("application/xml", "format=yaml", "yaml"),
        ("application/xml", "format=csv", "xml"),
        ("application/xml;q=0", "", "json"),
    ],
)
def test_the_format_of_the_first_api(accept: str | None, query: str, form: str) -> None:
    assert formats.choose(ask(query, accept)) == form


def test_a_header_that_is_none() -> None:
    with pytest.raises(formats.BadAccept):
        formats.choose(ask(accept="foo"))


def test_how_rows_are_written() -> None:
    row = formats.Row({"name": "a <b> & c", "none": None, "flag": True, "number": 3})
    value = {"objects": [row], "meta": {"limit": 1}}
    xml, _ = formats.dump(value, "xml")
    assert xml.decode().partition("\n")[2] == (
        '<response><meta type="hash"><limit type="integer">1</limit></meta>'
        '<objects type="list"><object><flag type="boolean">True</flag><name>a &lt;b&gt; &amp; c'
        '</name><none type="null"/><number type="integer">3</number></object></objects></response>'
    )
    assert yaml.safe_load(formats.dump(value, "yaml")[0]) == value
    assert plistlib.loads(formats.dump({"a": [1, "b"]}, "plist")[0]) == {"a": [1, "b"]}
    assert formats.dump({"downloads/os": {}}, "xml")[1] == "application/json"


@pytest.mark.parametrize(
    ("resource", "query", "said"),
    [
        (RELEASE, "is_latest=true", "The 'is_latest' field does not allow filtering."),
        (RELEASE, "resource_uri=1", "The 'resource_uri' field is not a valid field name"),
        (RELEASE, "name__foo=x", "The 'name' field does not support relations."),
        (RELEASE, "version__in=3", "'in' is not an allowed filter on the 'version' field."),
        (RELEASE, "order_by=name", "The 'name' field does not allow ordering."),
        (
            RELEASE,
            "release_date__gte=2026",
            "'gte' is not an allowed filter on the 'release_date' field.",
        ),
        (
            RELEASE,
            "version=abc",
            "Invalid resource lookup data provided (mismatched type).",
        ),
        (RELEASE, "is_published=", "['“” value must be either True or False.']"),
        (FILE, "release__os=1", "The 'os' field does not allow filtering."),
        (FILE, "os__slug__startswith=w", "The 'slug' field does not support relations."),
    ],
)
def test_what_the_first_api_says_of_a_bad_filter(resource: Any, query: str, said: str) -> None:
    with pytest.raises(first.BadQuery) as caught:
        first.narrowed(resource, ask(query), RESOURCES)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("resource", "query", "found"),
    [
        (RELEASE, "foo=1&version=3&is_published=t", {"major": 3, "is_published": True}),
        (FILE, "release__version=2&os__slug=x", {"release__major": 2, "os__slug": "x"}),
        (FILE, "release__exact=7&os__in=1,2", {"release": 7, "os__in": [1, 2]}),
        (FILE, "release__isnull=false", {}),
        (RELEASE, "version__startswith=", {}),
    ],
)
def test_what_the_first_api_asks_for(resource: Any, query: str, found: dict[str, Any]) -> None:
    assert first.narrowed(resource, ask(query), RESOURCES) == found


@pytest.mark.parametrize(
    "query", ["version=7", "name=none", "version__startswith=x", "slug=" + "x" * 201]
)
def test_what_no_row_can_be(query: str) -> None:
    with pytest.raises(first.NothingMatches):
        first.narrowed(RELEASE, ask(query), RESOURCES)


def test_the_pages_beside() -> None:
    pages = first.Pages.of(ask("foo=1&limit=5&foo=2&offset=10"))
    meta = pages.meta(100)
    assert meta["next"] == "/api/v1/downloads/release/?foo=1&foo=2&limit=5&offset=15"
    assert meta["previous"] == "/api/v1/downloads/release/?foo=1&foo=2&limit=5&offset=5"
    assert first.Pages.of(ask("limit=0")).limit == 1000


def test_filters_of_the_second_api() -> None:
    query, errors = second.narrowed(RELEASE, ask("is_published=maybe&version=100&limit=1"))
    assert (query, errors) == ({"major": 100}, {})
    _, errors = second.narrowed(RELEASE, ask("version=x&release_date=y"))
    assert errors == {
        "version": ["Select a valid choice. x is not one of the available choices."],
        "release_date": ["Enter a valid date/time."],
    }
    with pytest.raises(second.BadQuery) as caught:
        second.narrowed(FILE, ask("limit=1&a__b__c=2"))
    assert caught.value.errors == {
        "error": [
            "'exact' is not an allowed filter on the 'limit' field.",
            "'c' is not an allowed filter on the 'a__b' field.",
        ]
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("name", None, "This field may not be null."),
        ("name", " ", "This field may not be blank."),
        ("name", ["x"], "Not a valid string."),
        ("version", True, '"True" is not a valid choice.'),
        ("is_latest", "maybe", "Must be a valid boolean."),
        ("release_notes_url", "nourl", "Enter a valid URL."),
        ("release_page", "x", "Invalid hyperlink - No URL match."),
        ("release_page", "/api/v2/downloads/os/1/", "Invalid hyperlink - Incorrect URL match."),
        ("release_page", 5, "Incorrect type. Expected URL string, received int."),
    ],
)
def test_what_the_second_api_says_of_a_bad_value(name: str, value: object, said: str) -> None:
    field = RELEASE.field_of(name)
    assert field is not None
    with pytest.raises(NotValid) as caught:
        take(field, value)
    assert caught.value.messages == [said]


def test_values_of_the_second_api() -> None:
    fields = {field.name: field for field in (*RELEASE.writable, *FILE.writable)}
    assert take(fields["version"], "3") == 3
    assert take(fields["is_latest"], "yes") is True
    assert take(fields["os"], "http://any/api/v2/downloads/os/7.json") == 7
    assert take(fields["release_date"], "2026-11-01") == "2026-11-01T00:00:00+00:00"
    assert fields["os"].kind is Kind.RELATION


# --- when the service is away ---


@pytest_asyncio.fixture
async def alone() -> AsyncIterator[httpx.AsyncClient]:
    """A gateway with nothing behind it."""
    app = create_app(
        Settings.model_validate(
            {
                "environment": "test",
                "downloads_url": "http://127.0.0.1:9",
                "nats_url": "nats://127.0.0.1:9",
            }
        )
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type] # Litestar types it narrower
    async with (
        started(app),
        httpx.AsyncClient(transport=transport, base_url="https://site") as client,
    ):
        yield client


async def test_each_dialect_says_that_a_service_is_away(alone: httpx.AsyncClient) -> None:
    for path, key in (
        ("/api/v1/downloads/os/", "error_message"),
        ("/api/v2/downloads/os/", "detail"),
        ("/api/v2/downloads/operating-systems", "extra"),
    ):
        answer = await alone.get(path)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert key in answer.json()
    assert (await alone.get("/api/v1/")).status_code == 200
    assert (await alone.get("/api/v2/")).status_code == 200


async def test_a_body_that_is_too_large(alone: httpx.AsyncClient) -> None:
    """Nobody reads it: who has no key is refused before."""
    answer = await alone.post("/api/v2/downloads/release/", content=b"x" * 2_000_000)
    assert answer.status_code == 401

"""The addresses that the content service refuses are those at which the gateway itself answers."""

from __future__ import annotations

from litestar.routes import HTTPRoute

from contracts.content.taken import ADDRESSES, BELOW, PREFIXES, is_taken
from gateway.app import create_app
from gateway.settings import Settings

#: Answered by the gateway before its router: files, and what leads to them.
AT_THE_EDGE = {"static", "images", "ftp"}
#: Where a page of an editor answers if the route has nothing: an old address of a release.
SHARED = {"download/releases/{version:str}"}


def test_the_list_is_the_route_table(signing_key: str) -> None:
    settings = Settings.model_validate(
        {
            "environment": "test",
            "downloads_url": "http://127.0.0.1:9",
            "identity_url": "http://127.0.0.1:9",
            "content_url": "http://127.0.0.1:9",
            "signing_key": signing_key,
            "form_key": "k" * 32,
        }
    )
    app = create_app(settings)
    paths = {route.path.strip("/") for route in app.routes if isinstance(route, HTTPRoute)} - SHARED
    # Of a route with a parameter everything before it counts.
    known = {path.partition("/{")[0] for path in paths}
    assert not {path for path in known if path and not is_taken(path)}
    assert not {one for one in ADDRESSES if one not in known}, "no route answers there any more"
    assert known >= BELOW, "no route answers there any more"
    first = {path.partition("/")[0] for path in known}
    assert first | AT_THE_EDGE >= PREFIXES, "no route answers below that any more"
    assert not {one for one in ADDRESSES if one.partition("/")[0] in PREFIXES}

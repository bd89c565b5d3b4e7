"""An address for every route of the gateway, and the form that each takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gateway.pages.routes import PAGES
from gateway.web.forms import FormRoute

#: What stands in a path, unless it is somebody's own.
VALUES: Final[Mapping[str, str]] = {
    "/admin/{service:str}/{resource:str}": "/admin/identity/user",
    "/downloads/latest/{which:str}": "/downloads/latest/python3",
    "/downloads/release/{slug:str}": "/downloads/release/python-3150",
    "/downloads/{slug:str}": "/downloads/windows",
    "/getit/release/{slug:str}": "/getit/release/python-3150",
    "/getit/{slug:str}": "/getit/windows",
    "{version:str}": "3.15.0",
    "{year:str}": "2026",
    "{month:str}": "11",
    "{week:str}": "48",
    "{day:str}": "23",
    "/banners/{number:int}/dismiss": "/banners/987654/dismiss/",
    "{rest:path}": "/downloads/release_file/987654/",
    "{pk:str}": "1",
    "{which:str}": "python3",
    "{slug:str}": "python-3150",
}
_SECRET: Final = "A" * 43
_DECLARED: Final = {
    path.rstrip("/"): path
    for route in PAGES
    for path in ((route.path,) if isinstance(route, FormRoute) else route.paths)
}
_FORMS: Final = {route.path: route for route in PAGES if isinstance(route, FormRoute)}


def declared(path: str) -> str:
    """Return the path of a route as it was declared: the application drops the final slash."""
    if path.startswith("/admin"):
        return path if "." in path else f"{path}/"
    return _DECLARED.get(path.rstrip("/"), path)


def address(path: str, *, username: str, user: int) -> str:
    """Return a path with values in it: of a page about somebody, those of this user."""
    path = declared(path)
    for pattern, value in VALUES.items():
        path = path.replace(pattern, value)
    path = path.replace("{username:str}", username)
    key = str(user) if path.startswith("/admin/") else _SECRET
    return re.sub(r"\{\w+:str\}", "nothing", path.replace("{key:str}", key)).replace("//", "/")


def form_of(path: str, user: int, session: str) -> str:
    """Return the name that the token of a form at a route is for."""
    known = _FORMS.get(declared(path))
    return known.name if known else f"admin:{user}:{session}"

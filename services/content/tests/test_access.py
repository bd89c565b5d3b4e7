"""Who may call what: a walk of the route table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar

from servicekit import access
from servicekit.testing import Api, Rows

EXPORT = ("system.export",)
PREVIEW = ("content.change_page", "content.view_page")


def _writes(base: str, thing: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the three usual writes of a domain ask for."""
    return {
        ("POST", base): (f"content.add_{thing}",),
        ("PUT", f"{base}/{{id:int}}"): (f"content.change_{thing}",),
        ("DELETE", f"{base}/{{id:int}}"): (f"content.delete_{thing}",),
    }


#: What each route asks for; an empty tuple is open to everybody. A new route needs a line.
EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/media-files"): ("content.view_mediafile",),
    ("GET", "/media-files/{id:int}"): ("content.view_mediafile",),
    ("POST", "/media-files"): ("content.add_mediafile",),
    ("PUT", "/media-files/{id:int}"): ("content.change_mediafile",),
    ("DELETE", "/media-files/{id:int}"): ("content.delete_mediafile",),
    ("GET", "/internal/export/media-files"): ("system.export",),
    ("GET", "/audit"): ("content.view_audit",),
    ("GET", "/search"): (),
    ("GET", "/synonyms"): ("content.view_synonym",),
    ("GET", "/synonyms/{id:int}"): ("content.view_synonym",),
    **_writes("/synonyms", "synonym"),
    ("GET", "/internal/export/synonyms"): EXPORT,
    ("GET", "/search/suggestions"): (),
    ("GET", "/banners"): ("content.view_banner",),
    ("GET", "/banners/current"): (),
    ("GET", "/banners/{id:int}"): ("content.view_banner",),
    **_writes("/banners", "banner"),
    ("GET", "/stories"): (),
    ("GET", "/stories/{id:int}"): (),
    ("GET", "/stories/by-slug/{slug:str}"): (),
    **_writes("/stories", "story"),
    ("GET", "/story-categories"): (),
    ("GET", "/story-categories/{slug:str}"): (),
    **_writes("/story-categories", "storycategory"),
    ("GET", "/internal/export/stories"): EXPORT,
    ("GET", "/internal/export/story-categories"): EXPORT,
    ("GET", "/blog-feeds"): (),
    ("GET", "/blog-feeds/{id:int}"): (),
    **_writes("/blog-feeds", "blogfeed"),
    ("GET", "/blog-aggregates"): (),
    ("GET", "/blog-aggregates/{slug:str}"): (),
    **_writes("/blog-aggregates", "blogaggregate"),
    ("GET", "/blog-entries"): (),
    ("GET", "/blog-entries/{id:int}"): (),
    **_writes("/blog-entries", "blogentry"),
    ("GET", "/related-blogs"): (),
    ("GET", "/related-blogs/{id:int}"): (),
    **_writes("/related-blogs", "relatedblog"),
    ("GET", "/internal/export/blog-feeds"): EXPORT,
    ("GET", "/internal/export/blog-aggregates"): EXPORT,
    ("GET", "/internal/export/blog-entries"): EXPORT,
    ("GET", "/internal/export/related-blogs"): EXPORT,
    ("GET", "/companies"): (),
    ("GET", "/companies/letters"): (),
    ("GET", "/companies/by-slug/{slug:str}"): (),
    ("GET", "/companies/{id:int}"): ("content.view_company",),
    **_writes("/companies", "company"),
    ("GET", "/internal/export/companies"): EXPORT,
    ("GET", "/code-samples"): (),
    ("GET", "/code-samples/{id:int}"): (),
    **_writes("/code-samples", "codesample"),
    ("GET", "/internal/export/code-samples"): EXPORT,
    ("GET", "/minutes"): (),
    ("GET", "/minutes/texts"): (),
    ("GET", "/minutes/years"): (),
    ("GET", "/minutes/on/{day:str}"): (),
    ("GET", "/minutes/{id:int}"): (),
    **_writes("/minutes", "minutes"),
    ("GET", "/internal/export/minutes"): EXPORT,
    ("GET", "/work-groups"): (),
    ("GET", "/work-groups/by-slug/{slug:str}"): (),
    ("GET", "/work-groups/{id:int}"): (),
    **_writes("/work-groups", "workgroup"),
    ("GET", "/internal/export/work-groups"): EXPORT,
    ("GET", "/posts"): (),
    ("GET", "/posts/{id:int}"): (),
    **_writes("/posts", "post"),
    ("GET", "/internal/export/posts"): EXPORT,
    ("GET", "/boxes"): (),
    ("GET", "/boxes/by-label"): (),
    ("GET", "/boxes/{id:int}"): (),
    **_writes("/boxes", "box"),
    ("GET", "/navigation"): (),
    ("GET", "/menu-items"): ("content.view_menuitem",),
    ("GET", "/menu-items/{id:int}"): ("content.view_menuitem",),
    ("POST", "/menu-items/{id:int}/move"): ("content.change_menuitem",),
    **_writes("/menu-items", "menuitem"),
    ("GET", "/internal/export/banners"): EXPORT,
    ("GET", "/internal/export/boxes"): EXPORT,
    ("GET", "/internal/export/menu"): EXPORT,
    ("GET", "/pages"): (),
    ("GET", "/pages/texts"): (),
    ("GET", "/pages/{id:int}"): (),
    **_writes("/pages", "page"),
    ("POST", "/pages/{id:int}/publish"): ("pages.can_edit_pages",),
    ("POST", "/pages/{id:int}/unpublish"): ("pages.can_edit_pages",),
    ("GET", "/pages/{id:int}/revisions"): ("content.view_page",),
    ("GET", "/pages/{id:int}/revisions/{number:int}"): ("content.view_page",),
    ("GET", "/pages/{id:int}/revisions/{number:int}/diff/{other:int}"): ("content.view_page",),
    ("POST", "/pages/{id:int}/revisions/{number:int}/restore"): ("content.change_page",),
    ("GET", "/pages/{id:int}/previews"): PREVIEW,
    ("POST", "/pages/{id:int}/previews"): PREVIEW,
    ("DELETE", "/pages/{id:int}/previews/{preview_id:int}"): PREVIEW,
    ("GET", "/previews/{token:str}"): (),
    ("GET", "/internal/export/pages"): EXPORT,
    ("GET", "/redirects"): (),
    ("GET", "/redirects/{id:int}"): (),
    **_writes("/redirects", "redirect"),
    ("GET", "/internal/export/redirects"): EXPORT,
    ("GET", "/resolve"): (),
}
#: What is each caller's own: a token is needed, and no permission.
OWN = {
    ("GET", "/story-submissions"),
    ("GET", "/story-submissions/{id:int}"),
    ("POST", "/story-submissions"),
    ("PUT", "/story-submissions/{id:int}"),
    ("POST", "/story-submissions/{id:int}/withdraw"),
}
#: A body that is valid, by the beginning of the address, so that only the permission decides.
BODIES: dict[str, dict[str, Any]] = {
    "/banners": {"title": "Go", "message": "Hi", "link": "/"},
    "/stories": {
        "name": "Other",
        "category_id": 1,
        "company_name": "A",
        "author": "A",
        "content": "A",
        "is_published": True,
    },
    "/story-categories": {"name": "Other"},
    "/blog-feeds": {
        "name": "Other",
        "website_url": "https://b.example/",
        "feed_url": "https://b.example/feed",
    },
    "/blog-aggregates": {"name": "Other"},
    "/blog-entries": {
        "feed_id": 1,
        "title": "Other",
        "url": "https://b.example/2",
        "pub_date": "2026-01-01T00:00:00Z",
    },
    "/related-blogs": {
        "name": "Other",
        "blog_url": "https://c.example/",
        "feed_url": "https://c.example/feed",
    },
    "/boxes": {"label": "other"},
    "/companies": {"name": "Other"},
    "/posts": {"title": "Other"},
    "/work-groups": {"name": "Other", "purpose": "a", "communication": "b"},
    "/minutes": {"date": "2024-05-01"},
    "/code-samples": {"title": "Other", "code": ">>> 1"},
    "/media-files/{id:int}": {"folder": "a", "description": "other"},
    "/media-files": {"folder": "a", "file": {"name": "b.txt", "data": "Yg=="}},
    "/menu-items/{id:int}/move": {"step": "up"},
    "/menu-items": {"title": "other", "alias": "other"},
    "/pages/{id:int}/previews": {},
    "/pages": {"title": "Other", "path": "about/other"},
    "/redirects": {"old_path": "/old", "target": "/new/"},
    "/synonyms": {"words": ["one", "other"]},
}
QUERIES: dict[str, str] = {"/boxes/by-label": "?label=welcome", "/resolve": "?path=/about/apps/"}
#: What is open, and where there is nothing for strangers: a draft, a token.
HIDDEN = {
    "/pages/{id:int}",
    "/previews/{token:str}",
    "/companies/by-slug/{slug:str}",
    "/code-samples/{id:int}",
    "/posts/{id:int}",
    "/work-groups/{id:int}",
    "/work-groups/by-slug/{slug:str}",
    "/minutes/{id:int}",
    "/minutes/on/{day:str}",
}


def ours(app: Litestar) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the service's own routes declare; those of the admin follow its resources."""
    kit = ("/schema", "/livez", "/readyz", "/metrics", "/internal/", "/admin-api")
    return {
        key: () if rule.open else rule.permissions
        for key, rule in access.rules(app.routes).items()
        if key[0] != "OPTIONS" and (not key[1].startswith(kit) or "/export/" in key[1])
    }


def concrete(path: str) -> str:
    return re.sub(r"\{\w+:(int|str)\}", "1", path) + QUERIES.get(path, "")


def sent(method: str, path: str) -> dict[str, Any]:
    if method not in {"POST", "PUT"}:
        return {}
    return {"json": next(body for base, body in BODIES.items() if path.startswith(base))}


def test_every_route_is_listed(app: Litestar) -> None:
    assert ours(app) == EXPECTED | dict.fromkeys(OWN, ())


async def test_what_is_own_needs_a_user(api: Api, rows: Rows) -> None:
    worker = {"Authorization": f"Bearer {api.token('content', subject='service:gateway')}"}
    body = {
        "name": "a", "category": "arts", "company_name": "a", "author": "a",
        "author_email": "a@example.org", "pull_quote": "a", "content": "a",
    }  # fmt: skip
    for method, path in OWN:
        kwargs: dict[str, Any] = {"json": body} if method in {"POST", "PUT"} else {}
        assert (await api.call(method, concrete(path), **kwargs)).status_code == 401, path
        answer = await api.call(method, concrete(path), headers=worker, **kwargs)
        assert answer.status_code == 403, (method, path)
    assert await rows.last() == 0


@pytest.fixture
async def _filled(api: Api) -> None:
    """One row of each kind, so that id 1 is there."""
    await api.made("/banners", {"title": "Go", "message": "Hi", "link": "/"})
    await api.made("/story-categories", {"name": "One", "slug": "1"})
    await api.made("/stories", {**BODIES["/stories"], "name": "One", "slug": "1"})
    await api.made("/blog-feeds", {**BODIES["/blog-feeds"], "feed_url": "https://a.example/"})
    await api.made("/blog-aggregates", {"name": "One", "slug": "1"})
    await api.made("/blog-entries", {**BODIES["/blog-entries"], "url": "https://a.example/1"})
    await api.made("/related-blogs", {**BODIES["/related-blogs"], "feed_url": "https://d.example/"})
    await api.made("/boxes", {"label": "welcome"})
    await api.made("/companies", {"name": "One"})
    await api.made("/posts", {"title": "One"})
    await api.made("/work-groups", {"name": "One", "purpose": "a", "communication": "b"})
    await api.made("/minutes", {"date": "2024-05-01"})
    await api.made("/code-samples", {"title": "One", "code": ">>> 1"})
    await api.made("/media-files", {"folder": "a", "file": {"name": "a.txt", "data": "YQ=="}})
    await api.made("/menu-items", {"title": "top", "alias": "top"})
    await api.made("/pages", {"title": "Apps", "path": "about/apps"})
    await api.made("/redirects", {"old_path": "/apps", "target": "/about/apps/"})
    await api.made("/synonyms", {"words": ["mac", "osx"]})


@pytest.mark.usefixtures("_filled")
async def test_matrix(api: Api, rows: Rows) -> None:
    before = await rows.last()
    for (method, path), needed in EXPECTED.items():
        body = sent(method, path)
        anonymous = await api.call(method, concrete(path), **body)
        if not needed:
            assert anonymous.status_code == (404 if path in HIDDEN else 200), (method, path)
            continue
        assert anonymous.status_code == 401, (method, path)
        for lacking in needed:
            held = [name for name in api.permissions if name != lacking]
            answer = await api.call(method, concrete(path), as_=held, **body)
            assert answer.status_code == 403, (method, path, lacking)
            assert lacking in answer.json()["detail"]
    # Nothing of all this wrote anything.
    assert await rows.last() == before
    for (method, path), needed in EXPECTED.items():
        body = sent(method, path)
        answer = await api.call(method, concrete(path), as_=needed, match="*", **body)
        assert answer.status_code not in {401, 403}, (method, path)
        assert answer.status_code < 500, (method, path)

"""The OpenAPI document of the public API, made from the declarations that are served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gateway import __version__
from gateway.api.document import legacy, modern, publishers, webhooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.api.legacy.declaration import Resource
    from gateway.api.modern.declaration import Operation

#: What a tag is about; the last ones are the APIs of old.
_TAGS: Final = {
    "downloads": "Releases, their files, the systems they are for, the release cycle.",
    "content": "Pages that editors write, and the search over the whole site.",
    "blogs": "Blogs that the site follows, and what they say.",
    "success stories": "What people did with Python.",
    "events": "Calendars, events, and when and where they take place.",
    "jobs": "Open jobs, their categories and types.",
    "sponsors": "Sponsors whose logos are shown, and the levels that can be chosen.",
    "users": "People who show themselves.",
    legacy.V2_TAG: (
        "As programs know it: bare arrays, whole addresses. Keys are sent as "
        "`Authorization: Token <key>`. It stays; new programs are better served by the others."
    ),
    legacy.V1_TAG: (
        "As the oldest programs know it. Keys are sent as `Authorization: ApiKey <user>:<key>`. "
        "It stays; new programs are better served by the others."
    ),
}
_DESCRIPTION: Final = """\
What python.org publishes, for programs. Reading needs no key.

Answers that are kept cost nothing and are not counted; of all others an address may have as many
as `RateLimit-Policy` says. Ask with `If-None-Match`, and send a `User-Agent` that names you.

Changing something needs a key of your account, and the permission that the operation names.
"""


def document(
    operations: Sequence[Operation], resources: Sequence[Resource], origin: str
) -> dict[str, Any]:
    """Return the document; `origin` is where the API is."""
    parts = (modern.describe(operations), legacy.describe(resources), publishers.describe())
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for part in parts:
        paths |= part.paths
        schemas |= part.schemas
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "python.org API",
            "version": __version__,
            "summary": "Releases of Python and what else python.org publishes",
            "description": _DESCRIPTION,
            "contact": {
                "name": "python.org maintainers",
                "url": "https://github.com/python/pythondotorg/issues",
            },
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": origin}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "webhooks": webhooks.describe(),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of the kind Bearer, made at /accounts/keys/",
                },
                **legacy.SCHEMES,
            },
        },
    }

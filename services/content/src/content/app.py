"""What the content service is made of: each domain declares its own, and is entered here."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from content import seed
from content.models import METADATA
from content.settings import Settings
from contracts.content.events import EVENTS
from servicekit import audit
from servicekit.app import create_service
from servicekit.service import Service

service = Service(
    name="content",
    title="Content",
    version="1.0.0",
    description="Pages, redirects, menus, boxes, banners and the search of the site.",
    settings=Settings,
    metadata=METADATA,
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(*audit.routes("content.view_audit"),),
    events=EVENTS,
    seed=seed.seed,
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

"""What the downloads service is made of."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from contracts.downloads.events import EVENTS
from downloads import admin, imports, seed, tasks
from downloads.controllers.files import FileController
from downloads.controllers.other import import_releases, release_cycle
from downloads.controllers.releases import ReleaseController
from downloads.controllers.systems import SystemController, downloads_by_system
from downloads.exports import EXPORTS
from downloads.models import Release
from downloads.settings import Settings
from servicekit import audit
from servicekit.app import create_service
from servicekit.service import Service

service = Service(
    name="downloads",
    title="Downloads",
    version="1.0.0",
    description="Python releases, their files, and the release cycle.",
    settings=Settings,
    metadata=Release.metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(
        SystemController,
        ReleaseController,
        FileController,
        downloads_by_system,
        release_cycle,
        import_releases,
        *audit.routes("downloads.view_audit"),
    ),
    events=EVENTS,
    tasks=tasks.TASKS,
    ticks=tasks.TICKS,
    exports=EXPORTS,
    importers={"releases": imports.import_file},
    seed=seed.seed,
    admin=admin.RESOURCES,
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

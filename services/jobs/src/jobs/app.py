"""What the jobs service is made of: each domain declares its own, and is entered here."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from contracts.jobs.events import EVENTS
from jobs.categories import admin as category_admin
from jobs.categories import exports as category_exports
from jobs.categories.controllers import CategoryController
from jobs.models import METADATA
from jobs.settings import Settings
from jobs.types import admin as type_admin
from jobs.types import exports as type_exports
from jobs.types.controllers import TypeController
from servicekit import audit, mail
from servicekit.app import create_service
from servicekit.service import Service, Tick

service = Service(
    name="jobs",
    title="Jobs",
    version="1.0.0",
    description="The job board: jobs, their review and their moderation.",
    settings=Settings,
    metadata=METADATA,
    kit_tables=(mail.METADATA,),
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(
        CategoryController,
        TypeController,
        *audit.routes("jobs.view_audit"),
    ),
    events=EVENTS,
    exports=(
        *category_exports.EXPORTS,
        *type_exports.EXPORTS,
    ),
    tasks=(
        audit.prune_task(),
        mail.prune_task(),
    ),
    ticks=(
        Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
        Tick(name="prune-mail", cron="0 40 3 * * *", task="prune-mail"),
    ),
    admin=(
        *category_admin.RESOURCES,
        *type_admin.RESOURCES,
    ),
    lifespan=(mail.sending,),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

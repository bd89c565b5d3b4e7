"""What the identity service is made of."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from contracts.identity.events import EVENTS
from identity.models import Base
from identity.settings import Settings
from servicekit import audit
from servicekit.app import create_service
from servicekit.service import Service, Tick

service = Service(
    name="identity",
    title="Identity",
    version="1.0.0",
    description="Accounts, sessions, keys, groups and permissions.",
    settings=Settings,
    metadata=Base.metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(*audit.routes("identity.view_audit"),),
    events=EVENTS,
    tasks=(audit.prune_task(),),
    ticks=(Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

"""What the sponsors service is made of: each domain declares its own, and is entered here."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from contracts.sponsors.dto import APPLICATIONS_OPEN
from contracts.sponsors.events import EVENTS
from contracts.switches import SwitchMode
from servicekit import audit, files, mail, switches
from servicekit.app import create_service
from servicekit.service import Service, Tick
from servicekit.switches import SwitchDeclaration
from sponsors.models import METADATA
from sponsors.settings import Settings

service = Service(
    name="sponsors",
    title="Sponsors",
    version="1.0.0",
    description="Sponsors: what they can choose, their applications, and the logos that are shown.",
    settings=Settings,
    metadata=METADATA,
    kit_tables=(mail.METADATA, switches.METADATA),
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(*audit.routes("sponsors.view_audit"),),
    events=EVENTS,
    switches=(
        SwitchDeclaration(
            name=APPLICATIONS_OPEN,
            summary="Applications for sponsorship are taken",
            mode=SwitchMode.EVERYONE,
        ),
    ),
    tasks=(audit.prune_task(), mail.prune_task()),
    ticks=(
        Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
        Tick(name="prune-mail", cron="0 40 3 * * *", task="prune-mail"),
    ),
    lifespan=(mail.sending, files.storing),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

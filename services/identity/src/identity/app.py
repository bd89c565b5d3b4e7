"""What the identity service is made of."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar, Router
from litestar.di import Provide

from contracts.identity.events import EVENTS
from contracts.switches import SwitchMode
from identity import admin, imports, seed, tasks
from identity.controllers import (
    accounts,
    keys,
    own,
    passkeys,
    profiles,
    second_factors,
    social,
    staff,
)
from identity.controllers.common import provide_settings, provide_visitor
from identity.exports import EXPORTS
from identity.integrations import controllers as webhooks
from identity.integrations import sending
from identity.integrations.consumers import CONSUMERS
from identity.models import Base
from identity.services import groups
from identity.settings import Settings
from servicekit import audit, mail, switches
from servicekit.app import create_service
from servicekit.service import Service
from servicekit.switches import SwitchDeclaration

service = Service(
    name="identity",
    title="Identity",
    version="1.0.0",
    description="Accounts, sessions, keys, groups and permissions.",
    settings=Settings,
    metadata=Base.metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    kit_tables=(mail.METADATA, switches.METADATA),
    routes=(
        Router(
            path="/",
            route_handlers=(
                *accounts.ROUTES,
                *own.ROUTES,
                *profiles.ROUTES,
                *second_factors.ROUTES,
                *passkeys.ROUTES,
                *social.ROUTES,
                *keys.ROUTES,
                *staff.ROUTES,
                *webhooks.ROUTES,
            ),
            dependencies={
                "settings": Provide(provide_settings),
                "visitor": Provide(provide_visitor),
            },
        ),
        *audit.routes("identity.view_audit"),
    ),
    events=EVENTS,
    consumers=CONSUMERS,
    tasks=tasks.TASKS,
    ticks=tasks.TICKS,
    exports=EXPORTS,
    admin=admin.RESOURCES,
    switches=(
        SwitchDeclaration(
            name="psf_membership",
            summary="The pages about membership of the Python Software Foundation",
            mode=SwitchMode.TESTERS,
        ),
    ),
    unknown_testers=groups.unknown_testers,
    seed=seed.seed,
    importers={"accounts": imports.import_accounts},
    lifespan=(mail.sending, sending.sending),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

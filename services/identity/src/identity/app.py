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
from identity.elections import admin as election_admin
from identity.elections import controllers as elections
from identity.elections import exports as election_exports
from identity.elections import tasks as election_tasks
from identity.exports import EXPORTS
from identity.integrations import controllers as webhooks
from identity.integrations import sending
from identity.integrations.consumers import CONSUMERS
from identity.memberships import admin as membership_admin
from identity.memberships import controllers as memberships
from identity.memberships import exports as membership_exports
from identity.memberships import tasks as membership_tasks
from identity.models import Base
from identity.nominations import admin as nomination_admin
from identity.nominations import controllers as nominations
from identity.nominations import exports as nomination_exports
from identity.services import groups
from identity.settings import Settings
from identity.subscriptions import controllers as subscriptions
from identity.user_groups import admin as user_group_admin
from identity.user_groups import controllers as user_groups
from identity.user_groups import exports as user_group_exports
from servicekit import audit, mail, switches
from servicekit.app import create_service
from servicekit.service import Service
from servicekit.switches import SwitchDeclaration

service = Service(
    name="identity",
    title="Identity",
    version="1.0.0",
    description="Accounts, sessions, keys, groups and permissions; membership and elections.",
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
                *memberships.ROUTES,
                *subscriptions.ROUTES,
                *user_groups.ROUTES,
                *elections.ROUTES,
                *nominations.ROUTES,
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
    tasks=(*tasks.TASKS, *membership_tasks.TASKS, *election_tasks.TASKS),
    ticks=(*tasks.TICKS, *membership_tasks.TICKS, *election_tasks.TICKS),
    exports=(
        *EXPORTS,
        *membership_exports.EXPORTS,
        *user_group_exports.EXPORTS,
        *election_exports.EXPORTS,
        *nomination_exports.EXPORTS,
    ),
    admin=(
        *admin.RESOURCES,
        *membership_admin.RESOURCES,
        *user_group_admin.RESOURCES,
        *nomination_admin.RESOURCES,
        *election_admin.RESOURCES,
    ),
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

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
from sponsors.assets.controllers import (
    OwnHandoverController,
    PublishedAssetController,
    StaffHandoverController,
)
from sponsors.clauses import exports as clause_exports
from sponsors.clauses.controllers import ClauseController
from sponsors.contracts import exports as contract_exports
from sponsors.contracts import tasks as contract_tasks
from sponsors.contracts.controllers import ContractController
from sponsors.exporting import tasks as exporting_tasks
from sponsors.exporting.controllers import ExportController
from sponsors.models import METADATA
from sponsors.notices import exports as notice_exports
from sponsors.notices.controllers import NoticeController, NoticeTemplateController
from sponsors.reminders import tasks as reminder_tasks
from sponsors.settings import Settings
from sponsors.vouchers import exports as voucher_exports
from sponsors.vouchers import tasks as voucher_tasks
from sponsors.vouchers.controllers import VoucherKindController

service = Service(
    name="sponsors",
    title="Sponsors",
    version="1.0.0",
    description="Sponsors: what they can choose, their applications, and the logos that are shown.",
    settings=Settings,
    metadata=METADATA,
    kit_tables=(mail.METADATA, switches.METADATA),
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(
        ClauseController,
        ContractController,
        OwnHandoverController,
        StaffHandoverController,
        PublishedAssetController,
        ExportController,
        NoticeTemplateController,
        NoticeController,
        VoucherKindController,
        *audit.routes("sponsors.view_audit"),
    ),
    events=EVENTS,
    switches=(
        SwitchDeclaration(
            name=APPLICATIONS_OPEN,
            summary="Applications for sponsorship are taken",
            mode=SwitchMode.EVERYONE,
        ),
    ),
    exports=(
        *clause_exports.EXPORTS,
        *contract_exports.EXPORTS,
        *notice_exports.EXPORTS,
        *voucher_exports.EXPORTS,
    ),
    tasks=(
        *contract_tasks.TASKS,
        *exporting_tasks.TASKS,
        *reminder_tasks.TASKS,
        *voucher_tasks.TASKS,
        audit.prune_task(),
        mail.prune_task(),
    ),
    ticks=(
        *exporting_tasks.TICKS,
        *reminder_tasks.TICKS,
        *voucher_tasks.TICKS,
        Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
        Tick(name="prune-mail", cron="0 40 3 * * *", task="prune-mail"),
    ),
    lifespan=(mail.sending, files.storing),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

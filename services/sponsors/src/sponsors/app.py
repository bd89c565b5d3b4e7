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
from sponsors import leaving, seed
from sponsors.assets import admin as asset_admin
from sponsors.assets.controllers import (
    OwnHandoverController,
    PublishedAssetController,
    StaffHandoverController,
)
from sponsors.benefits import admin as benefit_admin
from sponsors.benefits import exports as benefit_exports
from sponsors.benefits.controllers import BenefitController
from sponsors.choosing.controllers import ChoosingController
from sponsors.clauses import admin as clause_admin
from sponsors.clauses import exports as clause_exports
from sponsors.clauses.controllers import ClauseController
from sponsors.contracts import admin as contract_admin
from sponsors.contracts import exports as contract_exports
from sponsors.contracts import tasks as contract_tasks
from sponsors.contracts.controllers import ContractController
from sponsors.desk import admin as desk_admin
from sponsors.desk.controllers import DeskController
from sponsors.exporting import admin as exporting_admin
from sponsors.exporting import tasks as exporting_tasks
from sponsors.exporting.controllers import ExportController
from sponsors.models import METADATA
from sponsors.notices import admin as notice_admin
from sponsors.notices import exports as notice_exports
from sponsors.notices.controllers import NoticeController, NoticeTemplateController
from sponsors.own.controllers import OwnController
from sponsors.packages import admin as package_admin
from sponsors.packages import exports as package_exports
from sponsors.packages.controllers import PackageController
from sponsors.placements import exports as placement_exports
from sponsors.placements import tasks as placement_tasks
from sponsors.placements.controllers import PlacementController
from sponsors.programs import admin as program_admin
from sponsors.programs import exports as program_exports
from sponsors.programs.controllers import ProgramController
from sponsors.reminders import tasks as reminder_tasks
from sponsors.settings import Settings
from sponsors.sponsors import admin as sponsor_admin
from sponsors.sponsors import exports as sponsor_exports
from sponsors.sponsors import tasks as sponsor_tasks
from sponsors.sponsors.controllers import SponsorController
from sponsors.vouchers import admin as voucher_admin
from sponsors.vouchers import exports as voucher_exports
from sponsors.vouchers import tasks as voucher_tasks
from sponsors.vouchers.controllers import VoucherKindController
from sponsors.years import admin as year_admin
from sponsors.years.controllers import YearController

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
        ChoosingController,
        YearController,
        ProgramController,
        PackageController,
        BenefitController,
        SponsorController,
        PlacementController,
        OwnController,
        DeskController,
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
        *program_exports.EXPORTS,
        *package_exports.EXPORTS,
        *benefit_exports.EXPORTS,
        *sponsor_exports.EXPORTS,
        *placement_exports.EXPORTS,
        *clause_exports.EXPORTS,
        *contract_exports.EXPORTS,
        *notice_exports.EXPORTS,
        *voucher_exports.EXPORTS,
    ),
    consumers=leaving.CONSUMERS,
    tasks=(
        *contract_tasks.TASKS,
        *exporting_tasks.TASKS,
        *reminder_tasks.TASKS,
        *voucher_tasks.TASKS,
        *placement_tasks.TASKS,
        *sponsor_tasks.TASKS,
        audit.prune_task(),
        mail.prune_task(),
    ),
    ticks=(
        *exporting_tasks.TICKS,
        *reminder_tasks.TICKS,
        *voucher_tasks.TICKS,
        *placement_tasks.TICKS,
        *sponsor_tasks.TICKS,
        Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
        Tick(name="prune-mail", cron="0 40 3 * * *", task="prune-mail"),
    ),
    admin=(
        *desk_admin.RESOURCES,
        *sponsor_admin.RESOURCES,
        *year_admin.RESOURCES,
        *package_admin.RESOURCES,
        *benefit_admin.RESOURCES,
        *program_admin.RESOURCES,
        *contract_admin.RESOURCES,
        *asset_admin.RESOURCES,
        *exporting_admin.RESOURCES,
        *notice_admin.RESOURCES,
        *clause_admin.RESOURCES,
        *voucher_admin.RESOURCES,
    ),
    seed=seed.seed,
    lifespan=(mail.sending, files.storing),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

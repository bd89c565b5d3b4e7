"""What the jobs service is made of: each domain declares its own, and is entered here."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from contracts.jobs.events import EVENTS
from jobs import leaving, seed
from jobs.categories import admin as category_admin
from jobs.categories import exports as category_exports
from jobs.categories.controllers import CategoryController
from jobs.jobs import exports as job_exports
from jobs.jobs import tasks as job_tasks
from jobs.jobs.controllers import JobController
from jobs.models import METADATA
from jobs.monthly import tasks as monthly_tasks
from jobs.monthly.controllers import MonthlyController
from jobs.own.controllers import OwnController
from jobs.replies import admin as reply_admin
from jobs.replies.controllers import ReplyController
from jobs.reports import admin as report_admin
from jobs.reports.controllers import ReportController
from jobs.review import admin as review_admin
from jobs.review.controllers import ReviewController
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
        JobController,
        ReportController,
        OwnController,
        ReviewController,
        ReplyController,
        MonthlyController,
        *audit.routes("jobs.view_audit"),
    ),
    events=EVENTS,
    exports=(
        *category_exports.EXPORTS,
        *type_exports.EXPORTS,
        *job_exports.EXPORTS,
    ),
    consumers=leaving.CONSUMERS,
    tasks=(
        *job_tasks.TASKS,
        *monthly_tasks.TASKS,
        audit.prune_task(),
        mail.prune_task(),
    ),
    ticks=(
        *job_tasks.TICKS,
        *monthly_tasks.TICKS,
        Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
        Tick(name="prune-mail", cron="0 40 3 * * *", task="prune-mail"),
    ),
    admin=(
        *review_admin.RESOURCES,
        *report_admin.RESOURCES,
        *reply_admin.RESOURCES,
        *category_admin.RESOURCES,
        *type_admin.RESOURCES,
    ),
    seed=seed.seed,
    lifespan=(mail.sending,),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

"""What the events service is made of: each domain declares its own, and is entered here."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from contracts.events.events import EVENTS
from events import leaving, seed
from events.alarms import admin as alarm_admin
from events.alarms import tasks as alarm_tasks
from events.alarms.controllers import AlarmController
from events.calendars import admin as calendar_admin
from events.calendars import exports as calendar_exports
from events.calendars.controllers import CalendarController
from events.categories import admin as category_admin
from events.categories import exports as category_exports
from events.categories.controllers import CategoryController
from events.events import admin as event_admin
from events.events import exports as event_exports
from events.events import tasks as event_tasks
from events.events.controllers import EventController
from events.ical.controllers import ICalendarController
from events.locations import admin as location_admin
from events.locations import exports as location_exports
from events.locations.controllers import LocationController
from events.models import METADATA
from events.occurrences import tasks as occurrence_tasks
from events.occurrences.controllers import OccurrenceController
from events.settings import Settings
from events.sources import admin as source_admin
from events.sources import tasks as source_tasks
from events.submissions import admin as submission_admin
from events.submissions.controllers import SubmissionController
from servicekit import audit, mail
from servicekit.app import create_service
from servicekit.service import Service, Tick

service = Service(
    name="events",
    title="Events",
    version="1.0.0",
    description="Calendars, events, and when and where they take place.",
    settings=Settings,
    metadata=METADATA,
    kit_tables=(mail.METADATA,),
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(
        CalendarController,
        CategoryController,
        LocationController,
        EventController,
        OccurrenceController,
        ICalendarController,
        SubmissionController,
        AlarmController,
        *audit.routes("events.view_audit"),
    ),
    events=EVENTS,
    exports=(
        *calendar_exports.EXPORTS,
        *category_exports.EXPORTS,
        *location_exports.EXPORTS,
        *event_exports.EXPORTS,
    ),
    consumers=leaving.CONSUMERS,
    tasks=(
        *occurrence_tasks.TASKS,
        *event_tasks.TASKS,
        *source_tasks.TASKS,
        *alarm_tasks.TASKS,
        audit.prune_task(),
        mail.prune_task(),
    ),
    ticks=(
        *occurrence_tasks.TICKS,
        *event_tasks.TICKS,
        *source_tasks.TICKS,
        *alarm_tasks.TICKS,
        Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
        Tick(name="prune-mail", cron="0 40 3 * * *", task="prune-mail"),
    ),
    admin=(
        *event_admin.RESOURCES,
        *submission_admin.RESOURCES,
        *calendar_admin.RESOURCES,
        *category_admin.RESOURCES,
        *location_admin.RESOURCES,
        *source_admin.RESOURCES,
        *alarm_admin.RESOURCES,
    ),
    seed=seed.seed,
    lifespan=(mail.sending,),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

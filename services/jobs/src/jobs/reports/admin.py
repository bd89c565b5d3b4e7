"""Reports in the staff admin: looked at, never made or changed there."""

from __future__ import annotations

from typing import Final

from contracts.admin import AdminChoice, FilterKind, Format
from contracts.jobs.review import ReportReason
from jobs.jobs.models import Job
from jobs.reports.models import Report
from jobs.review.services import REVIEW
from servicekit.admin.declaration import Column, Filter, Permissions, Resource, Statement

_REASONS: Final = tuple(
    AdminChoice(value=reason.value, label=reason.value.replace("-", " ").capitalize())
    for reason in ReportReason
)


def _joined(statement: Statement) -> Statement:
    return statement.join(Job, Job.id == Report.job_id)


REPORTS: Final = Resource(
    name="report",
    label="report",
    plural="reports",
    group="Jobs",
    note="What visitors say against jobs. The review desk closes them.",
    model=Report,
    key=Report.id,
    title=Job.title,
    permissions=Permissions.same(REVIEW),
    join=_joined,
    columns=(
        Column("job", Job.title),
        Column("reason", Report.reason),
        Column("text", Report.text, sortable=False),
        Column("closed", Report.closed, format=Format.BOOL),
        Column("time", Report.time, format=Format.TIME),
    ),
    order="-time",
    search=(("job", Job.title), ("text", Report.text)),
    filters=(
        Filter("reason", Report.reason, FilterKind.CHOICE, "Reason", _REASONS),
        Filter("closed", Report.closed, FilterKind.BOOL, "Closed"),
        Filter("job", Report.job_id, FilterKind.REF, "Job", ref="job"),
    ),
    dates=Column("time", Report.time),
)

RESOURCES: Final = (REPORTS,)

"""Reports over HTTP: the gateway takes them for visitors."""

from __future__ import annotations

from litestar import Controller, post

from contracts.jobs.inputs import ReportInput
from jobs.jobs.controllers import SERVING
from jobs.reports import services
from servicekit.answers import Id
from servicekit.dependencies import Caller, Writing


class ReportController(Controller):
    """What visitors say against jobs."""

    path = "/jobs/{id:int}/reports"
    tags = ("reports",)

    @post(operation_id="report_job", opt=SERVING, status_code=204)
    async def report_job(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ReportInput,
    ) -> None:
        """Report a visible job; 429 after too many of one visitor."""
        await services.create(write_session, id, data, principal)

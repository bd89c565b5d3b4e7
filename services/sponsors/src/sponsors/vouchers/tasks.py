"""Fetching codes: each in a transaction of its own, so that one that fails keeps no other back."""

from __future__ import annotations

from typing import Final, cast

from servicekit.service import Idle, NotDone, Task, TaskContext, Tick
from sponsors.settings import Settings
from sponsors.vouchers import queries, services
from sponsors.vouchers.adapter import NoVoucher, calling


async def fetch(context: TaskContext) -> str:
    """Fetch the codes that finalized sponsorships lack. A dry run tells how many those are."""
    settings = cast("Settings", context.settings)
    if settings.vouchers_url is None:
        return Idle("no conference is known (PYDOTORG_VOUCHERS_URL)")
    async with context.reading() as session:
        lacking = await queries.lacking(session)
    if context.dry_run or not lacking:
        return Idle(f"{len(lacking)} codes are lacking")
    fetched, reasons = 0, []
    async with calling(settings) as conference:
        for done, wanted in enumerate(lacking, 1):
            try:
                async with context.session() as session:
                    fetched += await services.fetch(session, conference, wanted)
            except NoVoucher as error:
                reasons.append(f"{wanted['sponsor_name']}: {error}")
                context.log.warning(
                    "no voucher", sponsorship=wanted["sponsorship_id"], reason=str(error)
                )
            context.progress(done, len(lacking), "vouchers")
    said = f"{fetched} codes fetched"
    if reasons:
        return NotDone(f"{said}; {len(reasons)} could not be: {reasons[0]}")
    return said


TASKS: Final = (
    Task(
        name="fetch-vouchers",
        summary="Fetch the codes of vouchers that finalized sponsorships lack",
        run=fetch,
    ),
)
TICKS: Final = (Tick(name="fetch-vouchers", cron="0 15 5 * * *", task="fetch-vouchers"),)

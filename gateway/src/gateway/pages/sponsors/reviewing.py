"""The list of sponsorships for staff: /sponsors/review/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contracts.sponsors.dto import SponsorshipStatus
from gateway.pages.downloads.models import Option
from gateway.pages.heads import Head, windows
from gateway.pages.links import Link
from gateway.pages.sponsors import fetch, links, states
from gateway.pages.sponsors.desk_models import DeskListPage, DeskRow
from gateway.web.pages import BadInput, NotFound, Page, PageContext, page
from gateway.web.templating import short_date

if TYPE_CHECKING:
    from contracts.sponsors.applications import StaffSummary

_ROWS: Final = 25
_NAMES: Final = {
    SponsorshipStatus.APPLIED: "Applied",
    SponsorshipStatus.APPROVED: "Approved",
    SponsorshipStatus.FINALIZED: "Finalized",
    SponsorshipStatus.REJECTED: "Not accepted",
}
ADMIN: Final = "/admin/sponsors/sponsorship/"


def head(title: str, *above: tuple[str, str], text: str = "") -> Head:
    """Return the head of a page of staff."""
    return Head(
        title=title,
        description="The desk of those who review sponsorships",
        trail=(("Python", "/"), *above),
        text=text,
        indexed=False,
    )


@page(
    links.DESK,
    name="sponsors.review",
    cache=None,
    personal=True,
    params=("page", "q", "status"),
)
async def review(ctx: PageContext) -> Page:
    """List sponsorships, the latest first: those that wait, unless another status is chosen."""
    desk = fetch.desk(ctx)
    number = fetch.page_of(ctx)
    status = ctx.params.get("status", "" if "q" in ctx.params else SponsorshipStatus.APPLIED.value)
    if status and status not in {*SponsorshipStatus, "all"}:
        raise BadInput("status", f"must be one of {', '.join(SponsorshipStatus)}, or all")
    found = await desk.sponsorships(
        status=None if status == "all" else status or None,
        q=ctx.params.get("q"),
        limit=_ROWS,
        offset=(number - 1) * _ROWS,
    )
    if number > 1 and not found.items:
        raise NotFound
    given = {name: value for name, value in ctx.params.items() if name != "page"}
    model = DeskListPage(
        head=head("Sponsorships to review"),
        q=ctx.params.get("q", ""),
        states=(
            *(
                Option(value=one.value, label=label, selected=one.value == status)
                for one, label in _NAMES.items()
            ),
            Option(value="all", label="In any state", selected=status in {"", "all"}),
        ),
        active=bool(given),
        rows=tuple(map(_row, found.items)),
        pager=windows(ctx, found.total, _ROWS, number, "Pages of sponsorships", params=given),
        admin=Link(label="All of them in the administration", href=ADMIN),
    )
    return ctx.render("sponsors/desk_list.html", model)


def _row(one: StaffSummary) -> DeskRow:
    facts = (f"applied {short_date(one.applied_on)}", states.fee_of(one), states.span_of(one))
    return DeskRow(
        title=one.sponsor_name,
        href=links.desk_path(one.id),
        mark=states.mark_of(one),
        contract=states.CONTRACTS[one.contract_status] if one.contract_status else None,
        level=states.level_of(one),
        facts=" · ".join(filter(None, facts)),
    )

"""Writing companies: row, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content import rendering
from content.companies import queries
from content.companies.models import Company
from content.media import queries as media_files
from content.media import services as media
from content.writes import note, sign, snapshot, tell
from contracts.content.companies import Company as CompanyDTO
from contracts.content.companies import (
    CompanyCreated,
    CompanyDeleted,
    CompanyInput,
    CompanyRecord,
    CompanyRef,
    CompanyUpdated,
)
from contracts.content.media import MediaFileInput, MediaKind
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound

#: Where logos are among the media files.
FOLDER: Final = "companies"


async def create(
    session: WriteSession, sent: CompanyInput, caller: Principal, *, sample: bool = False
) -> CompanyRecord:
    """Create a company. Raises Invalid, Conflict, Unavailable."""
    row = Company(sample=sample)
    await _fill(session, row, sent, caller)
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    tell_company(session, CompanyCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    company_id: int,
    sent: CompanyInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> CompanyRecord:
    """Replace a company. Where nothing differs, nothing is written and nothing is told.

    Raises NotFound, PreconditionFailed, Invalid, Conflict, Unavailable.
    """
    row = await _lock(session, company_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    await _fill(session, row, sent, caller)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    previous = (str(before["slug"]),) if before["slug"] != row.slug else ()
    tell_company(session, CompanyUpdated, changed, previous)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, company_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a company that nothing refers to. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, company_id)
    check_match(if_match, row.version, required=False)
    tell_company(session, CompanyDeleted, await _state(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)
    await session.flush()


async def tell_rendered(session: WriteSession, row: Company) -> None:
    """Tell that the HTML of a company came out otherwise although nobody changed its text."""
    tell_company(session, CompanyUpdated, await _state(session, row))


def of_company(
    kind: type[CompanyRef], company: CompanyDTO, previous: tuple[str, ...] = ()
) -> CompanyRef:
    """Make the event `kind` of a company in its state after the change (before, if deleted)."""
    public = CompanyDTO.model_validate(company.model_dump())
    state = None if issubclass(kind, CompanyDeleted) else public
    return kind(id=company.id, slug=company.slug, company=state, previous_slugs=previous)


def tell_company(
    session: WriteSession,
    kind: type[CompanyRef],
    company: CompanyDTO,
    previous: tuple[str, ...] = (),
) -> None:
    """Record the event `kind` of a company."""
    gone = issubclass(kind, CompanyDeleted)
    told = of_company(kind, company, previous)
    tell(session, told, number=company.id, version=company.version + gone)


async def _fill(session: WriteSession, row: Company, sent: CompanyInput, caller: Principal) -> None:
    # Before anything of the row is touched: a question in between would write half of it.
    logo = await _logo_of(session, row, sent, caller)
    row.name, row.slug = sent.name, sent.slug or slugs.required(sent.name)
    row.contact, row.email, row.url = sent.contact, sent.email, sent.url
    row.logo_id, row.logo_key, row.logo_width, row.logo_height = logo
    await rendering.write(row, "about", sent.about, sent.about_markup_type.value)


async def _logo_of(
    session: WriteSession, row: Company, sent: CompanyInput, caller: Principal
) -> tuple[int | None, str, int, int]:
    """Return id, key, width and height of the logo; a picture that was sent is kept first."""
    number = sent.logo_id
    if sent.logo_file is not None:
        file = MediaFileInput(
            folder=FOLDER, file=sent.logo_file, description=f"Logo of {sent.name}"
        )
        made = await media.create(session, file, caller, place="logo_file", pictures=True)
        number = made.id
    if number is None:
        return None, "", 0, 0
    if number == row.logo_id:
        return number, row.logo_key, row.logo_width, row.logo_height
    found = await media_files.media_file(session, number)
    if found is None or found["kind"] != MediaKind.PICTURE.value:
        raise Invalid.field(["body", "logo_id"], "There is no such picture.", "picture")
    return number, found["key"], found["width"], found["height"]


async def _lock(session: WriteSession, company_id: int) -> Company:
    statement = select(Company).where(Company.id == company_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such company.")
    return row


async def _state(session: WriteSession, row: Company) -> CompanyRecord:
    await session.flush()
    return CompanyRecord.model_validate(await queries.record(session, row.id))

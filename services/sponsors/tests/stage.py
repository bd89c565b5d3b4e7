"""A sponsor with a sponsorship, written past the rules, for tests of what becomes of it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import httpx
from PIL import Image
from sqlalchemy import select

from contracts.sponsors.features import FEATURE
from servicekit.access import Principal
from servicekit.database import Database
from servicekit.slugs import slugify
from servicekit.testing import Api
from sponsors.benefits.models import Benefit
from sponsors.clauses.models import BenefitClause, Clause
from sponsors.contracts import drafting
from sponsors.dates import today
from sponsors.packages.models import Package
from sponsors.programs.models import Program
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship

YEAR: Final = 2027
#: The user who applied, one who is a contact with an account, and one of another sponsor.
APPLICANT, CONTACT, STRANGER = 11, 12, 13
STAFF: Final = Principal(subject="user:7")


@dataclass
class Stage:
    """Ids of what was written."""

    sponsor: int
    sponsorship: int
    contract: int | None
    features: dict[str, int] = field(default_factory=dict)
    benefit: int = 0
    package: int = 0


async def sponsorship(
    database: Database,
    *features: dict[str, Any],
    name: str = "Acme, Inc.",
    status: str = "approved",
    contract: bool = True,
    fee: str = "15000.00",
    start: date = date(YEAR, 1, 1),
    end: date = date(YEAR, 12, 31),
    **more: Any,
) -> Stage:
    """Write a sponsorship with two benefits, the first with features and with two clauses."""
    async with database.write() as session:
        program = await session.scalar(select(Program).where(Program.name == "Foundation"))
        if program is None:
            program = Program(name="Foundation")
            session.add(program)
            await session.flush()
        package = Package(
            name="Maintaining", slug=slugify(f"m-{name}")[:50], amount=Decimal(15000), year=YEAR
        )
        benefits = [
            Benefit(name=f"{title} {name}", program_id=program.id, year=YEAR)
            for title in ("Logo on python.org", "Booth at PyCon US")
        ]
        sponsor = Sponsor(
            name=name,
            slug="acme",
            primary_phone="+1 555 0100",
            mailing_address_line_1="1 Main St",
            city="Springfield",
            state="Oregon",
            postal_code="97000",
            country="US",
        )
        session.add_all([package, sponsor, *benefits])
        await session.flush()
        session.add_all(
            [
                SponsorContact(
                    sponsor_id=sponsor.id,
                    name="Jo Doe",
                    email="jo@acme.example",
                    phone="+1 555 0101",
                    primary=True,
                    user_id=CONTACT,
                ),
                SponsorContact(
                    sponsor_id=sponsor.id,
                    name="Max",
                    email="max@acme.example",
                    accounting=True,
                ),
            ]
        )
        row = Sponsorship(
            **{
                "status": status,
                "sponsor_id": sponsor.id,
                "package_id": package.id,
                "year": YEAR,
                "submitted_by_id": APPLICANT,
                "submitted_by_email": "applicant@acme.example",
                "sponsorship_fee": Decimal(fee),
                "start_date": start,
                "end_date": end,
                "applied_on": today() - timedelta(days=30),
                **more,
            }
        )
        session.add(row)
        await session.flush()
        copies = [
            SponsorBenefit(
                sponsorship_id=row.id,
                benefit_id=benefit.id,
                name=benefit.name,
                program_id=program.id,
                program_name=program.name,
                position=position,
            )
            for position, benefit in enumerate(benefits)
        ]
        session.add_all(copies)
        await session.flush()
        made = [
            BenefitFeature(
                sponsor_benefit_id=copies[0].id,
                kind=read.kind.value,
                internal_name=getattr(read, "internal_name", None),
                due_date=getattr(read, "due_date", None),
                spec=FEATURE.dump_python(read, mode="json"),
            )
            for read in (
                FEATURE.validate_python({"package_id": package.id, **spec})
                if spec["kind"] == "tiered_benefit"
                else FEATURE.validate_python(spec)
                for spec in features
            )
        ]
        session.add_all(made)
        clauses = [
            Clause(internal_name="logos", clause="Logos are shown as they were sent.", position=1),
            Clause(internal_name="booths", clause="Booths: first come, first served.", position=2),
        ]
        session.add_all(clauses)
        await session.flush()
        session.add_all(
            [
                BenefitClause(clause_id=clauses[0].id, benefit_id=benefits[0].id),
                *(
                    BenefitClause(clause_id=clause.id, benefit_id=benefits[1].id)
                    for clause in clauses
                ),
            ]
        )
        drafted = await drafting.begin(session, row, STAFF) if contract else None
        names = {one.internal_name or one.kind: one.id for one in made}
        return Stage(
            sponsor=sponsor.id,
            sponsorship=row.id,
            contract=drafted.id if drafted else None,
            features=names,
            benefit=benefits[0].id,
            package=package.id,
        )


def image(name: str = "badge", **more: Any) -> dict[str, Any]:
    """Return a feature that wants a picture of 100 to 400 by 50 to 200 pixels."""
    sizes = {"min_width": 100, "max_width": 400, "min_height": 50, "max_height": 200}
    return {
        "kind": "required_img_asset",
        "related_to": "sponsorship",
        "internal_name": name,
        "label": "A badge",
        **sizes,
        **more,
    }


def asset(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """Return a feature that wants, or gives, something else."""
    return {
        "kind": kind,
        "related_to": "sponsorship",
        "internal_name": name,
        "label": f"The {name}",
        **more,
    }


def picture(size: tuple[int, int] = (200, 100), kind: str = "PNG", **more: Any) -> bytes:
    """Return the bytes of a picture."""
    to = io.BytesIO()
    Image.new("RGB", size, "#3776ab").save(to, kind, **more)
    return to.getvalue()


def upload(name: str, data: bytes) -> dict[str, str]:
    """Return a file as it is sent."""
    return {"name": name, "data": base64.b64encode(data).decode()}


SIGNED: Final = upload("signed.pdf", b"%PDF-1.7 signed by both")


async def call(
    api: Api, user: int, method: str, path: str, body: Any = None, **headers: str
) -> httpx.Response:
    """Call as a user without permissions."""
    token = api.token("sponsors", permissions=(), subject=f"user:{user}")
    kwargs: dict[str, Any] = {} if body is None else {"json": body}
    sent = {"Authorization": f"Bearer {token}", **headers}
    return await api.client.request(method, path, headers=sent, **kwargs)

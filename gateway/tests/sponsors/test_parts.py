"""What pages of sponsors are made of: choices, logos, and what people type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.sponsors.dto import (
    Catalogue,
    CatalogueBenefit,
    CatalogueProgram,
    CatalogueTier,
    Logo,
    Package,
    Placement,
    SponsorRef,
)
from contracts.sponsors.features import LogoPlace, Publisher
from gateway.pages.sponsors import choice, everybody, logos, offered, typed
from gateway.pages.sponsors.choice import Choice
from gateway.web.forms import Fields

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
GOLD, SILVER = 1, 2


def package(number: int, name: str, amount: int) -> Package:
    return Package(
        id=number, name=name, slug=name.lower(), amount=Decimal(amount), year=2026, advertise=True,
        allow_a_la_carte=number == GOLD, logo_dimension=200, position=number, version=1,
        created=_NOW, updated=_NOW,
    )  # fmt: skip


def benefit(number: int, name: str, *packages: int, **more: Any) -> CatalogueBenefit:
    found = {
        "conflict_ids": [], "package_only": False, "new": False, "standalone": False,
        "available": True, "left": None, "tiers": [], "description": "",
    }  # fmt: skip
    alone = more.get("standalone", False)
    values = {**found, "a_la_carte": not packages and not alone, **more}
    return CatalogueBenefit(id=number, name=name, package_ids=list(packages), **values)


#: Of two levels, with a pair that excludes each other (12 and 13).
CATALOGUE = Catalogue(
    year=2026,
    is_current=True,
    packages=[package(GOLD, "Gold", 30_000), package(SILVER, "Silver", 1500)],
    programs=[
        CatalogueProgram(
            id=1,
            name="Foundation",
            description="",
            benefits=[
                benefit(11, "Logo", GOLD, SILVER),
                benefit(12, "Booth", GOLD, conflict_ids=[13]),
                benefit(13, "Table", GOLD, conflict_ids=[12], available=False),
                benefit(
                    14, "Passes", GOLD, left=2, tiers=[CatalogueTier(package_id=GOLD, label="10")]
                ),
                benefit(15, "Blog post"),
                benefit(16, "Job fair", standalone=True),
            ],
        )
    ],
)


@pytest.mark.parametrize(
    ("package", "of", "ticked", "found"),
    [
        ("1", "", [], Choice(1, (11, 12, 14), 1)),
        # What was ticked for the level stays as it is; another level brings its own.
        ("1", "1", ["11"], Choice(1, (11,), 1)),
        ("2", "1", ["11", "12", "14", "15"], Choice(2, (11, 15), 2)),
        ("", "", ["16"], Choice(None, (16,), None)),
        # What is not offered this year, and what is no number, is as good as absent.
        ("9", "x", ["11", "99", "-1", "¹", "9" * 30], Choice(None, (11,), None)),
    ],
)
def test_a_level_brings_its_benefits_along(
    package: str, of: str, ticked: list[str], found: Choice
) -> None:
    fields = offered.fields(package, of, ticked)
    assert choice.typed(fields, CATALOGUE) == found


def test_a_choice_is_kept_in_the_browser() -> None:
    picked = Choice(7, (1, 22, 333), 7)
    for origin in ("https://www.python.org", "http://localhost"):
        cookie = choice.keep(picked, origin)
        assert cookie.value is not None
        assert choice.read({choice.COOKIE: cookie.value}) == picked
        assert cookie.secure is (origin[:5] == "https")
    assert choice.read({}) is None
    for wrong in ("", "x", "1.2-", "1", "1.2.3", "." + "1-" * 2000 + "1", "0.é"):
        assert choice.read({choice.COOKIE: wrong}) is None, wrong


def test_benefits_say_with_what_they_come() -> None:
    groups = {one.id: one for one in offered.groups(CATALOGUE, Choice(GOLD, (11, 14), GOLD), None)}
    assert list(groups) == ["program-1", "extras", "standalone"]
    by_name = {one.name: one for one in groups["program-1"].benefits}
    assert by_name["Logo"].facts == ("With every level.",)
    assert by_name["Booth"].facts == ("With Gold.", "Not together with Table.")
    assert by_name["Table"].full
    assert [mark.label for mark in by_name["Passes (10)"].marks] == ["2 left"]
    levels = offered.levels(CATALOGUE, Choice(GOLD))
    assert [(one.name, one.chosen) for one in levels] == [
        ("Gold", True), ("Silver", False), ("No level", False),
    ]  # fmt: skip
    assert levels[0].price == "$30,000 a year"
    assert levels[0].about == "4 benefits"
    assert levels[1].about == "1 benefit, and no extras"


def test_money_is_exact() -> None:
    assert offered.money(Decimal("1500.00")) == "$1,500"
    assert offered.money(Decimal("0.10")) == "$0.10"


# --- logos ---


def logo(width: int, height: int) -> Logo:
    return Logo(key="s/a b.png", width=width, height=height, small_key="s/1", large_key="s/2")


@pytest.mark.parametrize(
    ("size", "shown", "sources"),
    [
        ((700, 350), (128, 64), "/media/s/1 175w, /media/s/2 350w"),
        ((700, 70), (150, 15), "/media/s/1 175w, /media/s/2 350w"),
        ((90, 30), (90, 30), "/media/s/1 90w"),
        ((20, 2000), (1, 64), "/media/s/1 20w"),
    ],
)
def test_logos_fit_their_room(size: tuple[int, int], shown: tuple[int, int], sources: str) -> None:
    view = logos.view(logo(*size), 150, 64)
    assert view is not None
    assert ((view.width, view.height), view.sources) == (shown, sources)


def placement(number: int, name: str, level: str, sponsor: int = 0, **more: Any) -> Placement:
    ref = SponsorRef(
        id=sponsor or number, name=name, slug=name.lower(), description="", url="",
        web_logo=None, white_logo=None,
    )  # fmt: skip
    values: dict[str, Any] = {
        "sponsorship_id": number, "publisher": Publisher.PSF, "logo_place": LogoPlace.SPONSORS,
        "description": "", "link_to_sponsors_page": False, "year": 2026, "level_order": 0,
        "logo_dimension": 200, "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31),
    }  # fmt: skip
    return Placement(
        id=number, sponsor=ref, level_name=level, level_slug=level.lower(), **values | more
    )


def test_sponsors_stand_by_level_each_once_and_each_with_an_anchor() -> None:
    found = everybody.levels(
        (
            placement(1, "Heron", "Gold", logo_dimension=350),
            placement(2, "Stork", "Silver"),
            placement(3, "Stork", "Silver"),
            placement(4, "Heron", "Silver", sponsor=1),
            placement(5, "Crane", "", logo_dimension=100),
        )
    )
    assert [(one.name, one.size, [card.anchor for card in one.cards]) for one in found] == [
        ("Gold", "large", ["heron"]),
        ("Silver", "medium", ["stork", "stork-3"]),
        ("Sponsors", "small", ["crane"]),
    ]


# --- what people type ---


def test_what_is_typed_is_checked_by_field() -> None:
    texts = {"name": "Heron\x00", "landing_page_url": "javascript:1", "country": "DE"}
    sponsor = typed.sponsor_of(texts)
    assert sponsor["name"] == "Heron"
    wrong = typed.checked_sponsor(sponsor)
    needed = {"primary_phone", "mailing_address_line_1", "city", "postal_code"}
    assert wrong.keys() == needed | {"landing_page_url"}
    assert typed.checked_contacts([]).keys() == {"contact_0_name"}
    row = {
        "contact_2_name": "Jo", "contact_2_email": "no address", "contact_2_primary": "yes",
        "contact_4_role": "yes",
    }  # fmt: skip
    contacts = typed.contacts_of(row)
    assert [one["name"] for one in contacts] == ["Jo"]
    assert typed.checked_contacts(contacts).keys() == {"contact_0_email", "contact_0_phone"}
    whole = {**contacts[0], "email": "jo@example.org", "phone": "1"}
    assert typed.checked_contacts([whole]) == {}
    assert typed.checked_contacts([{**whole, "primary": False}]).keys() == {"contact_0_primary"}


def test_rows_of_a_form_show_what_is_in_them() -> None:
    kept = typed.kept({"name": "Heron"}, [{"name": "Jo", "email": "j@x", "primary": True}])
    assert isinstance(kept, Fields)
    assert kept["contact_0_primary"] == "yes"
    assert [one.used for one in typed.rows(kept)] == [True, False, False, False, False]

"""What can be chosen, and what a choice comes to, as pages print it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from gateway.pages.heads import Mark
from gateway.pages.sponsors.choice import of_all
from gateway.pages.sponsors.choice_models import (
    BenefitChoice,
    BenefitGroup,
    LevelChoice,
    QuoteView,
)
from gateway.web.forms import Fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.sponsors.applications import Quote
    from contracts.sponsors.dto import Catalogue, CatalogueBenefit
    from gateway.pages.sponsors.choice import Choice
    from gateway.web.forms import FormState

#: In place of a price.
LATER: Final = "To be agreed on"
_CUSTOMISED: Final = (
    "What you chose differs from the level, so the price is settled with you. Nothing is owed "
    "before that."
)
_PLAIN: Final = "For one year. A contract follows when the foundation has looked it over."
_EXTRAS: Final = "Chosen beside a level that allows it."
_STANDALONE: Final = "These come without a level. Choose none above to have one of them."
#: Few enough to say how many are left.
_FEW: Final = 5


def money(amount: Decimal) -> str:
    """Return an amount as people write it: $1,500, and cents only where there are some."""
    whole = amount == amount.to_integral_value()
    return f"${amount:,.0f}" if whole else f"${amount:,.2f}"


# --- what there is ---


def levels(catalogue: Catalogue, picked: Choice) -> tuple[LevelChoice, ...]:
    """Return the levels of a year, and the choice of none."""
    benefits = of_all(catalogue)
    made = [
        LevelChoice(
            value=str(one.id),
            name=one.name,
            price=f"{money(one.amount)} a year",
            about=_about(
                sum(one.id in benefit.package_ids for benefit in benefits), one.allow_a_la_carte
            ),
            chosen=picked.package == one.id,
        )
        for one in catalogue.packages
    ]
    if any(benefit.standalone for benefit in benefits):
        none = LevelChoice(
            value="",
            name="No level",
            price="",
            about="Only benefits that come without one",
            chosen=picked.package is None and not picked.empty,
        )
        made.append(none)
    return tuple(made)


def _about(count: int, extras: bool) -> str:  # noqa: FBT001 - of one level
    benefits = "1 benefit" if count == 1 else f"{count} benefits"
    return benefits if extras else f"{benefits}, and no extras"


def groups(catalogue: Catalogue, picked: Choice, quote: Quote | None) -> tuple[BenefitGroup, ...]:
    """Return the benefits of levels by program, then extras, then what comes without a level."""
    wrong = {number for one in quote.wrong for number in one.benefit_ids} if quote else set()
    names = {one.id: one.name for one in of_all(catalogue)}
    levels_of = {one.id: one.name for one in catalogue.packages}

    def shown(benefits: Iterable[CatalogueBenefit]) -> tuple[BenefitChoice, ...]:
        return tuple(_benefit(one, picked, wrong, names, levels_of) for one in benefits)

    made = [
        BenefitGroup(
            id=f"program-{program.id}",
            title=program.name,
            text=program.description,
            benefits=shown(one for one in program.benefits if one.package_ids),
        )
        for program in catalogue.programs
    ]
    extras = [one for one in of_all(catalogue) if one.a_la_carte]
    alone = [one for one in of_all(catalogue) if one.standalone]
    made += [
        BenefitGroup(id="extras", title="Extras", text=_EXTRAS, benefits=shown(extras)),
        BenefitGroup(
            id="standalone", title="Without a level", text=_STANDALONE, benefits=shown(alone)
        ),
    ]
    return tuple(group for group in made if group.benefits)


def _benefit(
    one: CatalogueBenefit,
    picked: Choice,
    wrong: set[int],
    names: dict[int, str],
    levels_of: dict[int, str],
) -> BenefitChoice:
    labels = {tier.package_id: tier.label for tier in one.tiers}
    label = labels.get(picked.package or 0, "")
    marks = [Mark(label="new", kind="feature")] if one.new else []
    if not one.available:
        marks.append(Mark(label="no room left", kind="end-of-life"))
    elif one.left is not None and one.left <= _FEW:
        marks.append(Mark(label=f"{one.left} left", kind="security"))
    facts = [_within(one, levels_of)] if one.package_ids else []
    if one.package_only and one.package_ids:
        facts.append("Only with these levels.")
    tiers = [f"{levels_of[n]}: {text}" for n, text in labels.items() if n in levels_of and text]
    if tiers and not label:
        facts.append(f"{', '.join(tiers)}.")
    others = [names[number] for number in one.conflict_ids if number in names]
    if others:
        facts.append(f"Not together with {', '.join(others)}.")
    return BenefitChoice(
        value=str(one.id),
        name=f"{one.name} ({label})" if label else one.name,
        text=one.description,
        marks=tuple(marks),
        facts=tuple(facts),
        chosen=one.id in picked.benefits,
        full=not one.available,
        wrong=one.id in wrong,
    )


def _within(one: CatalogueBenefit, levels_of: dict[int, str]) -> str:
    """Return with which levels a benefit comes: the highest of them stand first."""
    order = list(levels_of)
    having = [number for number in order if number in one.package_ids]
    if not having:
        return "Of a level that is not offered here."
    if len(having) == len(order):
        return "With every level."
    if len(having) > 2 and having == order[: len(having)]:
        return f"With {levels_of[having[-1]]} and the levels above it."
    return f"With {', '.join(levels_of[number] for number in having)}."


# --- what it comes to ---


def quoted(quote: Quote, catalogue: Catalogue) -> QuoteView:
    """Return what a choice comes to."""
    names = {one.id: one.name for one in of_all(catalogue)}
    price = LATER if quote.price is None else money(quote.price)
    return QuoteView(
        title=quote.package_name or "Without a level",
        price=price,
        note=_CUSTOMISED if quote.price is None else _PLAIN,
        benefits=tuple(quote.benefits),
        added=tuple(names[n] for n in quote.added_ids if n in names),
        removed=tuple(names[n] for n in quote.removed_ids if n in names),
        wrong=tuple(one.message for one in quote.wrong),
    )


def wrongs(quote: Quote) -> dict[str, str]:
    """Return what is wrong with a choice, by the field that a visitor is led to."""
    found: dict[str, str] = {}
    for one in quote.wrong:
        name = f"benefit-{one.benefit_ids[0]}" if one.benefit_ids else "package"
        found[name] = f"{found[name]} {one.message}" if name in found else one.message
    return found


# --- what was typed ---


def fields(package: str, of: str, benefits: Iterable[str]) -> Fields:
    """Return a choice as a form sends it."""
    ticked = (("benefits", one) for one in benefits)
    return Fields([("package", package), ("of", of), *ticked])


def filled(form: FormState, picked: Choice) -> FormState:
    """Return the form with a choice in it."""
    values = fields(str(picked.package or ""), str(picked.of or ""), map(str, picked.benefits))
    return replace(form, values=values)

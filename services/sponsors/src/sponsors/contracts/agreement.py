"""What an agreement says, as blocks: made of the facts of a sponsorship and of versioned words.

PDF and DOCX are made of the same blocks, so that they say the same. Whatever a sponsor or a member
of staff wrote is text in a block, never markup of either format.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from num2words import num2words

_TEMPLATES: Final = Path(__file__).parent / "templates"
#: The words that new contracts begin with.
CURRENT: Final = 1
#: Said where a date is not known; it is to be put right before anything is sent.
UNKNOWN: Final = "UNKNOWN"
#: At the end of a benefit: [^1][^2]; at the beginning of a clause: [^1]:
_NOTE: Final = re.compile(r"\[\^(\d{1,4})\]")
_CLAUSE: Final = re.compile(r"^\[\^(\d{1,4})\]:\s*")
#: What neither format can hold; an import may bring it along.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a sponsorship whose agreement is made.

    `benefits` has a benefit a line, `- name [^1]`; `clauses` a clause a paragraph, `[^1]: text`.
    `incorporated` is the place of incorporation, or empty. `previous` is when the sponsorship
    before began, for a renewal. `draft` marks every page.
    """

    sponsor: str
    incorporated: str
    info: str
    contact: str
    year: int | None
    level: str
    fee: Decimal | None
    start: date | None
    end: date | None
    renewal: bool
    previous: date | None
    benefits: str
    clauses: str
    revision: int
    draft: bool


@dataclass(frozen=True)
class Heading:
    """A line above what follows; level 1 or 2."""

    text: str
    level: int = 2
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Break:
    """What follows begins a page."""

    kind: str = "break"


@dataclass(frozen=True)
class Item:
    """A line of a list, with the numbers of the clauses that apply to it, or its own number."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Items:
    """A list: of benefits, or, `numbered`, of clauses by their numbers."""

    items: tuple[Item, ...]
    numbered: bool = False
    kind: str = "items"


@dataclass(frozen=True)
class Table:
    """Names and values; a value may have several lines."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "table"


@dataclass(frozen=True)
class Signatures:
    """Room for the signature of each party."""

    parties: tuple[str, ...]
    kind: str = "signatures"


type Block = Heading | Paragraph | Break | Items | Table | Signatures


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A whole agreement."""

    title: str
    subtitle: str
    author: str
    footer: str
    draft: bool
    blocks: tuple[Block, ...]


def compose(facts: Facts, template: int) -> Agreement:
    """Return the agreement about a sponsorship, in the words of a version."""
    words = _words(template)
    part = words["renewal" if facts.renewal else "contract"]
    values = _values(facts, words)

    def said(paragraphs: list[str]) -> list[Block]:
        return [Paragraph(text.format_map(values)) for text in paragraphs]

    blocks: list[Block] = said(part["paragraphs"])
    for number, section in enumerate(part["sections"], 1):
        blocks += [Heading(f"{number}. {section['heading']}"), *said(section["paragraphs"])]
    blocks += [
        Signatures((words["foundation"], values["sponsor"])),
        Break(),
        *_exhibit(facts, words, values),
    ]
    return Agreement(
        title=part["title"],
        subtitle=values["sponsor"],
        author=words["foundation"],
        footer=f"{part['title']}: {values['sponsor']}",
        draft=facts.draft,
        blocks=tuple(blocks),
    )


def in_words(fee: Decimal) -> str:
    """Return an amount of US dollars in English words: fifteen thousand US dollars."""
    whole, cents = divmod(int((fee * 100).to_integral_value()), 100)
    said = f"{num2words(whole)} US dollar{'' if whole == 1 else 's'}"
    return f"{said} and {num2words(cents)} cent{'' if cents == 1 else 's'}" if cents else said


def in_digits(fee: Decimal) -> str:
    """Return an amount as people write it: 15,000.00."""
    return f"{fee:,.2f}"


def in_full(day: date | None) -> str:
    """Return a day as a contract writes it: 1 January 2027."""
    return UNKNOWN if day is None else f"{day.day} {day:%B %Y}"


def _values(facts: Facts, words: dict[str, Any]) -> dict[str, str]:
    """Return what stands for each `{…}` of the words."""
    place = _plain(facts.incorporated)
    return {
        "foundation": words["foundation"],
        "sponsor": _plain(facts.sponsor),
        "incorporated": f", incorporated in {place}" if place else "",
        "start": in_full(facts.start),
        "end": in_full(facts.end),
        "previous": in_full(facts.previous),
        "fee": UNKNOWN if facts.fee is None else in_digits(facts.fee),
        "fee_words": UNKNOWN if facts.fee is None else in_words(facts.fee),
    }


def _exhibit(facts: Facts, words: dict[str, Any], values: dict[str, str]) -> list[Block]:
    exhibit = words["exhibit"]
    level = _plain(facts.level) or "without a package"
    contact = f"{words['foundation_address']}\n{words['foundation_email']}"
    blocks: list[Block] = [
        Heading(exhibit["title"], 1),
        Table(
            (
                ("Sponsor", _plain(facts.info)),
                ("Contact of the Sponsor", _plain(facts.contact)),
                ("Contact of the Foundation", contact),
                ("Sponsorship", level if facts.year is None else f"{level}, {facts.year}"),
                ("Term", f"{values['start']} to {values['end']}"),
                ("Fee", f"USD {values['fee']} ({values['fee_words']})"),
            )
        ),
        Heading(exhibit["benefits"]),
    ]
    benefits = _benefits(facts.benefits)
    blocks.append(Items(benefits) if benefits else Paragraph(exhibit["no_benefits"]))
    if clauses := _clauses(facts.clauses):
        blocks += [
            Heading(exhibit["clauses"]),
            Paragraph(exhibit["clauses_note"]),
            Items(clauses, numbered=True),
        ]
    return blocks


def _benefits(text: str) -> tuple[Item, ...]:
    """Return the lines of a list of benefits, each with the numbers at its end."""
    lines = (line.strip().removeprefix("-").strip() for line in _plain(text).splitlines())
    return tuple(
        Item(_NOTE.sub("", line).strip(), tuple(_NOTE.findall(line))) for line in lines if line
    )


def _clauses(text: str) -> tuple[Item, ...]:
    """Return the paragraphs of the clauses; one without a number belongs to the one before it."""
    found: list[Item] = []
    for line in filter(None, (line.strip() for line in _plain(text).splitlines())):
        number = _CLAUSE.match(line)
        if number is not None:
            found.append(Item(line[number.end() :], (number[1],)))
        elif found:
            found[-1] = Item(f"{found[-1].text}\n{line}", found[-1].notes)
        else:
            found.append(Item(line))
    return tuple(found)


def _plain(text: str) -> str:
    return _CONTROL.sub("", text).strip()


@lru_cache
def _words(template: int) -> dict[str, Any]:
    """Return the words of a version. Raises FileNotFoundError for one that never was."""
    return tomllib.loads((_TEMPLATES / f"v{template}.toml").read_text(encoding="utf-8"))

"""What the choice of a sponsorship prints. Texts are plain and must be escaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.heads import Head, Mark
    from gateway.pages.landings.blocks import Tile
    from gateway.pages.links import Link
    from gateway.web.forms import FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice:
    """A level that can be chosen; the one without a value is none of them."""

    value: str
    name: str
    price: str
    about: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitChoice:
    """A benefit with its box. `facts` say with what it comes; `full`: it cannot be chosen."""

    value: str
    name: str
    text: str
    marks: tuple[Mark, ...]
    facts: tuple[str, ...]
    chosen: bool
    full: bool
    wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitGroup:
    """Benefits of one sort under a heading; `text` says what it is about them."""

    id: str
    title: str
    text: str
    benefits: tuple[BenefitChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """What a choice comes to. `price` is a sum, or says that it is settled later.

    `added` and `removed`: what makes it another than the level. `wrong`: why it cannot be sent.
    """

    title: str
    price: str
    note: str
    benefits: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePage:
    """`sponsors/choose.html`, at /sponsors/application/.

    `intro` is the box that editors write. `preview`: the year that staff look at, where nothing can
    be sent. `go_on` leads to the application that was begun.
    """

    head: Head
    form: FormState
    intro: Tile
    preview: str
    steps: tuple[str, ...]
    levels: tuple[LevelChoice, ...]
    groups: tuple[BenefitGroup, ...]
    of: str
    quote: QuoteView | None
    go_on: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPage:
    """`sponsors/closed.html`: nobody can apply now. `notice` is what was not taken, or empty."""

    head: Head
    intro: Tile
    notice: str
    links: tuple[Link, ...]

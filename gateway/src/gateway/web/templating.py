"""The template environment: strict, escaping, synchronous."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jinja2
from jinja2.runtime import Macro
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from gateway.web.pages import PageInfo

TEMPLATES = Path(__file__).parent.parent / "templates"

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def long_date(value: date | datetime) -> str:
    """10 May 2026 is written "May 10, 2026"; the names do not depend on the server's locale."""
    return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"


def short_date(value: date | datetime) -> str:
    """Three letters of the month: "May 10, 2026", "Sept" is not used."""
    return f"{_MONTHS[value.month - 1][:3]} {value.day}, {value.year}"


def short_day(value: date | datetime) -> str:
    """Write a day without its year: "May 10"."""
    return f"{short_month(value)} {value.day}"


def month_name(value: date | datetime) -> str:
    """Name the month of a day: "May"."""
    return _MONTHS[value.month - 1]


def short_month(value: date | datetime) -> str:
    """Name the month of a day by three letters."""
    return _MONTHS[value.month - 1][:3]


def weekday(value: date | datetime) -> str:
    """Name the day of the week: "Sunday"."""
    return _WEEKDAYS[value.weekday()]


def iso_date(value: date | datetime) -> str:
    """YYYY-MM-DD, for the attribute `datetime` of a time element."""
    return f"{value:%Y-%m-%d}"


def clock(value: datetime) -> str:
    """Hours and minutes, as the value has them: "14:05"."""
    return f"{value:%H:%M}"


def partial_date(value: str) -> str:
    """Write a date that may lack its day: "2030-10" is "October 2030", "2030-10-05" a long date."""
    parts = value.split("-")
    try:
        match [int(part) for part in parts]:
            case [year, month, day]:
                return long_date(date(year, month, day))
            case [year, month]:
                return f"{_MONTHS[month - 1]} {year}"
    except (ValueError, IndexError):
        return value
    return value


def filesize(value: int) -> str:
    """Bytes in units of 1000, as file managers and package indexes write them: "27.4 MB"."""
    if value < 1000:
        return f"{value} B"
    size = float(value)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.95 or unit == "GB":
            break
    return f"{size:.1f} {unit}"


_BITS = re.compile(r"\(?\d+-bit\)?")


def sentence(text: str) -> str:
    """Begin with a capital and leave the rest as it is: "API keys" stays so."""
    return text[:1].upper() + text[1:]


def unbroken(text: str) -> Markup:
    """Keep "(64-bit)" in one line: a browser may break after the hyphen."""
    return Markup(_BITS.sub(r'<span class="nowrap">\g<0></span>', escape(text)))  # noqa: S704


def grouped(value: str, size: int = 8) -> list[str]:
    """Cut a checksum into groups, so that it can wrap and be compared by eye."""
    return [value[at : at + size] for at in range(0, len(value), size)]


FILTERS: Mapping[str, Callable[..., Any]] = {
    "long_date": long_date,
    "short_date": short_date,
    "short_day": short_day,
    "month_name": month_name,
    "short_month": short_month,
    "weekday": weekday,
    "iso_date": iso_date,
    "clock": clock,
    "partial_date": partial_date,
    "filesize": filesize,
    "sentence": sentence,
    "unbroken": unbroken,
    "grouped": grouped,
}


@lru_cache(maxsize=8192)
def _made(macro: Macro, row: Hashable) -> Markup:
    return cast("Markup", macro(row))  # jinja2 says str


class Templates:
    """Templates of the gateway. An undefined name is an error, never an empty place in a page.

    Args:
        frame: Makes what templates see as `frame`, from the path of the page. May be replaced.
        reload: Look for changed files at each use, for development.
        folder: Where the templates are.
        global_names: What every template sees beside its `model`, `page` and `frame`.
    """

    def __init__(
        self,
        *,
        frame: Callable[[str], object],
        reload: bool = False,
        folder: Path = TEMPLATES,
        **global_names: object,
    ) -> None:
        self.frame = frame
        self._loader = jinja2.FileSystemLoader(folder)
        self.environment = jinja2.Environment(
            loader=self._loader,
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=reload,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
        )
        self.environment.filters.update(FILTERS)
        self.environment.globals.update(global_names)
        self.environment.globals["each"] = self.each

    @property
    def fingerprint(self) -> str:
        """A hash of all templates."""
        digest = hashlib.sha256()
        for name in sorted(self.environment.list_templates()):
            source, _, _ = self._loader.get_source(self.environment, name)
            digest.update(f"{name}\0{source}\0".encode())
        return digest.hexdigest()[:16]

    def each(self, macro: Macro, rows: Iterable[Hashable]) -> Markup:
        """Return what `macro` makes of each of `rows`, which are frozen models, one after another.

        What was made is kept, so that of a list of hundreds only what changed is made again. The
        macro may depend on nothing but its row.
        """
        return Markup("\n").join(_made(macro, row) for row in rows)

    def render(self, name: str | Sequence[str], *, model: object, page: PageInfo) -> bytes:
        """Return the template `name`, or the first there is of several, rendered as UTF-8."""
        template = self.environment.get_or_select_template(
            name if isinstance(name, str) else list(name)
        )
        return template.render(model=model, page=page, frame=self.frame(page.path)).encode()

    def part(self, name: str, model: object) -> str:
        """Return a template that is put into others: it sees its `model` and no page."""
        return self.environment.get_template(name).render(model=model)

"""What the pages of events print. Template names stand in each docstring.

Texts are plain and must be escaped, except where a field says it is safe HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.downloads.models import Option, Pager
    from gateway.pages.heads import Head, Mark, Subscribe
    from gateway.pages.landings.blocks import Tile
    from gateway.pages.links import Link
    from gateway.web.forms import Fields, FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day or an instant: `iso` for the attribute `datetime`, `text` for people."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """From when until when. `zone` is empty for whole days, which are the same everywhere."""

    first: Moment
    last: Moment | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One occurrence in a list. `day` is that of its leaf; `place` may have no address."""

    title: str
    href: str
    day: date
    when: When
    place: Link | None
    calendar: Link | None
    marks: tuple[Mark, ...] = ()
    gone: bool = False
    """It is cancelled: its title is struck out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfRows:
    """Rows of one month under its name, which leads to its page."""

    title: str
    href: str
    rows: tuple[EventRow, ...]


# --- month and week ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One occurrence in a day. `clock` is empty for whole days and days after the first."""

    title: str
    href: str
    clock: Moment | None
    place: str
    kind: str
    """Colours it: featured, tentative, cancelled, or empty."""
    goes_on: bool = False
    """It began on a day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a grid. `more`: there are entries that are only on the page of the day."""

    date: date
    href: str
    entries: tuple[Entry, ...]
    inside: bool = True
    """It belongs to the month, and is not only in one of its weeks."""
    today: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One row of a month; `href` leads to its page."""

    number: int
    href: str
    days: tuple[Day, ...]


# --- the map ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Places that are too near to each other to be told apart, as one mark.

    `label` names them with their number of events. Of several, the link leads to a nearer map.
    `reach` is the radius within which a finger meets it.
    """

    x: float
    y: float
    radius: float
    reach: float
    count: str
    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldMap:
    """`<svg viewBox="{box}">`. `size` is that of words on it."""

    box: str
    size: float
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place in the list beside the map."""

    name: str
    href: str
    count: str
    next_title: str
    next_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """The places of a country."""

    name: str
    places: tuple[PlaceRow, ...]


# --- pages ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What narrows the landing down. `active`: something is chosen."""

    countries: tuple[Option, ...]
    kinds: tuple[Option, ...]
    since: str
    until: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPage:
    """`events/landing.html`, at /events/. With an active filter `months` are what it lets through.

    `more` leads on from what comes soon. The maps are None where they cannot be had.
    """

    head: Head
    filter: Filter
    summary: str
    now: tuple[EventRow, ...]
    months: tuple[MonthOfRows, ...]
    missed: tuple[EventRow, ...]
    more: str
    pager: Pager | None
    calendars: tuple[Link, ...]
    map: WorldMap | None
    narrow_map: WorldMap | None
    note: Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCard:
    """A calendar among all."""

    name: str
    href: str
    description: str
    next: EventRow | None
    subscribe: Subscribe


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarsPage:
    """`events/calendars.html`, at /events/calendars/."""

    head: Head
    calendars: tuple[CalendarCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Links under a heading, and where there are more of them."""

    title: str
    links: tuple[Link, ...]
    more: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """`events/list.html`: one window of what takes place. `nothing` is said where that is nothing.

    `instead` are ways on from there; `beside` stands beside the list.
    """

    head: Head
    months: tuple[MonthOfRows, ...]
    nothing: str
    instead: tuple[Link, ...]
    pager: Pager | None = None
    featured: EventRow | None = None
    beside: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesPage:
    """`events/names.html`: the categories or the places of a calendar."""

    head: Head
    names: tuple[Link, ...]
    nothing: str
    up: str
    pager: Pager | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPage:
    """`events/grid.html`: a month or a week. `empty` is said in place of a grid with nothing in it.

    `here` leads to what is on now. `numbers`: rows begin with the number of their week.
    """

    head: Head
    unit: str
    weeks: tuple[Week, ...]
    numbers: bool
    previous: Link | None
    here: Link
    next: Link | None
    empty: str
    instead: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """`events/map.html`, at /events/map/. `out` leads back to the whole world, or is empty."""

    head: Head
    map: WorldMap
    narrow_map: WorldMap
    label: str
    places_title: str
    out: str
    online: Link | None
    countries: tuple[Country, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlace:
    """Where an event is. `links` are its own page, and a map elsewhere."""

    name: str
    href: str
    address: str
    country: str
    online: bool
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """One of the times of an event that repeats. `place` where it is another than usual."""

    when: When
    marks: tuple[Mark, ...]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGroup:
    """Rows under a heading."""

    title: str
    rows: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """`events/event.html`, at /events/<calendar>/<id>/. `description` is safe HTML.

    `there` is the time by the clock at the place, `rule` says how it repeats; either may be empty.
    `start`, `end` and the two `schema_…` are for search engines (https://schema.org/Event).
    `add_to` lead to web calendars, with the event filled in.
    """

    head: Head
    marks: tuple[Mark, ...]
    cancelled: bool
    over: bool
    sample: bool
    when: When
    there: str
    rule: str
    place: EventPlace | None
    website: Link | None
    calendar: Link
    categories: tuple[Link, ...]
    description: str
    ics: str
    add_to: tuple[Link, ...]
    remind: str
    start: str
    end: str
    schema_status: str
    schema_mode: str
    times_title: str
    times: tuple[Time, ...]
    groups: tuple[RowGroup, ...]
    previous: EventRow | None
    next: EventRow | None
    soon: tuple[Link, ...]
    subscribe: Subscribe


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingEvents:
    """`home/events.html`, and `boxes/menu_events.html`: what comes next, and where the rest is."""

    rows: tuple[EventRow, ...]
    more: Link


# --- what people send in ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the selects of the form offer. `key` goes with this one form, sent however often."""

    calendars: tuple[Option, ...]
    kinds: tuple[Option, ...]
    zones: tuple[Option, ...]
    repeats: tuple[Option, ...]
    countries: tuple[Option, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitPage:
    """`events/submit.html`, at /events/submit/. `email`: where the reviewers write to, or empty."""

    head: Head
    form: FormState
    choices: Choices
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksPage:
    """`events/thanks.html`, at /events/submit/thanks/. `own` leads to what the visitor sent in."""

    head: Head
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRow:
    """Something that the visitor sent in."""

    title: str
    href: str
    mark: Mark
    calendar: str
    sent: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionsPage:
    """`events/submissions.html`, at /events/submissions/."""

    head: Head
    rows: tuple[SubmissionRow, ...]
    pager: Pager | None
    submit: str
    reminders: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePart:
    """What was said or done about a submission, by whom."""

    time: date
    who: str
    what: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPage:
    """`events/submission.html`, at /events/submissions/<id>/.

    `values` fill the form in; where it `can_edit` no longer, `facts` stand in its place.
    """

    head: Head
    form: FormState
    values: Fields
    choices: Choices
    notice: str
    mark: Mark
    said: str
    event: Link | None
    can_edit: bool
    version: int
    facts: tuple[tuple[str, str], ...]
    notes: tuple[NotePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """A reminder. `next` is when the next mail is sent, None where none is."""

    id: int
    title: str
    when: str
    next: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsPage:
    """`events/alarms.html`, at /events/alarms/. With an `event` it asks when to be reminded."""

    head: Head
    form: FormState
    notice: str
    email: str
    event: int
    title: str
    hours: tuple[Option, ...]
    rows: tuple[AlarmRow, ...]

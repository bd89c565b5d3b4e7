"""How an operation of the modern API is declared: address, parameters, and what it answers.

A domain is a tuple of operations, made by `listing`, `reading` and `writing`; the dialect runs
them, and the document tells them.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from contracts.base import Page
from gateway.api.store import MAX_ID

if TYPE_CHECKING:
    from gateway.api.store import Store
    from gateway.api.wire import Ask
    from gateway.backends.client import Query

MAX_PAGE_SIZE: Final = 100
PAGE_SIZE: Final = 25
_NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Param:
    """A query parameter by which a list is narrowed.

    Attributes:
        schema: JSON Schema of its value.
        to: What the service calls it.
        turned: What is asked is the contrary of what the service calls it.
        example: A value that somebody may send.
    """

    name: str
    schema: Mapping[str, Any]
    to: str
    description: str
    turned: bool = False
    example: Any = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request whose parameters were read.

    Attributes:
        inside: Values in the path.
        query: As the service takes it, without window and order.
        order: As the service takes it; empty: its own.
        window: Rows, and how many are left out before.
        after: Where a walk by cursor goes on; None: it is walked by pages.
        mark: Where a walk goes on of a list that is walked by its service's own cursors.
        fields: Those that are wanted; empty: all.
        body: What is sent, checked; empty where nothing is.
        headers: Handed on to the service.
    """

    inside: Mapping[str, str]
    query: Mapping[str, Query]
    order: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE
    after: int | None = None
    mark: str = ""
    fields: frozenset[str] = frozenset()
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.page - 1) * self.page_size


@dataclass(frozen=True, slots=True)
class Found:
    """What an operation comes to.

    Attributes:
        items: One, or the rows of a window.
        meta: Of a window.
        keys: Surrogate keys that are known only now.
        location: Of what was made.
    """

    items: Any
    meta: Mapping[str, Any] | None = None
    keys: tuple[str, ...] = ()
    location: str = ""


type Run = Callable[[Request, Store, Ask], Awaitable[Found | None]]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address.

    Attributes:
        id: Unique in the API.
        path: Below /api/v2, with {names}.
        run: Does it; None: there is no such thing.
        out: What is answered: one of it, or many in a list. None: nothing.
        many: A list.
        input: What is sent.
        params, orders: Of a list. Orders by the name that the service has for each.
        cursor: The list can be walked by cursor.
        marked: The list is walked by cursors of its service, and has no pages.
        fresh: Seconds for which an answer may be kept; None: until an event drops it.
        permission: Who may; empty: anybody.
        handed: Headers that the service reads.
        keys: Surrogate keys.
        example: Of what is sent.
        personal: It is about somebody, who may want it hidden from one moment to the next.
        kept: Answers to anybody are kept; False: no event tells when one is old.
    """

    id: str
    path: str
    tag: str
    summary: str
    run: Run
    out: type[BaseModel] | None
    description: str = ""
    method: str = "GET"
    many: bool = False
    input: type[BaseModel] | None = None
    params: tuple[Param, ...] = ()
    orders: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    cursor: bool = False
    marked: bool = False
    fresh: float | None = None
    permission: str = ""
    handed: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    personal: bool = False
    kept: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the path."""
        return tuple(_NAME.findall(self.path))

    @property
    def pattern(self) -> re.Pattern[str]:
        """What paths it is for, below /api/v2."""
        return re.compile(_NAME.sub(r"(?P<\1>[^/]+)", self.path))


def by_id(path: str) -> Callable[[Request], str | None]:
    """Return what gives the address of one by its `id`; None for what no row can have."""

    def where(asked: Request) -> str | None:
        text = asked.inside["id"]
        fits = text.isascii() and text.isdecimal() and len(text) < 20 and 1 <= int(text) <= MAX_ID
        return f"{path}/{int(text)}" if fits else None

    return where


def by_slug(path: str) -> Callable[[Request], str]:
    """Return what gives the address of one by its `slug`."""
    return lambda asked: f"{path}/{quote(asked.inside['slug'], safe='')}"


def listing[D](
    service: str,
    path: Callable[[Request], str | None],
    dto: type[D],
    of: Callable[[D], BaseModel],
    *,
    by_id: bool = False,
) -> Run:
    """Read a window of a list of a service. `path` gives its address; `by_id`: it has one order."""
    kind: TypeAdapter[Page[D]] = TypeAdapter(Page[dto])  # type: ignore[valid-type] # a value

    async def run(asked: Request, store: Store, _: Ask) -> Found | None:
        where = path(asked)
        if where is None:
            return None
        query: dict[str, Query] = {**asked.query, "order": asked.order or None}
        if asked.after is not None:
            # One more than is shown tells whether there are more.
            query |= {
                "order": None if by_id else "id",
                "id__gt": asked.after or None,
                "limit": asked.page_size + 1,
            }
            page = await store.find(service, where, kind, query)
            return None if page is None else _walked(asked, page.items, of)
        query |= {"limit": asked.page_size, "offset": asked.offset}
        page = await store.find(service, where, kind, query)
        return None if page is None else window(asked, [of(one) for one in page.items], page.total)

    return run


def window(asked: Request, shown: Sequence[BaseModel], total: int) -> Found:
    """Tell one page of a list that has `total` rows."""
    meta = {
        "total": total,
        "page": asked.page,
        "page_size": asked.page_size,
        "has_next": asked.offset + len(shown) < total,
        "has_previous": asked.page > 1,
    }
    return Found(list(shown), meta)


def cut(asked: Request, rows: Sequence[BaseModel]) -> Found:
    """Tell one page of a list that is known whole."""
    return window(asked, rows[asked.offset : asked.offset + asked.page_size], len(rows))


def _walked(asked: Request, rows: list[Any], of: Callable[[Any], BaseModel]) -> Found:
    shown = rows[: asked.page_size]
    more = len(rows) > len(shown)
    meta = {
        "page_size": asked.page_size,
        "has_next": more,
        "next_cursor": str(shown[-1].id) if more else None,
    }
    return Found([of(row) for row in shown], meta)


def reading[D](
    service: str,
    path: Callable[[Request], str | None],
    dto: type[D],
    of: Callable[[D], BaseModel],
    keys: Callable[[D], tuple[str, ...]] = lambda _: (),
) -> Run:
    """Read one thing of a service."""
    kind: TypeAdapter[D] = TypeAdapter(dto)

    async def run(asked: Request, store: Store, _: Ask) -> Found | None:
        where = path(asked)
        if where is None:
            return None
        found = await store.find(service, where, kind, asked.query)
        return None if found is None else Found(of(found), keys=keys(found))

    return run

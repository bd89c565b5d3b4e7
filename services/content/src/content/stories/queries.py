"""Every read of stories. The columns of a statement are the fields of the DTO, by name.

Who may not see drafts gets statements that cannot return one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.companies.models import Company
from content.stories.models import Story, StoryCategory, StoryNote
from contracts.content.stories import Story as StoryDTO
from servicekit import reading
from servicekit.access import Principal
from servicekit.pagination import Window
from servicekit.reading import Column, Row, bytewise

VIEW_DRAFTS: Final = "content.view_story"
#: States in which who sent a story in may still change it.
OPEN: Final = ("waiting", "asked")

CATEGORY: Final[tuple[Column, ...]] = tuple(
    getattr(StoryCategory, name) for name in ("id", "name", "slug", "version", "created", "updated")
)
_CATEGORY_REF: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", StoryCategory.id), *("name", StoryCategory.name), *("slug", StoryCategory.slug)
)
_SUMMARY: Final[tuple[Any, ...]] = (
    *(
        getattr(Story, name)
        for name in (
            *("id", "name", "slug", "author", "pull_quote", "is_published", "featured", "sample"),
            *("published", "version", "created", "updated"),
        )
    ),
    _CATEGORY_REF.label("category"),
    case(
        (Company.id.isnot(None), func.json_build_object("id", Company.id, "slug", Company.slug))
    ).label("company"),
    # The linked company is who it is; but one without an address leaves the story its own.
    func.coalesce(Company.name, Story.company_name).label("company_name"),
    func.coalesce(func.nullif(Company.url, ""), Story.company_url).label("company_url"),
    case(
        (
            Story.image_id.isnot(None),
            func.json_build_object(
                *("key", Story.image_key),
                *("width", Story.image_width),
                *("height", Story.image_height),
            ),
        )
    ).label("image"),
)
_TEXT: Final = (Story.content, Story.content_markup_type, Story.content_html)
_ORDERS: Final[Mapping[str, ColumnElement[Any] | Column]] = {
    "name": bytewise(Story.name),
    "published": Story.published,
    "created": Story.created,
    "updated": Story.updated,
    "id": Story.id,
}


def sees_drafts(caller: Principal) -> bool:
    """Tell whether the caller may know of stories that are not public."""
    return caller.may(VIEW_DRAFTS)


def known_to(caller: Principal) -> ColumnElement[bool]:
    """Select the stories that there are for the caller."""
    return or_(Story.is_published, literal(value=sees_drafts(caller)))


def statement(*more: Any, text: bool = True) -> Select[Any]:  # noqa: ANN401 - columns
    """Return the statement of stories with their categories and companies."""
    return (
        select(*_SUMMARY, *(_TEXT if text else ()), *more)
        .join(StoryCategory, StoryCategory.id == Story.category_id)
        .outerjoin(Company, Company.id == Story.company_id)
    )


# --- categories ---


async def categories(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of the categories, by name."""
    order = (bytewise(StoryCategory.name), StoryCategory.id)
    return await reading.page(session, select(*CATEGORY), order, window)


async def category(session: AsyncSession, condition: ColumnElement[bool]) -> Row | None:
    """Return one category."""
    return await reading.one(session, select(*CATEGORY).where(condition))


# --- stories ---


@dataclass(frozen=True, kw_only=True)
class StoryFilter:
    """Which stories; None lets everything pass. `category` is a slug, `q` part of the name."""

    category: str | None = None
    company: int | None = None
    featured: bool | None = None
    is_published: bool | None = None
    id_gt: int | None = None
    q: str | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """Yield one condition for each field that is set."""
        if self.category is not None:
            yield StoryCategory.slug == self.category
        if self.company is not None:
            yield Story.company_id == self.company
        if self.featured is not None:
            yield Story.featured.is_(self.featured)
        if self.is_published is not None:
            yield Story.is_published.is_(self.is_published)
        if self.id_gt is not None:
            yield Story.id > self.id_gt
        if self.q:
            yield Story.name.icontains(self.q, autoescape=True)


async def stories(
    session: AsyncSession, window: Window, found: StoryFilter, *, drafts: bool, order: str
) -> tuple[list[Row], int]:
    """Return one window of the stories, without their texts, and how many match."""
    wanted = statement(text=False).where(*found.conditions())
    if not drafts:
        wanted = wanted.where(Story.is_published)
    by = (reading.direction(_ORDERS, order).nulls_last(), Story.id.desc())
    return await reading.page(session, wanted, by, window)


async def story(
    session: AsyncSession, condition: ColumnElement[bool], *, drafts: bool
) -> Row | None:
    """Return one story with its text."""
    wanted = statement().where(condition)
    return await reading.one(session, wanted if drafts else wanted.where(Story.is_published))


async def states(session: AsyncSession, ids: Sequence[int]) -> list[StoryDTO]:
    """Return the whole state of stories, drafts too."""
    wanted = statement().where(Story.id.in_(ids)).order_by(Story.id)
    return [StoryDTO.model_validate(row) for row in await reading.every(session, wanted)]


# --- what people sent in ---


async def of_user(session: AsyncSession, user_id: int, window: Window) -> tuple[list[Row], int]:
    """Return one window of what a user sent in, newest first."""
    wanted = statement(Story.review, text=False).where(Story.submitted_by == user_id)
    return await reading.page(session, wanted, (Story.id.desc(),), window)


async def submission(session: AsyncSession, *conditions: ColumnElement[bool]) -> Row | None:
    """Return a story that was sent in, with what was said about it. Two statements."""
    wanted = statement(Story.review, Story.author_email).where(*conditions)
    row = await reading.one(session, wanted.where(Story.submitted_by.isnot(None)))
    if row is None:
        return None
    columns = (StoryNote.time, StoryNote.by, StoryNote.action, StoryNote.text)
    notes: Any = select(*columns)
    notes = notes.where(StoryNote.story_id == row["id"]).order_by(StoryNote.id)
    return {
        **row,
        "can_edit": row["review"] in OPEN,
        "notes": await reading.every(session, notes),
    }

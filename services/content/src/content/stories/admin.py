"""Stories in the staff admin: written by staff, and reviewed where people sent them in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import StringConstraints
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from content.stories import categories, queries, services, submissions
from content.stories.models import Story, StoryCategory
from content.stories.submissions import Move
from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Text
from contracts.content.stories import (
    ReviewState,
    StoryCategoryInput,
    StoryInput,
    StorySubmissionInput,
)
from servicekit import slugs
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Suggest,
    Values,
)
from servicekit.database import WriteSession

_STORY: Final = Permissions.of("content", "story")
_CATEGORY: Final = Permissions.of("content", "storycategory")
_GROUP: Final = "Editorial"
_STATES: Final = tuple(
    AdminChoice(value=state.value, label=state.value.capitalize()) for state in ReviewState
)


def _joined(statement: Statement) -> Statement:
    return statement.join(StoryCategory, StoryCategory.id == Story.category_id)


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    # The company as it was typed, and not as it is shown.
    own = (Story.company_name.label("typed_name"), Story.company_url.label("typed_url"))
    wanted = queries.statement(
        *own, Story.category_id, Story.company_id, Story.author_email, Story.image_id
    )
    row = (await session.execute(wanted.where(Story.id == key))).mappings().first()
    if row is None:
        return None
    typed = {"company_name": row["typed_name"], "company_url": row["typed_url"]}
    return {**row, **typed, "image_file": None}


def _setting(words: str, **changes: bool) -> Callable[[Call, Sequence[Any]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[Any]) -> str:
        for key in keys:
            await services.set_state(call.session, key, call.caller, **changes)
        return f"{len(keys)} {'story' if len(keys) == 1 else 'stories'} {words}"

    return run


STORIES: Final = Resource(
    name="story",
    label="success story",
    plural="success stories",
    group=_GROUP,
    note="What was sent in is approved at “stories that were sent in”.",
    model=Story,
    key=Story.id,
    title=Story.name,
    permissions=_STORY,
    join=_joined,
    visible=queries.known_to,
    gone=queries.sees_drafts,
    columns=(
        Column("name", Story.name),
        Column("slug", Story.slug, "Address"),
        Column("category", StoryCategory.name),
        Column("is_published", Story.is_published, "Published", Format.BOOL),
        Column("featured", Story.featured, format=Format.BOOL),
        Column("review", Story.review),
        Column("created", Story.created, format=Format.TIME),
    ),
    order="-created",
    search=(("name", Story.name), ("company", Story.company_name), ("author", Story.author)),
    filters=(
        Filter("is_published", Story.is_published, FilterKind.BOOL, "Published"),
        Filter("featured", Story.featured, FilterKind.BOOL),
        Filter("category", Story.category_id, FilterKind.REF, "Category", ref="story-category"),
        Filter("review", Story.review, FilterKind.CHOICE, "Review", _STATES),
    ),
    dates=Column("created", Story.created),
    form=Form(
        read=_read,
        input=StoryInput,
        fieldsets=(
            Fieldset("Story", ("name", "slug", "category_id", "pull_quote", "content")),
            Fieldset("", ("content_markup_type",)),
            Fieldset("Whose it is", ("company_id", "company_name", "company_url")),
            Fieldset("Who wrote it", ("author", "author_email")),
            Fieldset("Picture", ("image_id", "image_file")),
            Fieldset("Where it shows", ("is_published", "featured")),
        ),
        create=services.create,
        update=services.update,
        hints={
            "slug": Hint(help="tides is shown at /success-stories/tides/"),
            "category_id": Hint(label="Category", ref="story-category"),
            "company_id": Hint(
                label="Company", ref="company", help="Of the directory; its name is shown"
            ),
            "company_name": Hint(help="Shown where no company is chosen"),
            "company_url": Hint(label="Website", help="Shown where the company has none"),
            "author_email": Hint(label="E-mail", help="Shown on no page"),
            "pull_quote": Hint(widget=Widget.TEXTAREA, help="The sentence to remember"),
            "content": Hint(label="Text", widget=Widget.TEXTAREA),
            "content_markup_type": Hint(label="Markup"),
            "image_id": Hint(label="Picture", ref="media-file", help="One that is there already"),
            "image_file": Hint(
                label="New picture", file=True, help="Becomes a media file: PNG, JPEG, WebP, GIF"
            ),
            "is_published": Hint(label="Published"),
            "featured": Hint(help="May be shown on the home page, once published"),
        },
    ),
    delete=services.delete,
    actions=(
        Action(
            name="publish",
            label="Publish",
            permission=_STORY.change,
            confirm="The stories are shown to everybody.",
            run=_setting("published", published=True),
            applies=lambda row: not row["is_published"],
        ),
        Action(
            name="unpublish",
            label="Make a draft again",
            permission=_STORY.change,
            confirm="The stories disappear; their addresses answer 404.",
            run=_setting("made drafts again", published=False),
            applies=lambda row: bool(row["is_published"]),
            danger=True,
        ),
        Action(
            name="feature",
            label="Feature",
            permission=_STORY.change,
            confirm="The home page shows one of the featured stories.",
            run=_setting("featured", featured=True),
            applies=lambda row: not row["featured"],
        ),
        Action(
            name="unfeature",
            label="Feature no longer",
            permission=_STORY.change,
            confirm="The stories stay where they are, but for the home page.",
            run=_setting("featured no longer", featured=False),
            applies=lambda row: bool(row["featured"]),
        ),
        deletion(
            services.delete,
            _STORY.delete,
            "story",
            "stories",
            confirm="The stories are gone for everybody. This cannot be undone.",
        ),
    ),
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)


# --- review ---


class Decision(StrEnum):
    """What a reviewer does with a story."""

    LATER = "later"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"


_DECISIONS: Final = (
    AdminChoice(value=Decision.LATER.value, label="Only save what I changed"),
    AdminChoice(value=Decision.ASK.value, label="Ask the submitter"),
    AdminChoice(value=Decision.APPROVE.value, label="Approve: publish the story"),
    AdminChoice(value=Decision.REJECT.value, label="Reject"),
)
_MOVES: Final[dict[Decision, Move | None]] = {
    Decision.LATER: None,
    Decision.ASK: "ask",
    Decision.APPROVE: "approve",
    Decision.REJECT: "reject",
}


class Review(StorySubmissionInput):
    """A story as a reviewer has it: what was sent, and what is to become of it."""

    decision: Decision = Decision.LATER
    featured: bool = False
    message: Annotated[Text, StringConstraints(max_length=5000)] = ""
    said: str = ""


async def _read_review(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.submission(session, Story.id == key)
    if row is None:
        return None
    said = [
        f"{one['time']:%Y-%m-%d %H:%M} {one['by']}, {one['action']}: {one['text']}".rstrip(": ")
        for one in row["notes"]
    ]
    names = set(Review.model_fields) - {"decision", "message", "note", "said"}
    return {
        **{name: row[name] for name in (*names, "id", "version")},
        "category": row["category"]["slug"],
        "decision": Decision.LATER,
        "message": "",
        "note": "",
        "said": "\n".join(said),
    }


async def _review(
    session: WriteSession, key: int, sent: Review, caller: Principal, *, if_match: str | None
) -> object:
    plain = StorySubmissionInput.model_validate(
        sent.model_dump(exclude={"decision", "featured", "message", "said"}) | {"note": ""}
    )
    return await submissions.review(
        session,
        key,
        plain,
        caller,
        _MOVES[sent.decision],
        sent.message,
        featured=sent.featured,
        if_match=if_match,
    )


def _sent_in(_: Principal) -> ColumnElement[bool]:
    return Story.submitted_by.isnot(None)


REVIEWS: Final = Resource(
    name="story-review",
    label="story that was sent in",
    plural="stories that were sent in",
    group=_GROUP,
    note="The submitter gets a mail of what is decided.",
    model=Story,
    key=Story.id,
    title=Story.name,
    permissions=Permissions.same(submissions.REVIEW),
    join=_joined,
    visible=_sent_in,
    columns=(
        Column("name", Story.name),
        Column("review", Story.review, "State"),
        Column("company", Story.company_name),
        Column("category", StoryCategory.name),
        Column("created", Story.created, "Sent in", Format.TIME),
        Column("updated", Story.updated, format=Format.TIME),
    ),
    order="-updated",
    search=(("name", Story.name), ("company", Story.company_name)),
    filters=(Filter("review", Story.review, FilterKind.CHOICE, "State", _STATES[1:]),),
    dates=Column("created", Story.created),
    form=Form(
        read=_read_review,
        input=Review,
        fieldsets=(
            Fieldset("Review", ("decision", "featured", "message", "said")),
            Fieldset("Story", ("name", "category", "pull_quote", "content")),
            Fieldset("Whose it is", ("company_name", "company_url")),
            Fieldset("Who wrote it", ("author", "author_email")),
        ),
        update=_review,
        hints={
            "decision": Hint(choices=_DECISIONS),
            "featured": Hint(help="May be shown on the home page, once published"),
            "message": Hint(
                widget=Widget.TEXTAREA, help="Mailed to the submitter; needed to ask or reject"
            ),
            "said": Hint(label="So far", widget=Widget.TEXTAREA, read_only_on_change=True),
            "category": Hint(help="Its slug, such as engineering"),
            "pull_quote": Hint(widget=Widget.TEXTAREA),
            "content": Hint(label="Text", widget=Widget.TEXTAREA, help="Markdown"),
            "author_email": Hint(label="E-mail", help="Where the submitter is written to"),
        },
    ),
)


async def _read_category(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.category(session, StoryCategory.id == key)


CATEGORIES: Final = Resource(
    name="story-category",
    label="category of stories",
    plural="categories of stories",
    group=_GROUP,
    model=StoryCategory,
    key=StoryCategory.id,
    title=StoryCategory.name,
    permissions=_CATEGORY,
    columns=(
        Column("name", StoryCategory.name),
        Column("slug", StoryCategory.slug),
        Column("updated", StoryCategory.updated, format=Format.TIME),
    ),
    order="name",
    search=(("name", StoryCategory.name), ("slug", StoryCategory.slug)),
    form=Form(
        read=_read_category,
        input=StoryCategoryInput,
        fieldsets=(Fieldset("", ("name", "slug")),),
        create=categories.create,
        update=categories.update,
    ),
    delete=categories.delete,
    suggest=Suggest(
        sources=("name",),
        fields=("slug",),
        make=lambda typed: {"slug": slugs.slugify(typed["name"])},
    ),
)

RESOURCES: Final = (STORIES, REVIEWS, CATEGORIES)

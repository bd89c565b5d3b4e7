"""Pages, their revisions and previews in the staff admin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy import String, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.media import queries as media
from content.pages import previews, queries, revisions, rules, services
from content.pages.models import Page, PagePreview, PageRevision
from content.pages.queries import VIEW_DRAFTS, known_to, sees_drafts
from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Input
from contracts.content.media import MediaKind
from contracts.content.pages import PageInput, PageTemplate, PreviewInput
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
    Inline,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.database import ReadSession, WriteSession
from servicekit.problems import Invalid
from servicekit.reading import bytewise

_PAGE: Final = Permissions.of("content", "page")
#: Files of a page that its form shows.
_MOST_FILES: Final = 50
#: What comes first in the paths of most pages.
_SECTIONS: Final = tuple(
    AdminChoice(value=name, label=f"/{name}/…")
    for name in ("about", "community", "dev", "doc", "download", "psf")
)
_TEMPLATES: Final = (
    AdminChoice(value=PageTemplate.DEFAULT.value, label="Page of the site"),
    AdminChoice(value=PageTemplate.PSF.value, label="Page of the PSF"),
    AdminChoice(value=PageTemplate.FULL_WIDTH.value, label="Full width, without a heading"),
    AdminChoice(value=PageTemplate.RAW.value, label="The text alone, nothing around it"),
)


class RevisionView(Input):
    """What is shown of a revision."""

    number: int
    action: str
    note: str
    actor: str
    title: str
    path: str
    changes: str
    content: str


class FileView(Input):
    """What is shown of a file that belongs to a page."""

    address: str
    text: str


async def _read(session: AsyncSession, key: int, caller: Principal) -> Values | None:
    row = await queries.page(session, Page.id == key, drafts=sees_drafts(caller))
    if row is None:
        return None
    found = await media.of_folder(session, row["path"], most=_MOST_FILES)
    return {**row, "change_note": "", "files": [_file(one) for one in found]}


def _file(row: Values) -> Values:
    """Return a file with what puts it into a text."""
    address, told = f"/media/{row['key']}", row["description"] or row["key"].rpartition("/")[2]
    sign = "!" if row["kind"] == MediaKind.PICTURE.value else ""
    return {**row, "address": address, "text": f"{sign}[{told}]({address})"}


async def _read_revision(
    session: ReadSession | WriteSession, key: int, _: Principal
) -> Values | None:
    """Return a revision with what it changed, compared with the one before."""
    place = (
        await session.execute(
            select(PageRevision.page_id, PageRevision.number).where(PageRevision.id == key)
        )
    ).first()
    if place is None:
        return None
    page_id, number = place
    own = await revisions.one(session, page_id, number)
    changes = "The first state of the page."
    if number > 1:
        found = await revisions.difference(session, page_id, number - 1, number)
        told = [f"{one.field}: {one.before} → {one.after}" for one in found.fields]
        changes = "\n".join([*told, *found.text]) or "Nothing."
    return {**own.model_dump(), "changes": changes, "version": 1}


def _publish(*, published: bool) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[int]) -> str:
        already = select(func.count()).where(Page.id.in_(keys), Page.is_published.is_(published))
        same = await call.session.scalar(already) or 0
        for key in keys:
            await services.set_published(
                call.session, key, call.caller, published=published, if_match=None
            )
        said = f"{_count(len(keys) - same)} {'published' if published else 'made a draft again'}"
        return said + (f"; {same} already so" if same else "")

    return run


async def _preview(call: Call, keys: Sequence[int]) -> str:
    made = [await previews.make(call.session, key, PreviewInput(), call.caller) for key in keys[:3]]
    if len(keys) > len(made):
        raise Invalid("Choose three pages at most: each address is told once.")
    told = ", ".join(f"/preview/{one.token}/" for one in made)
    return f"Until {made[0].expires:%d %B %Y}, whoever has it sees the draft at {told}"


async def _restore(call: Call, keys: Sequence[int]) -> str:
    if len(keys) != 1:
        raise Invalid("Choose one revision.")
    row = await call.session.get_one(PageRevision, keys[0])
    await revisions.restore(call.session, row.page_id, row.number, call.caller, if_match=None)
    return f"The page has the words of revision {row.number} again"


async def _revoke(call: Call, keys: Sequence[int]) -> str:
    for key in keys:
        row = await call.session.get_one(PagePreview, key)
        await previews.revoke(call.session, row.page_id, key, call.caller)
    return f"{len(keys)} {'preview' if len(keys) == 1 else 'previews'} revoked"


def _count(number: int) -> str:
    return f"{number} page" + ("" if number == 1 else "s")


def _of_revision(statement: Statement) -> Statement:
    return statement.join(Page, PageRevision.page_id == Page.id)


def _of_preview(statement: Statement) -> Statement:
    return statement.join(Page, PagePreview.page_id == Page.id)


PAGES: Final = Resource(
    name="page",
    label="page",
    plural="pages",
    group="Content",
    model=Page,
    key=Page.id,
    title=Page.title,
    permissions=_PAGE,
    visible=known_to,
    gone=sees_drafts,
    columns=(
        Column("title", Page.title, order=bytewise(Page.title)),
        Column("path", Page.path, order=bytewise(Page.path)),
        Column("is_published", Page.is_published, "Published", Format.BOOL),
        Column("publish_at", Page.publish_at, "Publish at", Format.TIME),
        Column("expire_at", Page.expire_at, "Expire at", Format.TIME),
        Column("updated", Page.updated, format=Format.TIME),
    ),
    order="path",
    search=(("title", Page.title), ("path", Page.path), ("keywords", Page.keywords)),
    filters=(
        Filter("is_published", Page.is_published, FilterKind.BOOL, "Published"),
        Filter(
            "section",
            func.split_part(Page.path, "/", 1, type_=String),
            FilterKind.CHOICE,
            "Section",
            _SECTIONS,
        ),
        Filter("template_name", Page.template_name, FilterKind.CHOICE, "Template", _TEMPLATES),
        Filter("created", Page.created, FilterKind.RANGE, "Created"),
        Filter("updated", Page.updated, FilterKind.RANGE, "Changed"),
    ),
    dates=Column("updated", Page.updated),
    form=Form(
        read=_read,
        input=PageInput,
        fieldsets=(
            Fieldset("Page", ("title", "path", "content", "content_markup_type")),
            Fieldset("For search engines and lists", ("description", "keywords")),
            Fieldset("When it shows", ("is_published", "publish_at", "expire_at")),
            Fieldset("How it looks", ("template_name", "content_type")),
            Fieldset("This change", ("change_note",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "path": Hint(help="about/apps is shown at /about/apps/"),
            "content": Hint(label="Text", widget=Widget.TEXTAREA),
            "content_markup_type": Hint(
                label="Markup", help="HTML of the unsafe ones is not cleaned; few may write it"
            ),
            "description": Hint(widget=Widget.TEXTAREA, help="One or two sentences"),
            "is_published": Hint(label="Published", help="A draft is seen by staff alone"),
            "template_name": Hint(label="Template", choices=_TEMPLATES),
            "content_type": Hint(help="Of a text that stands alone"),
        },
        inlines=(
            Inline(
                name="files",
                label="file",
                plural="pictures and documents of this page",
                title="key",
                input=FileView,
                fields=("address", "text"),
                permissions=Permissions.same("content.view_mediafile"),
                hints={"text": Hint(label="In a Markdown text")},
            ),
        ),
    ),
    delete=services.delete,
    actions=(
        Action(
            name="publish",
            label="Publish",
            permission=rules.EDIT,
            confirm="The page is shown to everybody.",
            run=_publish(published=True),
            applies=lambda row: not row["is_published"],
        ),
        Action(
            name="unpublish",
            label="Make a draft again",
            permission=rules.EDIT,
            confirm="The page disappears; its address answers 404.",
            run=_publish(published=False),
            applies=lambda row: bool(row["is_published"]),
            danger=True,
        ),
        Action(
            name="preview",
            label="Make a preview address",
            permission=_PAGE.change,
            confirm="Whoever has the address sees the draft for a week, without signing in.",
            run=_preview,
            applies=lambda row: not row["is_published"],
        ),
        deletion(
            services.delete,
            _PAGE.delete,
            "page",
            "pages",
            confirm="The page and its revisions are deleted. This cannot be undone.",
        ),
    ),
)

REVISIONS: Final = Resource(
    name="page-revision",
    label="revision",
    plural="revisions of pages",
    group="Content",
    note="Every change of a page keeps the state it made.",
    model=PageRevision,
    key=PageRevision.id,
    title=PageRevision.title,
    permissions=Permissions.same(VIEW_DRAFTS),
    join=_of_revision,
    columns=(
        Column("page", Page.path, order=bytewise(Page.path)),
        Column("number", PageRevision.number, format=Format.NUMBER),
        Column("action", PageRevision.action),
        Column("note", PageRevision.note, sortable=False),
        Column("actor", PageRevision.actor),
        Column("created", PageRevision.created, "When", Format.TIME),
    ),
    order="-created",
    search=(("path", Page.path), ("title", PageRevision.title), ("note", PageRevision.note)),
    filters=(Filter("page", PageRevision.page_id, FilterKind.REF, "Page", ref="page"),),
    dates=Column("created", PageRevision.created),
    form=Form(
        read=_read_revision,
        input=RevisionView,
        fieldsets=(
            Fieldset("Revision", ("number", "action", "note", "actor", "title", "path")),
            Fieldset("Changed since the state before", ("changes",)),
            Fieldset("Text", ("content",)),
        ),
        hints={
            "changes": Hint(widget=Widget.TEXTAREA),
            "content": Hint(label="Text", widget=Widget.TEXTAREA),
        },
    ),
    history=False,
    actions=(
        Action(
            name="restore",
            label="Restore",
            permission=_PAGE.change,
            confirm="The page gets the words of this revision back, as a new change.",
            run=_restore,
        ),
    ),
)

PREVIEWS: Final = Resource(
    name="page-preview",
    label="preview",
    plural="previews of pages",
    group="Content",
    note="Addresses that show a draft without signing in. The addresses themselves are not kept.",
    model=PagePreview,
    key=PagePreview.id,
    title=Page.title,
    permissions=Permissions.same(VIEW_DRAFTS),
    join=_of_preview,
    columns=(
        Column("page", Page.path, order=bytewise(Page.path)),
        Column("actor", PagePreview.actor, "Made by"),
        Column("created", PagePreview.created, format=Format.TIME),
        Column("expires", PagePreview.expires, format=Format.TIME),
    ),
    order="-created",
    search=(("path", Page.path),),
    history=False,
    actions=(
        Action(
            name="revoke",
            label="Revoke",
            permission=_PAGE.change,
            confirm="The address shows the draft no longer.",
            run=_revoke,
            danger=True,
        ),
    ),
)

RESOURCES: Final = (PAGES, REVISIONS, PREVIEWS)

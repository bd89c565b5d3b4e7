"""Redirects in the staff admin."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from content.redirects import queries, services
from content.redirects.models import Redirect
from contracts.admin import AdminChoice, FilterKind, Format
from contracts.content.redirects import RedirectInput
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from servicekit.reading import bytewise

_REDIRECT: Final = Permissions.of("content", "redirect")
_CODES: Final = (
    AdminChoice(value="301", label="301, for good"),
    AdminChoice(value="302", label="302, for now"),
)


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.redirect(session, key)


REDIRECTS: Final = Resource(
    name="redirect",
    label="redirect",
    plural="redirects",
    group="Content",
    model=Redirect,
    key=Redirect.id,
    title=Redirect.old_path,
    permissions=_REDIRECT,
    columns=(
        Column("old_path", Redirect.old_path, order=bytewise(Redirect.old_path)),
        Column("is_prefix", Redirect.is_prefix, "And below", Format.BOOL),
        Column("target", Redirect.target, order=bytewise(Redirect.target)),
        Column("code", Redirect.code, format=Format.NUMBER),
        Column("updated", Redirect.updated, format=Format.TIME),
    ),
    order="old_path",
    search=(("old path", Redirect.old_path), ("target", Redirect.target), ("note", Redirect.note)),
    filters=(
        Filter("is_prefix", Redirect.is_prefix, FilterKind.BOOL, "And below"),
        Filter("code", Redirect.code, FilterKind.CHOICE, "Code", _CODES),
    ),
    form=Form(
        read=_read,
        input=RedirectInput,
        fieldsets=(
            Fieldset("From", ("old_path", "is_prefix", "query")),
            Fieldset("To", ("target", "code")),
            Fieldset("", ("note",)),
        ),
        create=services.create,
        update=services.update,
        hints={
            "old_path": Hint(help="/dev/peps; a page at this very address is hidden"),
            "is_prefix": Hint(label="And everything below"),
            "target": Hint(
                help="/about/ or https://…; {rest} is what follows a prefix, {stem} the same "
                "without .html; empty: gone (410)"
            ),
            "code": Hint(choices=_CODES),
            "note": Hint(help="Why it is there; shown to staff alone"),
        },
    ),
    delete=services.delete,
    actions=(
        deletion(
            services.delete,
            _REDIRECT.delete,
            "redirect",
            "redirects",
            confirm="The old addresses lead nowhere from then on.",
        ),
    ),
)

RESOURCES: Final = (REDIRECTS,)

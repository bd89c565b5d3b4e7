"""Profiles: what others see of somebody, and how one edits it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import StringConstraints

from contracts.base import Input
from contracts.identity import dto
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.models import EditPage, ProfilePage
from gateway.pages.downloads.models import Option
from gateway.web.forms import FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

EDIT: Final = "/users/edit/"
_DONE: Final = {
    "password": "Your password is changed. All your other sessions were ended.",
    "saved": "Your profile is saved.",
}
_VISIBILITY: Final = {
    dto.SearchVisibility.SHOWN: "May be found by others",
    dto.SearchVisibility.HIDDEN: "Is found by nobody but me",
}
_PRIVACY: Final = {
    dto.EmailPrivacy.NOBODY: "Nobody",
    dto.EmailPrivacy.SIGNED_IN: "Whoever is signed in",
    dto.EmailPrivacy.ANYONE: "Anyone",
}


class EditForm(Input):
    """A profile as its owner types it; `version` is what was shown."""

    username: fields.OldUsername
    first_name: fields.Name = ""
    last_name: fields.Name = ""
    bio: Annotated[str, StringConstraints(max_length=10_000)] = ""
    search_visibility: dto.SearchVisibility
    email_privacy: dto.EmailPrivacy
    public_profile: bool = False
    version: int


@page("/users/{username:str}/", name="accounts.profile", cache=None, personal=True)
async def profile(ctx: PageContext) -> Page:
    """Show a profile to whoever may see it; one's own always."""
    visitor = ctx.visitor
    viewer = None if visitor.anonymous else visitor.id
    found = await common.identity(ctx).profile(ctx.path_params["username"], viewer)
    if found is None:
        raise NotFound
    own = found.id == viewer
    seen = own and await common.identity(ctx).profile(found.username, None) is not None
    model = ProfilePage(
        menu=menu.beside(ctx) if own else (),
        username=found.username,
        name=found.name,
        email=found.email or "",
        joined=found.joined,
        own=own,
        hidden=own and not seen,
    )
    return ctx.render("accounts/profile.html", model)


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    own = await common.identity(ctx).own_profile(visitor.id)
    stored = {
        "username": own.username,
        "first_name": own.first_name,
        "last_name": own.last_name,
        "bio": own.bio,
        "search_visibility": str(int(own.search_visibility)),
        "email_privacy": str(int(own.email_privacy)),
        "public_profile": "yes" if own.public_profile else "",
        "version": str(own.version),
    }
    values = {name: form.values.get(name, "") for name in stored} if form.values else stored
    if "version" in form.errors:
        values["version"] = stored["version"]
    model = EditPage(
        form=form,
        menu=menu.beside(ctx),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        values=values,
        visibility=_options(_VISIBILITY, values["search_visibility"]),
        privacy=_options(_PRIVACY, values["email_privacy"]),
        profile=menu.profile_path(own.username),
        delete=f"{menu.profile_path(own.username)}delete/",
    )
    return ctx.render("accounts/edit.html", model)


async def _save(ctx: PageContext, sent: EditForm) -> Redirect:
    visitor = ctx.signed_in()
    asked = fields.sending(dto.ProfileInput, sent.model_dump(exclude={"version"}))
    try:
        await common.identity(ctx).edit_profile(visitor.id, asked, sent.version, ctx.caller)
    except BackendRefused as error:
        raise common.explained(error) from error
    await ctx.sessions.forget(visitor)
    return Redirect(f"{EDIT}?done=saved")


def _options[T: int](labels: dict[T, str], chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value=str(int(value)), label=label, selected=str(int(value)) == chosen)
        for value, label in labels.items()
    )


edit = FormRoute(
    EDIT,
    name="accounts.edit",
    model=EditForm,
    show=_show,
    accept=_save,
    limit="60/minute",
    seconds=0,
    params=("done",),
    personal=True,
)

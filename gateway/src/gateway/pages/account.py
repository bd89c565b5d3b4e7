"""Fragments that depend on who asks; loaded by a script, so that pages themselves do not."""

from __future__ import annotations

from typing import Final

from gateway.pages.accounts import menu
from gateway.pages.accounts.models import AccountMenu, EditButton
from gateway.web.pages import NotFound, Page, PageContext, page

#: What is edited by a button: the permission that it takes, where it is in the admin, its name.
_EDITED: Final = {
    "story": ("content.change_story", "content/story", "this story"),
    "minutes": ("content.change_minutes", "content/minutes", "these minutes"),
    "work-group": ("content.change_workgroup", "content/work-group", "this group"),
    "post": ("content.change_post", "content/post", "this post"),
    "company": ("content.change_company", "content/company", "this company"),
}


@page("/authenticated", name="account.menu", cache=None, slash="either", personal=True)
async def account_menu(ctx: PageContext) -> Page:
    """Answer the account menu; it is empty on a site without accounts."""
    visitor = ctx.visitor
    items = menu.of(ctx)
    name = "" if visitor.anonymous else visitor.name or visitor.username
    return ctx.render("fragments/account.html", AccountMenu(name=name, items=items))


@page(
    "/release-edit-button/{pk:str}",
    name="account.release_edit_button",
    cache=None,
    personal=True,
)
async def release_edit_button(ctx: PageContext) -> Page:
    """Answer the link by which staff edit a release: nothing, to anybody else."""
    return _edit_button(ctx, "downloads.change_release", "downloads/release", "this release")


@page("/page-edit-button/{pk:str}", name="account.page_edit_button", cache=None, personal=True)
async def page_edit_button(ctx: PageContext) -> Page:
    """Answer the link by which staff edit a page: nothing, to anybody else."""
    return _edit_button(ctx, "content.change_page", "content/page", "this page")


@page("/edit-button/{kind:str}/{pk:str}", name="account.edit_button", cache=None, personal=True)
async def edit_button(ctx: PageContext) -> Page:
    """Answer the link by which staff edit something else of the site: nothing, to anybody else."""
    found = _EDITED.get(ctx.path_params["kind"])
    if found is None:
        raise NotFound
    return _edit_button(ctx, *found)


def _edit_button(ctx: PageContext, permission: str, resource: str, what: str) -> Page:
    pk = ctx.path_params["pk"]
    if not (pk.isascii() and pk.isdecimal()):
        raise NotFound
    visitor = ctx.visitor
    if visitor.anonymous or not visitor.staff or not visitor.may(permission):
        return ctx.respond("", "text/html; charset=utf-8")
    button = EditButton(href=f"/admin/{resource}/{pk}/change/", label=f"Edit {what}")
    return ctx.render("fragments/edit.html", button)

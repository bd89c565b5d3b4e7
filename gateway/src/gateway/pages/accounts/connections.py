"""Accounts elsewhere that sign in to one's own."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

from contracts.base import Input
from contracts.identity import social
from gateway.backends.errors import BackendRefused
from gateway.cache.policy import CachePolicy
from gateway.pages.accounts import common, fields, menu, providers
from gateway.pages.accounts.models import ConnectionRow, ConnectionsPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect, page

_DONE: Final = {
    "linked": "The account is linked. You can sign in with it.",
    "unlink": "The account is unlinked. It no longer signs in here.",
}


class ConnectionsForm(Input):
    """What is to be done: link whom a provider told about, or unlink an account."""

    action: Literal["link", "unlink"]
    account: fields.Id = 0


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = await common.proven(ctx)
    service = providers.service(ctx)
    found, ways = await asyncio.gather(service.providers(), service.ways_in(visitor.id))
    waiting = await service.pending(providers.browser(ctx)) if ctx.errand else None
    model = ConnectionsPage(
        form=form,
        menu=menu.beside(ctx),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        accounts=tuple(
            ConnectionRow(
                id=row.id,
                provider=row.provider.name,
                name=row.username or row.email,
                created=row.created,
                used=row.last_used,
            )
            for row in ways.social
        ),
        providers=providers.links(found, providers.CONNECTIONS),
        waiting=waiting.provider.name if waiting is not None else "",
        waiting_name=(waiting.username or waiting.email) if waiting is not None else "",
        password=ways.password,
    )
    return ctx.render("accounts/connections.html", model)


async def _accept(ctx: PageContext, sent: ConnectionsForm) -> Redirect:
    visitor = await common.proven(ctx)
    service = providers.service(ctx)
    try:
        if sent.action == "unlink":
            await service.unlink(visitor.id, sent.account, ctx.caller)
            return Redirect(f"{providers.CONNECTIONS}?done=unlink")
        asked = social.SocialLink(browser=providers.browser(ctx), session=visitor.session)
        await service.link(visitor.id, asked, ctx.caller)
    except BackendRefused as error:
        if error.status == 404:
            raise FormErrors({"": "There is nothing to do any more."}) from error
        if common.named(error, social.NOT_PROVEN):
            await ctx.sessions.forget(visitor)
            return Redirect(providers.CONNECTIONS)
        raise common.explained(error) from error
    took = ctx.sessions.errand.take()
    return Redirect(f"{providers.CONNECTIONS}?done=linked", cookies=(took,))


@page(
    "/accounts/3rdparty/",
    "/accounts/social/",
    name="accounts.connections_moved",
    cache=CachePolicy(fresh=3600),
)
async def moved(ctx: PageContext) -> Page:  # noqa: ARG001 - a page function
    """Lead from other addresses of the page."""
    raise Redirect(providers.CONNECTIONS, 301)


connections = FormRoute(
    providers.CONNECTIONS,
    name="accounts.connections",
    model=ConnectionsForm,
    show=_show,
    accept=_accept,
    limit="30/minute",
    when_unknown="refuse",
    seconds=0,
    params=("done",),
    personal=True,
    beside=(providers.BEGIN,),
)

"""Where one is signed in, and how to end it."""

from __future__ import annotations

from typing import Final, Literal

from contracts.base import Input
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common, fields, menu
from gateway.pages.accounts.agents import describe
from gateway.pages.accounts.models import SessionRow, SessionsPage
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect

PATH: Final = "/accounts/sessions/"
_DONE: Final = {
    "end": "The session is ended.",
    "others": "All your other sessions are ended.",
}


class SessionsForm(Input):
    """Which session is to end, or all but this one."""

    action: Literal["end", "others"]
    session: fields.Id = 0


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    found = await common.identity(ctx).sessions(visitor.id)
    rows = [
        SessionRow(
            id=row.id,
            where=describe(row.agent),
            began=row.created,
            seen=row.last_seen,
            here=row.id == visitor.session_id,
        )
        for row in found
    ]
    model = SessionsPage(
        form=form,
        menu=menu.beside(ctx),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        sessions=tuple(sorted(rows, key=lambda row: not row.here)),
    )
    return ctx.render("accounts/sessions.html", model)


async def _accept(ctx: PageContext, sent: SessionsForm) -> Redirect:
    visitor = ctx.signed_in()
    service = common.identity(ctx)
    if sent.action == "others":
        await service.end_other_sessions(visitor.id, visitor.session_id, ctx.caller)
    elif sent.session == visitor.session_id:
        return Redirect("/accounts/logout/")
    else:
        try:
            await service.end_session(visitor.id, sent.session, ctx.caller)
        except BackendRefused as error:
            if error.status != 404:
                raise
            raise FormErrors({"": "This session has ended already."}) from error
    return Redirect(f"{PATH}?done={sent.action}")


sessions = FormRoute(
    PATH,
    name="accounts.sessions",
    model=SessionsForm,
    show=_show,
    accept=_accept,
    limit="60/minute",
    seconds=0,
    params=("done",),
    personal=True,
)

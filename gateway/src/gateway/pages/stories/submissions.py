"""Sending a story in, and following what becomes of it."""

from __future__ import annotations

import asyncio
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import StringConstraints

from contracts.base import Input
from contracts.content.stories import (
    ReviewState,
    StoryCategory,
    StorySubmission,
    StorySubmissionInput,
    StorySubmissionSummary,
)
from gateway.backends.errors import BackendRefused
from gateway.backends.stories import OwnStories
from gateway.pages import asking, heads
from gateway.pages.accounts import common, fields
from gateway.pages.downloads.models import Option
from gateway.pages.heads import Head, Mark
from gateway.pages.links import Link
from gateway.pages.stories import fetch
from gateway.pages.stories.models import NotePart, OwnPage, OwnRow, SubmissionPage, SubmitPage
from gateway.web.forms import Fields, FormErrors, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect, page

if TYPE_CHECKING:
    from gateway.auth.visitor import Visitor

_ROWS: Final = 20
_PER_USER: Final = "20/hour"
_TOO_MANY: Final = "Many stories were sent in from this account just now. Wait a while."
_CONFIRM: Final = "Confirm an e-mail address of your account first: the reviewers write to it."
_STATES: Final = {
    ReviewState.NONE: Mark(label="written by staff"),
    ReviewState.WAITING: Mark(label="waiting for review", kind="feature"),
    ReviewState.ASKED: Mark(label="question for you", kind="security"),
    ReviewState.APPROVED: Mark(label="published", kind="bugfix"),
    ReviewState.REJECTED: Mark(label="not published", kind="end-of-life"),
    ReviewState.WITHDRAWN: Mark(label="withdrawn"),
}
_SAID: Final = {
    ReviewState.NONE: "",
    ReviewState.WAITING: "A volunteer reads it, usually within a few days.",
    ReviewState.ASKED: "The reviewers want to know something. Change the story, or tell them in "
    "the last field, and save.",
    ReviewState.APPROVED: "It was approved.",
    ReviewState.REJECTED: "The reviewers did not publish it; below they say why.",
    ReviewState.WITHDRAWN: "You took it back.",
}
_ACTIONS: Final = {
    "edited": "changed",
    "waiting": "sent in",
    "asked": "asked",
    "approved": "published",
    "rejected": "not published",
    "withdrawn": "withdrawn",
}
_DONE: Final = {"save": "Your changes are saved.", "withdraw": "The story is taken back."}
_MISSING: Final = {
    "name": "Give it a title.",
    "category": "Choose a category.",
    "company_name": "Say whose story it is.",
    "author": "Say who tells it.",
    "pull_quote": "Say the sentence that people should remember.",
    "content": "Tell the story.",
}

_Short = Annotated[str, StringConstraints(max_length=600)]
_Long = Annotated[str, StringConstraints(max_length=60_000)]


class StoryForm(Input):
    """What is typed. `key` is that of this one form."""

    name: _Short = ""
    category: _Short = ""
    company_name: _Short = ""
    company_url: Annotated[str, StringConstraints(max_length=2000)] = ""
    author: _Short = ""
    pull_quote: _Long = ""
    content: _Long = ""
    note: _Long = ""
    key: Annotated[str, StringConstraints(max_length=64)] = ""


class OwnForm(StoryForm):
    """What is to be done with a story; `version` is that of the one that was shown."""

    action: Literal["save", "withdraw"] = "save"
    version: fields.Id = 0


def own(ctx: PageContext) -> OwnStories:
    """Return what the visitor sent in. Raises Redirect where nobody is signed in."""
    return OwnStories(asking.content(ctx).client, ctx.speak("content"))


def _head(title: str, *above: tuple[str, str]) -> Head:
    return Head(
        title=title,
        description="Tell what Python does where you are",
        trail=(("Python", "/"), ("Success stories", fetch.HOME), *above),
        indexed=False,
    )


def _choices(categories: list[StoryCategory], chosen: str) -> tuple[Option, ...]:
    return (
        Option(value="", label="Choose…", selected=not chosen),
        *(
            Option(value=one.slug, label=one.name, selected=one.slug == chosen)
            for one in categories
        ),
    )


def _sent(form: StoryForm, email: str) -> StorySubmissionInput:
    """Return what is sent to the service. Raises FormErrors by field."""
    errors = {name: said for name, said in _MISSING.items() if not getattr(form, name)}
    if errors:
        raise FormErrors(errors)
    values = form.model_dump(exclude={"key", "action", "version"})
    return fields.sending(StorySubmissionInput, {**values, "author_email": email})


def _address(visitor: Visitor) -> str:
    if not visitor.email:
        raise FormErrors({"": _CONFIRM})
    return visitor.email


# --- a new one ---


async def _show(ctx: PageContext, form: FormState) -> Page:
    visitor = ctx.signed_in()
    categories = await fetch.service(ctx).categories()
    model = SubmitPage(
        head=_head("Submit your success story"),
        form=form,
        categories=_choices(categories, str(form.values.get("category", ""))),
        key=str(form.values.get("key", "")) or secrets.token_urlsafe(16),
        email=visitor.email,
        sent=ctx.params.get("sent", "") == "yes" and not form.errors,
        own=fetch.OWN,
    )
    return ctx.render("stories/submit.html", model)


async def _accept(ctx: PageContext, data: StoryForm) -> Redirect:
    visitor = ctx.signed_in()
    sent = _sent(data, _address(visitor))
    await common.within_limit(ctx, _PER_USER, "stories", str(visitor.id), _TOO_MANY)
    try:
        await own(ctx).submit(sent, f"{visitor.id}-{data.key}")
    except BackendRefused as error:
        raise common.explained(error) from error
    return Redirect(f"{fetch.SUBMIT}?sent=yes")


submit = FormRoute(
    fetch.SUBMIT,
    name="stories.submit",
    model=StoryForm,
    show=_show,
    accept=_accept,
    limit="30/hour",
    params=("sent",),
    personal=True,
)


# --- one's own ---


@page(fetch.OWN, name="stories.mine", cache=None, personal=True, params=("page",))
async def mine(ctx: PageContext) -> Page:
    """List what the visitor sent in, newest first."""
    number = asking.page_of(ctx)
    found = await own(ctx).submissions(_ROWS, (number - 1) * _ROWS)
    if number > 1 and not found.items:
        raise NotFound
    model = OwnPage(
        head=_head("Your stories"),
        rows=tuple(_row(one) for one in found.items),
        pager=heads.windows(ctx, found.total, _ROWS, number, "Pages of your stories"),
        submit=fetch.SUBMIT,
    )
    return ctx.render("stories/mine.html", model)


def _row(one: StorySubmissionSummary) -> OwnRow:
    return OwnRow(
        title=one.name,
        href=f"{fetch.OWN}{one.id}/",
        mark=_STATES[one.review],
        category=one.category.name,
        sent=one.created.date(),
    )


async def _show_one(ctx: PageContext, form: FormState) -> Page:
    service, stories = own(ctx), fetch.service(ctx)
    number = asking.number_of(ctx, "story")
    found, categories = await asyncio.gather(service.submission(number), stories.categories())
    if found is None:
        raise NotFound
    values = form.values or _typed(found)
    model = SubmissionPage(
        head=_head(found.name, ("Your stories", fetch.OWN)),
        form=form,
        values=values,
        categories=_choices(categories, str(values.get("category", ""))),
        notice="" if form.errors else _DONE.get(ctx.params.get("done", ""), ""),
        mark=_STATES[found.review],
        said=_SAID[found.review],
        story=Link(label="Read it on the site", href=fetch.story_path(found.slug))
        if found.is_published
        else None,
        can_edit=found.can_edit,
        version=found.version,
        quote=found.pull_quote,
        html=found.content_html,
        notes=tuple(
            NotePart(
                time=note.time.date(),
                who="You" if note.by == "submitter" else "Reviewers",
                what=_ACTIONS.get(note.action, note.action),
                text=note.text,
            )
            for note in found.notes
        ),
    )
    return ctx.render("stories/submission.html", model)


def _typed(found: StorySubmission) -> Fields:
    """Return a story as it stands in the form."""
    same = ("name", "company_name", "company_url", "author", "pull_quote", "content")
    values = {name: str(getattr(found, name)) for name in same}
    return Fields({**values, "category": found.category.slug}.items())


async def _change(ctx: PageContext, data: OwnForm) -> Redirect:
    visitor = ctx.signed_in()
    number = asking.number_of(ctx, "story")
    service = own(ctx)
    try:
        if data.action == "withdraw":
            await service.withdraw(number)
        else:
            await service.edit(number, _sent(data, _address(visitor)), data.version)
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        raise common.explained(error) from error
    return Redirect(f"{fetch.OWN}{number}/?done={data.action}")


submission = FormRoute(
    f"{fetch.OWN}{{story:str}}/",
    name="stories.submission",
    model=OwnForm,
    show=_show_one,
    accept=_change,
    limit="60/hour",
    seconds=0,
    params=("done",),
    personal=True,
)

"""The form of a job: its fields, and what is made of them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, StringConstraints

from contracts.base import Input
from contracts.jobs.dto import JobMarkup
from contracts.jobs.inputs import JobInput, ReviewedJobInput
from gateway.pages.accounts import fields
from gateway.pages.downloads.models import Option
from gateway.pages.events.rows import countries
from gateway.pages.jobs.own_models import Choices
from gateway.web.forms import Fields, FormErrors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.jobs.dto import JobCategory, JobType
    from contracts.jobs.review import OwnJob
    from gateway.auth.visitor import Visitor

#: What the service calls a field that has another name in the form.
NAMES: Final = {"category_id": "category", "type_ids": "types", "markup_type": "markup"}
#: Texts of three fields, in the alphabets that an address spells with most characters.
SIZE: Final = 768 * 1024

_MARKUPS: Final = {
    JobMarkup.MARKDOWN: "Markdown",
    JobMarkup.RESTRUCTUREDTEXT: "reStructuredText",
    JobMarkup.PLAIN: "Plain text",
    JobMarkup.HTML: "HTML",
}
_MISSING: Final = {
    "title": "Say what the job is called.",
    "company_name": "Say which company it is at.",
    "category": "Choose a category.",
    "city": "Say in which city it is, or where the company is.",
    "country": "Say in which country.",
    "description": "Describe the job.",
    "requirements": "Say what somebody must bring along.",
    "email": "Say where applicants can write to.",
    "url": "Say where people read more, or apply.",
}

_Short = Annotated[str, StringConstraints(max_length=300)]
_Long = Annotated[str, StringConstraints(max_length=25_000)]


class JobForm(Input):
    """What is typed. `key` is that of this one form, `version` that of the job that was shown."""

    title: _Short = ""
    company_name: _Short = ""
    category: _Short = ""
    types: list[_Short] = Field(default_factory=list)
    other_type: _Short = ""
    city: _Short = ""
    region: _Short = ""
    country: _Short = ""
    markup: _Short = JobMarkup.MARKDOWN.value
    description: _Long = ""
    requirements: _Long = ""
    company_description: _Long = ""
    contact: _Short = ""
    email: _Short = ""
    email_public: _Short = ""
    url: Annotated[str, StringConstraints(max_length=2100)] = ""
    remote: _Short = ""
    agencies: _Short = ""
    featured: _Short = ""
    key: Annotated[str, StringConstraints(max_length=64)] = ""
    version: fields.Id = 0


def of_poster(form: JobForm, visitor: Visitor) -> JobInput:
    """Return what is sent to the service. Raises FormErrors by field."""
    poster = {"poster_name": visitor.name or visitor.username, "poster_email": visitor.email}
    return _sending(JobInput, {**_values(form), **poster})


def of_reviewer(form: JobForm) -> ReviewedJobInput:
    """Return what is sent to the service where a reviewer puts a job right. Raises FormErrors."""
    return _sending(ReviewedJobInput, {**_values(form), "featured": bool(form.featured)})


def _values(form: JobForm) -> dict[str, object]:
    errors = {name: said for name, said in _MISSING.items() if not getattr(form, name)}
    if form.category and not _is_id(form.category):
        errors["category"] = _MISSING["category"]
    if not all(map(_is_id, form.types)):
        errors["types"] = "Choose among the types."
    if form.markup not in set(JobMarkup):
        errors["markup"] = "Choose how the texts are written."
    if errors:
        raise FormErrors(errors)
    plain = form.model_dump(
        include={
            *("title", "company_name", "other_type", "city", "region", "country", "description"),
            *("requirements", "company_description", "contact", "email", "url"),
        }
    )
    return {
        **plain,
        "category_id": int(form.category),
        "type_ids": sorted(set(map(int, form.types))),
        "markup_type": form.markup,
        "email_public": bool(form.email_public),
        "remote": bool(form.remote),
        "agencies": bool(form.agencies),
    }


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _sending[T: JobInput](model: type[T], values: Mapping[str, object]) -> T:
    """Return what is sent; FormErrors by the names that fields have in the form."""
    try:
        return fields.sending(model, values)
    except FormErrors as error:
        raise FormErrors({NAMES.get(n, n): said for n, said in error.errors.items()}) from error


def filled(found: OwnJob) -> Fields:
    """Return a job as it stands in the form."""
    values = {
        "title": found.title,
        "company_name": found.company_name,
        "category": str(found.category.id),
        "other_type": found.other_type,
        "city": found.city,
        "region": found.region,
        "country": found.country,
        "markup": found.markup_type.value,
        "description": found.description,
        "requirements": found.requirements,
        "company_description": found.company_description,
        "contact": found.contact,
        "email": found.email,
        "email_public": "yes" if found.email_public else "",
        "url": found.url,
        "remote": "yes" if found.remote else "",
        "agencies": "yes" if found.agencies else "",
        "featured": "yes" if found.featured else "",
    }
    return Fields([*values.items(), *(("types", str(one.id)) for one in found.types)])


def choices(
    values: Fields,
    categories: list[JobCategory],
    types: list[JobType],
    kept: OwnJob | None = None,
) -> Choices:
    """Return what the form offers. What the job `kept` has, it may keep."""
    of_categories = {one.id: one.name for one in categories}
    of_types = {one.id: one.name for one in types}
    if kept is not None:
        of_categories.setdefault(kept.category.id, kept.category.name)
        for one in kept.types:
            of_types.setdefault(one.id, one.name)
    chosen = set(values.all("types"))
    markup = values.get("markup", JobMarkup.MARKDOWN)
    return Choices(
        categories=(
            Option(value="", label="Choose one", selected=not values.get("category")),
            *(
                Option(value=str(n), label=name, selected=str(n) == values.get("category"))
                for n, name in of_categories.items()
            ),
        ),
        types=tuple(
            Option(value=str(number), label=name, selected=str(number) in chosen)
            for number, name in of_types.items()
        ),
        markups=tuple(
            Option(value=kind.value, label=label, selected=kind == markup)
            for kind, label in _MARKUPS.items()
        ),
        countries=tuple(name for _, name in countries()),
        key=values.get("key") or secrets.token_urlsafe(16),
    )

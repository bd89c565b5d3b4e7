"""The resource of the content service: pages. Clients get their text as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from contracts.base import Page as Window
from contracts.content import pages
from gateway.api.legacy.declaration import Field, Filter, Kind, Resource

#: Templates as python.org calls them, by our name.
_TEMPLATES: Final = {
    "default": "",
    "psf": "psf/default.html",
    "full-width": "psf/full-width.html",
    "raw": "pages/raw.html",
}
_OURS: Final = {theirs: ours for ours, theirs in _TEMPLATES.items()}


def _adapt(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new page as the service takes it.

    What is shown is answered, and what is written is sent: both are called content. It is public
    unless the caller says otherwise, and a template that is not known is the default one, as ever.
    """
    sent = {"is_published": True, **values}
    sent["content"] = sent.pop("content_html", "")
    sent["content_markup_type"] = pages.PageMarkup.RESTRUCTUREDTEXT.value
    sent["template_name"] = _OURS.get(sent.get("template_name", ""), "default")
    return sent


PAGE: Final = Resource(
    name="pages/page",
    service="content",
    path="/pages",
    texts="/pages/texts",
    # A page may be long, and an answer of a service must not be.
    window=50,
    listed=TypeAdapter(Window[pages.Page]),
    one=TypeAdapter(pages.Page),
    input=pages.PageInput,
    order="title",
    model="Page",
    verbose="Page",
    description="Read-only viewset for pages.",
    entity="page",
    fields=(
        Field(name="title", label="title", longest=500),
        Field(name="path", label="path", longest=500, unique="path"),
        Field(name="keywords", label="keywords", default="", blank=True, longest=1000),
        Field(name="description", label="description", default="", blank=True),
        Field(name="content", of="content_html", label="content", default="", blank=True),
        Field(
            name="is_published",
            kind=Kind.BOOLEAN,
            label="is published",
            help="Whether everybody sees it",
            default=True,
        ),
        Field(
            name="template_name",
            label="template name",
            help="What the page looks like; empty: as most pages do",
            default="",
            blank=True,
            longest=100,
            words=_TEMPLATES,
        ),
        Field(name="resource_uri", kind=Kind.SELF, label="resource uri"),
    ),
    filters=(
        Filter(field="title", parameter="title"),
        Filter(field="path", parameter="path"),
        Filter(field="keywords", parameter="keywords"),
        Filter(field="keywords", lookup="icontains", parameter="keywords__icontains"),
        Filter(field="is_published", parameter="is_published"),
    ),
    drafts=True,
    strict=True,
    changeable=False,
    adapt=_adapt,
    keys=("pages", "api:pages"),
)

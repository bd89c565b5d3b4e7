"""Adding, changing and deleting one row."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gateway.admin.conflicts import caught_up, differences
from gateway.admin.fields import Filling, Sent, read, show, show_rows
from gateway.admin.mistakes import place_errors, summary
from gateway.admin.revisions import PAGES
from gateway.admin.switching import RESOURCE as SWITCH
from gateway.admin.views import ConfirmPage, FieldsetView, FormPage, InlineView
from gateway.backends.errors import BackendRefused, BackendUnavailable
from gateway.web.errors import Refusal
from gateway.web.forms import Refused
from gateway.web.pages import NotFound

if TYPE_CHECKING:
    from litestar import Response

    from contracts.admin import AdminRecord, AdminSaved
    from gateway.admin.views import Trail
    from gateway.admin.visits import Place, Visit
    from gateway.web.forms import Fields

_BLANK: Final = {True: 3, False: 0}
"""Empty rows that an inline begins with: of a new row, and of one that exists."""
_MORE: Final = 1
_OLD: Final = "The form lay open for too long. Nothing is lost: please send it once more."
_STALE: Final = "Somebody else changed this meanwhile. Nothing of yours was saved."
_UNKNOWN: Final = (
    "The service did not answer, so it is not known whether this was saved. "
    "Please look before you send it again."
)
#: Refusals that a person can do something about in the form.
_TAKEN_BACK: Final = frozenset({400, 403, 409, 412, 413, 422, 428})


async def add(visit: Visit) -> Response[bytes]:
    """Show the form of a new row, and make the row."""
    place = await visit.place()
    if not place.resource.can.add:
        raise Refused(Refusal(403, f"You may not add a {place.resource.label}."))
    return await _edit(place, None)


async def change(visit: Visit) -> Response[bytes]:
    """Show the form of a row, and replace the row."""
    place = await visit.place()
    if not place.resource.detail:
        raise NotFound
    return await _edit(place, await place.calls.record(place.resource.name, visit.key))


async def delete(visit: Visit) -> Response[bytes]:
    """Ask, and delete a row."""
    place = await visit.place()
    if not place.resource.can.delete:
        raise Refused(Refusal(403, f"You may not delete a {place.resource.label}."))
    record = await place.calls.record(place.resource.name, visit.key)
    error, version = "", str(record.version)
    if visit.request.method == "POST":
        fields, old = await visit.fields()
        if not old:
            try:
                await place.calls.delete(
                    place.resource.name, visit.key, fields.get("version", version)
                )
            except BackendRefused as refused:
                if refused.status not in _TAKEN_BACK:
                    raise
                error = _STALE if refused.status == 412 else _detail(refused)
            else:
                return visit.go(place.base, f"{record.title} was deleted.")
    form = visit.form()
    children = [
        f"{len(rows)} {inline.plural}"
        for inline in place.resource.inlines
        if (rows := record.inlines.get(inline.name))
    ]
    model = ConfirmPage(
        trail=(*place.trail, (record.title, f"{place.base}{visit.key}/change/")),
        title="Delete",
        question=_question(place, children),
        rows=(record.title,),
        address=visit.path,
        back=f"{place.base}{visit.key}/change/",
        token=form.token,
        fields={"version": version},
        label="Delete",
        danger=True,
        errors=(("", error),) if error else (),
    )
    return visit.render("admin/confirm.html", model, status=422 if error else 200, form=form)


def _question(place: Place, children: Sequence[str]) -> str:
    """Return what comes of a deletion: as the resource says it where it deletes several at once."""
    told = next((one.confirm for one in place.resource.actions if one.name == "delete"), "")
    undone = "" if "undone" in told else "This cannot be undone."
    gone = f"Deleted with it: {', '.join(children)}." if children else ""
    return " ".join(part for part in (told, undone, gone) if part)


async def _edit(place: Place, record: AdminRecord | None) -> Response[bytes]:
    visit = place.visit
    if visit.request.method != "POST":
        return await _form(place, record, None, {})
    if record is not None and not record.can.change:
        raise Refused(Refusal(403, f"You may not change a {place.resource.label}."))
    typed, old = await visit.fields()
    if old:
        return await _form(place, record, typed, {"": _OLD})
    if "_more" in typed:
        return await _form(place, record, typed, {}, blank=_MORE)
    if "_suggest" in typed:
        return await _form(place, record, await _suggested(place, typed), {})
    return await _take(place, record, typed)


async def _suggested(place: Place, typed: Fields) -> Fields:
    """Return what was typed, with what is suggested where nothing was."""
    sources = {name: typed.get(name, "") for name in place.resource.suggests_from}
    found = await place.calls.suggestions(place.resource.name, sources)
    return typed.adding({name: value for name, value in found.items() if not typed.get(name)})


async def _take(place: Place, record: AdminRecord | None, typed: Fields) -> Response[bytes]:
    """Save what was typed, or show it again with what is wrong with it."""
    if record is not None and typed.get("_over") == str(record.version):
        typed = caught_up(place.resource, record, typed)
    sent = read(place.resource, typed, new=record is None)
    try:
        saved = await _save(place, record, typed, sent)
    except BackendRefused as refused:
        if refused.status not in _TAKEN_BACK:
            raise
        if refused.status in {412, 428}:
            return await _form(place, record, typed, {"": _STALE}, status=409)
        errors = place_errors(refused.problem, place.resource, sent)
        status = 403 if refused.status == 403 else 422
        return await _form(place, record, typed, errors, status=status)
    except BackendUnavailable:
        return await _form(place, record, typed, {"": _UNKNOWN}, status=503)
    done = "changed" if record else "added"
    title = record.title if record else _named(sent)
    said = f"{place.resource.label} {title} was {done}. {saved.advice}".rstrip()
    return place.visit.go(_after(place, typed, saved.id), said)


def _named(sent: Sent) -> str:
    """Return what a new row is called: the first text of its form."""
    return next((one for one in sent.body.values() if isinstance(one, str)), "")


async def _save(place: Place, record: AdminRecord | None, typed: Fields, sent: Sent) -> AdminSaved:
    name = place.resource.name
    if record is None:
        # The form's own random name: sent twice, it still makes one row.
        return await place.calls.create(name, sent.body, typed.get("_once", "")[:64] or "-")
    version = typed.get("_version", "")
    if not (version.isascii() and version.isdecimal()):
        version = "0"
    return await place.calls.update(name, record.id, version, sent.body)


def _after(place: Place, typed: Fields, key: str) -> str:
    if "_another" in typed:
        return f"{place.base}add/"
    if "_continue" in typed:
        return f"{place.base}{key}/change/"
    # Switches have a page that shows those of all services.
    return "/admin/switches/" if place.resource.name == SWITCH else place.base


async def _form(  # noqa: PLR0913 - what there is to show
    place: Place,
    record: AdminRecord | None,
    typed: Fields | None,
    errors: Mapping[str, str],
    *,
    blank: int | None = None,
    status: int = 200,
) -> Response[bytes]:
    """Show the form: as the row is, or as it was typed, with what is wrong with it."""
    visit, resource, new = place.visit, place.resource, record is None
    fields = [one for part in resource.fieldsets for one in part.fields]
    children = [one for inline in resource.inlines for one in inline.fields]
    # A link may say what a new row begins with.
    values = record.values if record else visit.params
    sent: Mapping[str, str] = typed or {}
    chosen = {
        one.ref: str((typed or values).get(one.name) or "")
        for one in fields
        if one.ref and not one.multiple
    }
    refs = {one.ref for one in (*fields, *children) if one.ref}
    filling = Filling(
        values=values,
        typed=typed,
        errors=errors,
        options=await place.options(refs, chosen),
    )
    editable = record.can.change if record else True
    if blank is None:
        blank = _BLANK[new] if typed is None else 0
    address = f"/admin/{place.service}/"
    inlines = tuple(
        InlineView(
            inline,
            show_rows(
                inline,
                record.inlines.get(inline.name, []) if record else (),
                filling,
                blank=blank if editable else 0,
                address=address,
            ),
        )
        for inline in resource.inlines
    )
    form = visit.form()
    title = record.title if record else f"Add {resource.label}"
    actions = tuple(one for one in resource.actions if record and one.row)
    model = FormPage(
        resource=resource,
        trail=place.trail,
        title=title,
        said=visit.said,
        base=place.base,
        token=form.token,
        key=record.id if record else "",
        version=sent.get("_version", "") or (str(record.version) if record else ""),
        now=str(record.version) if record else "",
        once=sent.get("_once", "") or secrets.token_urlsafe(16),
        editable=editable,
        deletable=record.can.delete if record else False,
        actions=tuple(one for one in actions if record and one.name in record.can.actions),
        fieldsets=tuple(
            FieldsetView(
                part.title,
                tuple(show(one, filling, new=new, address=address) for one in part.fields),
            )
            for part in resource.fieldsets
        ),
        inlines=inlines,
        errors=summary(errors, resource),
        conflict=differences(resource, record, typed, filling.options)
        if record and typed is not None and errors.get("") == _STALE
        else None,
        suggest=f"{place.base}suggest/" if resource.suggests else "",
        sources=" ".join(resource.suggests_from),
        files=any(one.file for one in fields),
        beside=_beside(place, record) if record else (),
    )
    return visit.render("admin/form.html", model, status=status, form=form)


def _beside(place: Place, record: AdminRecord) -> Trail:
    """Return the pages that belong to a row, beside those that every row has."""
    if (place.service, place.resource.name) != PAGES:
        return ()
    known = {one.name: one.can for one in place.descriptor.resources}
    links = [("Compare revisions", f"{place.base}{record.id}/compare/")]
    if (files := known.get("media-file")) is not None and files.add:
        folder = urlencode({"folder": str(record.values.get("path", ""))})
        links.append(("Add a picture or document", f"/admin/content/media-file/add/?{folder}"))
    return tuple(links) if "page-revision" in known else tuple(links[1:])


def _detail(refused: BackendRefused) -> str:
    return str(refused.problem.get("detail") or "It was not done.")

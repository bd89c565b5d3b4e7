"""Forms of the people of a sponsor: what they hand over, and what is kept of the sponsor."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from contracts.sponsors.assets import AssetValueInput, HandoverInput
from contracts.sponsors.features import FeatureKind
from contracts.sponsors.inputs import SponsorEditInput
from gateway.backends.errors import BackendRefused
from gateway.pages.accounts import common
from gateway.pages.sponsors import fetch, handover, links, logos, typed
from gateway.pages.sponsors.dashboard import MINE, head
from gateway.pages.sponsors.own_models import AssetsPage, EditPage
from gateway.pages.sponsors.typed import TypedForm
from gateway.web.forms import FormErrors, FormRoute, FormState
from gateway.web.pages import NotFound, Page, PageContext, Redirect

if TYPE_CHECKING:
    from contracts.files import Upload
    from contracts.sponsors.applications import OwnSponsor
    from contracts.sponsors.assets import Handover, RequiredAsset

#: Bytes of a form with some pictures of 10 MB at most.
_SIZE: Final = 64 * 1024 * 1024
_NOTHING: Final = "Fill in something, or choose a file."
_STAYS: Final = "What was handed over stays: put something in its place."
_ANSWERS: Final = {"yes": True, "no": False}
_NOT_YOURS: Final = "Primary contacts and managers change what is kept of an organisation."
_LOGO: Final = (175, 100)


# --- what is handed over ---


async def _handover(ctx: PageContext) -> tuple[Handover, list[RequiredAsset]]:
    """Return what is handed over, and of it what the form is for. Raises NotFound."""
    found = await fetch.own(ctx).handover(fetch.number_of(ctx))
    if found is None:
        raise NotFound
    wanted = ctx.params.get("required_asset")
    asked = [one for one in found.required if wanted in {None, str(one.id)}]
    if not asked:
        raise NotFound
    return found, asked


async def _show_assets(ctx: PageContext, form: FormState) -> Page:
    found, asked = await _handover(ctx)
    back = links.sponsorship_path(found.sponsorship_id)
    model = AssetsPage(
        head=head("What is due", MINE, (found.sponsor_name, back)),
        form=form,
        fields=handover.fields(asked, form.values, typed=bool(form.values)),
        back=back,
        all=""
        if len(asked) == len(found.required)
        else links.sponsorship_path(found.sponsorship_id, "assets"),
    )
    return ctx.render("sponsors/assets.html", model)


async def _hand_over(ctx: PageContext, data: TypedForm) -> Redirect:
    found, asked = await _handover(ctx)
    values: list[AssetValueInput] = []
    names: list[str] = []
    errors: dict[str, str] = {}
    for one in asked:
        name = handover.field_name(one)
        text, file = data.texts.get(name, "").replace("\r\n", "\n"), data.file(name)
        if not text and file is None:
            if one.value is not None and one.kind is not FeatureKind.REQUIRED_IMAGE:
                errors[name] = _STAYS
            continue
        value = _value(one, text, file)
        if value is None:
            errors[name] = "Choose yes or no."
            continue
        values.append(value)
        names.append(name)
    if errors:
        raise FormErrors(errors)
    if not values:
        raise FormErrors({handover.field_name(asked[0]): _NOTHING})
    sent = HandoverInput.model_construct(assets=values)
    try:
        await fetch.own(ctx).hand_over(found.sponsorship_id, sent)
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        raise _explained(error, names) from error
    return Redirect(f"{links.sponsorship_path(found.sponsorship_id)}?done=assets")


def _value(one: RequiredAsset, text: str, file: Upload | None) -> AssetValueInput | None:
    """Return a value as the service takes it; None for an answer that is none."""
    if one.kind is FeatureKind.REQUIRED_RESPONSE:
        if text not in _ANSWERS:
            return None
        return AssetValueInput.model_construct(id=one.id, response=_ANSWERS[text])
    if file is not None:
        return AssetValueInput.model_construct(id=one.id, file=file)
    return AssetValueInput.model_construct(id=one.id, text=text)


def _explained(error: BackendRefused, names: list[str]) -> FormErrors:
    """Return what the service found wrong, by the fields of the form."""
    found: dict[str, str] = {}
    told: Any = error.problem.get("errors")
    for item in told if isinstance(told, list) else ():
        index = next((part for part in item.get("loc") or () if isinstance(part, int)), None)
        if index is not None and index < len(names):
            found.setdefault(names[index], str(item.get("msg") or ""))
    return FormErrors(found) if found else common.explained(error)


assets = FormRoute(
    "/users/sponsorships/{pk:str}/assets/",
    name="sponsors.assets",
    model=TypedForm,
    show=_show_assets,
    accept=_hand_over,
    limit="120/hour",
    seconds=0,
    params=("required_asset",),
    personal=True,
    size=_SIZE,
    files=True,
)


# --- what is kept of a sponsor ---


async def _sponsor(ctx: PageContext) -> OwnSponsor:
    """Return the sponsor that the address names. Raises NotFound for those of others."""
    found = await fetch.own(ctx).sponsor(fetch.number_of(ctx))
    if found is None:
        raise NotFound
    if not found.can_edit:
        common.refuse(403, _NOT_YOURS)
    return found


async def _show_sponsor(ctx: PageContext, form: FormState) -> Page:
    sponsor = await _sponsor(ctx)
    values = form.values or typed.filled(sponsor)
    model = EditPage(
        head=head(f"Change: {sponsor.name}", MINE),
        form=form,
        values=values,
        name=sponsor.name,
        version=sponsor.version,
        countries=typed.options(values.get("country", ""), "Choose one"),
        incorporated=typed.options(
            values.get("country_of_incorporation", ""), "The one of the address"
        ),
        contacts=typed.rows(values),
        web_logo=logos.view(sponsor.web_logo, *_LOGO),
        white_logo=logos.view(sponsor.white_logo, *_LOGO),
        print_logo=bool(sponsor.print_logo),
        back=links.MINE,
    )
    return ctx.render("sponsors/edit.html", model)


async def _edit_sponsor(ctx: PageContext, data: TypedForm) -> Redirect:
    sponsor = await _sponsor(ctx)
    texts = {**typed.sponsor_of(data.texts), "name": sponsor.name}
    record = typed.record(texts, typed.contacts_of(data.texts), data, new=False)
    version = data.texts.get("version", "")
    if not (version.isascii() and version.isdecimal() and len(version) < 19):
        version = "0"
    sent = SponsorEditInput.model_construct(person=fetch.person(ctx.visitor), sponsor=record)
    try:
        await fetch.own(ctx).edit(sponsor.id, sent, int(version) or sponsor.version)
    except BackendRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise NotFound from error
        if error.status == HTTPStatus.BAD_REQUEST:
            raise FormErrors(typed.explained(error)) from error
        raise common.explained(error) from error
    return Redirect(f"{links.MINE}?done=sponsor")


edit = FormRoute(
    "/users/sponsorships/sponsor/{pk:str}/",
    name="sponsors.edit",
    model=TypedForm,
    show=_show_sponsor,
    accept=_edit_sponsor,
    limit="60/hour",
    seconds=0,
    personal=True,
    size=typed.SIZE,
    files=True,
)

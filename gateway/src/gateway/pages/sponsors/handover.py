"""What a sponsor hands over and what it is given, as pages print it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.assets import RequiredAsset
from contracts.sponsors.features import FeatureKind
from gateway.pages.sponsors import links, states
from gateway.pages.sponsors.own_models import AssetField, AssetView, FileView
from gateway.web.templating import filesize, long_date

if TYPE_CHECKING:
    from contracts.sponsors.assets import AssetValue, Handover, ProvidedAsset
    from contracts.sponsors.papers import OwnContract, PrivateFile
    from gateway.web.forms import Fields

#: Texts that may be longer than this have room for several lines (as at python.org).
_LINE: Final = 256
_KINDS: Final = {
    FeatureKind.REQUIRED_IMAGE: "image",
    FeatureKind.REQUIRED_TEXT: "text",
    FeatureKind.REQUIRED_RESPONSE: "answer",
}
_CONTRACT: Final = {
    ContractStatus.AWAITING_SIGNATURE: "Please sign it and send it back by mail.",
    ContractStatus.EXECUTED: "Both sides have signed it.",
}


def file(found: PrivateFile | None) -> FileView | None:
    """Return a private file as it is linked to."""
    if found is None:
        return None
    size = f"{found.width} by {found.height} pixels" if found.width and found.height else ""
    about = ", ".join(filter(None, (size, filesize(found.size))))
    return FileView(name=found.name, href=found.url, about=about)


def required(one: RequiredAsset, sponsorship: int) -> AssetView:
    """Return something that the sponsor hands over."""
    late = one.value is None and one.due_date is not None and one.due_date < states.today()
    return AssetView(
        label=one.label,
        help=one.help_text,
        benefit=one.benefit,
        wanted=wanted(one),
        value=_text(one.value),
        file=file(one.value.file) if one.value else None,
        due=one.due_date,
        late=late,
        there=one.value is not None,
        href=f"{links.sponsorship_path(sponsorship, 'assets')}?required_asset={one.id}",
    )


def provided(found: Handover) -> tuple[AssetView, ...]:
    """Return what the sponsor is given, as far as it is there."""
    return tuple(_provided(one) for one in found.provided if one.value is not None)


def _provided(one: ProvidedAsset) -> AssetView:
    return AssetView(
        label=one.label,
        help=one.help_text,
        benefit=one.benefit,
        wanted="",
        value=_text(one.value),
        file=file(one.value.file) if one.value else None,
        due=None,
        late=False,
        there=True,
        href="",
    )


def _text(value: AssetValue | None) -> str:
    if value is None:
        return ""
    if value.response is not None:
        return "Yes" if value.response else "No"
    return value.text


def wanted(one: RequiredAsset) -> str:
    """Return what something must be, in words."""
    match one.kind:
        case FeatureKind.REQUIRED_IMAGE:
            width = _between(one.min_width, one.max_width)
            height = _between(one.min_height, one.max_height)
            return f"A picture, {width} wide and {height} high, in pixels."
        case FeatureKind.REQUIRED_TEXT if one.max_length:
            return f"A text of at most {one.max_length:,} characters."
        case FeatureKind.REQUIRED_TEXT:
            return "A text."
        case _:
            return "Yes or no."


def _between(least: int | None, most: int | None) -> str:
    return f"{most}" if least == most else f"{least} to {most}"


def paper(contract: OwnContract | None) -> tuple[str, tuple[FileView, ...]]:
    """Return how the contract stands, and its papers; nothing before it was sent."""
    if contract is None:
        return "", ()
    said = _CONTRACT.get(contract.status, "It counts no more; the foundation writes to you.")
    if contract.executed_on:
        said = f"Both sides have signed it, on {long_date(contract.executed_on)}."
    elif contract.sent_on and contract.status is ContractStatus.AWAITING_SIGNATURE:
        said = f"It was sent on {long_date(contract.sent_on)}. {said}"
    files = (contract.signed_document, contract.document, contract.document_docx)
    return said, tuple(view for one in files if (view := file(one)) is not None)


# --- the form ---


def field_name(one: RequiredAsset) -> str:
    """Return the name of the field of an asset."""
    return f"asset_{one.id}"


def fields(assets: list[RequiredAsset], values: Fields, *, typed: bool) -> tuple[AssetField, ...]:
    """Return the fields for what is handed over; `typed`: with what was sent, as it came."""
    return tuple(_field(one, values, typed=typed) for one in assets)


def _field(one: RequiredAsset, values: Fields, *, typed: bool) -> AssetField:
    name = field_name(one)
    kind = _KINDS[one.kind]
    if kind == "text" and one.max_length and one.max_length <= _LINE:
        kind = "line"
    due = f"Due {long_date(one.due_date)}." if one.due_date else ""
    hint = " ".join(filter(None, (one.help_text, wanted(one), due)))
    value = values.get(name, "") if typed else _text(one.value)
    return AssetField(
        name=name,
        kind=kind,
        label=one.label,
        hint=hint,
        value=value.lower() if kind == "answer" else value,
        longest=one.max_length,
        # What was handed over once stays (as at python.org).
        required=one.value is not None and kind != "image",
        file=file(one.value.file) if one.value else None,
    )

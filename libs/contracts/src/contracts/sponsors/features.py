"""What a benefit does beside having a name: its features, of eight kinds.

A benefit that can be chosen is *configured* with features; each sponsorship that has the benefit
gets copies of its own, of the same shape.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from contracts.base import Input, Line, Slug, Text

#: Names of what sponsors and staff hand over, as programs ask for them.
InternalName = Annotated[Slug, StringConstraints(max_length=128)]
_Label = Annotated[Line, StringConstraints(min_length=1, max_length=256)]
_Help = Annotated[Line, StringConstraints(max_length=256)]
_Pixels = Annotated[int, Field(ge=1, le=20_000)]


class FeatureKind(StrEnum):
    """What a feature is."""

    LOGO_PLACEMENT = "logo_placement"
    TIERED = "tiered_benefit"
    EMAIL_TARGETABLE = "email_targetable"
    REQUIRED_IMAGE = "required_img_asset"
    REQUIRED_TEXT = "required_text_asset"
    REQUIRED_RESPONSE = "required_response_asset"
    PROVIDED_TEXT = "provided_text_asset"
    PROVIDED_FILE = "provided_file_asset"


class Publisher(StrEnum):
    """Whose site shows a logo."""

    PSF = "psf"
    PYCON = "pycon"
    PYPI = "pypi"
    CORE = "core"


class LogoPlace(StrEnum):
    """Where on a site a logo is shown; programs call it the flight."""

    SIDEBAR = "sidebar"
    SPONSORS = "sponsors"
    JOBS = "jobs"
    BLOG = "blogpost"
    FOOTER = "footer"
    DOCS = "docs"
    DOWNLOAD = "download"
    DEVGUIDE = "devguide"


class AssetOwner(StrEnum):
    """Whether something is handed over once for a sponsor, or for each sponsorship."""

    SPONSOR = "sponsor"
    SPONSORSHIP = "sponsorship"


class LogoPlacement(Input):
    """The sponsor's logo is shown in a place."""

    kind: Literal[FeatureKind.LOGO_PLACEMENT] = FeatureKind.LOGO_PLACEMENT
    publisher: Publisher
    logo_place: LogoPlace
    link_to_sponsors_page: bool = Field(
        default=False, description="It links to the page of sponsors, not to the sponsor's own"
    )
    describe_as_sponsor: bool = Field(
        default=False, description="A sentence that names the level replaces the description"
    )
    publish_when_approved: bool = Field(
        default=False, description="It is shown from the approval on, before the contract is signed"
    )


class Tiered(Input):
    """How much of a benefit there is in one package, such as a number of passes."""

    kind: Literal[FeatureKind.TIERED] = FeatureKind.TIERED
    package_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    quantity: Annotated[int, Field(ge=0, le=1_000_000)]
    display_label: Annotated[Line, StringConstraints(max_length=32)] = ""


class EmailTargetable(Input):
    """Sponsorships with this benefit get mails that staff send to many."""

    kind: Literal[FeatureKind.EMAIL_TARGETABLE] = FeatureKind.EMAIL_TARGETABLE


class _Asset(Input):
    related_to: AssetOwner
    internal_name: InternalName
    label: _Label
    help_text: _Help = ""


class _Required(_Asset):
    due_date: date | None = None


class RequiredImage(_Required):
    """The sponsor hands over a picture. Sizes are in pixels."""

    kind: Literal[FeatureKind.REQUIRED_IMAGE] = FeatureKind.REQUIRED_IMAGE
    min_width: _Pixels
    max_width: _Pixels
    min_height: _Pixels
    max_height: _Pixels

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max_width < self.min_width or self.max_height < self.min_height:
            raise ValueError("the largest size must not be below the smallest")
        return self


class RequiredText(_Required):
    """The sponsor hands over a text. `max_length` is in characters; null: as long as any text."""

    kind: Literal[FeatureKind.REQUIRED_TEXT] = FeatureKind.REQUIRED_TEXT
    max_length: Annotated[int, Field(ge=1, le=20_000)] | None = None


class RequiredResponse(_Required):
    """The sponsor says yes or no."""

    kind: Literal[FeatureKind.REQUIRED_RESPONSE] = FeatureKind.REQUIRED_RESPONSE


class _Provided(_Asset):
    shared: bool = Field(default=False, description="All sponsors get the same")


class ProvidedText(_Provided):
    """Staff hand over a text, such as a voucher code."""

    kind: Literal[FeatureKind.PROVIDED_TEXT] = FeatureKind.PROVIDED_TEXT
    shared_text: Annotated[Text, StringConstraints(max_length=20_000)] = ""


class ProvidedFile(_Provided):
    """Staff hand over a file."""

    kind: Literal[FeatureKind.PROVIDED_FILE] = FeatureKind.PROVIDED_FILE
    shared_file: Annotated[Line, StringConstraints(max_length=420)] = Field(
        default="", description="Key of the file in the store, below private/"
    )


Feature = Annotated[
    LogoPlacement
    | Tiered
    | EmailTargetable
    | RequiredImage
    | RequiredText
    | RequiredResponse
    | ProvidedText
    | ProvidedFile,
    Field(discriminator="kind"),
]
#: What a sponsor hands over.
REQUIRED: Final = frozenset(
    {FeatureKind.REQUIRED_IMAGE, FeatureKind.REQUIRED_TEXT, FeatureKind.REQUIRED_RESPONSE}
)
#: What a sponsor is given.
PROVIDED: Final = frozenset({FeatureKind.PROVIDED_TEXT, FeatureKind.PROVIDED_FILE})
FEATURE: Final[TypeAdapter[Feature]] = TypeAdapter(Feature)

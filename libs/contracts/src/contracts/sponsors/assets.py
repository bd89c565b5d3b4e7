"""What sponsors hand over and what they are given: assets, by their internal names.

An asset is asked for by a feature of a benefit; its value belongs to the sponsor or to the
sponsorship. A `url` is that of a link that opens a private file for a while.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Text
from contracts.events import EventData
from contracts.files import Upload
from contracts.sponsors.dto import Year
from contracts.sponsors.features import AssetOwner, FeatureKind, InternalName
from contracts.sponsors.inputs import Id
from contracts.sponsors.papers import OwnContract, PrivateFile

#: Characters of a text that has no limit of its own.
MAX_TEXT: Final = 20_000
#: Assets that one form sends.
MAX_ASSETS: Final = 50
#: Assets that one export takes, and bytes of all of them.
MAX_EXPORT: Final = 500
MAX_EXPORT_BYTES: Final = 250_000_000


class AssetValue(DTO):
    """What was handed over: a text, an answer or a file, as the asset wants it."""

    text: str
    response: bool | None
    file: PrivateFile | None
    updated: datetime | None = Field(description="Null: all sponsors get the same")


class _Asset(DTO):
    id: int = Field(description="Of the feature that asks for it")
    kind: FeatureKind
    related_to: AssetOwner
    internal_name: str
    label: str
    help_text: str
    benefit: str = Field(description="Name of the benefit that it is for")
    value: AssetValue | None = Field(description="Null: there is none yet")


class RequiredAsset(_Asset):
    """Something that a sponsor hands over; sizes are in pixels, the length in characters."""

    due_date: date | None
    min_width: int | None
    max_width: int | None
    min_height: int | None
    max_height: int | None
    max_length: int | None


class ProvidedAsset(_Asset):
    """Something that a sponsor is given. `shared`: all sponsors get the same."""

    shared: bool


class Handover(DTO):
    """All that is handed over for one sponsorship, by either side: 1 call for a page of it."""

    sponsorship_id: int
    sponsor_id: int | None
    sponsor_name: str
    year: int | None
    level_name: str
    required: list[RequiredAsset] = Field(
        description="What is lacking first, by its date; then what is there"
    )
    provided: list[ProvidedAsset]
    contract: OwnContract | None = Field(description="Null: none was sent yet")
    version: int = Field(description="Of the sponsorship")


class AssetValueInput(Input):
    """A value for an asset, of the kind that it wants; none at all: it stays as it is."""

    id: Id = Field(description="Of the feature that asks for it")
    text: Annotated[Text, StringConstraints(max_length=MAX_TEXT)] | None = None
    response: bool | None = None
    file: Upload | None = Field(
        default=None, description="A picture; for what is provided, a picture or a document"
    )


class HandoverInput(Input):
    """Values for some of the assets of a sponsorship; all are kept, or none."""

    assets: list[AssetValueInput] = Field(min_length=1, max_length=MAX_ASSETS)


class PublishedAsset(DTO):
    """An asset as programs of publishers read it. `value` is a text, YES or NO, or a link."""

    internal_name: str
    uuid: UUID
    value: str = Field(description="Empty: there is none yet")
    is_link: bool = Field(description="Whether the value is the path of a link, good for a day")
    content_type: str = Field(description="Sponsor or Sponsorship: whose it is")
    sponsor: str
    sponsor_slug: str


class ExportStatus(StrEnum):
    """Where an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class AssetExport(DTO):
    """A ZIP of assets that is made in the background: `<sponsor>/<internal name>.<ext>`."""

    id: int
    status: ExportStatus
    done: int = Field(description="Assets that are in it so far")
    total: int
    error: str = Field(description="For people; empty unless it failed")
    file: PrivateFile | None = Field(description="Once it is done; kept for a week")
    created: datetime
    updated: datetime


class AssetExportInput(Input):
    """Which assets to export. Each must have a value."""

    asset_ids: list[Id] = Field(min_length=1, max_length=MAX_EXPORT, description="Of the features")


class VoucherKind(DTO):
    """A kind of voucher that a conference gives out for a benefit, and where its code is put."""

    id: int
    name: str
    year: int
    voucher_type: str = Field(description="What the conference calls it")
    benefit_id: int = Field(description="Its tier says how many")
    internal_name: str = Field(description="Of the provided text that gets the code")
    active: bool
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class VoucherKindInput(Input):
    """A kind of voucher to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    year: Year
    voucher_type: Annotated[Line, StringConstraints(min_length=1, max_length=100)]
    benefit_id: Id
    internal_name: InternalName
    active: bool = True


class AssetRef(EventData):
    """What every event of an asset says: whose it is, and whether it has a value."""

    AGGREGATE: ClassVar[str] = "asset"

    id: int
    sponsor_id: int | None
    sponsorship_id: int | None
    internal_name: str


class AssetCreated(AssetRef):
    """A value was handed over for the first time."""

    SUBJECT: ClassVar[str] = "sponsors.asset.created"


class AssetUpdated(AssetRef):
    """Another value was handed over."""

    SUBJECT: ClassVar[str] = "sponsors.asset.updated"


class AssetExportRef(EventData):
    """What every event of an export says."""

    AGGREGATE: ClassVar[str] = "asset_export"

    id: int
    status: ExportStatus


class AssetExportCreated(AssetExportRef):
    """Somebody wants a ZIP."""

    SUBJECT: ClassVar[str] = "sponsors.asset_export.created"


class AssetExportFinished(AssetExportRef):
    """A ZIP is there, or could not be made."""

    SUBJECT: ClassVar[str] = "sponsors.asset_export.finished"


class VoucherKindRef(EventData):
    """What every event of a kind of voucher says: that there is one."""

    AGGREGATE: ClassVar[str] = "voucher_kind"

    id: int


class VoucherKindCreated(VoucherKindRef):
    """A kind of voucher was added."""

    SUBJECT: ClassVar[str] = "sponsors.voucher_kind.created"


class VoucherKindUpdated(VoucherKindRef):
    """A kind of voucher changed."""

    SUBJECT: ClassVar[str] = "sponsors.voucher_kind.updated"


class VoucherKindDeleted(VoucherKindRef):
    """A kind of voucher is gone."""

    SUBJECT: ClassVar[str] = "sponsors.voucher_kind.deleted"


EVENTS: tuple[type[EventData], ...] = (
    *(AssetCreated, AssetUpdated, AssetExportCreated, AssetExportFinished),
    *(VoucherKindCreated, VoucherKindUpdated, VoucherKindDeleted),
)

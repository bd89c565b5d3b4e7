"""Events of the sponsors context: what can be chosen, sponsors, sponsorships and their placements.

An event of a sponsorship carries the logos that it shows, with their places, while it shows any;
everything else of it is nobody's business: id and status. The same holds for a sponsor.
"""

from __future__ import annotations

from typing import ClassVar

from contracts.events import EventData
from contracts.sponsors import assets, notices, papers
from contracts.sponsors.dto import (
    Benefit,
    CurrentYear,
    Package,
    Placement,
    Program,
    SponsorRef,
    SponsorshipStatus,
)
from contracts.switches import SwitchRef


class CurrentYearUpdated(EventData):
    """Packages of another year can be chosen from now on."""

    AGGREGATE: ClassVar[str] = "current_year"
    SUBJECT: ClassVar[str] = "sponsors.current_year.updated"

    id: int
    current_year: CurrentYear


class ProgramRef(EventData):
    """What every event of a program says."""

    AGGREGATE: ClassVar[str] = "program"

    id: int
    program: Program | None = None
    """The whole state; None after a deletion."""


class ProgramCreated(ProgramRef):
    """A program was added."""

    SUBJECT: ClassVar[str] = "sponsors.program.created"


class ProgramUpdated(ProgramRef):
    """A program changed."""

    SUBJECT: ClassVar[str] = "sponsors.program.updated"


class ProgramDeleted(ProgramRef):
    """A program is gone."""

    SUBJECT: ClassVar[str] = "sponsors.program.deleted"


class PackageRef(EventData):
    """What every event of a package says."""

    AGGREGATE: ClassVar[str] = "package"

    id: int
    year: int | None
    package: Package | None = None
    """The whole state; None after a deletion."""


class PackageCreated(PackageRef):
    """A package was added."""

    SUBJECT: ClassVar[str] = "sponsors.package.created"


class PackageUpdated(PackageRef):
    """A package changed."""

    SUBJECT: ClassVar[str] = "sponsors.package.updated"


class PackageDeleted(PackageRef):
    """A package is gone."""

    SUBJECT: ClassVar[str] = "sponsors.package.deleted"


class BenefitRef(EventData):
    """What every event of a benefit says."""

    AGGREGATE: ClassVar[str] = "benefit"

    id: int
    year: int | None
    benefit: Benefit | None = None
    """The public state; None after a deletion."""


class BenefitCreated(BenefitRef):
    """A benefit was added."""

    SUBJECT: ClassVar[str] = "sponsors.benefit.created"


class BenefitUpdated(BenefitRef):
    """A benefit changed, or another number of sponsors has it."""

    SUBJECT: ClassVar[str] = "sponsors.benefit.updated"


class BenefitDeleted(BenefitRef):
    """A benefit is gone."""

    SUBJECT: ClassVar[str] = "sponsors.benefit.deleted"


class SponsorChange(EventData):
    """What every event of a sponsor says."""

    AGGREGATE: ClassVar[str] = "sponsor"

    id: int
    sponsor: SponsorRef | None = None
    """The public state; None where no logo of it is shown anywhere."""


class SponsorCreated(SponsorChange):
    """A sponsor was added."""

    SUBJECT: ClassVar[str] = "sponsors.sponsor.created"


class SponsorUpdated(SponsorChange):
    """A sponsor or its contacts changed. Sponsorships that show it are told, too."""

    SUBJECT: ClassVar[str] = "sponsors.sponsor.updated"


class SponsorDeleted(SponsorChange):
    """A sponsor is gone."""

    SUBJECT: ClassVar[str] = "sponsors.sponsor.deleted"


class SponsorshipRef(EventData):
    """What every event of a sponsorship says."""

    AGGREGATE: ClassVar[str] = "sponsorship"

    id: int
    status: SponsorshipStatus
    sponsor_id: int | None
    placements: tuple[Placement, ...] = ()
    """All that is shown of it now."""
    shown_in: tuple[str, ...] = ()
    """Where it is shown now, or was before this change: `<publisher>:<logo_place>`."""


class SponsorshipApplied(SponsorshipRef):
    """A sponsor applied."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.applied"


class SponsorshipApproved(SponsorshipRef):
    """A sponsorship was approved."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.approved"


class SponsorshipRejected(SponsorshipRef):
    """An application was rejected."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.rejected"


class SponsorshipRolledBack(SponsorshipRef):
    """A decision was taken back: it is an application again."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.rolled_back"


class SponsorshipFinalized(SponsorshipRef):
    """The contract of a sponsorship was executed."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.finalized"


class SponsorshipUpdated(SponsorshipRef):
    """A sponsorship changed and kept its status, or what it shows is called otherwise."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.updated"


class SponsorshipStarted(SponsorshipRef):
    """The day came from which on logos of a sponsorship are shown."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.started"


class SponsorshipEnded(SponsorshipRef):
    """The last day of a sponsorship is over: it shows nothing more."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.ended"


class SponsorshipDeleted(SponsorshipRef):
    """A sponsorship is gone."""

    SUBJECT: ClassVar[str] = "sponsors.sponsorship.deleted"


class DraftRef(EventData):
    """What every event of an unfinished application says: that there is one."""

    AGGREGATE: ClassVar[str] = "application_draft"

    id: int


class DraftSaved(DraftRef):
    """An unfinished application was kept."""

    SUBJECT: ClassVar[str] = "sponsors.application_draft.saved"


class DraftDeleted(DraftRef):
    """An unfinished application was thrown away, or sent in."""

    SUBJECT: ClassVar[str] = "sponsors.application_draft.deleted"


class SwitchUpdated(SwitchRef):
    """A feature switch of this service was set."""

    SUBJECT: ClassVar[str] = "sponsors.switch.updated"


EVENTS: tuple[type[EventData], ...] = (
    CurrentYearUpdated,
    ProgramCreated,
    ProgramUpdated,
    ProgramDeleted,
    PackageCreated,
    PackageUpdated,
    PackageDeleted,
    BenefitCreated,
    BenefitUpdated,
    BenefitDeleted,
    SponsorCreated,
    SponsorUpdated,
    SponsorDeleted,
    SponsorshipApplied,
    SponsorshipApproved,
    SponsorshipRejected,
    SponsorshipRolledBack,
    SponsorshipFinalized,
    SponsorshipUpdated,
    SponsorshipStarted,
    SponsorshipEnded,
    SponsorshipDeleted,
    DraftSaved,
    DraftDeleted,
    SwitchUpdated,
    *papers.EVENTS,
    *assets.EVENTS,
    *notices.EVENTS,
)

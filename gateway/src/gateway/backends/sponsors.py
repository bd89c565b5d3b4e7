"""The sponsors service, as the gateway sees it (routes: services/sponsors/README.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter

from contracts.base import Page
from contracts.sponsors import applications, assets, dto, papers
from contracts.switches import Switch
from gateway.backends.client import Call, once

if TYPE_CHECKING:
    from contracts.sponsors import inputs
    from gateway.backends.client import BackendClient, Query

_CATALOGUE = TypeAdapter(dto.Catalogue)
_PLACEMENTS = TypeAdapter(list[dto.Placement])
_QUOTE = TypeAdapter(applications.Quote)
_SWITCHES = TypeAdapter(list[Switch])
_DRAFT = TypeAdapter(applications.ApplicationDraft)
_SPONSOR = TypeAdapter(applications.OwnSponsor)
_SPONSORS = TypeAdapter(Page[applications.OwnSponsor])
_SUMMARIES = TypeAdapter(Page[applications.OwnSummary])
_SPONSORSHIP = TypeAdapter(applications.OwnSponsorship)
_APPLIED = TypeAdapter(applications.Applied)
_STAFF_LIST = TypeAdapter(Page[applications.StaffSummary])
_STAFF = TypeAdapter(applications.StaffSponsorship)
_HANDOVER = TypeAdapter(assets.Handover)
_CONTRACT = TypeAdapter(papers.Contract)
_CONTRACTS = TypeAdapter(list[papers.Contract])
_BYTES = TypeAdapter(bytes)
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class Sponsors:
    """Reads of the sponsors service. Every method raises `BackendError` where it has no answer.

    A thing that does not exist is None, not an error.
    """

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def placements(self, publisher: str, place: str) -> list[dto.Placement]:
        """Return the logos that are shown in one place, by level and name."""
        query: dict[str, Query] = {"publisher": publisher, "flight": place}
        return await self.client.get("/placements", _PLACEMENTS, query)

    async def catalogue(self) -> dto.Catalogue:
        """Return what can be chosen in the current year."""
        return await self.client.get("/catalogue", _CATALOGUE)

    async def quote(self, sent: inputs.Selection) -> applications.Quote:
        """Return what a choice costs, and what is wrong with it."""
        call = Call("POST", "/quotes", body=sent.model_dump_json().encode())
        return await self.client.send(call, _QUOTE)

    async def switches(self) -> list[Switch]:
        """Return the feature switches of the service."""
        return await self.client.get("/switches", _SWITCHES)


class Spoken:
    """Calls for one signed-in user.

    Args:
        client: Of the sponsors service.
        token: Speaks for the user.
    """

    def __init__(self, client: BackendClient, token: str) -> None:
        self._client = client
        self._token = token

    async def _send[T](
        self,
        method: str,
        path: str,
        kind: TypeAdapter[T],
        sent: BaseModel | None = None,
        headers: dict[str, str] | None = None,
    ) -> T:
        body = None if sent is None else sent.model_dump_json(exclude_none=True).encode()
        call = Call(method, path, body=body, token=self._token, headers=headers or {})
        return await self._client.send(call, kind)


class OwnSponsorships(Spoken):
    """What one signed-in user has to do with: their application, sponsors and sponsorships."""

    async def draft(self) -> applications.ApplicationDraft | None:
        """Return the unfinished application for the current year."""
        return await self._client.find("/own/application", _DRAFT, token=self._token)

    async def keep(self, sent: inputs.DraftInput) -> applications.ApplicationDraft:
        """Keep an unfinished application in place of the one before."""
        return await self._send("PUT", "/own/application", _DRAFT, sent)

    async def drop(self) -> None:
        """Throw the unfinished application away."""
        await self._send("DELETE", "/own/application", _ANY)

    async def sponsors(self) -> list[applications.OwnSponsor]:
        """Return the user's sponsors."""
        found = await self._client.get("/own/sponsors", _SPONSORS, token=self._token)
        return found.items

    async def sponsor(self, number: int) -> applications.OwnSponsor | None:
        """Return one of them with its contacts."""
        return await self._client.find(f"/own/sponsors/{number}", _SPONSOR, token=self._token)

    async def edit(
        self, number: int, sent: inputs.SponsorEditInput, version: int
    ) -> applications.OwnSponsor:
        """Change a sponsor of which `version` was shown."""
        headers = _shown(version)
        return await self._send("PUT", f"/own/sponsors/{number}", _SPONSOR, sent, headers)

    async def sponsorships(self, limit: int, offset: int) -> Page[applications.OwnSummary]:
        """Return one window of them, those that run first."""
        query: dict[str, Query] = {"limit": limit, "offset": offset}
        return await self._client.get("/own/sponsorships", _SUMMARIES, query, token=self._token)

    async def sponsorship(self, number: int) -> applications.OwnSponsorship | None:
        """Return one of them, with sponsor and benefits."""
        path = f"/own/sponsorships/{number}"
        return await self._client.find(path, _SPONSORSHIP, token=self._token)

    async def handover(self, number: int) -> assets.Handover | None:
        """Return what a sponsor hands over and is given, with its contract."""
        path = f"/own/sponsorships/{number}/handover"
        return await self._client.find(path, _HANDOVER, token=self._token)

    async def hand_over(self, number: int, sent: assets.HandoverInput) -> assets.Handover:
        """Hand something over: all of it, or nothing."""
        return await self._send("PUT", f"/own/sponsorships/{number}/handover", _HANDOVER, sent)

    async def apply(self, sent: inputs.ApplicationInput, key: str) -> applications.Applied:
        """Apply; a second time with the same key it is the first application again."""
        return await self._send("POST", "/own/sponsorships", _APPLIED, sent, once(key))


class SponsorDesk(Spoken):
    """Sponsorships, as one of the staff works on them."""

    async def catalogue(self, year: int) -> dto.Catalogue | None:
        """Return what can be chosen in a year, of which none else may know."""
        query: dict[str, Query] = {"year": year}
        return await self._client.find("/catalogue", _CATALOGUE, query, token=self._token)

    async def sponsorships(self, **query: Query) -> Page[applications.StaffSummary]:
        """Return one window of them, latest first; `query` as in GET /staff/sponsorships."""
        return await self._client.get("/staff/sponsorships", _STAFF_LIST, query, token=self._token)

    async def sponsorship(self, number: int) -> applications.StaffSponsorship | None:
        """Return one of them, with what may be done next."""
        return await self._client.find(f"/staff/sponsorships/{number}", _STAFF, token=self._token)

    async def approve(
        self, number: int, sent: inputs.ApprovalInput, version: int
    ) -> applications.StaffSponsorship:
        """Approve an application of which `version` was shown."""
        path = f"/staff/sponsorships/{number}/approve"
        return await self._send("POST", path, _STAFF, sent, _shown(version))

    async def move(
        self, number: int, move: str, sent: inputs.MoveInput, version: int
    ) -> applications.StaffSponsorship:
        """Do one of reject, rollback, lock and unlock."""
        path = f"/staff/sponsorships/{number}/{move}"
        return await self._send("POST", path, _STAFF, sent, _shown(version))

    # --- papers ---

    async def contracts(self, number: int) -> list[papers.Contract]:
        """Return the contracts of a sponsorship, the latest first."""
        return await self._client.get(f"/contracts/of/{number}", _CONTRACTS, token=self._token)

    async def contract(self, number: int) -> papers.Contract | None:
        """Return one contract."""
        return await self._client.find(f"/contracts/{number}", _CONTRACT, token=self._token)

    async def preview(self, number: int, paper: str, media: str) -> bytes | None:
        """Return a contract as it would be sent now."""
        return await self._client.find(
            f"/contracts/{number}/preview",
            _BYTES,
            {"paper": paper},
            token=self._token,
            media=media,
        )

    async def edit_contract(
        self, number: int, sent: papers.ContractInput, version: int
    ) -> papers.Contract:
        """Change the texts of a draft of which `version` was shown."""
        return await self._send("PUT", f"/contracts/{number}", _CONTRACT, sent, _shown(version))

    async def move_contract(
        self, number: int, move: str, sent: inputs.MoveInput, version: int
    ) -> papers.Contract:
        """Do one of send, nullify and redraft."""
        path = f"/contracts/{number}/{move}"
        return await self._send("POST", path, _CONTRACT, sent, _shown(version))

    async def execute(
        self, number: int, sent: papers.ExecutionInput, version: int
    ) -> papers.Contract:
        """Take a contract that both sides signed: its sponsorship is finalized."""
        path = f"/contracts/{number}/execute"
        return await self._send("POST", path, _CONTRACT, sent, _shown(version))

    async def approve_signed(
        self, number: int, sent: papers.SignedApprovalInput, version: int
    ) -> papers.Contract:
        """Approve what was agreed on already, with the contract that both sides signed."""
        path = f"/contracts/of/{number}/approve"
        return await self._send("POST", path, _CONTRACT, sent, _shown(version))


def _shown(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'} if version else {}

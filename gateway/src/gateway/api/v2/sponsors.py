"""The two reads about sponsors that programs of publishers use: PyPI's and those of conferences.

What is answered is made for a key and kept nowhere. Names and addresses of contacts are told to
staff and to holders of a permission of its own; all others get an empty list in their place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import TypeAdapter

from contracts.identity.dto import KeyKind
from contracts.sponsors.assets import PublishedAsset
from contracts.sponsors.dto import FIRST_YEAR, LAST_YEAR, Placement, SponsorContacts
from contracts.sponsors.features import LogoPlace, Publisher
from gateway.api.v2 import metadata
from gateway.api.v2.dialect import accepts_json
from gateway.api.wire import JSON, Answer, Elsewhere, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.sponsors.dto import Contact
    from gateway.api.store import Store
    from gateway.api.wire import Ask, Caller
    from gateway.auth.keys import Keys
    from gateway.backends.client import Query
    from gateway.backends.errors import BackendRefused

type _What = Literal["logo-placement", "sponsorship-assets"]

#: Who may ask beside staff (as at python.org), and who is told the contacts, too.
PUBLISHER: Final = "sponsors.sponsor_publisher"
CONTACTS: Final = "sponsors.view_sponsorcontact"

_SERVICE: Final = "sponsors"
#: The page of all sponsors.
_ALL: Final = "/psf/sponsors/"
_LOGOS: Final[_What] = "logo-placement"
_HANDED_OVER: Final[_What] = "sponsorship-assets"
#: Where both are: logos, and what was handed over.
ADDRESSES: Final = (f"/api/v2/sponsors/{_LOGOS}/", f"/api/v2/sponsors/{_HANDED_OVER}/")
_ADDRESS: Final = re.compile(rf"/sponsors/({_LOGOS}|{_HANDED_OVER})(/|\.([a-z0-9]+)/?)?")
_ALLOW: Final = {"Allow": "GET, HEAD, OPTIONS"}
_PLACEMENTS: Final = TypeAdapter(list[Placement])
_CONTACTS: Final = TypeAdapter(list[SponsorContacts])
_ASSETS: Final = TypeAdapter(list[PublishedAsset])
_KINDS: Final[Mapping[str, KeyKind]] = {"token": KeyKind.TOKEN, "bearer": KeyKind.BEARER}
_TRUE: Final = frozenset({"t", "y", "yes", "true", "on", "1"})
_FALSE: Final = frozenset({"f", "n", "no", "false", "off", "0", ""})
_LONGEST_YEAR: Final = 9


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two addresses; `format` is what stands behind its dot."""

    what: _What
    format: str = ""


class Sponsors:
    """The dialect."""

    prefix: Final = "/api/v2"
    kind: Final = "sponsors"

    def find(self, ask: Ask) -> Place | None:
        """Return what is at an address, None where nothing is. Raises Elsewhere."""
        found = _ADDRESS.fullmatch(ask.path.removeprefix(self.prefix))
        if found is None:
            return None
        if found[2] is None:
            raise Elsewhere(ask.raw_path + "/")
        what = _LOGOS if found[1] == _LOGOS else _HANDED_OVER
        return Place(what, found[3] or "")

    def check(self, place: Place, ask: Ask) -> None:
        """Refuse a format that there is not."""
        form = place.format or ask.param("format")
        if form and form != "json":
            raise Refused(_told({"detail": "Not found."}, 404))
        if not accepts_json(ask.header("accept")):
            raise Refused(_told({"detail": "Could not satisfy the request Accept header."}, 406))

    def kept(self, place: Place, ask: Ask) -> str | None:
        """Return None: guests get nothing that could be kept."""
        return None

    def variant(self, ask: Ask) -> str:
        """Return by what answers at one address differ: nothing is kept."""
        return ""

    async def caller(
        self,
        place: Place,
        ask: Ask,
        keys: Keys,
    ) -> tuple[str, Any] | None:
        """Return name and visitor of who sends a key, None for a guest; Refused for a bad one."""
        given = (ask.header("authorization") or "").split()
        kind = _KINDS.get(given[0].lower()) if given else None
        if kind is None:
            return None
        if len(given) == 1:
            raise Refused(_who("Invalid token header. No credentials provided."))
        if len(given) > 2:
            raise Refused(_who("Invalid token header. Token string should not contain spaces."))
        found = await keys.holder(kind, given[1], sure=not ask.reads)
        if found is None:
            raise Refused(_who("Invalid token."))
        if kind is KeyKind.BEARER:
            # Its scopes narrow permissions, so it opens nothing by who its owner is.
            found = replace(found, staff=False, superuser=False)
        return found.username, found

    async def answer(self, place: Place, ask: Ask, store: Store) -> Answer:
        """Answer a request whose format and caller are fine."""
        if not store.caller.known:
            raise Refused(_who("Authentication credentials were not provided."))
        if not _trusted(store.caller) and not store.caller.may(PUBLISHER):
            raise Refused(_told({"detail": "Must have publisher permission."}, 403))
        if ask.method == "OPTIONS":
            name = place.what.replace("-", " ").title()
            return _told(metadata.about(name, "Read-only, for publishers of logos."))
        if not ask.reads:
            raise Refused(_told({"detail": f'Method "{ask.method}" not allowed.'}, 405))
        if place.what == _LOGOS:
            return _told(await _logos(ask, store))
        return _told(await _assets(ask, store))

    # --- failures ---

    def refused(self, error: BackendRefused, place: Place) -> Answer:
        """Tell that the service said no."""
        if error.status in {401, 403}:
            return _told({"detail": "Must have publisher permission."}, 403)
        return _told({"detail": error.detail}, 400)

    def unavailable(self, place: Place, seconds: int) -> Answer:
        """Tell that the service is away."""
        told = {"detail": "Service temporarily unavailable, try again later."}
        return _told(told, 503, {"Retry-After": str(seconds)})

    def throttled(self, place: Place, seconds: int) -> Answer:
        """Tell that somebody asks too often."""
        unit = "second" if seconds == 1 else "seconds"
        told = {"detail": f"Request was throttled. Expected available in {seconds} {unit}."}
        return _told(told, 429, {"Retry-After": str(seconds)})

    def unreadable(self, place: Place, status: int) -> Answer:
        """Tell that a body cannot be taken."""
        return _told({"detail": "The body is too large."}, status)


# --- logos ---


async def _logos(ask: Ask, store: Store) -> list[dict[str, Any]]:
    errors: dict[str, list[str]] = {}
    query: dict[str, Query] = {}
    for name, kind in (("publisher", Publisher), ("flight", LogoPlace)):
        text = ask.param(name) or ""
        if text and text not in set(kind):
            errors[name] = [f'"{text}" is not a valid choice.']
        query[name] = text or None
    year = (ask.param("year") or "").strip()
    if year and not re.fullmatch(r"-?[0-9]+", year, re.ASCII):
        errors["year"] = ["A valid integer is required."]
    if errors:
        raise Refused(_told(errors, 400))
    if year:
        if len(year) > _LONGEST_YEAR or not FIRST_YEAR <= int(year) <= LAST_YEAR:
            return []
        query["year"] = int(year)
    found = await store.find(_SERVICE, "/placements", _PLACEMENTS, query) or []
    contacts = await _contacts(store, found)
    return [_logo(one, ask.origin, contacts.get(one.sponsor.id, [])) for one in found]


async def _contacts(store: Store, shown: list[Placement]) -> Mapping[int, list[Contact]]:
    """Return the contacts of sponsors, where the caller may know them."""
    if not shown or not (_trusted(store.caller) or store.caller.may(CONTACTS)):
        return {}
    ids = sorted({one.sponsor.id for one in shown})
    asked: dict[str, Query] = {"sponsor_id": ids}
    found = await store.find(_SERVICE, "/placements/contacts", _CONTACTS, asked, own=True)
    return {one.sponsor_id: one.contacts for one in found or ()}


def _logo(one: Placement, origin: str, contacts: list[Contact]) -> dict[str, Any]:
    sponsor = one.sponsor
    url = f"{origin}{_ALL}#{sponsor.slug}" if one.link_to_sponsors_page else sponsor.url
    return {
        "publisher": one.publisher.value,
        "flight": one.logo_place.value,
        "sponsor": sponsor.name,
        "sponsor_id": str(sponsor.id),
        "sponsor_slug": sponsor.slug,
        "description": one.description,
        "logo": f"{origin}/media/{sponsor.web_logo.key}" if sponsor.web_logo else None,
        "white_logo": f"{origin}/media/{sponsor.white_logo.key}" if sponsor.white_logo else None,
        "start_date": one.start_date.isoformat(),
        "end_date": one.end_date.isoformat(),
        "sponsor_url": url or None,
        "level_name": one.level_name,
        "level_order": one.level_order,
        "contacts": [
            {
                "name": person.name,
                "email": person.email,
                "primary": person.primary,
                "administrative": person.administrative,
                "accounting": person.accounting,
                "manager": person.manager,
            }
            for person in contacts
        ],
    }


# --- what sponsors handed over ---


async def _assets(ask: Ask, store: Store) -> list[dict[str, Any]]:
    errors: dict[str, list[str]] = {}
    name = ask.param("internal_name")
    if name is None:
        errors["internal_name"] = ["This field is required."]
    elif not name.strip():
        errors["internal_name"] = ["This field may not be blank."]
    elif "\x00" in name:
        errors["internal_name"] = ["Null characters are not allowed."]
    empty = (ask.param("list_empty") or "").strip().lower()
    if empty not in _TRUE | _FALSE:
        errors["list_empty"] = ["Must be a valid boolean."]
    if errors:
        raise Refused(_told(errors, 400))
    query: dict[str, Query] = {"internal_name": (name or "").strip(), "list_empty": empty in _TRUE}
    found = await store.find(_SERVICE, "/published-assets", _ASSETS, query, own=True) or []
    return [_asset(one, ask.origin) for one in found]


def _asset(one: PublishedAsset, origin: str) -> dict[str, Any]:
    return {
        "internal_name": one.internal_name,
        "uuid": str(one.uuid),
        "value": origin + one.value if one.is_link else one.value,
        "content_type": one.content_type,
        "sponsor": one.sponsor,
        "sponsor_slug": one.sponsor_slug,
    }


# --- answers ---


def _trusted(caller: Caller) -> bool:
    return caller.visitor.staff or caller.visitor.superuser


def _told(value: object, status: int = 200, more: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, JSON, {**_ALLOW, **(more or {})})


def _who(detail: str) -> Answer:
    return _told({"detail": detail}, 401, {"WWW-Authenticate": "Token"})

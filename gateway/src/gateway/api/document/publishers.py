"""What programs of publishers ask about sponsors: `api/v2/sponsors.py`."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from contracts.sponsors.features import LogoPlace, Publisher
from gateway.api.document.legacy import V2_TAG
from gateway.api.document.parts import EVERYWHERE, Part, answer, ref
from gateway.api.v2.sponsors import ADDRESSES, CONTACTS, PUBLISHER

_TEXT: Final = {"type": "string"}
_MAYBE: Final = {"type": ["string", "null"]}
_FLAG: Final = {"type": "boolean"}
_DAY: Final = {"type": "string", "format": "date"}
_CONTACT: Final = {
    "name": _TEXT,
    "email": _TEXT,
    "primary": _FLAG,
    "administrative": _FLAG,
    "accounting": _FLAG,
    "manager": _FLAG,
}


def _row(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_LOGO: Final = _row(
    {
        "publisher": {"type": "string", "enum": [one.value for one in Publisher]},
        "flight": {
            "type": "string",
            "enum": [one.value for one in LogoPlace],
            "description": "The place on the publisher's site",
        },
        "sponsor": {**_TEXT, "description": "Its name"},
        "sponsor_id": _TEXT,
        "sponsor_slug": _TEXT,
        "description": _TEXT,
        "logo": {**_MAYBE, "description": "Whole address"},
        "white_logo": {**_MAYBE, "description": "For dark backgrounds"},
        "start_date": _DAY,
        "end_date": _DAY,
        "sponsor_url": _MAYBE,
        "level_name": _TEXT,
        "level_order": {"type": "integer"},
        "contacts": {
            "type": "array",
            "description": f"Empty but for staff and who holds `{CONTACTS}`",
            "items": _row(_CONTACT),
        },
    }
)
_ASSET: Final = _row(
    {
        "internal_name": _TEXT,
        "uuid": {"type": "string", "format": "uuid"},
        "value": {**_TEXT, "description": "A text, an answer, or the whole address of a file"},
        "content_type": {"type": "string", "enum": ["Sponsor", "Sponsorship"]},
        "sponsor": _TEXT,
        "sponsor_slug": _TEXT,
    }
)
_REFUSALS: Final = {
    "400": "A parameter cannot be used; each is named",
    "401": "A key is needed, or does not hold",
    "403": f"The key is neither of staff nor of somebody who holds `{PUBLISHER}`",
    "404": "There is no such format",
    "406": "Only JSON is written",
    "429": "Asked too often; Retry-After says when to ask again",
    "503": "A service is away; Retry-After says when to ask again",
}


def describe() -> Part:
    """Describe both reads."""
    part = Part(schemas={"V2LogoPlacement": _LOGO, "V2SponsorshipAsset": _ASSET})
    logos, assets = ADDRESSES
    part.paths[logos] = {
        "get": _read(
            "v2_list_logo_placement",
            "List logos that are to be shown: sponsors",
            "V2LogoPlacement",
            _choice("publisher", "Of this publisher; empty: of all", Publisher),
            _choice("flight", "In this place; empty: in any", LogoPlace),
            _parameter("year", "Of sponsorships of this year"),
        )
    }
    part.paths[assets] = {
        "get": _read(
            "v2_list_sponsorship_assets",
            "List what sponsors handed over: sponsors",
            "V2SponsorshipAsset",
            {**_parameter("internal_name", "What was asked for"), "required": True},
            _parameter("list_empty", "true: also what was not handed over yet"),
        )
    }
    return part


def _read(name: str, summary: str, schema: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    refusals = {
        status: answer(text, ref("LegacyError"), *_pages(status))
        for status, text in _REFUSALS.items()
    }
    return {
        "operationId": name,
        "tags": [V2_TAG],
        "summary": summary,
        "description": f"For staff, and for publishers: needs the permission `{PUBLISHER}`.",
        "parameters": list(parameters),
        "responses": {
            "200": answer(summary, {"type": "array", "items": ref(schema)}),
            "304": answer("As you have it"),
            **refusals,
            **EVERYWHERE,
        },
        "security": [{"token": []}, {"bearer": []}],
    }


def _pages(status: str) -> tuple[str, ...]:
    """Return what else is answered: what is asked without sense is refused as a page."""
    return ("text/html",) if status in {"400", "404"} else ()


def _parameter(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": _TEXT, "description": text}


def _choice(name: str, text: str, kind: type[StrEnum]) -> dict[str, Any]:
    schema = {"type": "string", "enum": [*(one.value for one in kind), ""]}
    return {**_parameter(name, text), "schema": schema, "allowEmptyValue": True}

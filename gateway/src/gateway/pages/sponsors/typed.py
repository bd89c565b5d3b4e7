"""What people type of a sponsor and its contacts, and what is made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.files import Upload
from contracts.sponsors.inputs import MAX_CONTACTS, ContactInput, SponsorInput, SponsorRecordInput
from contracts.wording import in_words
from gateway.pages.downloads.models import Option
from gateway.pages.events.rows import countries
from gateway.pages.sponsors.own_models import ContactRow
from gateway.web.forms import Fields, FormErrors

if TYPE_CHECKING:
    from contracts.sponsors.applications import OwnSponsor
    from gateway.backends.errors import BackendRefused

#: Texts of a sponsor, in the order of the form.
TEXTS: Final = (
    *("name", "description", "landing_page_url", "twitter_handle", "linked_in_page_url"),
    *("primary_phone", "mailing_address_line_1", "mailing_address_line_2", "city", "state"),
    *("postal_code", "country", "country_of_incorporation", "state_of_incorporation"),
)
LOGOS: Final = ("web_logo", "white_logo", "print_logo")
ROLES: Final = ("primary", "administrative", "accounting", "manager")
#: Bytes of a form with three logos of 10 MB at most: the service has the last word on each.
SIZE: Final = 31 * 1024 * 1024
LABELS: Final[Mapping[str, str]] = {
    "name": "Name",
    "description": "Description",
    "landing_page_url": "Website",
    "twitter_handle": "X (Twitter)",
    "linked_in_page_url": "LinkedIn page",
    "primary_phone": "Phone",
    "mailing_address_line_1": "Address",
    "mailing_address_line_2": "Address, second line",
    "city": "City",
    "state": "State or region",
    "postal_code": "Postal code",
    "country": "Country",
    "country_of_incorporation": "Country of incorporation",
    "state_of_incorporation": "State of incorporation",
    "web_logo": "Logo",
    "white_logo": "Logo for dark ground",
    "print_logo": "Logo for print",
    "contacts": "People",
}

_MISSING: Final[Mapping[str, str]] = {
    "name": "Say what the organisation is called.",
    "primary_phone": "Say at which number it can be reached.",
    "mailing_address_line_1": "Say where its mail goes.",
    "city": "Say in which city.",
    "postal_code": "Say the postal code.",
    "country": "Choose a country.",
}
_CONTACT_MISSING: Final[Mapping[str, str]] = {
    "name": "Say who it is.",
    "email": "Say at which address they can be reached.",
    "phone": "Say at which number they can be reached.",
}
_NOBODY: Final = "Name at least one person."
_NO_PRIMARY: Final = "Mark at least one person as primary contact."
_NO_LOGO: Final = "Choose a logo."
_LONGEST: Final = 2000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_OF_CONTACT: Final = ("id", "name", "email", "phone")


class TypedForm(BaseModel):
    """A form of many fields, of which each is a text, and files. What they may be is seen later."""

    model_config = ConfigDict(extra="allow")

    @property
    def texts(self) -> Mapping[str, str]:
        """The fields as they were typed."""
        extra = self.model_extra or {}
        return {name: value.strip() for name, value in extra.items() if isinstance(value, str)}

    def file(self, name: str) -> Upload | None:
        """Return a file that was sent."""
        found = (self.model_extra or {}).get(name)
        return found if isinstance(found, Upload) else None


# --- from the form ---


def sponsor_of(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed of a sponsor."""
    return {name: _clean(texts.get(name, "")) for name in TEXTS}


def contacts_of(texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what was typed of each contact; rows without anything in them are left out."""
    found = []
    for row in range(MAX_CONTACTS):
        typed: dict[str, Any] = {
            name: _clean(texts.get(f"contact_{row}_{name}", "")) for name in _OF_CONTACT
        }
        roles = {name: bool(texts.get(f"contact_{row}_{name}")) for name in ROLES}
        gone = bool(texts.get(f"contact_{row}_gone"))
        if any(typed[name] for name in ("name", "email", "phone")) and not gone:
            found.append({**typed, **roles})
    return found


def _clean(text: str) -> str:
    """Return a text without what nobody can type on purpose."""
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


def checked_sponsor(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with a sponsor as typed, by field."""
    errors = {name: said for name, said in _MISSING.items() if not values.get(name)}
    errors |= {
        name: f"This is longer than {_LONGEST} characters."
        for name, text in values.items()
        if len(text) > _LONGEST
    }
    return {**_wrong(SponsorInput, values), **errors}


def checked_contacts(contacts: list[dict[str, Any]]) -> dict[str, str]:
    """Return what is wrong with contacts as typed, by field."""
    if not contacts:
        return {"contact_0_name": _NOBODY}
    errors: dict[str, str] = {}
    for row, one in enumerate(contacts):
        found = _wrong(ContactInput, _contact(one))
        found |= {name: said for name, said in _CONTACT_MISSING.items() if not one.get(name)}
        errors |= {f"contact_{row}_{name}": said for name, said in found.items()}
    if not errors and not any(one["primary"] for one in contacts):
        return {"contact_0_primary": _NO_PRIMARY}
    return errors


def _wrong(model: type[BaseModel], values: Mapping[str, object]) -> dict[str, str]:
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return {str(item["loc"][0]): in_words(item) for item in details if item["loc"]}
    return {}


def record(
    sponsor: Mapping[str, str],
    contacts: list[dict[str, Any]],
    form: TypedForm,
    *,
    new: bool,
) -> SponsorRecordInput:
    """Return a sponsor as it is sent to the service. Raises FormErrors by field."""
    errors = {**checked_sponsor(sponsor), **checked_contacts(contacts)}
    if new and form.file("web_logo") is None:
        errors["web_logo"] = _NO_LOGO
    if errors:
        raise FormErrors(errors)
    # Files are bytes already, and stand in a model that would decode them once more.
    made = SponsorRecordInput.model_validate(
        {
            **sponsor,
            "contacts": [_contact(one) for one in contacts],
            "drop_white_logo": bool(form.texts.get("drop_white_logo")),
            "drop_print_logo": bool(form.texts.get("drop_print_logo")),
        }
    )
    return made.model_copy(update={name: form.file(name) for name in LOGOS})


def _contact(one: Mapping[str, Any]) -> dict[str, Any]:
    number = str(one.get("id") or "")
    fits = number.isascii() and number.isdecimal() and len(number) < 19
    return {**one, "id": int(number) if fits and int(number) else None}


def explained(error: BackendRefused) -> dict[str, str]:
    """Return what the service found wrong, by the fields of the form."""
    found: dict[str, str] = {}
    told: Any = error.problem.get("errors")
    for item in told if isinstance(told, list) else ():
        loc = [str(part) for part in item.get("loc") or ()]
        place = "/".join(loc)
        contact = re.search(r"contacts/([0-9]+)/(\w+)$", place)
        known = next((name for name in (*LOGOS, *TEXTS) if name in loc), "")
        name = f"contact_{contact[1]}_{contact[2]}" if contact else known
        found.setdefault(name, str(item.get("msg") or ""))
    return found or {"": str(error.problem.get("detail") or "This was not taken.")}


# --- into the form ---


def filled(sponsor: OwnSponsor) -> Fields:
    """Return a sponsor as it stands in the form."""
    pairs = [(name, str(getattr(sponsor, name))) for name in TEXTS]
    for row, one in enumerate(sponsor.contacts[:MAX_CONTACTS]):
        pairs += [(f"contact_{row}_{name}", str(getattr(one, name))) for name in _OF_CONTACT]
        pairs += [(f"contact_{row}_{name}", "yes") for name in ROLES if getattr(one, name)]
    return Fields(pairs)


def kept(sponsor: Mapping[str, str], contacts: list[dict[str, Any]]) -> Fields:
    """Return what was left unfinished as it stands in the form."""
    pairs = [(name, str(sponsor.get(name, ""))) for name in TEXTS]
    for row, one in enumerate(contacts[:MAX_CONTACTS]):
        pairs += [(f"contact_{row}_{name}", str(one.get(name) or "")) for name in _OF_CONTACT]
        pairs += [(f"contact_{row}_{name}", "yes") for name in ROLES if one.get(name)]
    return Fields(pairs)


def rows(values: Fields) -> tuple[ContactRow, ...]:
    """Return as many rows for contacts as there may be; those after the first empty one fold."""
    return tuple(
        ContactRow(
            number=row,
            used=any(values.get(f"contact_{row}_{name}") for name in ("name", "email", "phone")),
            known=bool(values.get(f"contact_{row}_id")),
        )
        for row in range(MAX_CONTACTS)
    )


def options(chosen: str, nothing: str) -> tuple[Option, ...]:
    """Return the countries to choose from."""
    return (
        Option(value="", label=nothing, selected=not chosen),
        *(Option(value=code, label=name, selected=code == chosen) for code, name in countries()),
    )

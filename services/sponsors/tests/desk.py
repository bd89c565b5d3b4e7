"""People around a sponsorship, for tests: applicants, staff, and what they send."""

from __future__ import annotations

import base64
import io
from typing import Any, Final

import httpx
from PIL import Image

from servicekit.testing import Api

REVIEW: Final = ("sponsors.can_review_sponsorships",)
SERVE: Final = ("sponsors.serve_visitors",)
YEAR: Final = 2026


def picture(width: int = 400, height: int = 200, kind: str = "PNG") -> bytes:
    """Return a picture of one colour, half of it clear."""
    image = Image.new("RGBA", (width, height), (30, 120, 180, 128))
    to = io.BytesIO()
    image.convert("RGB" if kind == "JPEG" else "RGBA").save(to, kind)
    return to.getvalue()


def upload(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(data).decode()}


LOGO: Final = upload("logo.png", picture())
CONTACT: Final[dict[str, Any]] = {
    "name": "Vera",
    "email": "vera@greenhouse.example",
    "phone": "+31 15",
    "primary": True,
}
SPONSOR: Final[dict[str, Any]] = {
    "name": "Greenhouse, Inc.",
    "description": "Greenhouse grows snakes.",
    "landing_page_url": "https://greenhouse.example/",
    "primary_phone": "+31 15 1",
    "mailing_address_line_1": "Glass Street 1",
    "city": "Delft",
    "postal_code": "2611",
    "country": "NL",
    "web_logo": LOGO,
    "contacts": [CONTACT],
}
APPROVAL: Final[dict[str, Any]] = {
    "name": "Rev",
    "start_date": "2020-01-01",
    "end_date": "2049-12-31",
    "sponsorship_fee": "1500.00",
}


def body(sent: Any, status: int) -> Any:
    """Return the JSON of an answer; AssertionError where it has another status."""
    assert sent.status_code == status, sent.text
    return sent.json() if sent.content else None


class Person:
    """Somebody who calls: a user with a number, an address, and permissions."""

    def __init__(self, api: Api, number: int, permissions: tuple[str, ...] = ()) -> None:
        self._api = api
        self._subject = f"user:{number}"
        self._permissions = permissions
        self.person = self.person_of(number)
        self.email = str(self.person["email"])

    @staticmethod
    def person_of(number: int) -> dict[str, Any]:
        """Return what the gateway says of a user."""
        email = f"user{number}@example.org"
        return {"name": f"User {number}", "email": email, "emails": [email]}

    async def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        token = self._api.token("sponsors", permissions=self._permissions, subject=self._subject)
        sent = {"Authorization": f"Bearer {token}", **headers}
        kwargs: dict[str, Any] = {} if body is None else {"json": body}
        return await self._api.client.request(method, path, headers=sent, **kwargs)

    async def get(self, path: str, status: int = 200) -> Any:
        return body(await self.call("GET", path), status)

    async def do(self, path: str, sent: Any = None, status: int = 200) -> Any:
        return body(await self.call("POST", path, {} if sent is None else sent), status)

    async def put(self, path: str, sent: Any, status: int = 200) -> Any:
        return body(await self.call("PUT", path, sent, **{"If-Match": "*"}), status)

    async def apply(
        self,
        package_id: int | None = 1,
        benefit_ids: tuple[int, ...] = (),
        *,
        status: int = 201,
        **fields: Any,
    ) -> Any:
        """Apply for a package; for a new sponsor unless `sponsor_id` is among the fields."""
        sent = {"person": self.person, "package_id": package_id, "benefit_ids": benefit_ids}
        if "sponsor_id" not in fields:
            sent["sponsor"] = SPONSOR
        return await self.do("/own/sponsorships", sent | fields, status)


class Catalogue:
    """Makes what can be chosen in the current year, which it sets to 2026."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._count = 0

    async def begin(self) -> None:
        """Set the year; make a program, and a package that allows everything."""
        await self._api.put("/current-year", {"year": YEAR}, None)
        await self._api.made("/programs", {"name": "Foundation"})
        await self.package("Maintaining", amount="60000.00")

    async def package(self, name: str, **fields: Any) -> int:
        sent = {"name": name, "amount": "1000.00", "year": YEAR, "advertise": True}
        return int((await self._api.made("/packages", sent | fields))["id"])

    async def benefit(self, **fields: Any) -> int:
        """Make a benefit of the first package, unless the fields say otherwise."""
        self._count += 1
        sent = {
            "name": f"Benefit {self._count}",
            "program_id": 1,
            "year": YEAR,
            "package_ids": [] if fields.get("standalone") else [1],
        }
        return int((await self._api.made("/benefits", sent | fields))["id"])


def placement(**fields: Any) -> dict[str, Any]:
    """Return the feature that shows a logo on the page of sponsors."""
    return {
        "kind": "logo_placement",
        "publisher": "psf",
        "logo_place": "sponsors",
        **fields,
    }

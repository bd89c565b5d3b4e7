"""Sponsorships as people meet them: from a choice to a signed contract, and to another year."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import httpx
import pytest
import pytest_asyncio
from PIL import Image
from pydantic import SecretStr

from contracts.permissions import GRANTABLE
from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services, migrated
from devstack.testing.shared import Embedded
from gateway.web.forms import TOKEN

from .conftest import Identity, Person, Town, hidden_fields, settings_for, town_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

APPLY, NEW, MINE, DESK = (
    "/sponsors/application/", "/sponsors/application/new/", "/users/sponsorships/",
    "/sponsors/review/",
)  # fmt: skip
KEY: Final = "f" * 32
ORGANISATION: Final = {
    "name": "Blue <Heron> & Co",
    "description": "We fish *quietly*.",
    "landing_page_url": "https://heron.example/",
    "primary_phone": "+1 555 0100",
    "mailing_address_line_1": "1 Reed Way",
    "city": "Lakeside",
    "postal_code": "97000",
    "country": "US",
}
JO: Final = {
    "contact_0_name": "Jo Doe",
    "contact_0_email": "jo@heron.example",
    "contact_0_phone": "+1 555 0101",
    "contact_0_primary": "yes",
}
REVIEWER: Final = (
    "sponsors.can_review_sponsorships", "sponsors.view_contract", "sponsors.change_contract",
)  # fmt: skip
SIGNED: Final = b"%PDF-1.7 signed by both"


def picture(width: int = 700, height: int = 300) -> bytes:
    """Return a logo."""
    to = io.BytesIO()
    Image.new("RGB", (width, height), "#3776ab").save(to, "PNG")
    return to.getvalue()


class Office:
    """The sponsors service, past the pages."""

    def __init__(self, service: RunningService, token: TokenFactory, files: str) -> None:
        self.service, self.files = service, files
        self.headers = {
            "Authorization": f"Bearer {token('sponsors', permissions=tuple(GRANTABLE))}"
        }
        self.ids: dict[str, int] = {}
        self.year = 0

    async def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {**self.headers, "If-Match": "*"}
        async with httpx.AsyncClient(base_url=self.service.url, timeout=60) as client:
            answer = await client.request(method, path, headers=headers, json=body)
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None

    async def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        connection = await asyncpg.connect(self.service.database)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    async def status(self, number: int) -> str:
        rows = await self.sql("SELECT status FROM sponsorship WHERE id = $1", number)
        return str(rows[0]["status"])

    async def fill(self) -> None:
        """Make two levels: Gold with a logo on the page of downloads, Silver with little."""
        self.year = datetime.now(UTC).year
        await self.call("PUT", "/current-year", {"year": self.year})
        program = (await self.call("POST", "/programs", {"name": "Foundation"}))["id"]
        for position, (name, amount, extras) in enumerate(
            (("Gold", "30000.00", True), ("Silver", "1500.00", False))
        ):
            body = {
                "name": name, "amount": amount, "year": self.year, "advertise": True,
                "allow_a_la_carte": extras, "position": position,
            }  # fmt: skip
            self.ids[name] = (await self.call("POST", "/packages", body))["id"]
        gold, silver = self.ids["Gold"], self.ids["Silver"]
        shown = {"kind": "logo_placement", "publisher": "psf"}
        text = {
            "kind": "required_text_asset", "related_to": "sponsorship", "internal_name": "blurb",
            "label": "A few words about you", "max_length": 40,
            "due_date": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
        }  # fmt: skip
        badge = {
            "kind": "required_img_asset", "related_to": "sponsorship", "internal_name": "badge",
            "label": "A badge", "min_width": 100, "max_width": 400, "min_height": 50,
            "max_height": 200,
        }  # fmt: skip
        for name, packages, more in (
            ("Logo", [gold, silver], {"features": [
                {**shown, "logo_place": place} for place in ("sponsors", "download", "jobs")
            ]}),
            ("Booth", [gold], {"features": [text, badge]}),
            ("Table", [gold], {}),
            ("Blog post", [], {}),
            ("Job fair", [], {"standalone": True}),
        ):  # fmt: skip
            body = {
                "name": name, "program_id": program, "year": self.year, "package_ids": packages,
                **more,
            }  # fmt: skip
            self.ids[name] = (await self.call("POST", "/benefits", body))["id"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(
    services: Services, issue_token: TokenFactory, tmp_path_factory: pytest.TempPathFactory
) -> Office:
    """The sponsors service with what can be chosen."""
    files = tmp_path_factory.mktemp("files").as_uri()
    told = {"PYDOTORG_FILES_URL": files, "PYDOTORG_FILES_KEY": KEY}
    found = Office(services.take("sponsors", migrated, **told), issue_token, files)
    await found.fill()
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    identity: Identity, office: Office, signing_key: str, embedded: Embedded
) -> AsyncIterator[Town]:
    """A gateway before accounts and sponsors."""
    settings = settings_for(identity, signing_key, embedded.valkey_url)
    told = settings.model_copy(
        update={
            "sponsors_url": office.service.url,
            "files_url": office.files,
            "files_key": SecretStr(KEY),
        }
    )
    async with town_of(identity, told) as found:
        yield found


async def staff(town: Town, *permissions: str) -> Person:
    """Let somebody come who works on sponsorships."""
    person = await town.citizen(signed_in=False)
    await town.identity.sql(
        "UPDATE account SET permissions = $2, first_name = 'Grace' WHERE username = $1",
        *(person.username, list(permissions or REVIEWER)),
    )
    assert (await person.log_in()).status_code == 303
    return person


async def send(person: Person, path: str, files: Any = None, **fields: Any) -> httpx.Response:
    """Send the first form of a page with its token."""
    found = hidden_fields(await person.text(path))
    to = found.pop("")
    data = {**found, **fields}
    return await person.site.post(to, data=data, files=files)


async def went(answer: httpx.Response) -> str:
    assert answer.status_code == 303, (answer.status_code, answer.text[-4000:])
    return str(answer.headers["location"])


async def choose(person: Person, office: Office, level: str = "Gold", *more: str) -> None:
    sent = {"package": str(office.ids[level]), "benefits": [str(office.ids[one]) for one in more]}
    assert await went(await send(person, APPLY, action="next", **sent)) == NEW


async def apply(person: Person, office: Office, level: str = "Gold", **changes: str) -> int:
    """Apply by the forms; returns the number of the sponsorship."""
    await choose(person, office, level)
    organisation = {**ORGANISATION, **changes}
    assert (
        await went(await send(person, NEW, action="next", **organisation)) == f"{NEW}?step=people"
    )
    there = await went(await send(person, f"{NEW}?step=people", action="next", **JO))
    assert there == f"{NEW}?step=review"
    files = {"web_logo": ("logo.png", picture())}
    answer = await send(person, there, files, action="next")
    assert answer.status_code == 200, answer.text[-4000:]
    assert "Thank you" in answer.text
    found = re.search(rf'href="{MINE}(\d+)/"', answer.text)
    assert found is not None
    return int(found[1])


async def act(person: Person, number: int, action: str, **fields: Any) -> httpx.Response:
    """Do something at the desk."""
    path, page = f"{DESK}{number}/", await person.text(f"{DESK}{number}/")
    token = re.search(rf'name="{TOKEN}" value="([^"]+)"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert token is not None
    assert version is not None
    files = fields.pop("files", None)
    data = {TOKEN: token[1], "version": version[1], "action": action, **fields}
    return await person.site.post(path, data=data, files=files)


async def approve(person: Person, number: int) -> None:
    start = datetime.now(UTC).date()
    agreed = {
        "start_date": start.isoformat(),
        "end_date": (start + timedelta(days=364)).isoformat(),
        "sponsorship_fee": "30,000.00",
    }
    done = await went(await act(person, number, "approve", **agreed))
    assert done == f"{DESK}{number}/?done=approve"


async def contract(office: Office, number: int) -> dict[str, str]:
    """Return what the desk's forms say of the latest contract."""
    rows = await office.sql(
        "SELECT id, version, status FROM contract WHERE sponsorship_id = $1 ORDER BY id DESC",
        number,
    )
    row = rows[0]
    return {"contract": str(row["id"]), "contract_version": str(row["version"])}


async def test_a_choice_shows_its_price_and_what_is_wrong(town: Town, office: Office) -> None:
    stranger = await town.stranger()
    page = await stranger.text(APPLY)
    assert "$30,000 a year" in page
    gold, fair = str(office.ids["Gold"]), str(office.ids["Job fair"])
    checked = await send(stranger, APPLY, action="check", package=gold)
    assert checked.status_code == 200
    assert 'quote-box__price">$30,000<' in checked.text
    assert checked.text.count('name="benefits"') == 5
    assert len(re.findall(r'name="benefits" value="\d+" checked', checked.text)) == 3
    both = await send(stranger, APPLY, action="check", package=gold, benefits=[fair])
    assert "It cannot be sent like this" in both.text
    assert (
        await send(stranger, APPLY, action="next", package=gold, benefits=[fair])
    ).status_code == 422
    assert (await send(stranger, APPLY, action="next")).status_code == 422
    # A silver sponsor without its logo pays what is agreed on.
    less = await send(
        stranger, APPLY, action="check", package=gold, of=gold, benefits=[str(office.ids["Logo"])]
    )
    assert "To be agreed on" in less.text
    assert "Left out of the level" in less.text


async def test_signing_in_keeps_the_choice_and_stopping_keeps_the_rest(
    town: Town, office: Office
) -> None:
    person = await town.citizen(signed_in=False)
    await choose(person, office)
    asked = await person.get(NEW)
    assert asked.headers["location"] == f"/accounts/login/?next={NEW}"
    assert (await person.log_in()).status_code == 303
    assert "$30,000" in await person.text(NEW)
    later = await send(person, NEW, action="later", name="Half a <Heron>")
    assert await went(later) == f"{MINE}?done=kept"
    assert "begun an application" in await person.text(MINE)
    elsewhere = await town.again(person)
    assert "Half a &lt;Heron&gt;" in await elsewhere.text(NEW)
    wrong = await send(elsewhere, NEW, action="next", name="Heron", landing_page_url="nowhere")
    assert wrong.status_code == 422
    assert 'id="error-city"' in wrong.text


async def test_from_an_application_to_the_logo(town: Town, office: Office) -> None:
    applicant, grace = await town.citizen(), await staff(town)
    number = await apply(applicant, office)
    page = f"{MINE}{number}/"
    assert "applied" in await applicant.text(page)
    assert (await (await town.citizen()).get(page)).status_code == 404
    assert (await applicant.get(f"{DESK}{number}/")).status_code == 403
    assert "Blue &lt;Heron&gt; &amp; Co" in await grace.text(DESK)

    await hand_over(applicant, page)
    await approve(grace, number)
    await sign(grace, office, number)

    async def listed() -> bool:
        answer = await applicant.get("/psf/sponsors/")
        return "Blue &lt;Heron&gt; &amp; Co" in answer.text

    await town.eventually(listed, "the sponsor is listed")
    public = (await applicant.get("/psf/sponsors/")).text
    assert 'id="blue-heron-co"' in public
    logo = re.search(r'<img src="(/media/[^"]+)"', public)
    assert logo is not None
    assert (await applicant.get(logo[1])).headers["content-type"] == "image/png"
    assert "Both sides have signed" in await applicant.text(page)


async def hand_over(applicant: Person, page: str) -> None:
    """Hand over what is due; what does not fit is said at its field."""
    assets = f"{page}assets/"
    form = await applicant.text(assets)
    text_name, image_name = re.findall(r'name="(asset_\d+)"', form)[:2]
    if 'type="file"' in form.partition(image_name)[0][-200:]:
        text_name, image_name = image_name, text_name
    long = await send(applicant, assets, **{text_name: "x" * 41})
    assert (long.status_code, f'id="error-{text_name}"' in long.text) == (422, True)
    small = await send(applicant, assets, {image_name: ("b.png", picture(50, 50))})
    assert (small.status_code, f'id="error-{image_name}"' in small.text) == (422, True)
    assert (await send(applicant, assets)).status_code == 422
    fits = {image_name: ("b.png", picture(200, 100))}
    done = await send(applicant, assets, fits, **{text_name: "We fish."})
    assert await went(done) == f"{page}?done=assets"
    shown = await applicant.text(page)
    assert "We fish." in shown
    private = re.search(r'href="(/media/private/[^"]+)"', shown)
    assert private is not None
    assert (await applicant.get(private[1].replace("&amp;", "&"))).status_code == 200


async def sign(grace: Person, office: Office, number: int) -> None:
    """Bring an approved sponsorship to an executed contract, trying what cannot be done, too."""
    assert await office.status(number) == "approved"
    again = await act(grace, number, "approve", start_date="2026-01-01", end_date="2026-02-01",
                      sponsorship_fee="1")  # fmt: skip
    assert again.status_code == 409
    drafted = await contract(office, number)
    preview = await grace.get(f"{DESK}{number}/contract/{drafted['contract']}/pdf/")
    assert preview.content.startswith(b"%PDF-")
    await went(await act(grace, number, "send", **drafted))
    assert "awaiting signature" in await grace.text(f"{DESK}{number}/")
    refused = await act(grace, number, "rollback")
    assert refused.status_code == 409
    sent = await contract(office, number)
    missing = await act(grace, number, "execute", **sent)
    assert missing.status_code == 422
    assert "Blue &lt;Heron&gt;" not in (await grace.get("/psf/sponsors/")).text
    files = {"signed_document": ("signed.pdf", SIGNED)}
    await went(await act(grace, number, "execute", files=files, **sent))
    assert await office.status(number) == "finalized"


async def test_a_rejection(town: Town, office: Office) -> None:
    applicant, grace = await town.citizen(), await staff(town)
    number = await apply(applicant, office, "Silver", name="Stork Ltd")
    await went(await act(grace, number, "reject", text="We know no storks."))
    assert await office.status(number) == "rejected"
    assert "We know no storks." in await grace.text(f"{DESK}{number}/")
    mails = await office.sql("SELECT text FROM mail WHERE recipient = $1", applicant.email)
    assert any("We know no storks." in one["text"] for one in mails)


async def test_a_contract_is_nullified_and_drafted_anew(town: Town, office: Office) -> None:
    applicant, grace = await town.citizen(), await staff(town)
    number = await apply(applicant, office, "Silver", name="Crane AG")
    await approve(grace, number)
    await went(await act(grace, number, "send", **await contract(office, number)))
    await went(await act(grace, number, "nullify", **await contract(office, number)))
    assert "nullified" in await grace.text(f"{DESK}{number}/")
    await went(await act(grace, number, "redraft", **await contract(office, number)))
    drafted = await contract(office, number)
    changed = {"sponsor_info": "Crane AG, elsewhere", **drafted}
    await went(await act(grace, number, "edit-contract", **changed))
    stale = await act(grace, number, "send", **drafted)
    assert stale.status_code == 409
    await went(await act(grace, number, "send", **await contract(office, number)))
    rows = await office.sql(
        "SELECT status FROM contract WHERE sponsorship_id = $1 ORDER BY id", number
    )
    assert [row["status"] for row in rows] == ["outdated", "awaiting_signature"]


async def test_people_of_a_sponsor_change_what_is_kept_of_it(town: Town, office: Office) -> None:
    applicant = await town.citizen()
    await apply(applicant, office, "Silver", name="Heron Two")
    implicit = await applicant.get("/users/sponsorships/sponsor/edit/")
    path = implicit.headers["location"]
    assert re.fullmatch(r"/users/sponsorships/sponsor/\d+/", path)
    assert (await (await town.citizen()).get(path)).status_code == 404
    changed = {**ORGANISATION, **JO, "name": "Another", "city": "Riverside"}
    wrong = await send(applicant, path, **{**changed, "contact_0_email": "no"})
    assert (wrong.status_code, 'id="error-contact_0_email"' in wrong.text) == (422, True)
    script = {"web_logo": ("logo.svg", b"<svg><script>alert(1)</script></svg>")}
    assert (await send(applicant, path, script, **changed)).status_code == 422
    assert await went(await send(applicant, path, **changed)) == f"{MINE}?done=sponsor"
    rows = await office.sql("SELECT name, city FROM sponsor WHERE name LIKE 'Heron Two'")
    assert rows == [{"name": "Heron Two", "city": "Riverside"}]


async def test_closed_means_closed(town: Town, office: Office) -> None:
    """Whatever was begun: pages say so, and forms that lie open come to nothing."""
    person = await town.citizen()
    await choose(person, office)
    to, form = hidden_fields(await person.text(NEW)), {"action": "next", **ORGANISATION}
    switch, known = "sponsorship-applications-open", {"switches:sponsors"}
    await office.sql("INSERT INTO switch (name, mode) VALUES ($1, 'off')", switch)
    await town.app.state.store.purge(known)
    try:
        for path in (APPLY, NEW):
            assert "Applications are closed" in await person.text(path)
        answer = await person.site.post(to.pop(""), data={**to, **form})
        assert answer.status_code == 409
        assert "nothing was sent" in answer.text
    finally:
        await office.sql("DELETE FROM switch")
        await town.app.state.store.purge(known)


async def test_another_year(town: Town, office: Office) -> None:
    """A sponsor of last year applies again with what it had."""
    applicant, grace = await town.citizen(), await staff(town)
    number = await apply(applicant, office, name="Heron Three")
    await approve(grace, number)
    files = {"signed_document": ("signed.pdf", SIGNED)}
    await went(await act(grace, number, "execute", files=files, **await contract(office, number)))
    await office.sql("UPDATE sponsorship SET year = year - 1 WHERE id = $1", number)
    page = await applicant.text(f"{MINE}{number}/")
    assert f"Apply again for {office.year}" in page
    again = f"{APPLY}?again={number}"
    form = await applicant.text(again)
    ticked = re.findall(r'name="benefits" value="(\d+)" checked', form)
    assert len(ticked) == 3
    sent = {"package": str(office.ids["Gold"]), "of": str(office.ids["Gold"]), "benefits": ticked}
    assert await went(await send(applicant, again, action="next", **sent)) == NEW
    review = f"{NEW}?step=review"
    assert "Heron Three" in await applicant.text(review)
    assert (await send(applicant, review, action="next")).status_code == 200

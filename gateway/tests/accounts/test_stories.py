"""What people do about success stories once they are signed in: send in, follow, take back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from contracts.permissions import GRANTABLE
from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services, migrated
from devstack.testing.shared import Embedded

from .conftest import Identity, Town, settings_for, town_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUBMIT, OWN = "/success-stories/create/", "/success-stories/mine/"
SENT = {
    "name": "Maps <without> steps",
    "category": "arts",
    "company_name": "Tansy",
    "company_url": "https://tansy.example/",
    "author": "Clara",
    "pull_quote": "Nobody is sent there.",
    "content": "Some *words* <b>here</b>",
}


class Editors:
    """The content service, as those who look after stories use it."""

    def __init__(self, service: RunningService, token: TokenFactory) -> None:
        self.service = service
        self.headers = {
            "Authorization": f"Bearer {token('content', permissions=tuple(GRANTABLE))}",
            "If-Match": "*",
        }

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with httpx.AsyncClient(base_url=self.service.url, timeout=60) as client:
            answer = await client.request(method, path, headers=self.headers, json=body)
        assert answer.is_success, (method, path, answer.text)
        return answer.json()

    async def decide(self, number: str, decision: str, message: str) -> None:
        """Review a story as the admin does."""
        path = f"/admin-api/story-review/{number}"
        values = (await self.call("GET", path))["values"]
        await self.call("PUT", path, {**values, "decision": decision, "message": message})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editors(services: Services, issue_token: TokenFactory) -> Editors:
    """The content service with one category."""
    found = Editors(services.take("content", migrated), issue_token)
    await found.call("POST", "/story-categories", {"name": "Arts"})
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    identity: Identity, editors: Editors, signing_key: str, embedded: Embedded
) -> AsyncIterator[Town]:
    """A gateway before accounts and stories."""
    settings = settings_for(identity, signing_key, embedded.valkey_url)
    told = settings.model_copy(update={"content_url": editors.service.url})
    async with town_of(identity, told) as found:
        yield found


async def test_a_story_from_the_form_to_the_site(town: Town, editors: Editors) -> None:
    person, other = await town.citizen(), await town.citizen()
    to, filled = await person.fill(SUBMIT, **SENT)
    # Sent twice it is one story.
    for _ in range(2):
        answer = await person.site.post(to, data=filled)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].endswith(f"{SUBMIT}?sent=yes")
    assert "Your story waits for review" in await person.text(f"{SUBMIT}?sent=yes")
    (path,) = set(re.findall(rf'href="({OWN}\d+/)"', await person.text(OWN)))
    number = path.split("/")[-2]
    page = await person.text(path)
    assert "waiting for review" in page
    assert "Maps &lt;without&gt; steps" in page
    # The text of strangers is Markdown without HTML.
    assert "<em>words</em> &lt;b&gt;here" in page

    # It is nobody else's: not to be seen, changed or taken back, and on no page.
    assert (await other.get(path)).status_code == 404
    assert path not in await other.text(OWN)
    take, taken = await person.fill(path, "withdraw", action="withdraw")
    assert (await other.site.post(take, data=taken)).status_code in {403, 404}
    stranger = await town.stranger()
    for address in ("/success-stories/", "/success-stories/maps-without-steps/"):
        assert "Nobody is sent there" not in (await stranger.get(address)).text

    await editors.decide(number, "ask", "Which town?")
    page = await person.text(path)
    assert "question for you" in page
    assert "Which town?" in page
    answer = await person.send(path, **SENT | {"content": "In Lindau.", "note": "That one."})
    assert answer.status_code == 303, answer.text
    page = await person.text(path)
    assert "waiting for review" in page
    assert "That one." in page

    # Nothing goes through that does not fit; what was typed stands.
    answer = await person.send(path, **SENT | {"company_url": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert 'id="error-company_url"' in answer.text
    answer = await person.send(SUBMIT, **SENT | {"name": "Create"})
    assert answer.status_code == 422
    assert 'id="error-name"' in answer.text

    await editors.decide(number, "approve", "Welcome.")
    assert "Read it on the site" in await person.text(path)
    shown = await stranger.get("/success-stories/maps-without-steps/")
    assert shown.status_code == 200
    assert "In Lindau." in shown.text
    # What is decided cannot be changed by its sender.
    assert (await person.site.post(take, data=taken)).status_code == 422


async def test_what_is_own_is_for_who_is_signed_in(town: Town) -> None:
    stranger = await town.stranger()
    for path in (SUBMIT, OWN, f"{OWN}1/"):
        answer = await stranger.get(path)
        assert answer.status_code in {302, 303}, path
        assert answer.headers["location"].startswith("/accounts/login/?next="), path
    person = await town.citizen()
    for path in ("0", "x", str(10**30), "-1"):
        assert (await person.get(f"{OWN}{path}/")).status_code == 404, path

"""A form takes what people send and nothing else, and says what is wrong."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
import time_machine
from litestar import Litestar
from pydantic import Field

from contracts.base import Input, Line, Text
from gateway.app import create_app
from gateway.web.forms import TOKEN, TRAP, FormErrors, FormRoute, FormState
from gateway.web.pages import Page, PageContext, Redirect, page

from .conftest import Start, settings, visiting

TAKEN: list[str] = []


class Report(Input):
    subject: Annotated[Line, Field(min_length=3, max_length=60)]
    text: Annotated[Text, Field(min_length=1, max_length=2000)]


async def show(ctx: PageContext, form: FormState) -> Page:
    typed = "".join(f"[{name}={value}]" for name, value in form.values.items())
    wrong = "".join(f"<{name}: {message}>" for name, message in form.errors.items())
    return ctx.respond(f"token:{form.token}; {typed} {wrong}", "text/plain")


async def accept(_: PageContext, data: Report) -> Redirect:
    if data.subject == "spam":
        raise FormErrors({"subject": "was said before"})
    TAKEN.append(data.subject)
    return Redirect("/report/thanks/")


report = FormRoute("/report/", name="report", model=Report, show=show, accept=accept)
strict = FormRoute(
    "/strict/", name="strict", model=Report, show=show, accept=accept, when_unknown="refuse"
)
rare = FormRoute("/rare/", name="rare", model=Report, show=show, accept=accept, limit="2/hour")


@page("/report/thanks/", name="thanks")
async def thanks(ctx: PageContext) -> Page:
    return ctx.respond("thanks", "text/plain")


FORMS = (report, strict, rare, thanks)
GOOD = {"subject": "Broken link", "text": "On the page of releases.\nPlease mend."}


class Visitor:
    """A browser that keeps cookies and reads the token of the form."""

    def __init__(self, site: httpx.AsyncClient) -> None:
        self.site = site
        self.token = ""

    async def load(self, path: str = "/report/") -> httpx.Response:
        answer = await self.site.get(path)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.site.headers["Cookie"] = f"{name}={value}"
        self.token = re.findall(r"token:([^;]+);", answer.text)[0]
        return answer

    async def send(
        self, path: str = "/report/", headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        form = {TOKEN: self.token, TRAP: "", **GOOD, **fields}
        return await self.site.post(path, data=form, headers=headers)


@pytest_asyncio.fixture
async def visitor() -> AsyncIterator[Visitor]:
    TAKEN.clear()
    app: Litestar = create_app(settings(), FORMS)
    async with visiting(app) as site:
        yield Visitor(site)


def later(seconds: float) -> time_machine.travel:
    """A person has taken their time. Only the wall clock moves."""
    import time

    return time_machine.travel(time.time() + seconds, tick=True)


async def test_what_a_person_sends_is_taken(visitor: Visitor) -> None:
    shown = await visitor.load()
    assert shown.headers["cache-control"] == "no-store"
    cookie = shown.headers["set-cookie"]
    assert cookie.startswith("__Host-form=")
    for attribute in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    with later(10):
        answer = await visitor.send()
    assert (answer.status_code, answer.headers["location"]) == (303, "/report/thanks/")
    assert TAKEN == ["Broken link"]


async def test_wrong_values_bring_the_form_back_with_what_was_typed(visitor: Visitor) -> None:
    await visitor.load()
    with later(10):
        answer = await visitor.send(subject="no", text="")
        assert answer.status_code == 422
        assert "[subject=no]" in answer.text
        assert "<subject: " in answer.text
        assert "<text: " in answer.text
        assert TOKEN not in answer.text
        visitor.token = re.findall(r"token:([^;]+);", answer.text)[0]
    with later(20):
        assert (await visitor.send()).status_code == 303
    assert TAKEN == ["Broken link"]


async def test_the_forms_own_code_may_find_something_wrong(visitor: Visitor) -> None:
    await visitor.load()
    with later(10):
        answer = await visitor.send(subject="spam")
    assert answer.status_code == 422
    assert "<subject: was said before>" in answer.text


async def test_an_unknown_field_is_told_of_and_not_lost(visitor: Visitor) -> None:
    await visitor.load()
    with later(10):
        answer = await visitor.send(is_admin="yes")
    assert answer.status_code == 422
    assert TAKEN == []


REFUSED: dict[str, dict[str, Any]] = {
    "no token": {TOKEN: ""},
    "a made-up token": {TOKEN: "1764000000000." + "0" * 64},
    "rubbish": {TOKEN: "x.y.z"},
    "the trap": {TRAP: "http://spam.example"},
}


@pytest.mark.parametrize("why", REFUSED)
async def test_what_a_program_sends_is_refused(visitor: Visitor, why: str) -> None:
    await visitor.load()
    with later(10):
        answer = await visitor.send(**REFUSED[why])
    assert answer.status_code == 403
    assert "<h1" in answer.text
    assert answer.headers["x-trace-id"] in answer.text
    assert TAKEN == []


async def test_faster_than_people_type(visitor: Visitor) -> None:
    await visitor.load()
    answer = await visitor.send()
    assert answer.status_code == 422
    assert "[subject=Broken link]" in answer.text, "what was typed is still there"
    assert TAKEN == []


async def test_a_form_that_lay_open_is_shown_again(visitor: Visitor) -> None:
    await visitor.load()
    with later(7 * 3600):
        answer = await visitor.send()
        assert answer.status_code == 422
        assert "[subject=Broken link]" in answer.text
        visitor.token = re.findall(r"token:([^;]+);", answer.text)[0]
    with later(7 * 3600 + 10):
        assert (await visitor.send()).status_code == 303


async def test_the_token_of_another_visitor_or_form_does_not_do(visitor: Visitor) -> None:
    await visitor.load()
    foreign = visitor.token
    visitor.site.headers.pop("Cookie")
    await visitor.load()
    with later(10):
        forged: dict[str, Any] = {TOKEN: foreign}
        assert (await visitor.send(**forged)).status_code == 403
        assert (await visitor.send("/strict/")).status_code == 403
        visitor.site.headers.pop("Cookie")
        assert (await visitor.send()).status_code == 403
    assert TAKEN == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_on_another_site_is_refused(visitor: Visitor, headers: dict[str, str]) -> None:
    await visitor.load()
    with later(10):
        assert (await visitor.send(headers=headers)).status_code == 403
    assert TAKEN == []


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://site.test"}, {"Sec-Fetch-Site": "none"}],
)
async def test_a_form_on_this_site_is_taken(visitor: Visitor, headers: dict[str, str]) -> None:
    await visitor.load()
    with later(10):
        assert (await visitor.send(headers=headers)).status_code == 303


async def test_limits_are_kept(visitor: Visitor) -> None:
    await visitor.load("/rare/")
    with later(10):
        statuses = [(await visitor.send("/rare/")).status_code for _ in range(3)]
    assert statuses == [303, 303, 429]


async def test_limits_hold_over_replicas(start: Start, valkey_url: str) -> None:
    key = "k" * 32
    values: dict[str, object] = {"valkey_url": valkey_url, "form_key": key}
    (one, _), (two, _) = [await start(FORMS, **values) for _ in range(2)]
    visitor = Visitor(one)
    await visitor.load("/rare/")
    two.headers["Cookie"] = one.headers["Cookie"]
    other = Visitor(two)
    other.token = visitor.token
    with later(10):
        statuses = [(await who.send("/rare/")).status_code for who in (visitor, other, other)]
    assert statuses == [303, 303, 429]


async def test_without_valkey_a_form_is_taken_or_refused_as_it_says(start: Start) -> None:
    site, _ = await start(FORMS, valkey_url="redis://127.0.0.1:9")
    visitor = Visitor(site)
    for path, status in (("/report/", 303), ("/strict/", 503)):
        await visitor.load(path)
        with later(10):
            assert (await visitor.send(path)).status_code == status


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{}", "application/json", 415),
        (b"x", "", 415),
        (b"--b\r\n\r\n", "multipart/form-data; boundary=b", 415),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded", 400),
        (b"a=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 300, "application/x-www-form-urlencoded", 400),
        (b"a=" + b"x" * 1_000_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 403),
        (b"&&&===", "application/x-www-form-urlencoded", 403),
    ],
)
async def test_hostile_bodies(visitor: Visitor, content: bytes, media: str, status: int) -> None:
    await visitor.load()
    answer = await visitor.site.post("/report/", content=content, headers={"Content-Type": media})
    assert answer.status_code == status


async def test_control_characters_are_wrong_values(visitor: Visitor) -> None:
    await visitor.load()
    body = urlencode({TOKEN: visitor.token, "subject": "a\x00bc", "text": "x\x00"})
    with later(10):
        answer = await visitor.site.post(
            "/report/",
            content=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    assert answer.status_code == 422


async def test_of_several_values_the_first_counts(visitor: Visitor) -> None:
    await visitor.load()
    body = urlencode([(TOKEN, visitor.token), *GOOD.items(), ("subject", "another")])
    with later(10):
        await visitor.site.post(
            "/report/",
            content=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    assert TAKEN == ["Broken link"]

"""The staff admin before a real service: forms that work without scripts, for whom they are."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import html5lib
import httpx
import pytest
import pytest_asyncio
from litestar.types import HTTPScope

from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService
from gateway.admin import visits
from gateway.app import create_app
from gateway.auth.visitor import NOBODY, Visitor
from gateway.settings import Settings
from servicekit.testing import started

from .conftest import PERMISSIONS, Site

MANAGER = Visitor(
    id=7,
    username="mara",
    staff=True,
    permissions=frozenset(PERMISSIONS),
    session="a" * 64,
)
FTP = "https://www.python.org/ftp/python"
RELEASES = "/admin/downloads/release/"


class Page:
    """A page with its forms, as a browser without scripts knows it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.text = answer.text
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.tree = parser.parse(answer.text)

    @property
    def title(self) -> str:
        return "".join(next(self.tree.iter("h1")).itertext())

    @property
    def said(self) -> str:
        """What notices and errors say."""
        found = [
            "".join(node.itertext())
            for node in self.tree.iter()
            if {"notice", "field__error"} & set((node.get("class") or "").split())
        ]
        return re.sub(r"\s+", " ", " ".join(found))

    def links(self) -> dict[str, str]:
        return {
            "".join(node.itertext()).strip(): node.get("href", "") for node in self.tree.iter("a")
        }

    def form(self, action: str) -> dict[str, str]:
        """Return the fields of a form as they stand, without those of its buttons."""
        [form] = [
            node
            for node in self.tree.iter("form")
            if node.get("method") == "post" and node.get("action") == action
        ][-1:]
        fields: dict[str, str] = {}
        for node in form.iter():
            name = node.get("name")
            if not name or node.tag == "button":
                continue
            if node.tag == "select":
                options = list(node.iter("option"))
                chosen = [one for one in options if one.get("selected") is not None]
                fields[name] = (chosen or options)[0].get("value", "")
            elif node.tag == "textarea":
                fields[name] = node.text or ""
            elif node.get("type") != "checkbox" or node.get("checked") is not None:
                fields[name] = node.get("value") or ""
        return fields


class Staff:
    """A browser of somebody who is signed in; `visitor` may change at any time."""

    def __init__(self, client: httpx.AsyncClient, site: Site) -> None:
        self.client = client
        self.site = site
        self.visitor = MANAGER

    async def who(self, _: HTTPScope) -> Visitor:
        return self.visitor

    async def get(self, path: str, status: int = 200) -> Page:
        answer = await self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        assert answer.headers["cache-control"] == "no-store"
        return Page(answer)

    async def post(self, path: str, fields: dict[str, str], status: int = 303) -> Page:
        answer = await self.client.post(path, data=fields)
        assert answer.status_code == status, (answer.status_code, Page(answer).said)
        assert answer.headers["cache-control"] == "no-store"
        if status == 303:
            return await self.get(answer.headers["location"])
        return Page(answer)

    async def stored(self, slug: str) -> Any:
        """Return a release as the service has it, None where it has none."""
        token = self.site.token("downloads", permissions=PERMISSIONS)
        answer = await self.site.service.get(
            f"/releases/by-slug/{slug}", headers={"Authorization": f"Bearer {token}"}
        )
        return answer.json() if answer.status_code == 200 else None

    async def add(self, number: str, *files: str, **fields: str) -> str:
        """Make a release in the admin and return its id."""
        page = await self.get(f"{RELEASES}add/")
        form = page.form(f"{RELEASES}add/") | {"name": f"Python {number}", **fields}
        for at, name in enumerate(files):
            form |= file_fields(at, name)
        await self.post(f"{RELEASES}add/", form | {"_save": "yes"})
        return str((await self.stored(slug_of(number)))["id"])


def table(page: Page) -> set[tuple[str, ...]]:
    """Return the rows of the tables of a page."""
    return {tuple("".join(cell.itertext()).strip() for cell in row) for row in page.tree.iter("tr")}


def slug_of(number: str) -> str:
    return f"python-{number.replace('.', '')}"


def file_fields(at: int, name: str, **fields: str) -> dict[str, str]:
    values = {"name": name, "os_id": "3", "url": f"{FTP}/{name}", **fields}
    return {f"files-{at}-{key}": value for key, value in values.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(
    downloads: RunningService, signing_key: str, issue_token: TokenFactory
) -> AsyncIterator[Staff]:
    settings = Settings(
        environment="test",
        public_url="http://site.test",
        downloads_url=downloads.url,
        nats_url=downloads.nats,
        signing_key=cast("Any", signing_key),
        hsts=False,
        backend_connect_timeout=10,
    )
    holder: list[Staff] = []

    async def who(scope: HTTPScope) -> Visitor:
        return await holder[0].who(scope)

    app = create_app(settings, visitors=who)
    transport = httpx.ASGITransport(app=cast("Any", app))
    async with (
        started(app),
        httpx.AsyncClient(transport=transport, base_url="http://site.test") as client,
        httpx.AsyncClient(base_url=downloads.url) as service,
    ):
        holder.append(Staff(client, Site(client, service, downloads.database, issue_token)))
        yield holder[0]


@pytest.fixture
def staff(gateway: Staff) -> Staff:
    """The admin as a release manager enters it."""
    gateway.visitor = MANAGER
    gateway.client.cookies.clear()
    return gateway


pytestmark = pytest.mark.asyncio(loop_scope="module")

ADDRESSES = (
    "/admin/",
    RELEASES,
    f"{RELEASES}?q=3.14&is_published=true&order=name&date=2025",
    f"{RELEASES}add/",
    f"{RELEASES}1/change/",
    f"{RELEASES}1/delete/",
    f"{RELEASES}1/history/",
    "/admin/downloads/release-file/",
    "/admin/downloads/release-file/add/",
    "/admin/downloads/operating-system/1/change/",
)


async def test_pages_are_valid_and_nothing_in_them_is_inline(staff: Staff) -> None:
    for address in ADDRESSES:
        page = await staff.get(address)
        for node in page.tree.iter():
            assert "style" not in node.attrib, address
            assert not any(name.startswith("on") for name in node.attrib), address
            assert node.tag != "style", address
            assert node.tag != "script" or node.get("src"), address
        ids = [node.get("id") for node in page.tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), address
        named = {node.get("for") for node in page.tree.iter("label") if node.get("for")}
        assert named <= set(ids), address


async def test_who_is_not_signed_in_is_led_to_the_door(staff: Staff) -> None:
    staff.visitor = NOBODY
    for address in ADDRESSES:
        answer = await staff.client.get(address)
        assert answer.status_code == 302
        path = address.partition("?")[0]
        assert answer.headers["location"] == f"/accounts/login/?next={path}"
        assert answer.headers["cache-control"] == "no-store"
    answer = await staff.client.post(f"{RELEASES}add/", data={"name": "Python 9.9.9"})
    assert answer.status_code == 302
    assert await staff.stored(slug_of("9.9.9")) is None


@pytest.mark.parametrize(
    ("factor", "way"), [("missing", "/accounts/2fa/"), ("owed", "/accounts/2fa/authenticate/")]
)
async def test_staff_without_a_second_factor_are_led_to_it(
    staff: Staff, factor: str, way: str
) -> None:
    staff.visitor = replace(MANAGER, staff=False, permissions=frozenset(), second_factor=factor)
    for address in ADDRESSES:
        answer = await staff.client.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (302, "no-store")
        assert answer.headers["location"] == f"{way}?next={address.partition('?')[0]}"


async def test_who_is_no_staff_is_kept_out(staff: Staff) -> None:
    staff.visitor = replace(MANAGER, staff=False)
    for address in ADDRESSES:
        assert (await staff.client.get(address)).status_code == 403
    staff.visitor = replace(MANAGER, staff=False, superuser=True)
    await staff.get("/admin/")


async def test_staff_see_what_their_permissions_allow(staff: Staff) -> None:
    staff.visitor = replace(MANAGER, permissions=frozenset())
    assert "There is nothing here for you yet" in (await staff.get("/admin/")).text
    for address in ADDRESSES[1:]:
        assert (await staff.client.get(address)).status_code == 404
    staff.visitor = replace(MANAGER, permissions=frozenset({"downloads.view_release"}))
    index = (await staff.get("/admin/")).links()
    assert "Releases" in index
    assert "Release files" not in index
    page = await staff.get(f"{RELEASES}1/change/")
    assert 'name="_save"' not in page.text
    assert 'value="publish"' not in page.text
    assert (await staff.client.get(f"{RELEASES}add/")).status_code == 403
    assert (await staff.client.get(f"{RELEASES}1/delete/")).status_code == 403
    staff.visitor = MANAGER
    assert "Parked messages" not in (await staff.get("/admin/")).links()


async def test_a_release_with_five_files(staff: Staff) -> None:
    address = f"{RELEASES}add/"
    assert (await staff.get(RELEASES)).links()["Add release"] == address
    page = await staff.get(address)
    form = page.form(address) | {"name": "Python 3.95.0", "content": "First line\r\nsecond"}
    for _ in range(2):
        page = await staff.post(address, form | {"_more": "files"}, 200)
        form = page.form(address)
    assert form["name"] == "Python 3.95.0"
    for at in range(5):
        form |= file_fields(at, f"{at}.tgz")
    page = await staff.post(address, form | {"_suggest": "yes"}, 200)
    form = page.form(address)
    assert form["slug"] == "python-3950"
    assert form["release_notes_url"].endswith("/release/3.95.0/whatsnew/changelog.html")
    form["release_date"] = "2026-11-20T12:30:15"
    done = await staff.post(address, form | {"_save": "yes"})
    assert "Release Python 3.95.0 was added." in done.said
    assert "was added" not in (await staff.get(RELEASES)).said
    stored = await staff.stored("python-3950")
    assert sorted(file["name"] for file in stored["files"]) == [f"{at}.tgz" for at in range(5)]
    assert stored["release_date"] == "2026-11-20T12:30:15Z"
    assert stored["content"] == "First line\nsecond"
    assert not stored["is_published"]


async def test_what_is_opened_and_saved_is_not_changed(staff: Staff) -> None:
    key = await staff.add("3.95.1", "one.tgz", "two.tgz")
    before = await staff.stored("python-3951")
    address = f"{RELEASES}{key}/change/"
    form = (await staff.get(address)).form(address)
    assert "was changed" in (await staff.post(address, form | {"_continue": "yes"})).said
    assert await staff.stored("python-3951") == before


async def test_files_are_changed_deleted_and_added_in_one_form(staff: Staff) -> None:
    key = await staff.add("3.95.2", "a.tgz", "b.tgz")
    address = f"{RELEASES}{key}/change/"
    page = await staff.get(address)
    form = page.form(address)
    numbers = {form[f"files-{at}-name"]: at for at in range(2)}
    form[f"files-{numbers['a.tgz']}-description"] = "Changed"
    form[f"files-{numbers['b.tgz']}-delete"] = "yes"
    page = await staff.post(address, form | {"_more": "files"}, 200)
    form = page.form(address)
    assert form[f"files-{numbers['b.tgz']}-delete"] == "yes"
    form |= file_fields(2, "c.tgz")
    before = {file["name"]: file for file in (await staff.stored("python-3952"))["files"]}
    await staff.post(address, form)
    files = {file["name"]: file for file in (await staff.stored("python-3952"))["files"]}
    assert files.keys() == {"a.tgz", "c.tgz"}
    assert files["a.tgz"]["id"] == before["a.tgz"]["id"]
    assert files["a.tgz"]["description"] == "Changed"
    history = await staff.get(f"{RELEASES}{key}/history/")
    assert "user:7 (you)" in history.text


async def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(staff: Staff) -> None:
    address = f"{RELEASES}add/"
    form = (await staff.get(address)).form(address)
    form |= {"name": "", "slug": "not a slug", "content": "<b>kept</b>", "pre_release": "yes"}
    # The first row stays empty: what is wrong with the second must not be told at the first.
    form |= file_fields(1, "x.tgz", url="https://example.org/x", download_button="yes")
    page = await staff.post(address, form, 422)
    wrong = {node.get("id") for node in page.tree.iter() if node.get("aria-invalid") == "true"}
    assert wrong == {"field-name", "field-slug", "field-files-1-url"}
    # The summary names the field, and the row.
    assert "Name: This is needed." in page.said
    assert "File 2, Address: " in page.said
    for link in page.tree.iter("a"):
        if (link.get("href") or "").startswith("#field-"):
            assert link.get("href", "")[1:] in wrong
    again = page.form(address)
    assert {name: again.get(name) for name in form if name != "csrf_token"} == {
        name: value for name, value in form.items() if name != "csrf_token"
    }
    assert "&lt;b&gt;kept" in page.text


async def test_a_colleague_is_not_overwritten(staff: Staff) -> None:
    key = await staff.add("3.95.3")
    address = f"{RELEASES}{key}/change/"
    mine, theirs = [(await staff.get(address)).form(address) for _ in range(2)]
    await staff.post(address, theirs | {"content": "theirs"})
    page = await staff.post(address, mine | {"content": "mine"}, 409)
    assert "Somebody else changed this meanwhile" in page.said
    assert page.form(address)["content"] == "mine"
    assert (await staff.stored("python-3953"))["content"] == "theirs"
    # Both are shown, and sending it again does not make it win.
    assert ("Content", "mine", "theirs") in table(page)
    page = await staff.post(address, page.form(address), 409)
    # Asking for that does, unless what was shown is no longer what is there.
    over = re.search(r'name="_over" value="(\d+)"', page.text)
    assert over is not None
    await staff.post(address, page.form(address) | {"_over": str(int(over[1]) - 1)}, 409)
    await staff.post(address, page.form(address) | {"_over": over[1]})
    assert (await staff.stored("python-3953"))["content"] == "mine"


async def test_what_a_colleague_did_to_the_files_is_shown(staff: Staff) -> None:
    key = await staff.add("3.95.6", "k.tgz", "l.tgz", "m.tgz")
    address = f"{RELEASES}{key}/change/"
    mine, theirs = [(await staff.get(address)).form(address) for _ in range(2)]
    await staff.post(address, theirs | {"files-0-description": "t", "files-1-delete": "yes"})
    page = await staff.post(address, mine | {"files-2-description": "m"}, 409)
    shown = table(page)
    assert ("K.tgz, Description", "—", "t") in shown
    assert ("M.tgz, Description", "m", "—") in shown
    assert ("File 2", "still there", "deleted meanwhile") in shown
    over = re.search(r'name="_over" value="(\d+)"', page.text)
    assert over is not None
    await staff.post(address, page.form(address) | {"_over": over[1]})
    stored = {
        one["name"]: one["description"] for one in (await staff.stored("python-3956"))["files"]
    }
    assert stored == {"k.tgz": "", "l.tgz": "", "m.tgz": "m"}


async def test_a_form_sent_twice_makes_one_release(staff: Staff) -> None:
    address = f"{RELEASES}add/"
    form = (await staff.get(address)).form(address) | {"name": "Python 3.95.4"}
    for _ in range(2):
        await staff.post(address, form)
    found = await staff.get(f"{RELEASES}?q=3.95.4")
    assert "1 release" in found.text


async def test_actions_ask_before_they_are_done(staff: Staff) -> None:
    keys = [await staff.add(f"3.96.{number}") for number in range(2)]
    form = (await staff.get(f"{RELEASES}?q=3.96.")).form(f"{RELEASES}act/")
    form |= {"action": "publish"} | {f"row-{key}": "yes" for key in keys}
    page = await staff.post(f"{RELEASES}act/", form, 200)
    assert "shown to everybody" in page.said
    assert "Python 3.96.1" in page.text
    assert not (await staff.stored("python-3960"))["is_published"]
    asked = page.form(f"{RELEASES}act/") | {"confirmed": "yes"}
    assert "2 releases published" in (await staff.post(f"{RELEASES}act/", asked)).said
    assert (await staff.stored("python-3961"))["is_published"]
    # One box stands for all that the page shows.
    whole = {name: value for name, value in form.items() if not name.startswith("row-")}
    page = await staff.post(f"{RELEASES}act/", whole | {"page": "yes"}, 200)
    assert {f"row-{key}" for key in keys} <= page.form(f"{RELEASES}act/").keys()
    assert "Nothing was done" in (await staff.post(f"{RELEASES}act/", form | {"action": "x"})).said
    delete = page.form(f"{RELEASES}act/") | {"confirmed": "yes", "action": "delete"}
    assert "2 releases deleted" in (await staff.post(f"{RELEASES}act/", delete)).said
    await staff.post(f"{RELEASES}act/", delete, 422)


async def test_what_withdraws_many_rows_asks_for_their_number(staff: Staff) -> None:
    form = (await staff.get(RELEASES)).form(f"{RELEASES}act/") | {"action": "unpublish"}
    page = await staff.post(f"{RELEASES}act/", form | {"page": "yes"}, 200)
    asked = page.form(f"{RELEASES}act/") | {"confirmed": "yes"}
    number = sum(name.startswith("row-") for name in asked)
    assert number == 50
    for typed in ("", "49"):
        page = await staff.post(f"{RELEASES}act/", asked | {"typed": typed}, 422)
        assert "Type 50" in page.said
    # Few of them are done at one click, as ever.
    few = {name: asked[name] for name in ("csrf_token", "action")}
    first = next(name for name in asked if name.startswith("row-"))
    page = await staff.post(f"{RELEASES}act/", few | {first: "yes"}, 200)
    assert "typed" not in page.form(f"{RELEASES}act/")


async def test_deleting_asks_and_names_what_goes_along(staff: Staff) -> None:
    key = await staff.add("3.96.9", "gone.tgz")
    address = f"{RELEASES}{key}/delete/"
    page = await staff.get(address)
    assert "1 files" in page.said
    done = await staff.post(address, page.form(address))
    assert "Python 3.96.9 was deleted" in done.said
    assert await staff.stored("python-3969") is None
    assert (await staff.client.get(address)).status_code == 404


async def test_lists_are_narrowed_sorted_paged_and_exported(staff: Staff) -> None:
    page = await staff.get(f"{RELEASES}?size=100&order=name")
    [heading] = [node for node in page.tree.iter("th") if node.get("aria-sort")]
    assert heading.get("aria-sort") == "ascending"
    assert page.links()["Next"].startswith("?order=name&p=2")
    second = await staff.get(f"{RELEASES}{page.links()['Next']}")
    assert set(second.form(f"{RELEASES}act/")) & set(page.form(f"{RELEASES}act/")) == {
        *("csrf_token", "action", "matching")
    }
    found = await staff.get(f"{RELEASES}?q=3.14.0&pre_release=false")
    names = [
        "".join(node.itertext()) for node in found.tree.iter("th") if node.get("scope") == "row"
    ]
    assert names == ["Python 3.14.0"]
    dates = await staff.get(f"{RELEASES}?date=2024")
    assert dates.links()["2024-10"] == "?date=2024-10"
    answer = await staff.client.get(found.links()["Export as CSV"])
    assert answer.headers["content-disposition"] == 'attachment; filename="release.csv"'
    assert [row[1] for row in csv.reader(io.StringIO(answer.text))] == ["Name", "Python 3.14.0"]
    assert "pagination__gap" in (await staff.get(RELEASES)).text
    other = await staff.client.get(f"{RELEASES}?page=2")
    assert other.status_code == 400
    assert "is not asked for here; there are date, " in Page(other).text
    for bad in ("?order=x", "?colour=red", "?q=%00", "?date=x", f"?q={'x' * 201}"):
        assert (await staff.client.get(RELEASES + bad)).status_code == 400, bad
    assert "Nothing found" in (await staff.get(f"{RELEASES}?q=nothing")).text


async def test_addresses_that_are_nothing(staff: Staff) -> None:
    for path in (
        *("/admin/nothing/release/", "/admin/downloads/nothing/", f"{RELEASES}999999/change/"),
        *(f"{RELEASES}x/change/", f"{RELEASES}999999/history/", "/admin/downloads/"),
    ):
        assert (await staff.client.get(path)).status_code == 404, path
    answer = await staff.client.get(RELEASES.rstrip("/"))
    assert answer.status_code == 301
    assert answer.headers["location"] == RELEASES


async def test_a_reference_with_many_rows_is_completed(staff: Staff) -> None:
    answer = await staff.client.get("/admin/downloads/release/options/?q=3.14.0")
    items = json.loads(answer.text)["items"]
    assert "Python 3.14.0" in [one["label"] for one in items]
    page = await staff.get("/admin/downloads/release-file/add/")
    [field] = [node for node in page.tree.iter("input") if node.get("name") == "release_id"]
    assert field.get("list") == "list-release_id"
    assert field.get("data-options") == "/admin/downloads/release/options/"
    answer = await staff.client.get(f"{RELEASES}suggest/?name=Python 3.15.9")
    assert answer.json()["slug"] == "python-3159"


@pytest.mark.parametrize("why", ["none", "another's", "session", "origin"])
async def test_what_comes_from_elsewhere_is_refused(staff: Staff, why: str) -> None:
    address = f"{RELEASES}add/"
    form = (await staff.get(address)).form(address) | {"name": "Python 9.9.8"}
    headers = {}
    if why == "none":
        del form["csrf_token"]
    elif why == "another's":
        staff.client.cookies.clear()
        await staff.get(address)
    elif why == "session":
        staff.visitor = replace(MANAGER, session="b" * 64)
    else:
        headers["Origin"] = "https://evil.example"
    for path in (address, f"{RELEASES}act/", f"{RELEASES}1/delete/", f"{RELEASES}1/change/"):
        answer = await staff.client.post(path, data=form, headers=headers)
        assert answer.status_code == 403, path
    assert await staff.stored(slug_of("9.9.8")) is None
    staff.visitor = MANAGER
    await staff.get(f"{RELEASES}1/change/")


async def test_a_form_that_lay_open_is_shown_again(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{RELEASES}add/"
    form = (await staff.get(address)).form(address) | {"name": "Python 3.95.7"}
    # Moving the clock would make the service refuse the tokens of the gateway.
    monkeypatch.setattr(visits, "_LIFETIME", 0)
    page = await staff.post(address, form, 200)
    assert "lay open for too long" in page.said
    assert page.form(address)["name"] == "Python 3.95.7"
    assert await staff.stored(slug_of("3.95.7")) is None


async def test_a_service_that_is_away_keeps_its_place(
    signing_key: str, downloads: RunningService
) -> None:
    settings = Settings(
        environment="test",
        public_url="http://site.test",
        downloads_url="http://127.0.0.1:9",
        nats_url=downloads.nats,
        signing_key=cast("Any", signing_key),
    )

    async def who(_: HTTPScope) -> Visitor:
        return MANAGER

    app = create_app(settings, visitors=who)
    transport = httpx.ASGITransport(app=cast("Any", app))
    async with (
        started(app),
        httpx.AsyncClient(transport=transport, base_url="http://site.test") as client,
    ):
        page = Page(await client.get("/admin/"))
        assert "does not answer right now" in page.said
        assert "Downloads" in page.text
        assert (await client.get(RELEASES)).status_code == 503

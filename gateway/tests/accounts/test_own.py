"""What is one's own: seen and changed by its owner, and by nobody else."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import html5lib
import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from .conftest import Person, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a stone in the river"
NEW = "another stone, in the sea"

#: Pages that depend on who asks; `{username}` is whose they are.
PERSONAL = (
    "/accounts/2fa/",
    "/accounts/2fa/totp/",
    "/authenticated",
    "/users/edit/",
    "/users/{username}/",
    "/users/{username}/delete/",
    "/users/export/",
    "/accounts/email/",
    "/accounts/keys/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/security/",
    "/accounts/sessions/",
)
STRANGERS = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
)


def valid(text: str) -> None:
    """Check that a page is whole, in the frame, and names nothing twice."""
    html5lib.HTMLParser(strict=True).parse(text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert text.count("<h1") == 1
    assert "{{" not in text


@pytest.mark.parametrize("path", STRANGERS)
async def test_pages_of_strangers_are_valid(town: Town, path: str) -> None:
    answer = await (await town.stranger()).get(path)
    assert answer.status_code == 200
    valid(answer.text)
    slashless = await (await town.stranger()).get(path.removesuffix("/"))
    assert (slashless.status_code, slashless.headers["location"]) == (301, path)


@pytest.mark.parametrize("path", PERSONAL)
async def test_nobody_sees_the_bytes_of_another(town: Town, path: str) -> None:
    """One after the other, many times: whoever asks gets their own, marked as not to be kept."""
    one, two, stranger = await town.citizen(), await town.citizen(), await town.stranger()
    for _ in range(3):
        for person, other in ((one, two), (two, one)):
            answer = await person.get(path.format(username=person.username))
            assert answer.status_code == 200, answer.text[-2000:]
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers.get("x-cache", "uncached") == "uncached"
            assert person.username in answer.text
            assert other.username not in answer.text
            if path not in {"/authenticated", "/users/export/"}:
                valid(answer.text)
        answer = await stranger.get(path.format(username=one.username))
        assert answer.headers["cache-control"] == "no-store"
        if path != "/users/{username}/":
            assert one.username not in answer.text
            assert two.username not in answer.text


async def test_the_menu_is_made_for_whoever_asks(town: Town) -> None:
    stranger, person, staff = await town.stranger(), await town.citizen(), await town.citizen()
    await town.identity.sql(
        "UPDATE account SET is_staff = true, permissions = '{downloads.change_release}'"
        " WHERE username = $1",
        staff.username,
    )
    staff = await town.again(staff)

    def links(text: str) -> list[str]:
        return re.findall(r'href="([^"]+)"', text)

    assert links(await stranger.menu()) == ["/accounts/login/", "/accounts/signup/"]
    own = links(await person.menu())
    assert f"/users/{person.username}/" in own
    assert "/accounts/logout/" in own
    assert "/accounts/login/" not in own
    assert "/admin/" not in own
    assert "/admin/" in links(await staff.menu())
    for who, shown in (
        (stranger, []),
        (person, []),
        (staff, ["/admin/downloads/release/7/change/"]),
    ):
        assert links(await who.text("/release-edit-button/7")) == shown
    assert (await staff.get("/release-edit-button/x")).status_code == 404


async def _save(person: Person, **fields: str) -> None:
    good = {"username": person.username, "search_visibility": "1", "email_privacy": "2"}
    typed = {**good, "public_profile": "yes", **fields}
    # A browser says nothing of a box that is not ticked.
    sent = {name: value for name, value in typed.items() if value}
    answer = await person.send("/users/edit/", **sent)
    assert answer.status_code == 303, answer.text[-3000:]
    assert answer.headers["location"] == "/users/edit/?done=saved"


async def test_a_profile_shows_what_its_owner_lets_be_seen(town: Town) -> None:
    person, other, stranger = await town.citizen(), await town.citizen(), await town.stranger()
    path = f"/users/{person.username}/"
    await _save(person, first_name="Ada", last_name="<b>L</b>", bio="Writes **notes**.")
    assert "Your profile is saved." in await person.text("/users/edit/", done="saved")
    for visitor in (person, other, stranger):
        text = await visitor.text(path)
        assert "Ada &lt;b&gt;L&lt;/b&gt;" in text
        assert "Writes" not in text
    for privacy, seen in (("0", (True, True)), ("1", (True, False)), ("2", (False, False))):
        await _save(person, email_privacy=privacy)
        shown = [
            html.escape(person.email) in await visitor.text(path) for visitor in (other, stranger)
        ]
        assert shown == list(seen)
    for hidden in ({"search_visibility": "0"}, {"public_profile": ""}):
        await _save(person, **hidden)
        assert "Only you see this profile" in await person.text(path)
        for visitor in (other, stranger):
            assert (await visitor.get(path)).status_code == 404
    assert (await stranger.get("/users/nobody-of-that-name/")).status_code == 404


async def test_what_is_wrong_with_a_profile_is_told_and_kept(town: Town) -> None:
    person, other = await town.citizen(), await town.citizen()
    good = {"search_visibility": "1", "email_privacy": "1", "bio": "Kept."}
    taken = await person.send("/users/edit/", **good, username=other.username)
    assert taken.status_code == 422
    assert "taken" in taken.text
    assert ">Kept.</textarea>" in taken.text
    assert 'value="1" selected>Whoever is signed in' in taken.text
    # Somebody saves in another window what was open in this one.
    to, filled = await person.fill("/users/edit/", **good, username=person.username)
    await _save(person, first_name="Newer")
    stale = await person.site.post(to, data=filled)
    assert stale.status_code == 422
    assert "changed this meanwhile" in stale.text
    assert ">Kept.</textarea>" in stale.text


async def test_addresses_are_added_confirmed_made_primary_and_removed(town: Town) -> None:
    person = await town.citizen()
    path, second = "/accounts/email/", f"second-{person.username}@example.org"
    answer = await person.send(path, "add", email=second)
    assert answer.headers["location"] == f"{path}?done=add"
    text = await person.text(path, done="add")
    assert "A mail with a link is on its way." in text
    assert "not confirmed" in text
    ids = await town.identity.sql("SELECT id FROM email_address WHERE email = $1", second)
    address = str(ids[0]["id"])
    refused = await person.send(path, "add", action="primary", address=address, email="")
    assert refused.status_code == 422
    resent = await person.send(path, "send", address=address)
    assert resent.headers["location"] == f"{path}?done=send"
    link = f"/accounts/confirm-email/{await town.identity.mailed_key(second)}/"
    assert (await person.send(link)).headers["location"] == f"{path}?done=confirmed"
    answer = await person.send(path, "primary", address=address)
    assert answer.headers["location"] == f"{path}?done=primary"
    answer = await person.send(path, "remove")
    assert answer.headers["location"] == f"{path}?done=remove"
    text = await person.text(path)
    assert second in text
    assert f">{person.email}<" not in text
    wrong = await person.send(path, "add", email="no address")
    assert wrong.status_code == 422
    assert "does not look like an address" in wrong.text
    # Somebody else's address is nobody's business.
    other = await town.citizen()
    gone = await other.send(path, "add", action="remove", address=address, email="")
    assert gone.status_code == 422
    assert second in await person.text(path)


async def test_a_password_is_changed_and_other_sessions_end(town: Town) -> None:
    person = await town.citizen()
    other = await town.again(person)
    before = person.site.cookies["session"]
    path = "/accounts/password/change/"
    for wrong, said in (
        ({"oldpassword": "not the password"}, "This is not your password."),
        ({"password2": "another"}, "The two passwords differ."),
        ({"password1": "kurz", "password2": "kurz"}, "at least 10"),
    ):
        fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **wrong}
        answer = await person.send(path, **fields)
        assert answer.status_code == 422
        assert said in answer.text
    answer = await person.send(path, oldpassword=PASSWORD, password1=NEW, password2=NEW)
    assert answer.headers["location"] == "/users/edit/?done=password"
    assert person.site.cookies["session"] != before
    assert "Your password is changed." in await person.text("/users/edit/", done="password")

    async def ended() -> bool:
        return "Sign In" in await other.menu()

    await until(ended, message="the other session is over")
    moved = await person.get("/accounts/password/set/")
    assert (moved.status_code, moved.headers["location"]) == (302, path)


async def test_sessions_are_seen_and_ended(town: Town) -> None:
    person = await town.citizen()
    others = [await town.again(person) for _ in range(2)]
    path = "/accounts/sessions/"
    text = await person.text(path)
    assert text.count("Firefox on Linux") >= 3
    assert text.count("this one") == 1
    assert (await person.send(path, "end")).headers["location"] == f"{path}?done=end"

    async def signed_in(person: Person) -> bool:
        return "Sign In" not in await person.menu()

    async def one_left() -> bool:
        return [await signed_in(other) for other in others].count(True) == 1

    await until(one_left, message="one of the others is over")
    stranger = await town.citizen()
    await town.again(stranger)
    own = await town.identity.sql(
        "SELECT s.id FROM session s JOIN account a ON a.id = s.user_id WHERE a.username = $1",
        person.username,
    )
    foreign = await stranger.send(path, "end", session=str(own[0]["id"]))
    assert foreign.status_code == 422
    answer = await person.send(path, "others")
    assert answer.headers["location"] == f"{path}?done=others"

    async def none_left() -> bool:
        return not any([await signed_in(other) for other in others])

    await until(none_left, message="all others are over")
    assert await signed_in(person)


async def test_a_key_is_shown_once_and_revoked(town: Town) -> None:
    person = await town.citizen()
    path = "/accounts/keys/"
    assert "Say what the key is for." in (await person.send(path, "make", name="")).text
    for kind, shape in (
        ("bearer", r"Authorization: Bearer ([\w-]+)<"),
        ("token", r"Authorization: Token ([\w-]+)<"),
        ("apikey", rf"Authorization: ApiKey {person.username}:([\w-]+)<"),
    ):
        made = await person.send(path, "make", name=f"<i>{kind}</i>", kind=kind, days="30")
        assert made.status_code == 201
        assert made.headers["cache-control"] == "no-store"
        valid(made.text)
        secret = re.search(shape, made.text)
        assert secret is not None
        text = await person.text(path)
        assert secret[1] not in text
        assert f"&lt;i&gt;{kind}&lt;/i&gt;" in text
    for _ in range(3):
        revoked = await person.send(path, "revoke")
        assert revoked.headers["location"] == f"{path}?done=revoke"
    assert "You have no keys" in await person.text(path)
    other = await town.citizen()
    await other.send(path, "make", name="theirs")
    found = await town.identity.sql("SELECT id FROM api_key ORDER BY id DESC LIMIT 1")
    foreign = await person.send(path, "make", action="revoke", key=str(found[0]["id"]))
    assert foreign.status_code == 422
    assert "theirs" in await other.text(path)


async def test_the_security_log_tells_what_happened(town: Town) -> None:
    person = await town.citizen()
    await (await town.stranger()).log_in(person.username, "not the password")
    text = await person.text("/accounts/security/")
    assert text.index("Signing in failed") < text.index("Signed in") < text.index("Signed up")
    assert "Firefox on Linux" in text
    for _ in range(13):
        await town.again(person)
        await (await town.again(person)).send("/accounts/logout/")
    assert 'href="/accounts/security/?page=2"' in await person.text("/accounts/security/")
    assert "Signed up" in await person.text("/accounts/security/", page="2")
    for wrong in ("0", "-1", "x", "٣", "401"):
        assert (await person.get("/accounts/security/", page=wrong)).status_code == 400


async def test_what_is_kept_of_somebody_is_theirs_to_take_along(town: Town) -> None:
    person = await town.citizen()
    answer = await person.get("/users/export/")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert person.email in answer.text
    assert "password" not in answer.json()


async def test_an_account_is_deleted_by_its_owner_alone(town: Town) -> None:
    person, other = await town.citizen(), await town.citizen()
    path = f"/users/{person.username}/delete/"
    assert (await other.get(path)).status_code == 403
    _, filled = await other.fill(f"/users/{other.username}/delete/", password=PASSWORD)
    assert (await other.site.post(path, data=filled)).status_code == 403
    assert (await person.send(path, password="not the password")).status_code == 422
    assert person.username in await person.menu()
    assert "cannot be undone" in await person.text(path), "looking at the page deletes nothing"
    answer = await person.send(path, password=PASSWORD)
    assert answer.headers["location"] == "/accounts/login/?done=deleted"
    assert "Your account is deleted" in await person.text("/accounts/login/", done="deleted")
    assert "session" not in person.site.cookies
    assert (await other.get(f"/users/{person.username}/")).status_code == 404
    assert (await person.log_in()).status_code == 422
    left = await town.identity.sql("SELECT 1 FROM account WHERE username = $1", person.username)
    assert left == []


async def test_a_profile_in_the_api_is_nobodys_to_keep(town: Town) -> None:
    """Whoever hides it is gone from the API at once, and no cache was told to show it."""
    person, program = await town.citizen(), await town.stranger()
    path = f"/api/v2/users/{person.username}"
    shown = await program.get(path)
    assert shown.json()["data"]["username"] == person.username
    assert shown.headers["cache-control"] == "public, no-cache"
    assert shown.headers["etag"]
    await _save(person, search_visibility="0")

    async def gone() -> bool:
        return (await program.get(path)).status_code == 404

    await town.eventually(gone, "the profile is hidden")


async def test_the_menu_has_nothing_of_services_that_are_not_there(town: Town) -> None:
    person = await town.citizen()
    for shown in (await person.menu(), await person.text("/accounts/sessions/")):
        assert 'href="/accounts/keys/"' in shown
        for path in ("/jobs/mine/", "/events/submissions/", "/users/sponsorships/"):
            assert f'href="{path}"' not in shown, path

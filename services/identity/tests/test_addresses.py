"""Addresses of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows


async def test_from_added_to_primary(api: Api, rows: Rows, ada: int) -> None:
    path = f"/users/{ada}/addresses"
    made = await api.post(path, {"email": "Ada@New.example"}, status=201)
    assert made == {
        "id": made["id"],
        "email": "ada@new.example",
        "verified": False,
        "primary": False,
    }
    # The address that was there before hears of it.
    kinds = [(mail["kind"], mail["recipient"]) for mail in await rows.mails()]
    assert kinds == [
        ("confirm-email", "ada@new.example"),
        ("address-changed", "ada@example.org"),
    ]
    await api.post(f"{path}/{made['id']}/primary", status=409)
    link = next(mail["text"] for mail in await rows.mails() if mail["kind"] == "confirm-email")
    secret = link.partition("/confirm-email/")[2].partition("/")[0]
    await api.post(f"/email-confirmations/{api.sha(secret)}")
    # Confirming alone makes nothing primary.
    assert [each["email"] for each in await api.get(path)] == ["ada@example.org", "ada@new.example"]
    await api.post(f"{path}/{made['id']}/primary")
    listed = await api.get(path)
    assert [(each["email"], each["primary"]) for each in listed] == [
        ("ada@new.example", True),
        ("ada@example.org", False),
    ]
    assert (await api.sign_in("ada@example.org"))["user"]["email"] == "ada@new.example"
    await api.delete(f"{path}/{listed[0]['id']}", status=409)
    await api.delete(f"{path}/{listed[1]['id']}")
    await api.sign_in("ada@example.org", status=401)
    assert await rows.told() == [
        ("user.updated", str(ada), 2),
        ("user.updated", str(ada), 3),
    ]
    assert [action for action in await rows.actions(ada) if action.startswith("email")] == [
        "email_added",
        "email_confirmed",
        "email_changed",
        "email_removed",
    ]


async def test_what_cannot_be_added(api: Api, rows: Rows, ada: int) -> None:
    path = f"/users/{ada}/addresses"
    await api.post(path, {"email": "ADA@example.org"}, status=409)
    await api.post(path, {"email": "no address"}, status=400)
    for number in range(9):
        await api.post(path, {"email": f"a{number}@example.org"}, status=201)
    refused = await api.post(path, {"email": "one@too.many"}, status=400)
    assert refused["errors"][0]["code"] == "too_many"
    assert await rows.one("SELECT count(*) FROM email_address") == 10
    await api.post("/users/999/addresses", {"email": "a@example.org"}, status=404)
    await api.get("/users/999/addresses", status=404)


async def test_an_address_of_somebody_else_looks_like_a_new_one(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    await make_user("bob")
    path = f"/users/{ada}/addresses"
    known = await api.post(path, {"email": "bob@example.org"}, status=201)
    new = await api.post(path, {"email": "new@example.org"}, status=201)
    assert {**known, "id": 0, "email": ""} == {**new, "id": 0, "email": ""}
    kinds = [mail["kind"] for mail in await rows.mails() if mail["kind"] != "address-changed"]
    assert kinds == ["account-exists", "confirm-email"]


@pytest.mark.parametrize(
    ("method", "tail"), [("DELETE", ""), ("POST", "/primary"), ("POST", "/confirmation")]
)
async def test_nobody_touches_the_addresses_of_another(
    api: Api, rows: Rows, ada: int, make_user: MakeUser, method: str, tail: str
) -> None:
    bob = await make_user("bob")
    await rows.do('UPDATE email_address SET "primary" = false')
    bobs = await rows.one("SELECT id FROM email_address WHERE user_id = :id", id=bob)
    answer = await api.call(method, f"/users/{ada}/addresses/{bobs}{tail}")
    assert answer.status_code == 404
    assert await rows.one("SELECT count(*) FROM email_address") == 2
    assert not await rows.one('SELECT bool_or("primary") FROM email_address')


async def test_sending_again(api: Api, rows: Rows, ada: int) -> None:
    path = f"/users/{ada}/addresses"
    made = await api.post(path, {"email": "new@example.org"}, status=201)
    await api.post(f"{path}/{made['id']}/confirmation", status=202)
    await rows.do("UPDATE email_address SET mailed = now() - interval '4 minutes'")
    await api.post(f"{path}/{made['id']}/confirmation", status=202)
    kinds = [mail["kind"] for mail in await rows.mails()]
    assert kinds.count("confirm-email") == 2

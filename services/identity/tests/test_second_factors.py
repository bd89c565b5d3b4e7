"""Apps that show codes, recovery codes, and what staff may not do without."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from cryptography.exceptions import InvalidTag

from identity import secrets

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

    from identity.settings import Settings


async def code_of(rows: Rows, secret: str) -> str:
    """Return the code of now, as if none had been given before."""
    await rows.do("UPDATE totp SET last_step = 0")
    return pyotp.TOTP(secret).now()


def wrong(secret: str) -> str:
    """Return a code that holds neither now nor soon."""
    near = {pyotp.TOTP(secret).at(time.time() + 30 * step) for step in range(-5, 6)}
    return next(code for number in range(99) if (code := f"{number:06}") not in near)


async def add_app(api: Api, rows: Rows, user_id: int, session: str | None = None) -> Any:
    """Add an app; returns its secret and the recovery codes."""
    made = await api.post(f"/users/{user_id}/totp", status=201)
    sent = {"code": await code_of(rows, made["secret"]), "session": session}
    codes = await api.post(f"/users/{user_id}/totp/confirmation", sent, status=201)
    return made["secret"], codes["codes"]


async def test_from_added_to_signed_in(api: Api, rows: Rows, ada: int) -> None:
    first, other = await api.sign_in("ada"), await api.sign_in("ada")
    made = await api.post(f"/users/{ada}/totp", status=201)
    assert made["uri"].startswith("otpauth://totp/site.example:Ada?secret=")
    path, mine = f"/users/{ada}/totp/confirmation", api.sha(first["secret"])
    # Until a code proves it, nothing changes.
    assert not (await api.get(f"/sessions/{mine}"))["user"]["needs_second_factor"]
    refused = await api.post(path, {"code": wrong(made["secret"])}, status=401)
    assert refused["type"] == "wrong-code"
    sent = {"code": pyotp.TOTP(made["secret"]).now(), "session": mine}
    codes = (await api.post(path, sent, status=201))["codes"]
    assert len(set(codes)) == 10
    factors = await api.get(f"/users/{ada}/second-factors")
    assert factors == {
        "totp": True,
        "recovery_codes": 10,
        "required": False,
        "passkeys": [],
        "password": True,
    }
    # The session that gave the code goes on, others owe one.
    assert not (await api.get(f"/sessions/{mine}"))["user"]["needs_second_factor"]
    assert (await api.get(f"/sessions/{api.sha(other['secret'])}"))["user"]["needs_second_factor"]
    await api.post(f"/users/{ada}/totp", status=409)
    # Signing in.
    new = await api.sign_in("ada", remember=True)
    assert new["user"]["needs_second_factor"]
    give = f"/sessions/{api.sha(new['secret'])}/second-factor"
    code = await code_of(rows, made["secret"])
    done = await api.post(give, {"code": f"{code[:3]} {code[3:]}"})
    assert not done["user"]["needs_second_factor"]
    assert done["session"]["remembered"]
    assert done["secret"] != new["secret"]
    await api.get(f"/sessions/{api.sha(new['secret'])}", status=404)
    await api.post(f"/sessions/{api.sha(done['secret'])}/second-factor", {"code": code}, status=409)
    # A code works once.
    again = await api.sign_in("ada")
    give = f"/sessions/{api.sha(again['secret'])}/second-factor"
    assert (await api.post(give, {"code": code}, status=401))["type"] == "wrong-code"
    assert "second_factor_added" in await rows.actions(ada)
    assert (await rows.mails())[-1]["kind"] == "second-factor-changed"


async def test_nothing_may_be_done_while_a_code_is_owed(
    api: Api, rows: Rows, make_user: MakeUser
) -> None:
    boss = await make_user("boss", is_superuser=True, is_staff=True)
    secret, _ = await add_app(api, rows, boss)
    made = await api.sign_in("boss")
    user = made["user"]
    assert (user["needs_second_factor"], user["must_add_second_factor"]) == (True, False)
    assert (user["permissions"], user["is_staff"], user["is_superuser"]) == ([], False, False)
    sent = {"code": await code_of(rows, secret)}
    done = await api.post(f"/sessions/{api.sha(made['secret'])}/second-factor", sent)
    assert done["user"]["is_superuser"]
    assert set(done["user"]["permissions"]) == set(api.GRANTABLE)


async def test_staff_have_one(api: Api, rows: Rows, make_user: MakeUser) -> None:
    bob = await make_user("bob", is_staff=True, permissions=["downloads.change_release"])
    made = await api.sign_in("bob")
    user = made["user"]
    assert (user["needs_second_factor"], user["must_add_second_factor"]) == (False, True)
    assert (user["permissions"], user["is_staff"]) == ([], False)
    assert (await api.get(f"/users/{bob}/second-factors"))["required"]
    session = api.sha(made["secret"])
    await add_app(api, rows, bob, session)
    user = (await api.get(f"/sessions/{session}"))["user"]
    assert (user["permissions"], user["is_staff"]) == (["downloads.change_release"], True)
    # The last one stays, however it would go.
    for path in ("second-factors", "totp"):
        await api.delete(f"/users/{bob}/{path}", status=409)
    assert await rows.one("SELECT count(*) FROM totp") == 1
    assert await rows.one("SELECT count(*) FROM recovery_code") == 10


async def test_recovery_codes_work_once(api: Api, rows: Rows, ada: int) -> None:
    secret, codes = await add_app(api, rows, ada)
    kept = await rows.all("SELECT recovery_code::text AS t FROM recovery_code")
    assert not any(codes[0].replace("-", "") in row["t"] for row in kept)
    for code, status in ((codes[0].upper().replace("-", " "), 200), (codes[0], 401)):
        made = await api.sign_in("ada")
        give = f"/sessions/{api.sha(made['secret'])}/second-factor"
        await api.post(give, {"code": code}, status=status)
    assert (await api.get(f"/users/{ada}/second-factors"))["recovery_codes"] == 9
    new = (await api.post(f"/users/{ada}/recovery-codes", status=201))["codes"]
    await api.post(give, {"code": codes[1]}, status=401)
    await api.post(give, {"code": new[1]})
    assert await rows.one("SELECT count(*) FROM recovery_code") == 9
    assert secret


async def test_codes_cannot_be_tried_out(api: Api, rows: Rows, ada: int) -> None:
    secret, codes = await add_app(api, rows, ada)
    bad = wrong(secret)
    for number in range(5):
        # A new session gives no new tries.
        made = await api.sign_in("ada")
        give = f"/sessions/{api.sha(made['secret'])}/second-factor"
        await api.post(give, {"code": bad}, status=401)
        assert await rows.one("SELECT failures FROM second_factor_tries") == number + 1
    for code in (await code_of(rows, secret), codes[0]):
        answer = await api.call("POST", give, json={"code": code})
        assert answer.status_code == 429
        assert answer.json()["type"] == "too-many-codes"
        assert 0 < int(answer.headers["Retry-After"]) <= 901
    past = "UPDATE second_factor_tries SET blocked_until = now() - interval '1 second'"
    await rows.do(past)
    await api.post(give, {"code": await code_of(rows, secret)})
    assert await rows.all("SELECT failures FROM second_factor_tries") == []


async def test_the_secret_is_kept_encrypted(
    api: Api, rows: Rows, ada: int, settings: Settings
) -> None:
    secret, _ = await add_app(api, rows, ada)
    kept = await rows.one("SELECT secret FROM totp")
    assert secret.encode() not in kept
    assert secrets.unseal(settings, kept, ada) == secret.encode()
    with pytest.raises(InvalidTag):  # for this user alone
        secrets.unseal(settings, kept, ada + 1)


async def test_a_lost_app_is_taken_away_by_staff(
    api: Api, rows: Rows, ada: int, make_user: MakeUser
) -> None:
    boss = await make_user("boss", is_superuser=True)
    for user_id in (ada, boss):
        await add_app(api, rows, user_id)
    await api.sign_in("ada")
    staff: dict[str, Any] = {"as_": ("identity.change_user",), "subject": "user:900"}
    await api.post(f"/users/{boss}/second-factor-resets", status=403, **staff)
    await api.post(f"/users/{ada}/second-factor-resets", status=204, **staff)
    assert [row["user_id"] for row in await rows.all("SELECT user_id FROM totp")] == [boss]
    assert await rows.one("SELECT count(*) FROM session") == 0
    assert not (await api.sign_in("ada"))["user"]["needs_second_factor"]
    removed = "SELECT actor FROM audit WHERE action = 'second_factor_removed'"
    assert await rows.one(removed) == "user:900"


async def test_a_code_survives_another_password(api: Api, rows: Rows, ada: int) -> None:
    made = await api.sign_in("ada")
    await add_app(api, rows, ada, api.sha(made["secret"]))
    for passed in (True, False):
        session = made if passed else await api.sign_in("ada")
        sent = {
            "old_password": api.PASSWORD,
            "new_password": api.PASSWORD,
            "session": api.sha(session["secret"]),
        }
        done = await api.post(f"/users/{ada}/password", sent)
        assert done["user"]["needs_second_factor"] is not passed


@pytest.mark.parametrize("path", ["second-factors", "totp", "recovery-codes"])
async def test_nobody_has_none(api: Api, path: str) -> None:
    method = "GET" if path == "second-factors" else "POST"
    answer = await api.call(method, f"/users/999/{path}")
    assert answer.status_code == 404


async def test_no_codes_without_an_app(api: Api, ada: int) -> None:
    await api.post(f"/users/{ada}/recovery-codes", status=409)
    await api.post(f"/users/{ada}/totp/confirmation", {"code": "123456"}, status=404)
    made = await api.sign_in("ada")
    give = f"/sessions/{api.sha(made['secret'])}/second-factor"
    await api.post(give, {"code": "123456"}, status=409)
    await api.post(f"/sessions/{'0' * 64}/second-factor", {"code": "123456"}, status=404)

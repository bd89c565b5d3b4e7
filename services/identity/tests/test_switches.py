"""Feature switches: told as declared until somebody sets them, and told when they are set."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from contracts.permissions import GRANTABLE
from identity.app import service

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api, MakeUser, Rows

OPERATOR: dict[str, Any] = {"as_": ("system.operate",), "subject": "user:7"}
READ = ("system.view_switches",)
[DECLARED] = service.switches
PATH = f"/admin-api/switch/{DECLARED.number}"


async def state(api: Api) -> Any:
    [found] = await api.get("/switches", as_=READ)
    return found


async def test_a_switch_is_as_declared_until_it_is_set(
    api: Api, rows: Rows, make_user: MakeUser
) -> None:
    assert await state(api) == {
        "name": "psf_membership",
        "mode": "testers",
        "groups": [],
        "users": [],
    }
    told = await api.get(PATH, **OPERATOR)
    await api.put(PATH, told["values"], match=told["version"], **OPERATOR)
    assert await rows.told() == []
    for name in ("a", "b"):
        group: dict[str, Any] = {"name": name, "permissions": []}
        await api.post("/groups", group, status=201, as_=tuple(GRANTABLE), subject="user:901")
    await make_user("Ada")
    before = await rows.told()
    sent = {"mode": "testers", "groups": ["a", "nobody"], "users": ["ada", "Eve"]}
    wrong = await api.put(PATH, sent, match=told["version"], status=400, **OPERATOR)
    assert [(one["loc"], one["msg"]) for one in wrong["errors"]] == [
        (["body", "groups"], "There is no group nobody."),
        (["body", "users"], "There is no user Eve."),
    ]
    sent = {"mode": "testers", "groups": ["b", "a", "b"], "users": ["Ada"]}
    await api.put(PATH, sent, match=told["version"], **OPERATOR)
    found = await state(api)
    assert (found["groups"], found["users"]) == (["a", "b"], ["Ada"])
    assert (await rows.told())[len(before) :] == [("switch.updated", "psf_membership", 2)]
    # Who the testers are is told to nobody who only hears of it.
    assert await rows.data("switch.updated") == [{"name": "psf_membership", "mode": "testers"}]
    [entry] = await rows.all("SELECT * FROM audit WHERE entity = 'switch'")
    assert (entry["actor"], entry["label"]) == ("user:7", "psf_membership")
    history = await api.get(f"{PATH}/history", **OPERATOR)
    assert history["items"][0]["after"] == {"groups": ["a", "b"], "users": ["Ada"]}
    [row] = (await api.get("/admin-api/switch", **OPERATOR))["items"]
    assert row["values"]["changed_by"] == "user:7"


async def test_two_who_set_it_at_once(api: Api, rows: Rows) -> None:
    modes = ("everyone", "staff", "off")
    answers = await asyncio.gather(
        *(api.call("PUT", PATH, json={"mode": mode}, match=1, **OPERATOR) for mode in modes)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert len(await rows.told()) == 1


async def test_what_is_no_switch_or_no_mode_is_refused(api: Api, rows: Rows) -> None:
    wrong = await api.put(PATH, {"mode": "sometimes"}, status=400, match=1, **OPERATOR)
    assert wrong["errors"][0]["loc"] == ["body", "mode"]
    await api.put("/admin-api/switch/1", {"mode": "off"}, status=404, match=1, **OPERATOR)
    await api.put(PATH, {"mode": "off"}, status=403, match=1, as_=READ)
    await api.get("/switches", status=403, **OPERATOR)
    assert await rows.one("SELECT count(*) FROM switch") == 0

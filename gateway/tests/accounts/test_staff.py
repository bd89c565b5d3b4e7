"""Staff who look after people, switches and the trail: in the admin, under their own names."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import httpx
import pytest

from contracts.permissions import GRANTABLE

from .conftest import Person, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLERK = ("identity.view_user", "identity.change_user", "identity.view_group")


async def staff(town: Town, *permissions: str, superuser: bool = False) -> Person:
    """Let somebody come who is of the staff."""
    person = await town.citizen(signed_in=False)
    await town.identity.sql(
        "UPDATE account SET is_staff = true, is_superuser = $2, permissions = $3 "
        "WHERE username = $1",
        *(person.username, superuser, list(permissions)),
    )
    assert (await person.log_in()).status_code == 303
    return person


async def number(town: Town, person: Person) -> int:
    rows = await town.identity.sql("SELECT id FROM account WHERE username = $1", person.username)
    return int(rows[0]["id"])


def filled(page: str, action: str) -> dict[str, Any]:
    """Return the fields of the last form with an action, several of one name as a list."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    [form] = [node for node in tree.iter("form") if node.get("action") == action][-1:]
    fields: dict[str, Any] = {}
    for node in form.iter("input"):
        kind, name = node.get("type"), node.get("name") or ""
        if kind == "checkbox":
            chosen = fields.setdefault(name, [])
            if node.get("checked") is not None:
                chosen.append(node.get("value"))
        elif name:
            fields[name] = node.get("value") or ""
    return fields


async def send(who: Person, path: str, **changes: Any) -> httpx.Response:
    """Load a form of the admin, change some fields, and send it."""
    fields = filled(await who.text(path), path)
    return await who.site.post(path, data={**fields, **changes})


async def test_an_account_is_given_groups_and_permissions(town: Town) -> None:
    root, person = await staff(town, superuser=True), await town.citizen()
    key = await number(town, person)
    group = {"name": f"g{key}", "permissions": ["downloads.view_release", "system.operate"]}
    answer = await send(root, "/admin/identity/group/add/", **group)
    assert answer.status_code == 303
    [made] = await town.identity.sql("SELECT * FROM account_group WHERE name = $1", f"g{key}")
    assert made["permissions"] == group["permissions"]
    path = f"/admin/identity/user/{key}/change/"
    page = await root.text(path)
    assert person.email in page
    assert f'value="{person.email}"' not in page  # shown, and not to be edited
    answer = await send(
        root, path, groups=[str(made["id"])], permissions=["downloads.add_os", "downloads.view_os"]
    )
    assert answer.status_code == 303
    [user] = await town.identity.sql("SELECT * FROM account WHERE id = $1", key)
    assert user["permissions"] == ["downloads.add_os", "downloads.view_os"]
    assert user["is_active"]
    fields = filled(await root.text(path), path)
    assert fields["groups"] == [str(made["id"])]
    assert fields["permissions"] == user["permissions"]
    # Opened and saved, nothing is changed; with nothing chosen, everything is taken.
    assert (await send(root, path)).status_code == 303
    assert (await town.identity.sql("SELECT * FROM account WHERE id = $1", key))[0] == user
    assert (await send(root, path, groups=[], permissions=[])).status_code == 303
    [bare] = await town.identity.sql("SELECT permissions FROM account WHERE id = $1", key)
    assert bare["permissions"] == []


async def test_what_may_not_be_given_is_said_and_nothing_typed_is_lost(town: Town) -> None:
    clerk, person = await staff(town, *CLERK), await town.citizen()
    path = f"/admin/identity/user/{await number(town, person)}/change/"
    sent = {"first_name": "Typed", "permissions": ["downloads.add_os"]}
    answer = await send(clerk, path, **sent)
    assert answer.status_code == 403
    assert "downloads.add_os" in answer.text
    again = filled(answer.text, path)
    assert (again["first_name"], again["permissions"]) == ("Typed", ["downloads.add_os"])


async def test_all_that_a_filter_matches(town: Town) -> None:
    clerk = await staff(town, *CLERK)
    await town.identity.sql(
        "INSERT INTO account (username) SELECT 'bulk' || n FROM generate_series(1, 51) AS n"
    )
    page = await clerk.text("/admin/identity/user/", q="bulk")
    act = "/admin/identity/user/act/"
    fields = filled(page, act) | {"action": "deactivate"}
    assert fields["everything"] == []
    answer = await clerk.site.post(act, data={**fields, "everything": "51"})
    assert "All 51 users with q “bulk”" in answer.text
    asked = filled(answer.text, act)
    # One of them is closed meanwhile by its own way out: what was agreed to is no longer so.
    await town.identity.sql("DELETE FROM account WHERE username = 'bulk7'")
    sure = {**asked, "typed": "51", "confirmed": "yes"}
    answer = await clerk.site.post(act, data=sure)
    assert answer.status_code == 422
    assert "By now it is 50 users" in answer.text
    answer = await clerk.site.post(act, data={**sure, "everything": "50", "typed": "50"})
    assert answer.status_code == 303
    left = await town.identity.sql(
        "SELECT count(*) AS n FROM account WHERE is_active AND username LIKE 'bulk%'"
    )
    assert left[0]["n"] == 0


async def test_the_trail_names_people_and_is_for_superusers(town: Town) -> None:
    root, clerk, person = (
        await staff(town, superuser=True),
        await staff(town, *CLERK),
        await town.citizen(),
    )
    key = await number(town, person)
    act = "/admin/identity/user/act/"
    page = await clerk.text(f"/admin/identity/user/{key}/change/")
    chosen = filled(page, act) | {"action": "end-sessions", "confirmed": "yes"}
    assert (await clerk.site.post(act, data=chosen)).status_code == 303
    assert (await clerk.get("/admin/audit/")).status_code == 403
    assert "Audit" not in await clerk.text("/admin/")
    assert "Audit: who changed what" in await root.text("/admin/")
    found = await root.text("/admin/audit/", actor=clerk.username, action="sessions_ended")
    assert f"by {clerk.username}" in found
    assert f'href="/admin/identity/user/{key}/history/"' in found
    assert re.search(r'href="http://traces\.test/trace/[0-9a-f]{32}"', found)
    assert "Downloads does not answer right now" in found
    history = await clerk.text(f"/admin/identity/user/{key}/history/")
    assert f"by {clerk.username} (you)" in history
    assert "Nothing found" in await root.text("/admin/audit/", actor="nobody-at-all")
    # People are found as in the list of them, and things by a part of their name.
    part = clerk.username.upper()[:-2]
    assert f"by {clerk.username}" in await root.text("/admin/audit/", actor=part)
    assert person.username in await root.text("/admin/audit/", about=person.username.upper()[2:])
    for wrong in ({"from": "x"}, {"to": "9999-12-31"}, {"before": "1"}):
        assert (await root.get("/admin/audit/", **wrong)).status_code == 400, wrong


async def test_the_trail_goes_on_where_a_page_ends(town: Town) -> None:
    root, person = await staff(town, superuser=True), await town.citizen()
    key = str(await number(town, person))
    await town.identity.sql(
        "INSERT INTO audit (id, actor, action, entity, entity_id, label) "
        "SELECT ('01890000-0000-7000-8000-' || lpad($1, 8, '0') || lpad(n::text, 4, '0'))::uuid, "
        "'user:' || $1, 'counted', 'user', $1, 'entry ' || n FROM generate_series(1, 120) AS n",
        key,
    )
    seen: list[str] = []
    query = {"action": "Counted", "entity": "Users", "about": key}
    while query:
        page = await root.text("/admin/audit/", **query)
        seen += re.findall(r">(entry \d+)</a>", page)
        older = re.search(r'href="/admin/audit/\?([^"]+)" rel="next"', page)
        query = dict(httpx.QueryParams(older[1].replace("&amp;", "&"))) if older else {}
    assert seen == [f"entry {n}" for n in range(120, 0, -1)]
    # Whose account is gone has no name any more.
    await town.identity.sql("UPDATE audit SET actor = 'user:999999' WHERE label = 'entry 120'")
    found = await root.text("/admin/audit/", action="Counted", about=key)
    assert "by user 999999, who is gone" in found
    assert f"by {person.username}" in found


async def test_a_switch_decides_who_sees_a_page(town: Town) -> None:
    root = await staff(town, superuser=True)
    operator = await staff(town, "system.operate")
    tester, reader, stranger = await town.citizen(), await town.citizen(), await town.stranger()
    people = {
        "root": root,
        "staff": operator,
        "tester": tester,
        "reader": reader,
        "nobody": stranger,
    }

    async def see() -> set[str]:
        found = set()
        for name, person in people.items():
            answer = await person.get("/membership/")
            assert answer.status_code in {200, 404}
            assert answer.headers["cache-control"] == "no-store"
            if answer.status_code == 200:
                found.add(name)
        return found

    assert await see() == {"root"}
    page = await operator.text("/admin/switches/")
    assert "psf_membership" in page
    assert "Never" in page
    path = re.search(r'href="(/admin/identity/switch/\d+/change/)"', page)
    assert path is not None
    for mode, expected in (
        ("everyone", set(people)),
        ("staff", {"root", "staff"}),
        ("testers", {"root", "tester"}),
        ("off", set()),
    ):
        answer = await send(operator, path[1], mode=mode, users=tester.username.upper())
        assert answer.status_code == 303, answer.text

        async def obeyed(wanted: set[str] = expected) -> bool:
            return await see() == wanted

        await town.eventually(obeyed, f"{mode} is obeyed")
    assert f"by {operator.username}" in await operator.text("/admin/switches/")
    clerk = await staff(town, *CLERK)
    assert "psf_membership" not in await clerk.text("/admin/switches/")


async def test_a_key_is_made_for_some_of_what_its_owner_may(town: Town) -> None:
    clerk = await staff(town, *CLERK)
    page = await clerk.text("/accounts/keys/")
    assert all(f'value="{name}"' in page for name in CLERK)
    assert not any(f'value="{name}"' in page for name in GRANTABLE if name not in CLERK)
    made = await clerk.send("/accounts/keys/", "make", name="narrow", scopes=list(CLERK[:2]))  # type: ignore[arg-type]
    assert made.status_code == 201, made.text
    [row] = await town.identity.sql("SELECT scopes FROM api_key WHERE name = 'narrow'")
    assert row["scopes"] == sorted(CLERK[:2])
    wrong = await clerk.send("/accounts/keys/", "make", name="", scopes=[CLERK[1]])  # type: ignore[arg-type]
    assert wrong.status_code == 422
    assert re.search(rf'value="{CLERK[1]}" checked', wrong.text)
    assert not re.search(rf'value="{CLERK[0]}" checked', wrong.text)

"""The identity service is killed: what people see then, and what nobody may pretend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import settings_for, town_of

if TYPE_CHECKING:
    from devstack.testing.shared import Embedded

    from .conftest import Identity, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Pages that need neither an account nor another service.
PAGES = ("/doc/", "/inner/", "/search/", "/accounts/inactive/", "/accounts/password/reset/done/")


async def test_readers_read_on_and_changes_are_refused_honestly(
    town: Town, identity: Identity, signing_key: str, embedded: Embedded
) -> None:
    reader, stranger, late = await town.citizen(), await town.stranger(), await town.citizen()
    assert reader.username in await reader.menu()
    to, login = await stranger.fill(
        "/accounts/login/", login=late.username, password="a stone in the river"
    )
    edit, profile = await reader.fill(
        "/users/edit/", username=reader.username, search_visibility="1", email_privacy="2"
    )
    leave, button = await reader.fill("/accounts/logout/")
    town.identity.service.process.kill()

    for path in PAGES:
        for person in (reader, stranger):
            assert (await person.get(path)).status_code == 200, path
    assert "Sign In" in await stranger.menu()
    # Who was signed in still is, as far as nothing has to be asked.
    assert reader.username in await reader.menu()

    for answer in (
        await stranger.get("/accounts/login/"),
        await stranger.get("/accounts/signup/"),
        await stranger.get("/accounts/password/reset/"),
        await reader.get("/accounts/sessions/"),
        await reader.get("/users/edit/"),
    ):
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.headers["cache-control"] == "no-store"
        assert "not possible right now" in answer.text
        assert 'href="https://donate.python.org/"' in answer.text, "in the frame"

    for answer in (
        await stranger.site.post(to, data=login),
        await reader.site.post(edit, data=profile),
        await reader.site.post(leave, data=button),
    ):
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "was not confirmed" in answer.text
        # A cookie that was taken away would say that somebody is signed out who is not.
        assert "set-cookie" not in answer.headers
    assert reader.username in await reader.menu()

    # So is it where nobody has seen them yet: in another replica, or one that was started again.
    async with town_of(identity, settings_for(identity, signing_key, embedded.valkey_url)) as begun:
        moved = await begun.stranger()
        moved.site.cookies = reader.site.cookies
        assert reader.username in await moved.menu()
        assert (await moved.get("/accounts/sessions/")).status_code == 503
        assert "Sign In" in await (await begun.stranger()).menu()

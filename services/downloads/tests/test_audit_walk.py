"""Every way to change something leaves one entry in the trail, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

import pytest
from litestar import Litestar

from servicekit import access
from servicekit.testing import Ledger

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api

    from servicekit.database import Database

type Prepare = Callable[[Api], Awaitable[tuple[str, Any]]]
"""Makes what is needed and returns the address to call, with the body."""

FTP: Final = "https://www.python.org/ftp/python"
#: What the trail has for it is tested where there is a broker and something is parked.
ELSEWHERE: Final = {
    ("POST", "/admin-api/parked/actions/redrive"),
    ("DELETE", "/admin-api/parked/{id:int}"),
    ("POST", "/admin-api/schedule/actions/run"),
}
_numbers = iter(range(1000))


async def system(api: Api) -> int:
    return int((await api.made("/operating-systems", {"name": f"Plan {next(_numbers)}"}))["id"])


async def release(api: Api, *, published: bool = False) -> int:
    name = f"Python 3.99.{next(_numbers)}"
    return int((await api.release(name, is_published=published))["id"])


async def file(api: Api) -> tuple[int, dict[str, Any]]:
    body = api.file_body(await release(api), await system(api), f"x{next(_numbers)}.tgz")
    return int((await api.made("/release-files", body))["id"]), body


def new(name: str) -> dict[str, Any]:
    return {"name": f"{name}{next(_numbers)}"}


async def _make_system(_: Api) -> tuple[str, Any]:
    return "", new("Plan ")


async def _change_system(api: Api) -> tuple[str, Any]:
    return str(await system(api)), new("Other ")


async def _make_release(_: Api) -> tuple[str, Any]:
    return "", new("Python 3.98.")


async def _change_release(api: Api) -> tuple[str, Any]:
    return str(await release(api)), new("Python 3.97.")


async def _publish(api: Api) -> tuple[str, Any]:
    return str(await release(api)), None


async def _unpublish(api: Api) -> tuple[str, Any]:
    return str(await release(api, published=True)), None


async def _make_file(api: Api) -> tuple[str, Any]:
    return "", api.file_body(await release(api), await system(api), f"y{next(_numbers)}.tgz")


async def _change_file(api: Api) -> tuple[str, Any]:
    key, body = await file(api)
    return str(key), {**body, "description": "other"}


async def _files_of_release(api: Api) -> tuple[str, Any]:
    return f"?release={(await file(api))[1]['release_id']}", None


async def _import(_: Api) -> tuple[str, Any]:
    return "", {"releases": [new("Python 3.96.")]}


def _chosen(prepare: Prepare) -> Prepare:
    async def chosen(api: Api) -> tuple[str, Any]:
        return "", {"ids": [(await prepare(api))[0]]}

    return chosen


#: How each route is called so that it changes something. A new route needs a line.
WALK: Final[dict[tuple[str, str], Prepare]] = {
    ("POST", "/operating-systems"): _make_system,
    ("PUT", "/operating-systems/{id:int}"): _change_system,
    ("DELETE", "/operating-systems/{id:int}"): _change_system,
    ("POST", "/releases"): _make_release,
    ("PUT", "/releases/{id:int}"): _change_release,
    ("DELETE", "/releases/{id:int}"): _change_release,
    ("POST", "/releases/{id:int}/publish"): _publish,
    ("POST", "/releases/{id:int}/unpublish"): _unpublish,
    ("POST", "/release-files"): _make_file,
    ("PUT", "/release-files/{id:int}"): _change_file,
    ("DELETE", "/release-files/{id:int}"): _change_file,
    ("DELETE", "/release-files"): _files_of_release,
    ("POST", "/imports/releases"): _import,
    ("POST", "/admin-api/operating-system"): _make_system,
    ("PUT", "/admin-api/operating-system/{id:int}"): _change_system,
    ("DELETE", "/admin-api/operating-system/{id:int}"): _change_system,
    ("POST", "/admin-api/operating-system/actions/delete"): _chosen(_change_system),
    ("POST", "/admin-api/release"): _make_release,
    ("PUT", "/admin-api/release/{id:int}"): _change_release,
    ("DELETE", "/admin-api/release/{id:int}"): _change_release,
    ("POST", "/admin-api/release/actions/publish"): _chosen(_publish),
    ("POST", "/admin-api/release/actions/unpublish"): _chosen(_unpublish),
    ("POST", "/admin-api/release/actions/delete"): _chosen(_change_release),
    ("POST", "/admin-api/release-file"): _make_file,
    ("PUT", "/admin-api/release-file/{id:int}"): _change_file,
    ("DELETE", "/admin-api/release-file/{id:int}"): _change_file,
    ("POST", "/admin-api/release-file/actions/delete"): _chosen(_change_file),
}


def test_every_route_that_changes_something_is_walked(app: Litestar) -> None:
    changing = {
        key for key in access.rules(app.routes) if key[0] in {"POST", "PUT", "PATCH", "DELETE"}
    }
    assert changing == WALK.keys() | ELSEWHERE


async def test_one_entry_in_the_same_transaction(
    api: Api, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(database)
    for (method, path), prepare in WALK.items():
        where, body = await prepare(api)
        address = path.replace("{id:int}", where) if "{id" in path else f"{path}{where}"
        await ledger.begin()
        answer = await api.call(
            method, address, as_=api.ALL, match="*", json=body if method != "DELETE" else None
        )
        assert answer.is_success, (method, path, answer.text)
        assert await ledger.audited() == 1, (method, path)
        wrote = await ledger.transactions()
        assert len(set().union(*wrote.values())) == 1, (method, path, wrote)
        assert "outbox" in wrote, (method, path)
    logged = capfd.readouterr()
    # Every token begins like this.
    assert "eyJ" not in logged.err + logged.out

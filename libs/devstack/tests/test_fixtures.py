"""The fixtures other packages build on."""

from collections.abc import Callable

import asyncpg
import httpx
import nats
import pytest

from devstack.servers import Nats
from devstack.testing import DatabaseFactory, PostgresFactory, TokenFactory, Until
from devstack.testing.shared import Embedded
from servicekit.tokens import KeySet, TokenError


async def add_table(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE thing (id int)")
    await connection.close()


async def add_ten(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("INSERT INTO thing SELECT generate_series(1, 10)")
        return int(await connection.fetchval("SELECT count(*) FROM thing"))
    finally:
        await connection.close()


@pytest.mark.parametrize("turn", range(3))
async def test_each_test_has_a_fresh_clone_of_the_migrated_database(
    database_factory: DatabaseFactory,
    turn: int,  # noqa: ARG001 - the same test, again
) -> None:
    assert await add_ten(database_factory("alpha", add_table)) == 10


async def test_two_databases_of_one_test_are_two(database_factory: DatabaseFactory) -> None:
    first, second = (database_factory("alpha", add_table) for _ in range(2))
    assert first != second
    await add_ten(first)
    assert await add_ten(second) == 10


async def test_a_service_role_is_no_superuser(database_factory: DatabaseFactory) -> None:
    connection = await asyncpg.connect(database_factory("alpha", add_table))
    try:
        assert await connection.fetchval("SELECT NOT rolsuper FROM pg_roles WHERE rolname = user")
    finally:
        await connection.close()


@pytest.mark.parametrize("turn", range(2))
async def test_each_test_finds_nats_without_streams(
    nats_url: str,
    turn: int,  # noqa: ARG001 - the same test, again
) -> None:
    client = await nats.connect(nats_url)
    try:
        stream = client.jetstream()
        assert await stream.streams_info() == []
        await stream.add_stream(name="downloads", subjects=["downloads.>"])
    finally:
        await client.close()


async def test_a_private_nats_keeps_its_streams_when_it_is_killed(
    private_nats: Callable[[], Nats],
) -> None:
    server = private_nats()
    for exists in (0, 1):
        client = await nats.connect(server.url)
        assert len(await client.jetstream().streams_info()) == exists
        await client.jetstream().add_stream(name="kept", subjects=["kept.>"])
        await client.close()
        server.kill()
        server.start()


async def test_a_private_postgres_keeps_acknowledged_rows_when_it_is_killed(
    private_postgres: PostgresFactory,
) -> None:
    server = private_postgres(durable=True)
    await add_table(server.admin_url)
    assert await add_ten(server.admin_url) == 10
    server.kill()
    server.start()
    assert await add_ten(server.admin_url) == 20


async def test_a_service_accepts_an_issued_token_and_only_for_itself(
    issue_token: TokenFactory, jwks: str
) -> None:
    token = issue_token("downloads", permissions=["downloads.add_release"], subject="user:7")
    claims = await keys_of(jwks, "downloads").verify(token)
    assert claims.subject == "user:7"
    assert claims.permissions == ("downloads.add_release",)
    with pytest.raises(TokenError):
        await keys_of(jwks, "jobs").verify(token)


def keys_of(jwks: str, audience: str) -> KeySet:
    return KeySet(jwks, audience=audience)


async def test_until_gives_what_the_condition_gave_and_tells_what_it_last_saw(until: Until) -> None:
    seen = iter([0, None, 7])
    assert await until(lambda: next(seen)) == 7
    with pytest.raises(AssertionError, match="a word; last seen: ''"):
        await until(lambda: "", timeout=0.05, message="a word")


async def test_nats_and_valkey_answer(embedded: Embedded, valkey_url: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{embedded.nats.http_port}/healthz")
    assert answer.status_code == 200
    assert valkey_url.startswith("redis://127.0.0.1:")

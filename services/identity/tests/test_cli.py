"""`python -m identity …`: what an operator types."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import asyncpg
import pytest
from click.testing import CliRunner, Result

from identity import cli
from identity.app import service
from servicekit.cli import service_cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.testing import DatabaseFactory

type Run = Callable[..., Result]
ROOT = ("create-superuser", "--username", "admin", "--email", "Root@example.org")


@pytest.fixture
def url(database_factory: DatabaseFactory) -> str:
    return database_factory("identity", service)


@pytest.fixture
def run(url: str, jwks: str) -> Run:
    environment = {
        "PYDOTORG_ENVIRONMENT": "test",
        "PYDOTORG_DATABASE_URL": url,
        "PYDOTORG_JWKS": jwks,
        "PYDOTORG_SECRET_KEY": "x" * 32,
    }

    def invoke(*arguments: str, typed: str = "") -> Result:
        group = service_cli(service)
        cli.register(group, service)
        return CliRunner().invoke(group, arguments, env=environment, input=typed)

    return invoke


async def rows(url: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(query)
        return found
    finally:
        await connection.close()


def fetch(url: str, query: str) -> list[asyncpg.Record]:
    import asyncio

    return asyncio.run(rows(url, query))


def test_a_superuser_and_a_key(run: Run, url: str) -> None:
    made = run(*ROOT, typed="a stone in the river\na stone in the river\n")
    assert made.exit_code == 0, made.output
    (user,) = fetch(url, "SELECT * FROM account")
    assert user["is_superuser"]
    assert user["is_staff"]
    (address,) = fetch(url, "SELECT * FROM email_address")
    assert (address["email"], address["verified"]) == ("root@example.org", True)
    assert run(*ROOT, "--password", "-", typed="a stone in the river\n").exit_code == 1
    key = run("create-key", "ADMIN", "--kind", "token", "--scope", "downloads.add_release")
    assert key.exit_code == 0, key.output
    secret = key.stdout.strip().splitlines()[-1]
    (kept,) = fetch(url, "SELECT * FROM api_key")
    assert kept["sha256"] == hashlib.sha256(secret.encode()).digest()
    assert kept["scopes"] == ["downloads.add_release"]
    audit = fetch(url, "SELECT actor, action FROM audit ORDER BY id")
    assert [tuple(row) for row in audit] == [
        ("service:identity-cli", "superuser_created"),
        ("service:identity-cli", "key_created"),
    ]


def test_the_factors_of_a_superuser_are_taken_away(run: Run, url: str) -> None:
    assert run(*ROOT, typed="a stone in the river\na stone in the river\n").exit_code == 0
    fetch(
        url,
        "INSERT INTO passkey (user_id, credential_id, public_key, user_handle, name)"
        " SELECT id, '', '', '', 'lost' FROM account",
    )
    done = run("reset-second-factors", "ADMIN")
    assert done.exit_code == 0, done.output
    assert fetch(url, "SELECT 1 FROM passkey") == []
    audit = fetch(url, "SELECT actor, action FROM audit ORDER BY id DESC LIMIT 1")
    assert [tuple(row) for row in audit] == [("service:identity-cli", "second_factor_removed")]
    assert run("reset-second-factors", "nobody").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((*ROOT, "--password", "short"), "at least 10"),
        ((*ROOT[:3], "--email", "nobody", "--username", "x", "--password", "x"), "ada@example"),
        (("create-key", "nobody", "--kind", "token", "--scope", "nonsense"), "permission nonsense"),
        (("create-key", "nobody", "--kind", "token"), "no user nobody"),
    ],
)
def test_what_is_refused(run: Run, url: str, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert told in done.output
    assert fetch(url, "SELECT 1 FROM account UNION ALL SELECT 1 FROM api_key") == []

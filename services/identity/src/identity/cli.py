"""Commands of this service beside those that every service has."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Awaitable, Callable
from typing import cast

import rich_click as click
from pydantic import TypeAdapter, ValidationError

from contracts.identity.addresses import Email
from contracts.identity.dto import KeyInput, KeyKind
from contracts.permissions import GRANTABLE
from identity.services import keys, second_factors, superusers
from identity.settings import Settings
from servicekit.access import Principal
from servicekit.cli.common import load_settings, open_database, run_async
from servicekit.database import DatabaseAway, WriteSession
from servicekit.problems import Problem, body_errors
from servicekit.service import Service

#: Whom the audit trail names.
OPERATOR = Principal(subject="service:identity-cli")


def register(group: click.Group, service: Service) -> None:
    """Add the commands."""

    @group.command("create-superuser")
    @click.option("--username", prompt=True)
    @click.option("--email", prompt=True)
    @click.option(
        "--password",
        help="Asked for where it is not given; `-` reads one line of the input",
    )
    def create_superuser(username: str, email: str, password: str | None) -> None:
        """Make an account that may do everything, with a confirmed address."""
        if password is None:
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        elif password == "-":  # noqa: S105 - not a password
            password = sys.stdin.readline().rstrip("\n")
        address = _valid(TypeAdapter(Email), email)

        async def work(session: WriteSession, _: Settings) -> str:
            user = await superusers.create(session, username, address, str(password), OPERATOR)
            return f"made the superuser {user.username}, number {user.id}"

        click.echo(_do(service, work))

    @group.command("create-key")
    @click.argument("username")
    @click.option("--kind", type=click.Choice([kind.value for kind in KeyKind]), required=True)
    @click.option("--name", default="made at the command line", show_default=True)
    @click.option("--scope", "scopes", multiple=True, help="A permission; none: all of the user's")
    def create_key(username: str, kind: str, name: str, scopes: tuple[str, ...]) -> None:
        """Make a key of the API for USERNAME and print it, this once."""
        if unknown := sorted({*scopes} - GRANTABLE.keys()):
            there = ", ".join(sorted(GRANTABLE))
            raise click.ClickException(
                f"there is no permission {', '.join(unknown)}; there are {there}"
            )
        sent = _valid(TypeAdapter(KeyInput), {"kind": kind, "name": name, "scopes": list(scopes)})

        async def work(session: WriteSession, settings: Settings) -> str:
            user_id = await superusers.number_of(session, username)
            made = await keys.create(session, settings, user_id, sent, None, caller=OPERATOR)
            return made.secret

        click.echo(_do(service, work))

    @group.command("reset-second-factors")
    @click.argument("username")
    def reset_second_factors(username: str) -> None:
        """Take the second factors of USERNAME away and end their sessions.

        For a superuser who lost everything; a superuser does this for all others in the admin.
        """

        async def work(session: WriteSession, settings: Settings) -> str:
            user_id = await superusers.number_of(session, username)
            # Whoever has a shell here may do this also to superusers.
            operator = dataclasses.replace(OPERATOR, permissions=frozenset(GRANTABLE))
            await second_factors.reset(session, settings, user_id, operator)
            return f"took the second factors of {username} away"

        click.echo(_do(service, work))


def _valid[T](adapter: TypeAdapter[T], value: object) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        told = "; ".join(item.msg for item in body_errors(error.errors(include_input=False)))
        raise click.ClickException(told) from None


def _do(service: Service, work: Callable[[WriteSession, Settings], Awaitable[str]]) -> str:
    settings = cast("Settings", load_settings(service))

    async def do() -> str:
        async with open_database(service, settings) as database, database.write() as session:
            return await work(session, settings)

    try:
        return run_async(do())
    except (Problem, DatabaseAway) as error:
        raise click.ClickException(str(error)) from error

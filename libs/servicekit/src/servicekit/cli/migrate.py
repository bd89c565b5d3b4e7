"""`migrate`: bring the database where the code expects it."""

from __future__ import annotations

import rich_click as click
from alembic.util import CommandError

from servicekit import migrations
from servicekit.cli.common import load_settings, run_async
from servicekit.service import Service


def register(group: click.Group, service: Service) -> None:  # noqa: C901 - one function a command
    """Add the commands."""

    def url() -> str:
        return load_settings(service).database_url.get_secret_value()

    @group.group(invoke_without_command=True)
    @click.option("--to", "revision", default="head", show_default=True, help="Revision to reach")
    @click.pass_context
    def migrate(context: click.Context, revision: str) -> None:
        """Migrate the database of this service, by default to the newest revision."""
        if context.invoked_subcommand is not None:
            return
        try:
            run_async(migrations.upgrade(service, url(), revision))
        except CommandError as error:
            raise click.ClickException(str(error)) from error
        reached = run_async(migrations.current(service, url()))
        click.echo(f"{service.name} is at {reached}")

    @migrate.command()
    @click.argument("revision")
    def down(revision: str) -> None:
        """Take the database back to REVISION ("base": before the first)."""
        try:
            run_async(migrations.downgrade(service, url(), revision))
        except CommandError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{service.name} is at {revision}")

    @migrate.command()
    def check() -> None:
        """Fail where the database is not at the newest revision, or differs from the models."""
        now, newest = run_async(migrations.current(service, url())), migrations.head(service)
        if now != newest:
            raise click.ClickException(f"the database is at {now}, the code at {newest}")
        found = run_async(migrations.differences(service, url()))
        if found:
            raise click.ClickException("\n".join(["models and database differ:", *map(str, found)]))
        click.echo(f"{service.name} is at {now}, as its models say")

    @migrate.command()
    @click.argument("revisions", default="head")
    def sql(revisions: str) -> None:
        """Print the SQL of an upgrade (REVISIONS: "head" or "from:to")."""
        click.echo(migrations.sql(service, revisions))

    @migrate.command()
    def lint() -> None:
        """Fail where a revision would lock, break or lose something and does not say why."""
        try:
            found = migrations.lint(service)
        except RuntimeError as error:
            raise click.ClickException(str(error)) from error
        if found:
            raise click.ClickException("\n".join(map(str, found)))
        click.echo("no objections")

    @migrate.command()
    @click.argument("message")
    def new(message: str) -> None:
        """Write an empty revision named MESSAGE."""
        click.echo(str(migrations.make_revision(service, message)))

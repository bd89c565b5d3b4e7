"""Commands that run a command of a service, as a process with the service's environment."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import rich_click as click

from devstack.cli.common import data_dir_option, refuse_production, running_stack
from devstack.home import Home
from devstack.manifest import PROGRAMS, Program
from devstack.stack import Stack

SERVICES = [program.name for program in PROGRAMS if program.database]
MOST_SECONDS = 60
"""Services refuse a token that is good for longer."""

#: Our own options are taken wherever they stand; what is left is handed on in its order.
PASSED_ON = {"ignore_unknown_options": True}


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(seed)
    group.add_command(run)
    group.add_command(token)
    for name, summary in (
        ("replay", "Publish events of the last days again from a service's outbox."),
        ("parked", "List and redrive events a consumer gave up on."),
        ("topology", "Show or apply a service's streams, consumers and schedules."),
    ):
        group.add_command(passing(name, summary))
    for name, summary in (
        ("create-superuser", "Make an account that may do everything."),
        ("create-key", "Make a key of the API for a user, and print it this once."),
    ):
        group.add_command(passing(name, summary, of="identity"))
    group.add_command(resync)


def call(stack: Stack, program: Program, arguments: Sequence[str]) -> int:
    """Run `python -m <package> <arguments>` with our input and output; return its exit code."""
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-m", program.package, *arguments],
        env={**os.environ, **stack.environment(program)},
        check=False,
    )
    return done.returncode


def service_of(stack: Stack, name: str | None) -> Program:
    """Return the service of that name, or the only one.

    Raises:
        click.UsageError: there is none of that name, or several and none was named.
    """
    services = {program.name: program for program in stack.services}
    if name is None and len(services) == 1:
        return next(iter(services.values()))
    if name not in services:
        known = ", ".join(services) or "none in this run"
        said = f"there is no service {name}" if name else "which service? say --service"
        raise click.UsageError(f"{said}; there are: {known}")
    return services[name]


@click.command()
@click.argument("names", nargs=-1, metavar="[SERVICE]…")
@data_dir_option
def seed(*, names: tuple[str, ...], home: Home) -> None:
    """Fill the databases of services with what a fresh run needs; what is there stays."""
    from devstack import provision  # noqa: PLC0415 - slow to import

    stack = running_stack(home)
    chosen = [service_of(stack, name) for name in names] or stack.services
    for program in chosen:
        code = call(stack, program, ["seed"])
        if code != 0:
            sys.exit(code)
        asyncio.run(provision.mark_seeded(stack.postgres, program.name))


@click.command()
@click.argument("task", required=False)
@data_dir_option
@click.option("--dry-run", is_flag=True, help="Do it and roll it back")
@click.option("--list", "listing", is_flag=True, help="List the tasks of all services")
def run(*, task: str | None, home: Home, dry_run: bool, listing: bool) -> None:
    """Run TASK of whichever service has it, once, now."""
    if (task is None) is not listing:
        raise click.UsageError("name one task, or say --list")
    stack = running_stack(home)
    with ThreadPoolExecutor(max_workers=8) as pool:
        tasks = list(zip(stack.services, pool.map(tasks_of, stack.services), strict=True))
    if task is None:
        for program, lines in tasks:
            for line in lines:
                click.echo(f"{program.name:<12} {line}")
        return
    for program, lines in tasks:
        if task in [line.split()[0] for line in lines]:
            sys.exit(call(stack, program, ["run", task, *(["--dry-run"] if dry_run else [])]))
    raise click.UsageError(f"no service has a task {task}; see `pydotorg run --list`")


def tasks_of(program: Program) -> list[str]:
    """Return what `python -m <package> tasks` prints: a line a task, its name first.

    Raises:
        click.ClickException: it fails.
    """
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-m", program.package, "tasks"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise click.ClickException(f"python -m {program.package} tasks: {done.stderr.strip()}")
    return [line for line in done.stdout.splitlines() if line.strip()]


@click.command()
@data_dir_option
@click.option("--permissions", metavar="A,B,…", default="", help="As in downloads.add_release")
@click.option(
    "--service",
    type=click.Choice(SERVICES),
    default=SERVICES[0],
    show_default=True,
    help="The only one that accepts it",
)
@click.option("--subject", default="user:1", show_default=True, help="Whose it is")
@click.option("--staff/--no-staff", default=True, show_default=True)
@click.option(
    "--ttl",
    type=click.IntRange(1, MOST_SECONDS),
    default=MOST_SECONDS,
    show_default=True,
    help="Seconds it is good for",
)
def token(  # noqa: PLR0913 - options
    *, home: Home, permissions: str, service: str, subject: str, staff: bool, ttl: int
) -> None:
    """Print a short-lived token signed with this run's development key.

    curl -H "Authorization: Bearer $(pydotorg token --permissions downloads.add_release)" …
    """
    from devstack.keys import ISSUER, load  # noqa: PLC0415 - slow to import

    refuse_production("pydotorg token")
    path = home.signing_key(ISSUER)
    try:
        key = load(path)
    except OSError:
        raise click.ClickException(
            f"{home.folder} has no development key yet; `pydotorg up` makes one"
        ) from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        key.mint(
            subject=subject,
            audience=service,
            permissions=[each.strip() for each in permissions.split(",") if each.strip()],
            staff=staff,
            lifetime=ttl,
        )
    )


def passing(name: str, summary: str, of: str | None = None) -> click.Command:
    """Return a command that hands its arguments to the command of that name of a service.

    `of` is the service that has the command, where not every service has it.
    """
    choice = click.option(
        "--service", metavar="NAME", default=of, hidden=bool(of), help="Needed with several"
    )

    package = next(one.package for one in PROGRAMS if one.database and of in {None, one.name})

    def show_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
        """Print our help, and below it that of the service's own command."""
        if wanted:
            click.echo(context.get_help())
            command = [sys.executable, "-m", package, name, "--help"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
            click.echo(done.stdout, nl=False)
            context.exit(done.returncode)

    @click.command(name, help=summary, context_settings=PASSED_ON, add_help_option=False)
    @click.option(
        "--help",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show_help,
        help="Show this message and the service's own help",
    )
    @data_dir_option
    @choice
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def command(*, home: Home, service: str | None, arguments: tuple[str, ...]) -> None:
        stack = running_stack(home)
        sys.exit(call(stack, service_of(stack, service), [name, *arguments]))

    return command


@click.command(context_settings=PASSED_ON)
@data_dir_option
@click.argument("consumer")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def resync(*, home: Home, consumer: str, arguments: tuple[str, ...]) -> None:
    """Rebuild what CONSUMER keeps from the exports of the services it reads.

    A consumer is called <service>-<what>: the service is taken from its name.
    """
    stack = running_stack(home)
    program = service_of(stack, consumer.partition("-")[0])
    sys.exit(call(stack, program, ["resync", consumer, *arguments]))

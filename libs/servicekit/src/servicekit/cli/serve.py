"""`serve`: answer requests, and do the worker's part where the role says so."""

from __future__ import annotations

from typing import Literal

import rich_click as click

from servicekit.app import create_service
from servicekit.cli.common import load_settings
from servicekit.server import run
from servicekit.service import Service


def register(group: click.Group, service: Service) -> None:
    """Add the command."""

    @group.command()
    @click.option("--host", help="Address to listen on  [PYDOTORG_HOST]")
    @click.option("--port", type=click.IntRange(0, 65535), help="Port  [PYDOTORG_PORT]")
    @click.option(
        "--role",
        type=click.Choice(["web", "worker", "all"]),
        help="web answers only, worker works only, all does both  [PYDOTORG_ROLE]",
    )
    def serve(
        host: str | None, port: int | None, role: Literal["web", "worker", "all"] | None
    ) -> None:
        """Run this service until it is told to stop."""
        settings = load_settings(service, host=host, port=port, role=role)
        run(lambda: create_service(service, settings), settings)

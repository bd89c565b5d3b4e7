"""`openapi`: the document of the HTTP API, without a database or any setting."""

from __future__ import annotations

from pathlib import Path

import rich_click as click
from pydantic import SecretStr

from servicekit.app import create_service
from servicekit.documents import openapi as openapi_text
from servicekit.service import Service


def register(group: click.Group, service: Service) -> None:
    """Add the command."""

    @group.command()
    @click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write")
    def openapi(output: Path | None) -> None:
        """Print the OpenAPI document."""
        # Nothing is connected to: an app only reaches out once it is started.
        settings = service.settings.model_construct(
            environment="test",
            database_url=SecretStr("postgresql://nobody@localhost/nothing"),
            jwks='{"keys": []}',
        )
        text = openapi_text(create_service(service, settings))
        if output is None:
            click.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8")

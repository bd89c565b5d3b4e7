"""The command line of the gateway."""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

import click
import httpx
from pydantic import ValidationError

from gateway.settings import Settings


@click.group()
def main() -> None:
    """Pages and public API of the site, composed from the services."""


@main.command()
@click.option("--port", type=int, help="Listen here instead of at PYDOTORG_PORT.")
def serve(port: int | None) -> None:
    """Serve until SIGTERM or SIGINT; settings come from PYDOTORG_… variables."""
    # Imported here, so that the other commands need not wait for it.
    from gateway.app import create_app  # noqa: PLC0415
    from servicekit import log, server  # noqa: PLC0415

    settings = _settings() if port is None else _settings().model_copy(update={"port": port})
    log.configure("gateway", level=settings.log_level, form=settings.log_format)
    app = create_app(settings)

    def drain() -> None:
        app.state.health.draining = True

    server.serve(app, settings, drain)


@main.command()
@click.argument("addresses", nargs=-1, required=True)
@click.option("--soft", is_flag=True, help="Let a CDN show its copy while it asks for a new one.")
def purge(addresses: tuple[str, ...], *, soft: bool) -> None:
    """Drop ADDRESSES (http://host:port/path) from every replica, by HTTP PURGE."""
    headers = {"Fastly-Soft-Purge": "1"} if soft else {}
    failed = False
    with httpx.Client(timeout=10.0, headers=headers) as client:
        for address in addresses:
            if urlsplit(address).scheme not in {"http", "https"}:
                raise click.BadParameter(f"{address} is not a whole address")
            try:
                response = client.request("PURGE", address)
            except httpx.HTTPError as error:
                click.echo(f"{address}: {error!r}", err=True)
                failed = True
                continue
            click.echo(f"{address}: {response.status_code}")
            failed = failed or not response.is_success
    sys.exit(int(failed))


@main.command()
def routes() -> None:
    """List every page with its addresses and how it is kept."""
    from gateway.pages.routes import PAGES  # noqa: PLC0415
    from gateway.web.forms import FormRoute  # noqa: PLC0415

    for page in PAGES:
        if isinstance(page, FormRoute):
            click.echo(f"{page.path:50} {page.name:28} a form, {page.limit} from one address")
            continue
        kept = "not kept"
        if page.cache is not None:
            by = ", ".join((*page.cache.params, *page.cache.variants)) or "address alone"
            kept = f"fresh for {page.cache.fresh:.0f} s, by {by}"
        for path in page.paths:
            click.echo(f"{path:50} {page.name:28} {kept}")


@main.command()
def openapi() -> None:
    """Print the OpenAPI document of the pages and forms."""
    from gateway.pages.routes import PAGES  # noqa: PLC0415
    from gateway.web.openapi import document  # noqa: PLC0415

    settings = Settings.model_construct(public_url="https://www.python.org")
    click.echo(json.dumps(document(PAGES, settings), indent=2))


@main.command("api-openapi")
def api_openapi() -> None:
    """Print the OpenAPI document of the public API."""
    from gateway.api.document import document  # noqa: PLC0415
    from gateway.api.routes import OPERATIONS, RESOURCES  # noqa: PLC0415

    click.echo(json.dumps(document(OPERATIONS, RESOURCES, "https://www.python.org"), indent=2))


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            click.echo(f"PYDOTORG_{name}: {problem['msg']}", err=True)
        raise SystemExit(2) from error

"""What the gateway is measured against: the least that Litestar can do with the same bytes.

    python servers.py bare PORT FILE      a handler that returns the bytes of FILE
    python servers.py layered PORT FILE   the same handler inside the gateway's outermost layer

Both run on the server and with the loop and parser that the gateway runs on.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, Response, get


def bare(body: bytes) -> Litestar:
    """Make an app whose one handler returns `body`."""

    @get("/{path:path}", media_type="text/html")
    async def answer() -> Response[bytes]:
        return Response(body, media_type="text/html", headers={"content-encoding": "br"})

    return Litestar([answer], openapi_config=None, logging_config=None)


def layered(body: bytes) -> Any:
    """Make the same app inside the layer that every answer of the gateway passes."""
    from gateway.app import create_app
    from gateway.settings import Settings

    gateway = create_app(Settings(), pages=())
    edge: Any = gateway.asgi_handler
    return dataclasses.replace(edge, app=bare(body))


if __name__ == "__main__":
    kind, port, file = sys.argv[1:]
    body = Path(file).read_bytes()
    app = bare(body) if kind == "bare" else layered(body)
    uvicorn.run(
        app,
        port=int(port),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )

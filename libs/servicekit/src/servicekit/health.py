"""Is the process alive, and may it get requests.

/livez asks nothing of anything: a database that is away is no reason to restart this process.
/readyz asks what the process needs, all at once, and really answers 503 where something is wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from litestar import Response, get

from servicekit.access import public
from servicekit.runtime import Check, Runtime

_PATIENCE: Final = 2.5
"""Seconds one check may take."""


async def readiness(runtime: Runtime) -> dict[str, str]:
    """Ask every check; returns "ok" or what is wrong, by name."""
    names = list(runtime.checks)
    answers = await asyncio.gather(*(_ask(runtime.checks[name]) for name in names))
    told = dict(zip(names, answers, strict=True))
    if runtime.draining:
        told["process"] = "is shutting down"
    return told


async def _ask(check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check() or "ok"
    except TimeoutError:
        return "does not answer"
    except Exception as error:  # noqa: BLE001 - whatever it is, the part is not ready
        return type(error).__name__


def health_routes(runtime: Runtime) -> Iterable[Any]:
    """Return the handlers of /livez and /readyz."""

    @get("/livez", opt=public(), include_in_schema=False)
    async def livez() -> Response[dict[str, str]]:
        return Response({"status": "ok"}, headers={"Cache-Control": "no-store"})

    @get("/readyz", opt=public(), include_in_schema=False)
    async def readyz() -> Response[dict[str, Any]]:
        told = await readiness(runtime)
        ready = all(answer == "ok" for answer in told.values())
        return Response(
            {"status": "ok" if ready else "unavailable", "checks": told},
            status_code=200 if ready else 503,
            headers={"Cache-Control": "no-store"},
        )

    return [livez, readyz]

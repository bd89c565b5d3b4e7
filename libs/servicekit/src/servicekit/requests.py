"""The request class of a service's app."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.exceptions import SerializationException

from servicekit.problems import Invalid


class ServiceRequest(Request[Any, Any, Any]):
    """A request whose body is JSON, or else a 400 that says so.

    The decoder raises different errors for text that is not UTF-8, that nests too deeply and that
    is cut; Litestar answers some of them with 500.
    """

    async def json(self) -> Any:  # noqa: ANN401 - JSON
        """Return the decoded body. Raises Invalid where it is no JSON."""
        try:
            return await super().json()
        except (SerializationException, UnicodeError, RecursionError) as error:
            raise Invalid.field(["body"], "The body is not valid JSON.", "json") from error

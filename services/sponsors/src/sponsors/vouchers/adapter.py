"""The conference's API for vouchers, as it is spoken today.

    GET <base>/<year>/api/vouchers/?voucher_type=…&quantity=…&sponsor_name=…&sponsor_id=…

with the headers X-API-Key, X-API-Timestamp (Unix seconds) and X-API-Signature: the SHA-1, in
hexadecimal, of secret, timestamp, method and path with query, put together. The answer is
`{"data": {"promo_code": "…"}}`. Who asks again for the same sponsor and type gets the same code.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from sponsors.settings import Settings

#: Characters of a code, at most.
_LONGEST = 200


class NoVoucher(Exception):
    """The conference gave no code; the message says why, for operators."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a code is wanted for."""

    year: int
    voucher_type: str
    quantity: int
    sponsor_name: str
    sponsor_id: int


class Conference:
    """Calls the conference's API."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self._client = client
        self._settings = settings

    async def code(self, order: Order) -> str:
        """Return the code for an order. Raises NoVoucher."""
        query = urlencode(
            {
                "voucher_type": order.voucher_type,
                "quantity": order.quantity,
                "sponsor_name": order.sponsor_name,
                "sponsor_id": order.sponsor_id,
            }
        )
        url = f"{self._settings.vouchers_url}/{order.year}/api/vouchers/?{query}"
        try:
            answer = await self._client.get(url, headers=self._headers(url))
            answer.raise_for_status()
            code = answer.json()["data"]["promo_code"]
        except httpx.HTTPStatusError as error:
            raise NoVoucher(f"the conference answered {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise NoVoucher(f"the conference does not answer: {type(error).__name__}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise NoVoucher("the conference answered without a code") from error
        if not isinstance(code, str) or not 0 < len(code) <= _LONGEST or not code.isprintable():
            raise NoVoucher("the conference answered with what is no code")
        return code

    def _headers(self, url: str) -> dict[str, str]:
        parts = urlsplit(url)
        moment = str(int(time.time()))
        secret = self._settings.vouchers_secret.get_secret_value()
        signed = f"{secret}{moment}GET{parts.path}?{parts.query}"
        return {
            "X-API-Key": self._settings.vouchers_key,
            "X-API-Timestamp": moment,
            # What the conference checks: not ours to choose.
            "X-API-Signature": hashlib.sha1(signed.encode()).hexdigest(),  # noqa: S324
        }


@asynccontextmanager
async def calling(settings: Settings) -> AsyncIterator[Conference]:
    """Open a way to the conference."""
    async with httpx.AsyncClient(timeout=settings.vouchers_timeout) as client:
        yield Conference(client, settings)

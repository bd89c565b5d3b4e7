"""How soon an edit is on every page that carries it, at every gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import httpx
from running import say

from devstack.waiting import until

#: Seconds after which 95 of 100 edits are on every page.
AIM: Final = 1.0
#: Edits of each thing.
ROUNDS: Final = 20
#: Seconds after which an edit counts as lost.
_LOST: Final = 30


class Visited(Protocol):
    """A gateway and its visitors."""

    async def get(self, path: str) -> httpx.Response:
        """Visit an address."""
        ...


@dataclass
class Watch:
    """Visitors who wait at all gateways for what was edited.

    Attributes:
        sites: The gateways.
        took: Seconds of each edit, by what was edited.
    """

    sites: Sequence[Visited]
    took: dict[str, list[float]] = field(default_factory=dict)

    async def keep(self, paths: Sequence[str]) -> None:
        """Have every gateway keep a copy of each page."""
        asked = [site.get(path) for site in self.sites for path in paths]
        for answer in await asyncio.gather(*asked):
            assert answer.status_code == 200, (str(answer.url), answer.text[-500:])

    async def sees(self, what: str, text: str, paths: Sequence[str]) -> None:
        """Wait until all pages at all gateways show a text, and note how long that took."""
        began = time.perf_counter()
        left = [(site, path) for site in self.sites for path in paths]

        async def shown() -> bool:
            answers = await asyncio.gather(*(site.get(path) for site, path in left))
            pairs = zip(left, answers, strict=True)
            left[:] = [place for place, answer in pairs if text not in answer.text]
            return not left

        try:
            await until(shown, _LOST)
        except AssertionError as error:
            missing = [path for _, path in left]
            raise AssertionError(f"{what}: {text!r} is not at {missing}") from error
        self.took.setdefault(what, []).append(time.perf_counter() - began)

    def judge(self) -> None:
        """Print how long each took, and ask that it was within the aim."""
        late = {}
        for what, found in self.took.items():
            ordered = sorted(found)
            middle, most = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95) - 1]
            say(f"{what}: seen after {middle * 1e3:.0f} ms, 95 of 100 within {most * 1e3:.0f} ms")
            if most > AIM:
                late[what] = most
        assert late == {}

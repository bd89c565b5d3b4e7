"""People who edit releases at the same time, and note what the service acknowledged."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
from running import Site, release, release_file

#: What a service that is being killed may answer or do; anything else is a defect.
_INTERRUPTED = (httpx.TransportError,)
_BUSY = {409, 412, 503}


@dataclass
class Notes:
    """What was acknowledged: (release id, version), and the answers that should never come."""

    acknowledged: set[tuple[int, int]] = field(default_factory=set)
    writes: int = 0
    interrupted: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Writer:
    """One editor with one release of their own, so that nobody else moves its version.

    An answer that never came leaves it open whether the write happened: the editor looks, and
    goes on from what is there.
    """

    client: httpx.AsyncClient
    number: int
    notes: Notes
    rng: random.Random
    id: int = 0
    files: dict[int, int] = field(default_factory=dict)

    async def write(self, wanted: int) -> None:
        """Make `wanted` acknowledged writes."""
        await self._until_there()
        made = 0
        while made < wanted:
            made += await self._step(made)

    async def _until_there(self) -> None:
        key = f"create-{self.number}"
        while not self.id:
            answer = await self._send(
                "POST", "/releases", json=release(self.number), headers={"Idempotency-Key": key}
            )
            if answer is not None and answer.status_code == 201:
                self.id = answer.json()["id"]
                self._note(answer.json()["version"])

    async def _step(self, turn: int) -> int:
        action = self.rng.choice(("edit", "edit", "publish", "unpublish", "add", "remove"))
        if action == "edit":
            body = release(self.number, content=f"Edit {turn} of {self.number}.")
            current = await self._send("GET", f"/releases/{self.id}")
            if current is None or current.status_code != 200:
                return 0
            body["is_published"] = current.json()["is_published"]
            answer = await self._send(
                "PUT",
                f"/releases/{self.id}",
                json=body,
                headers={"If-Match": current.headers["etag"]},
            )
        elif action in {"publish", "unpublish"}:
            answer = await self._send("POST", f"/releases/{self.id}/{action}")
        elif action == "add":
            return await self._add_file()
        else:
            return await self._remove_file()
        if answer is None or answer.status_code not in {200, 201}:
            return 0
        self._note(answer.json()["version"])
        return 1

    async def _add_file(self) -> int:
        system = self.rng.choice(range(1, 7))
        if system in self.files:
            return 0
        body = release_file(self.id, self.number, system)
        answer = await self._send("POST", "/release-files", json=body)
        if answer is not None and answer.status_code == 201:
            self.files[system] = answer.json()["id"]
            return 1
        # It may have been made by a write whose answer was lost.
        found = await self._send("GET", f"/release-files?release={self.id}&os={system}")
        if found is not None and found.status_code == 200 and found.json()["items"]:
            self.files[system] = found.json()["items"][0]["id"]
        return 0

    async def _remove_file(self) -> int:
        if not self.files:
            return 0
        system, number = self.files.popitem()
        answer = await self._send("DELETE", f"/release-files/{number}")
        if answer is None or answer.status_code not in {204, 404}:
            self.files[system] = number
            return 0
        return int(answer.status_code == 204)

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response | None:
        try:
            answer = await self.client.request(method, path, **options)
        except _INTERRUPTED:
            self.notes.interrupted += 1
            await asyncio.sleep(0.05)
            return None
        if answer.status_code >= 500 and answer.status_code != 503:
            self.notes.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        if answer.status_code in _BUSY:
            await asyncio.sleep(0.05)
        return answer

    def _note(self, version: int) -> None:
        self.notes.acknowledged.add((self.id, version))
        self.notes.writes += 1


async def write(site: Site, *, writers: int, writes: int, seed: int, first: int = 1) -> Notes:
    """Have `writers` editors make about `writes` acknowledged writes in all."""
    notes = Notes()
    async with (
        site.editor(timeout=10, limits=httpx.Limits(max_connections=writers)) as client,
        asyncio.TaskGroup() as group,
    ):
        for number in range(first, first + writers):
            writer = Writer(client, number, notes, random.Random(seed * 1000 + number))
            group.create_task(writer.write(writes // writers))
    return notes

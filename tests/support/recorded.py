"""Recorded conversations with python.org's own software: replayed, and compared field by field."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from incumbent import FOLDER, dataset, long_enough

_URI: Final = re.compile(r"(/api/v[12]/([a-z_]+/[a-z_-]+)/)(\d+)")
_PARAMETER: Final = re.compile(r"\b(release|os)=(\d+)")
_RESOURCES: Final = {"release": "downloads/release", "os": "downloads/os"}


@dataclass(frozen=True)
class Conversation:
    """One recorded request with its answer."""

    name: str
    method: str
    path: str
    sent: dict[str, str]
    body: str | None
    status: int
    headers: dict[str, str]
    answer: Any
    text: str | None

    @property
    def anonymous(self) -> bool:
        return "Authorization" not in self.sent

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def version(self) -> str:
        return self.path.split("/")[2]

    @property
    def plain(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]


def conversations() -> list[Conversation]:
    """Return what is in the folder, in the order in which it was recorded."""
    found = []
    for file in sorted(FOLDER.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                told = json.loads(line)
                asked, answered = told["request"], told["response"]
                found.append(
                    Conversation(
                        name=told["name"],
                        method=asked["method"],
                        path=asked["path"],
                        sent=asked["headers"],
                        body=asked["body"],
                        status=answered["status"],
                        headers=answered["headers"],
                        answer=answered["body_json"],
                        text=answered["body_text"],
                    )
                )
    return found


@dataclass
class Replay:
    """Asks the gateway what was asked, under the ids that rows have here."""

    client: httpx.AsyncClient
    ids: dict[tuple[str, str], str] = field(default_factory=dict)

    async def ask(
        self,
        conversation: Conversation,
        *,
        method: str = "",
        path: str = "",
        **headers: str,
    ) -> httpx.Response:
        """Send a recorded request; `headers` in place of those that were sent."""
        body = conversation.body
        return await self.client.request(
            method or conversation.method,
            self.here(path or conversation.path),
            headers={**_known_here(conversation.sent), "Accept-Encoding": "identity", **headers},
            content=None if body is None else self.here(body).encode(),
        )

    def here(self, text: str) -> str:
        """Return a text with the ids that rows have here."""
        text = _URI.sub(lambda m: m[1] + self.ids.get((m[2], m[3]), m[3]), text)
        return _PARAMETER.sub(
            lambda m: f"{m[1]}={self.ids.get((_RESOURCES[m[1]], m[2]), m[2])}", text
        )

    def learn(self, conversation: Conversation, answer: httpx.Response) -> None:
        """Note which id a row got here that was made."""
        there = _URI.search(conversation.headers.get("Location", ""))
        here = _URI.search(answer.headers.get("location", ""))
        if there is not None and here is not None and conversation.status == 201:
            self.ids[there[2], there[3]] = here[3]

    def compare(self, conversation: Conversation, answer: httpx.Response) -> list[str]:
        """Return what differs: status, each listed header, the body."""
        found = []
        if answer.status_code != conversation.status:
            found.append(f"status {answer.status_code}, not {conversation.status}")
        for name, value in conversation.headers.items():
            wanted, got = self.here(value), answer.headers.get(name)
            if not _same_header(name, wanted, got):
                found.append(f"{name}: {got!r}, not {wanted!r}")
        found += self._body(conversation, answer)
        return found

    def _body(self, conversation: Conversation, answer: httpx.Response) -> list[str]:
        if conversation.answer is not None:
            wanted = self.here(json.dumps(conversation.answer))
            try:
                got = json.dumps(answer.json())
            except ValueError:
                got = answer.text
        elif conversation.text is not None and conversation.method != "HEAD":
            wanted, got = self.here(conversation.text), answer.text
        else:
            return []
        return [] if wanted == got else [f"body {_around(wanted, got)}"]


def staff() -> dict[str, str]:
    """Return who may do everything, by the version of the API: the header that says so."""
    rows = dataset()
    name = next(row["username"] for row in rows["users"] if row["is_superuser"])
    key = next(row["key"] for row in rows["api_keys"] if row["username"] == name)
    token = next(row["token"] for row in rows["users"] if row["username"] == name)
    return {"v1": f"ApiKey {name}:{long_enough(key)}", "v2": f"Token {token}"}


def _known_here(sent: dict[str, str]) -> dict[str, str]:
    """Return headers with the keys of the dataset as they are known here."""
    given = sent.get("Authorization", "")
    for row in dataset()["api_keys"]:
        if given.endswith(f" {row['username']}:{row['key']}"):
            return {
                **sent,
                "Authorization": f"{given[: -len(row['key'])]}{long_enough(row['key'])}",
            }
    return sent


def _same_header(name: str, wanted: str, got: str | None) -> bool:
    if got is None:
        return False
    if name == "Vary":
        # Answers are compressed here, which caches have to know.
        return _words(wanted) <= _words(got) <= _words(wanted) | {"accept-encoding"}
    return got == wanted


def _words(value: str) -> set[str]:
    return {word.strip().lower() for word in value.split(",")}


def _around(wanted: str, got: str) -> str:
    """Return both texts where they begin to differ."""
    at = next(
        (i for i, pair in enumerate(zip(wanted, got, strict=False)) if pair[0] != pair[1]),
        min(len(wanted), len(got)),
    )
    begin = max(0, at - 40)
    return f"…{got[begin : at + 120]}… and not …{wanted[begin : at + 120]}…"

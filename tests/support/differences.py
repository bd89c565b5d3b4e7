"""Where our answers differ from those of python.org on purpose: docs/decisions/0016-legacy-apis.md.

Each difference says of which conversations it may be true, and looks whether what was decided is
what happens. It is asked only where an answer is not the recorded one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx
from incumbent import drafts
from recorded import Conversation, Replay, staff

type Applies = Callable[[Conversation], bool]
type Holds = Callable[[Replay, Conversation, httpx.Response], Awaitable[bool]]


@dataclass(frozen=True)
class Difference:
    """A decided difference."""

    reason: str
    applies: Applies
    holds: Holds


async def _head(replay: Replay, asked: Conversation, answer: httpx.Response) -> bool:
    whole = await replay.ask(asked, method="GET")
    return (answer.status_code, answer.content) == (whole.status_code, b"") and (
        answer.headers["content-type"] == whole.headers["content-type"]
    )


async def _files_of_drafts(replay: Replay, asked: Conversation, answer: httpx.Response) -> bool:
    """Staff get the recorded answer; guests get it without the files of drafts."""
    seen = await replay.ask(asked, Authorization=staff()[asked.version])
    if replay.compare(asked, seen):
        return False
    whole = seen.json()
    if asked.version == "v1" and "objects" in whole:
        shown = [row for row in whole["objects"] if not _of_draft(row)]
        got = answer.json()
        return bool(got["objects"] == shown) and (
            got["meta"]["total_count"] < whole["meta"]["total_count"]
        )
    if isinstance(whole, list):
        shown = [row for row in whole if not _of_draft(row)]
        # A list that is narrowed by a draft is narrowed by a release that guests do not know.
        return answer.status_code == 400 if not shown else bool(answer.json() == shown)
    return answer.status_code == 404 and _of_draft(whole)


def _of_draft(row: dict[str, str]) -> bool:
    found = re.search(r"/release/(\d+)", row["release"])
    return found is not None and int(found[1]) in drafts()


async def _draft(replay: Replay, asked: Conversation, answer: httpx.Response) -> bool:
    seen = await replay.ask(asked, Authorization=staff()[asked.version])
    return (answer.status_code, answer.content, seen.status_code) == (404, b"", 200)


async def _refused(_: Replay, asked: Conversation, answer: httpx.Response) -> bool:
    """What was a failure of the server names what is wrong, or there is no such thing."""
    if asked.reads:
        return answer.status_code in {200, 400, 404}
    told = answer.json() if answer.status_code == 400 else {}
    return bool(told) and "error_message" not in told


async def _no_button(_: Replay, __: Conversation, answer: httpx.Response) -> bool:
    return answer.status_code == 201 and not answer.json()["download_button"]


async def _now(_: Replay, asked: Conversation, answer: httpx.Response) -> bool:
    recorded, ours = asked.answer, answer.json()
    for told in (recorded, ours):
        told["fields"]["release_date"].pop("default")
    return bool(recorded == ours)


def _sends_no_button(asked: Conversation) -> bool:
    return asked.body is not None and json.loads(asked.body).get("download_button") is False


async def _nobody(_: Replay, __: Conversation, answer: httpx.Response) -> bool:
    return answer.status_code == 401


DIFFERENCES: Final = (
    Difference(
        "HEAD is answered wherever GET is",
        lambda asked: asked.method == "HEAD" and asked.status == 405,
        _head,
    ),
    Difference(
        "the files of a draft are hidden from guests",
        lambda asked: asked.anonymous and asked.reads and "/downloads/release_file" in asked.path,
        _files_of_drafts,
    ),
    Difference(
        "guests cannot tell a draft from nothing: 404 in both versions",
        lambda asked: asked.anonymous and asked.reads and (asked.status, asked.text) == (401, ""),
        _draft,
    ),
    Difference(
        "bad input and duplicates are refused with 400, and are no failure of the server",
        lambda asked: asked.status == 500,
        _refused,
    ),
    Difference(
        "a file without a download button may stand beside one with it",
        lambda asked: (
            asked.version == "v2"
            and asked.answer
            == {"non_field_errors": ["The fields os, release must make a unique set."]}
            and _sends_no_button(asked)
        ),
        _no_button,
    ),
    Difference(
        "who may not delete is told so, whether or not there is such a row",
        lambda asked: asked.anonymous and (asked.method, asked.status) == ("DELETE", 404),
        _nobody,
    ),
    Difference(
        "the default of a time is the moment at which one asks",
        lambda asked: asked.plain.endswith("/release/schema/") and asked.status == 200,
        _now,
    ),
)

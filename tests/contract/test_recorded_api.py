"""Every recorded conversation with python.org's own software, held with the gateway.

The folder is that of the variable RECORDED_API; other recordings on the same rows may be put in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx
from differences import DIFFERENCES
from recorded import Conversation, Replay, conversations
from running import say

type Gateway = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


async def test_every_recorded_conversation(gateway: Gateway) -> None:
    async with gateway() as client:
        replay = Replay(client)
        wrong: list[str] = []
        reasons: Counter[str] = Counter()
        for asked in conversations():
            if asked.status == 429:
                continue
            answer = await replay.ask(asked)
            replay.learn(asked, answer)
            found = replay.compare(asked, answer)
            if not found:
                reasons["equal"] += 1
            elif reason := await explained(replay, asked, answer):
                reasons[reason] += 1
            else:
                wrong.append(f"{asked.name}: {asked.method} {asked.path}: {'; '.join(found)}")
    for reason, count in reasons.items():
        say(f"{count:4} {reason}")
    assert not wrong, "\n".join(wrong)


async def explained(replay: Replay, asked: Conversation, answer: httpx.Response) -> str:
    """Return the reason for which an answer is another one, empty where there is none."""
    for difference in DIFFERENCES:
        if difference.applies(asked) and await difference.holds(replay, asked, answer):
            return difference.reason
    return ""


async def test_who_asks_too_often(gateway: Gateway) -> None:
    """The shape of a refusal is the recorded one; the numbers are settings."""
    throttled = [asked for asked in conversations() if asked.status == 429]
    wrong = []
    for asked in throttled:
        async with gateway(api_limit="1/day", api_limit_key="1/day") as client:
            replay = Replay(client)
            assert (await replay.ask(asked, path="/api/v1/downloads/os/6/")).status_code < 400
            answer = await replay.ask(asked)
            assert 0 < int(answer.headers["retry-after"]) <= 86400
            headers = answer.headers.copy()
            headers["retry-after"] = asked.headers["Retry-After"]
            text = re.sub(rb"\d+ seconds", b"86400 seconds", answer.content)
            numbers = httpx.Response(answer.status_code, headers=headers, content=text)
            wrong += [f"{asked.name}: {line}" for line in replay.compare(asked, numbers)]
    assert wrong == []

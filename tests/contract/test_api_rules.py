"""What all dialects of the API share: keys, limits, what is kept, and how much is asked for it."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
from recorded import staff

from devstack.testing import TokenFactory
from devstack.waiting import until

type Gateway = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

LIST = "/api/v2/downloads/release/"
PLAIN = {"v1": "ApiKey plainuser:plainkey000000000000", "v2": f"Token {'b' * 40}"}


async def calls(client: httpx.AsyncClient) -> int:
    """Return how often the downloads service was called."""
    told = (await client.get("/metrics")).text
    counted = re.findall(
        r'gateway_backend_duration_seconds_count\{[^}]*service="downloads"[^}]*\} (\d+)', told
    )
    return sum(map(int, counted))


async def settled(client: httpx.AsyncClient) -> int:
    """Return how many calls there were, once the gateway has what it asks for by itself."""
    last = -1
    while (found := await calls(client)) != last:
        last = found
        await asyncio.sleep(0.2)
    return found


async def test_how_much_is_asked(gateway: Gateway) -> None:
    """Calls for one answer: they are bounded whatever there is, and none for one that is kept."""
    async with gateway(operator_sources="192.0.2.0/24") as client:
        for path, most in (
            (LIST, 1),
            (LIST + "260/", 1),
            ("/api/v2/downloads/release_file/?release=260&os=1", 1),
            ("/api/v2/downloads/release_file/?release=99999&os=99", 3),
            ("/api/v2/downloads/release_file/", 3),
            ("/api/v1/downloads/release/?limit=0", 1),
            ("/api/v1/downloads/release/set/1;2;3/", 1),
            ("/api/v1/downloads/release_file/?release__slug=python-3147&os__slug=source", 1),
            ("/api/v2/downloads/releases?stable=true", 1),
            ("/api/v2/downloads/releases/python-3147", 1),
            ("/api/v2/downloads/releases/python-3147/files", 1),
        ):
            before = await settled(client)
            first = await client.get(path)
            assert await calls(client) - before <= most, path
            again = await client.get(path)
            if first.status_code == 200:
                assert await calls(client) - before <= most, path
                assert again.headers["x-cache"] == "hit"
                assert again.content == first.content


async def test_what_is_kept_and_for_whom(gateway: Gateway) -> None:
    async with gateway() as client:
        first = await client.get(LIST)
        assert first.headers["x-cache"] == "miss"
        assert (await client.get(LIST)).headers["x-cache"] == "hit"
        head = await client.head(LIST)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] != "0"
        same = await client.get(LIST, headers={"If-None-Match": first.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        # By what an answer differs: who asks, how it is written, by what name the site was called.
        known = await client.get(LIST, headers={"Authorization": staff()["v2"]})
        assert known.headers["x-cache"] == "uncached"
        assert known.headers["cache-control"] == "private, no-cache"
        assert len(known.json()) > len(first.json())
        assert (await client.get(LIST, headers={"Accept": "text/html"})).status_code == 406
        named = await client.get(LIST, headers={"Host": "python.org", "Fastly-SSL": "1"})
        assert named.json()[0]["resource_uri"].startswith("https://python.org/api/v2/")
        strange = await client.get(LIST, headers={"Host": "evil.example"})
        assert strange.json() == first.json()
        path = "/api/v1/downloads/os/1/"
        for accept, media in (("*/*", "application/json"), ("text/yaml", "text/yaml")) * 2:
            answer = await client.get(path, headers={"Accept": accept})
            assert answer.headers["content-type"].startswith(media)


async def test_a_change_is_seen_at_once(gateway: Gateway) -> None:
    """An event drops what is kept; of what is withdrawn no copy is left for bad times."""
    async with gateway() as client:
        key = {"Authorization": staff()["v2"]}
        before = (await client.get(LIST)).json()
        sent = {"name": "Python 9.91.0", "slug": "python-9910", "is_published": True}
        made = await client.post(LIST, json=sent, headers=key)
        assert made.status_code == 201, made.text
        where = made.headers["location"]

        async def shown() -> bool:
            return "python-9910" in (await client.get(LIST)).text

        await until(shown)
        assert (await client.get(where)).status_code == 200
        assert (await client.delete(where, headers=key)).status_code == 204

        async def gone() -> bool:
            return (await client.get(where)).status_code == 404 and not await shown()

        await until(gone)
        assert (await client.get(LIST)).json() == before


async def test_limits(gateway: Gateway) -> None:
    async with gateway(api_limit="2/hour", api_limit_key="2/hour") as client:
        first = await client.get("/api/v2/downloads/os/1/")
        assert first.headers["ratelimit-policy"] == '"default";q=2;w=3600'
        assert re.fullmatch(r'"default";r=1;t=\d+', first.headers["ratelimit"])
        for _ in range(5):
            kept = await client.get("/api/v2/downloads/os/1/")
            assert kept.status_code == 200
            assert "ratelimit" not in kept.headers
        assert (await client.get("/api/v1/downloads/os/1/")).status_code == 200
        for path, media in (
            ("/api/v1/downloads/os/2/", "text/html; charset=utf-8"),
            ("/api/v2/downloads/os/2/", "application/json"),
            ("/api/v2/downloads/files/1", "application/problem+json"),
        ):
            refused = await client.get(path)
            assert refused.status_code == 429
            assert refused.headers["content-type"] == media
            assert 0 < int(refused.headers["retry-after"]) <= 3600
        # What is kept is still to be had, and who sends a key has a limit of their own.
        assert (await client.get("/api/v2/downloads/os/1/")).status_code == 200
        for status in (200, 200, 429):
            known = await client.get(LIST + "260/", headers={"Authorization": PLAIN["v2"]})
            assert known.status_code == status


async def test_pages_elsewhere_may_read(gateway: Gateway) -> None:
    async with gateway() as client:
        for path in ("/api/v1/downloads/os/", "/api/v2/downloads/os/", "/api/v2/downloads/files"):
            read = await client.get(path, headers={"Origin": "https://example.org"})
            assert read.headers["access-control-allow-origin"] == "*"
            asked = await client.options(
                path,
                headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"},
            )
            assert asked.is_success
            assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
            written = await client.post(path, json={})
            assert "access-control-allow-origin" not in written.headers


# --- keys ---


@asynccontextmanager
async def bearer(
    behind: Any, token: TokenFactory, user: int, *scopes: str
) -> AsyncIterator[tuple[str, Callable[[], Any]]]:
    """Make a key; gives it, and what revokes it."""
    sent = {"kind": "bearer", "name": secrets.token_hex(6), "scopes": list(scopes)}
    own = token("identity", permissions=("identity.serve_accounts",), subject="service:gateway")
    headers = {"Authorization": f"Bearer {own}"}
    async with httpx.AsyncClient(base_url=behind.identity, headers=headers) as identity:
        made = await identity.post(f"/users/{user}/keys", json=sent)
        assert made.status_code == 201, made.text

        async def revoke() -> None:
            gone = await identity.delete(f"/users/{user}/keys/{made.json()['id']}")
            assert gone.status_code == 204

        yield f"Bearer {made.json()['secret']}", revoke


async def test_scopes_and_keys_that_end(
    gateway: Gateway, behind: Any, issue_token: TokenFactory
) -> None:
    scopes = ("downloads.add_release", "downloads.delete_release", "downloads.view_release")
    path = "/api/v2/downloads/releases"
    async with gateway() as client, bearer(behind, issue_token, 1, *scopes) as (key, revoke):
        headers = {"Authorization": key, "Idempotency-Key": "once"}
        sent = {"name": "Python 9.92.0", "slug": "python-9920"}
        first = await client.post(path, json=sent, headers=headers)
        assert first.status_code == 201, first.text
        where = first.headers["location"]
        assert where == f"{path}/python-9920"
        again = await client.post(path, json=sent, headers=headers)
        assert again.json() == first.json()
        other = await client.post(path, json={**sent, "slug": "x"}, headers=headers)
        assert other.status_code == 409
        assert "Idempotency-Key" in other.json()["extra"]
        assert (await client.get(where)).status_code == 404
        assert (await client.get(where, headers=headers)).status_code == 200
        refused = await client.put(where, json=sent, headers=headers)
        assert refused.status_code == 403
        assert "downloads.change_release" in refused.json()["detail"]
        assert (await client.delete(where, headers=headers)).status_code == 204
        await revoke()

        async def ended() -> bool:
            return (await client.get(path, headers=headers)).status_code == 401

        await until(ended)


async def test_who_may_not(gateway: Gateway) -> None:
    async with gateway() as client:
        row = {"name": "Python 9.93.0", "slug": "python-9930"}
        for headers, first, second in (
            ({}, 401, 401),
            ({"Authorization": PLAIN["v1"]}, 401, 401),
            ({"Authorization": PLAIN["v2"]}, 401, 403),
            ({"Authorization": "Bearer no"}, 401, 401),
        ):
            sent = await client.post("/api/v1/downloads/release/", json=row, headers=headers)
            assert (sent.status_code, sent.content) == (first, b"")
            sent = await client.post(LIST, json=row, headers=headers)
            assert sent.status_code == second
            sent = await client.post("/api/v2/downloads/releases", json=row, headers=headers)
            assert sent.status_code == 401
        # A key in an address would end up in logs.
        told = await client.get("/api/v1/downloads/os/?username=admin&api_key=x")
        assert (told.status_code, told.content) == (401, b"")


HOSTILE = (
    b"[" * 100_000,
    b'{"name":' * 50_000,
    rb'{"name": "\ud800"}',
    rb'{"name": "Python 3.96.1", "version": "\uDFFF"}',
    b"\xff\xfe",
    b"",
)


async def test_bodies_that_nobody_means_to_send(gateway: Gateway) -> None:
    async with gateway() as client:
        for api in ("v1", "v2"):
            for resource in ("release", "release_file", "os"):
                for body in HOSTILE:
                    answer = await client.post(
                        f"/api/{api}/downloads/{resource}/",
                        content=body,
                        headers={"Authorization": staff()[api], "Content-Type": "application/json"},
                    )
                    assert answer.status_code == 400, (api, resource, body[:40])
            row = {"name": "x", "slug": "x", "os": "http://[", "release": "https://a]b/x/1/"}
            answer = await client.post(
                f"/api/{api}/downloads/release_file/",
                json=row,
                headers={"Authorization": staff()[api]},
            )
            assert answer.status_code == 400


async def test_replacing_what_somebody_else_changed(gateway: Gateway) -> None:
    """The modern API asks for the revision; each mistake is named by its field."""
    path = "/api/v2/downloads/files/1"
    async with gateway() as client:
        found = (await client.get(path)).json()["data"]
        key = {"Authorization": "Bearer x"}
        assert (await client.put(path, json={}, headers=key)).status_code == 401
        told = await client.get("/api/v2/downloads/files?page=0&colour=red&architecture=vax")
        assert told.status_code == 400
        problem = told.json()
        assert problem["status"] == problem["status_code"] == 400
        assert problem["extra"].keys() == {"page", "colour", "architecture"}
        assert found["revision"] >= 1


async def test_publishing_a_draft_leaves_the_rest_alone(
    gateway: Gateway, behind: Any, issue_token: TokenFactory
) -> None:
    rights = ("add", "change", "delete", "view")
    scopes = [f"downloads.{verb}_release{kind}" for verb in rights for kind in ("", "file")]
    scopes.append("downloads.can_publish_releases")
    async with gateway() as client, bearer(behind, issue_token, 1, *scopes) as (key, _):
        headers = {"Authorization": key}
        notes = "https://docs.python.org/3/"
        sent = {"name": "Python 9.94.0", "content": "*First*", "release_notes_url": notes}
        made = await client.post("/api/v2/downloads/releases", json=sent, headers=headers)
        assert made.status_code == 201, made.text
        where, release = made.headers["location"], made.json()["data"]
        try:
            change = {"is_published": True}
            assert (await client.patch(where, json=change, headers=headers)).status_code == 428
            match = {**headers, "If-Match": f'"{release["revision"] + 1}"'}
            assert (await client.patch(where, json=change, headers=match)).status_code == 412
            match["If-Match"] = f'"{release["revision"]}"'
            wrong = await client.patch(where, json={"name": "", "colour": 1}, headers=match)
            assert wrong.status_code == 400
            assert wrong.json()["extra"].keys() == {"name", "colour"}
            done = await client.patch(where, json=change, headers=match)
            assert done.status_code == 200, done.text
            published = done.json()["data"]
            assert published["is_published"]
            changed = {"is_published", "revision", "updated_at"}
            assert {n for n in release if release[n] != published[n]} == changed

            url = "https://www.python.org/ftp/python/9.94.0/a.tgz"
            row = {"name": "a", "os_id": 3, "release_id": release["id"], "url": url}
            row |= {"sha256_sum": "ab" * 32}
            added = await client.post("/api/v2/downloads/files", json=row, headers=headers)
            assert added.status_code == 201, added.text
            match["If-Match"] = f'"{added.json()["data"]["revision"]}"'
            at = added.headers["location"]
            short = await client.patch(at, json={"sha256_sum": "abc"}, headers=match)
            assert short.status_code == 400
            assert short.json()["extra"].keys() == {"sha256_sum"}
            sized = await client.patch(at, json={"filesize": 7}, headers=match)
            assert sized.json()["data"]["size"] == 7
            assert sized.json()["data"]["sha256"] == "ab" * 32
        finally:
            assert (await client.delete(where, headers=headers)).status_code == 204


async def test_addresses_that_are_not_there(gateway: Gateway) -> None:
    async with gateway() as client:
        for path in ("/api/v2/downloads/release-files", "/api/v2/users/a/b/", "/api/v2/nothing"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["instance"] == path
        slashed = await client.get("/api/v2/downloads/releases/?series=3.14")
        assert slashed.status_code == 301
        assert slashed.headers["location"] == "/api/v2/downloads/releases?series=3.14"
        assert (await client.post("/api/v2/downloads/releases/", json={})).status_code == 404
        told = await client.get("/api/v2/downloads/releases?series=abc")
        assert told.status_code == 400
        assert told.json()["extra"].keys() == {"series"}


async def test_walking_by_cursor(gateway: Gateway) -> None:
    async with gateway() as client:
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = await client.get(
                f"/api/v2/downloads/releases?cursor={cursor}&page_size=100&fields=id"
            )
            found = answer.json()
            seen += [row["id"] for row in found["data"]]
            cursor = found["meta"]["next_cursor"]
        assert seen == sorted(set(seen))
        assert len(seen) == len((await client.get(LIST)).json())
        assert json.dumps(found["meta"], sort_keys=True).startswith('{"has_next": false')

"""Who may call: denied unless the route says so, decided by tokens that hold."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import OctKey
from litestar import Controller, Litestar, Router, get, post

from servicekit import access
from servicekit.access import MissingAccess, Principal
from servicekit.app import create_service
from servicekit.dependencies import Caller
from servicekit.problems import Forbidden, Unauthorized
from servicekit.service import Service
from servicekit.settings import ServiceSettings
from servicekit.testing import client_of, started
from servicekit.tokens import KeySet, SigningKey, TokenError, jwks

Token = Callable[..., str]


def test_an_app_with_a_route_open_to_nobody_does_not_start(
    notes: Service, settings: ServiceSettings
) -> None:
    @get("/forgotten")
    async def forgotten() -> None: ...

    class Half(Controller):
        path = "/half"

        @get(opt=access.public())
        async def said(self) -> None: ...

        @post()
        async def unsaid(self) -> None: ...

    with pytest.raises(MissingAccess) as caught:
        create_service(replace(notes, routes=[forgotten, Half]), settings)
    assert "GET /forgotten" in str(caught.value)
    assert "POST /half" in str(caught.value)
    assert "GET /half" not in str(caught.value)


def test_a_permission_needs_a_name() -> None:
    with pytest.raises(ValueError, match="every token"):
        access.permission()


def test_every_route_has_a_rule(app: Litestar) -> None:
    rules = access.rules(app.routes)
    assert rules["POST", "/notes"].permissions == ("notes.add_note",)
    assert rules["GET", "/notes"].open
    assert rules["GET", "/internal/export/notes"].permissions == ("system.export",)
    opened = {path for (_, path), rule in rules.items() if rule.open}
    assert not any(path.startswith("/internal") for path in opened)


async def test_no_token_is_401_and_the_wrong_permission_403(
    client: httpx.AsyncClient, issue_token: Token
) -> None:
    nobody = await client.post("/notes", json={"title": "a"})
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"] == "Bearer"
    token = issue_token("notes", permissions=["notes.view_note"])
    lacking = await client.post(
        "/notes", json={"title": "a"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert lacking.status_code == 403
    assert "notes.add_note" in lacking.json()["detail"]
    # Who may not call learns nothing of what the body should be.
    assert (await client.post("/notes", json={"wrong": 1})).status_code == 401


async def test_a_token_that_does_not_hold_is_401_on_public_routes_too(
    client: httpx.AsyncClient, issue_token: Token, signing_key: str
) -> None:
    mine = SigningKey.load(signing_key)
    stranger = SigningKey.generate("stranger", "gateway")
    same_name = SigningKey.generate(mine.kid, "gateway")
    good = issue_token("notes")
    head, body, signature = good.split(".")
    admin = {**json.loads(base64.urlsafe_b64decode(body + "==")), "permissions": ["notes.add_note"]}
    forged = base64.urlsafe_b64encode(json.dumps(admin).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": mine.kid}).encode()).rstrip(
        b"="
    )
    public = mine.public()["x"]
    confused = jwt.encode(
        {"alg": "HS256", "kid": mine.kid},
        admin,
        OctKey.import_key(public * 2),
        algorithms=["HS256"],
    )
    with time_machine.travel(time.time() - 300):
        expired = issue_token("notes")
    with time_machine.travel(time.time() + 300):
        early = issue_token("notes")
    wrong = {
        "of another service": issue_token("downloads"),
        "expired": expired,
        "not valid yet": early,
        "of an unknown key": stranger.mint(subject="user:1", audience="notes"),
        "of a key of the same name": same_name.mint(subject="u", audience="notes"),
        "changed": f"{head}.{forged}.{signature}",
        "unsigned": f"{none.decode()}.{forged}.",
        "signed with the public key": confused,
        "cut": good[:-10],
        "no token": "x",
        "empty parts": "..",
        "not ASCII": "é.é.é".encode().decode("latin-1"),
        "deep": base64.urlsafe_b64encode(b"[" * 100_000).decode() + ".a.b",
    }
    for what, token in wrong.items():
        answer = await client.get(
            "/notes", headers={b"authorization": b"Bearer " + token.encode("latin-1")}
        )
        assert answer.status_code == 401, what
        assert answer.headers["www-authenticate"] == "Bearer", what
    for header in ("Basic abc", "Bearer", "Bearer  ", ""):
        assert (await client.get("/notes", headers={"authorization": header})).status_code == 401
    assert (
        await client.get("/notes", headers={"authorization": f"bearer {good}"})
    ).status_code == 200


async def test_a_token_may_live_a_minute_in_production_and_longer_outside(
    notes: Service, make_settings: Callable[..., ServiceSettings]
) -> None:
    key = SigningKey.generate("live-1", "gateway")
    long = key.mint(subject="user:1", audience="notes", lifetime=3600)
    short = key.mint(subject="user:1", audience="notes")
    for environment, expected in (("production", 401), ("test", 200)):
        settings = make_settings(environment=environment, jwks=json.dumps(jwks(key)))
        async with started(create_service(notes, settings)) as app, client_of(app) as client:
            for token, status in ((long, expected), (short, 200)):
                answer = await client.get("/notes", headers={"authorization": f"Bearer {token}"})
                assert answer.status_code == status, environment


async def test_keys_rotate_without_a_restart(tmp_path: Path) -> None:
    old, new = SigningKey.generate("1", "gateway"), SigningKey.generate("2", "gateway")
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(jwks(old)))
    keys = KeySet(str(file), audience="notes")
    await keys.load()
    said: dict[str, Any] = {"subject": "service:jobs", "audience": "notes"}
    assert (await keys.verify(old.mint(**said))).subject == "service:jobs"
    file.write_text(json.dumps(jwks(old, new)))
    await keys.load()
    assert keys.kids == {"1", "2"}
    await keys.verify(old.mint(**said))
    await keys.verify(new.mint(**said))
    file.write_text(json.dumps(jwks(new)))
    await keys.load()
    with pytest.raises(TokenError, match="unknown key"):
        await keys.verify(old.mint(**said))


async def test_a_key_holds_for_tokens_of_its_own_issuer_only() -> None:
    jobs, gateway = SigningKey.generate("1", "jobs"), SigningKey.generate("2", "gateway")
    keys = KeySet(json.dumps(jwks(jobs, gateway)), audience="notes")
    said: dict[str, Any] = {"subject": "user:1", "audience": "notes"}
    for key in (jobs, gateway):
        assert (await keys.verify(key.mint(**said))).issuer == key.issuer
    jobs.issuer = "gateway"
    for _ in range(2):
        with pytest.raises(TokenError, match="of its issuer"):
            await keys.verify(jobs.mint(**said))
    # A key that says nothing of whose it is holds for nobody.
    open_key = {name: value for name, value in gateway.public().items() if name != "iss"}
    keys = KeySet(json.dumps({"keys": [open_key]}), audience="notes")
    with pytest.raises(TokenError, match="unknown key"):
        await keys.verify(gateway.mint(**said))


async def test_a_new_key_is_looked_for_when_a_token_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicekit.tokens._SOON", 0.0)
    old, new = SigningKey.generate("1", "gateway"), SigningKey.generate("2", "gateway")
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(jwks(old)))
    keys = KeySet(str(file), audience="notes")
    await keys.load()
    file.write_text(json.dumps(jwks(old, new)))
    await keys.verify(new.mint(subject="a", audience="notes"))


async def test_unknown_keys_do_not_make_us_ask_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, stranger = SigningKey.generate("1", "gateway"), SigningKey.generate("2", "gateway")
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(jwks(key)))
    keys = KeySet(str(file), audience="notes")
    await keys.load()
    read = 0
    fetch = keys._fetch

    async def counted() -> str:
        nonlocal read
        read += 1
        return await fetch()

    monkeypatch.setattr(keys, "_fetch", counted)
    for _ in range(20):
        with pytest.raises(TokenError):
            await keys.verify(stranger.mint(subject="a", audience="notes"))
    assert read == 0


async def test_a_source_that_cannot_be_read_keeps_the_old_keys(tmp_path: Path) -> None:
    key = SigningKey.generate("1", "gateway")
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(jwks(key)))
    keys = KeySet(str(file), audience="notes")
    await keys.load()
    for broken in ("", "[]", '{"keys": 1}', "{"):
        file.write_text(broken)
        with pytest.raises(TokenError):
            await keys.load()
    await keys.verify(key.mint(subject="a", audience="notes"))


async def test_keys_come_by_url(free_port: Callable[[], int]) -> None:
    import uvicorn

    key = SigningKey.generate("1", "gateway")

    @get("/jwks.json")
    async def serve_keys() -> dict[str, Any]:
        return jwks(key)

    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            Litestar([serve_keys], logging_config=None),
            port=port,
            log_level="critical",
            lifespan="off",
        )
    )
    import asyncio

    task = asyncio.create_task(server._serve())
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        keys = KeySet(f"http://127.0.0.1:{port}/jwks.json", audience="notes")
        await keys.verify(key.mint(subject="a", audience="notes"))
    finally:
        server.should_exit = True
        await task


async def test_a_service_starts_without_its_keys_and_takes_them_up_later(
    notes: Service,
    make_settings: Callable[..., ServiceSettings],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("servicekit.tokens._SOON", 0.0)
    key = SigningKey.generate("1", "gateway")
    file = tmp_path / "late.json"
    async with (
        started(create_service(notes, make_settings(jwks=str(file)))) as app,
        client_of(app) as client,
    ):
        header = {"authorization": f"Bearer {key.mint(subject='a', audience='notes')}"}
        assert (await client.get("/notes")).status_code == 200
        assert (await client.get("/notes", headers=header)).status_code == 401
        file.write_text(json.dumps(jwks(key)))
        assert (await client.get("/notes", headers=header)).status_code == 200


def test_a_signing_key_is_read_from_jwk_and_file(tmp_path: Path) -> None:
    key = SigningKey.generate("dev-1", "gateway")
    inline = SigningKey.load(json.dumps(key.private()))
    assert inline.public() == key.public()
    assert "d" not in key.public()
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key.private()))
    assert SigningKey.load(str(file)).kid == "dev-1"
    nameless = {name: value for name, value in key.private().items() if name != "kid"}
    assert SigningKey.load(json.dumps(nameless)).kid == key._key.thumbprint()
    with pytest.raises(ValueError, match="whose it is"):
        SigningKey.load(json.dumps({**key.private(), "iss": ""}))
    with pytest.raises(ValueError, match="private"):
        SigningKey.load(json.dumps(key.public()))


def test_a_principal_says_what_it_may() -> None:
    editor = Principal(subject="user:7", permissions=frozenset({"a.b"}))
    assert editor.user_id == 7
    assert editor.may("a.b")
    editor.require("a.b")
    with pytest.raises(Forbidden, match=r"a\.c"):
        editor.require("a.b", "a.c")
    with pytest.raises(Unauthorized):
        access.ANONYMOUS.require()
    assert Principal(subject="service:jobs").user_id is None


async def test_the_principal_of_a_route(
    notes: Service, settings: ServiceSettings, issue_token: Token
) -> None:
    @get("/me", opt=access.authenticated())
    async def me(principal: Caller) -> dict[str, Any]:
        return {"subject": principal.subject, "staff": principal.staff}

    service = replace(notes, routes=[Router("/", route_handlers=[me])])
    async with started(create_service(service, settings)) as app, client_of(app) as client:
        assert (await client.get("/me")).status_code == 401
        token = issue_token("notes", subject="user:9", staff=True)
        answer = await client.get("/me", headers={"authorization": f"Bearer {token}"})
        assert answer.json() == {"subject": "user:9", "staff": True}
        options = await client.options("/me")
        assert options.status_code == 204
        assert "GET" in options.headers["allow"]

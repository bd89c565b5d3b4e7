"""A site elsewhere that people sign in with: OpenID Connect, or GitHub's own way, on a real port.

It keeps to the rules of the protocol, and is strict with those who come: addresses that were not
agreed on, a wrong secret, a code that was used or has no verifier are refused. What it tells can be
spoilt, to see whether anybody notices.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from litestar import Litestar, Request, Response, get, post
from litestar.response import Redirect

from devstack.ports import free_port
from devstack.waiting import wait_until

SECRET = "a-secret-of-two-sites"
ID = "the-site"
_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
_PAGE = """<!doctype html><html lang="en"><title>{name}</title><h1>{name}</h1>
<form method="post" action="{action}">{hidden}
<label>Who are you? <input name="person" value="{person}"></label>
<button name="decision" value="yes">Sign in</button>
<button name="decision" value="no">Cancel</button></form></html>"""


@dataclass(frozen=True)
class Person:
    """Somebody with an account there."""

    subject: str
    username: str = ""
    email: str = ""
    verified: bool = True


@dataclass
class _Grant:
    person: Person
    asked: dict[str, str]
    when: float


@dataclass
class Elsewhere:
    """One provider.

    Attributes:
        people: Who has an account, by the name they type.
        claims: Changes what an ID token says, before it is signed.
        token: Changes an ID token after it was signed.
        answer: Answers in place of the site, by path; None leaves it to the site.
        asked: What it was asked for, in order: method and path.
    """

    kind: Literal["oidc", "github"] = "oidc"
    id: str = "elsewhere"
    name: str = "Elsewhere"
    port: int = field(default_factory=free_port)
    people: dict[str, Person] = field(default_factory=dict)
    claims: Callable[[dict[str, Any]], dict[str, Any]] = dict
    token: Callable[[str], str] = str
    answer: Callable[[str], Response[Any] | None] = lambda _: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    says_issuer: bool = True
    key: RSAKey = field(default_factory=lambda: _KEY)
    published: RSAKey = field(default_factory=lambda: _KEY)
    _codes: dict[str, _Grant] = field(default_factory=dict)
    _tokens: dict[str, Person] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client_id(self) -> str:
        return f"{ID}-at-{self.id}"

    def declared(self) -> dict[str, str]:
        """Return what the settings of the identity service say of it."""
        said = {"kind": self.kind, "id": self.id, "name": self.name, "issuer": self.issuer}
        if self.kind == "github":
            said["api"] = f"{self.issuer}/api"
        return {**said, "client_id": self.client_id, "client_secret": SECRET}

    def heal(self) -> None:
        """Behave again."""
        self.claims, self.token, self.answer = dict, str, lambda _: None
        self.says_issuer, self.key, self.published = True, _KEY, _KEY
        self.asked.clear()

    def say(self, **more: Any) -> None:
        """Have ID tokens say something else."""
        self.claims = lambda said: {**said, **more}

    def spoil(self, path: str, make: Callable[[], Response[Any]]) -> None:
        """Answer something else at a path."""
        self.answer = lambda asked: make() if asked == path else None

    async def visit(self, location: str, person: Person | None) -> dict[str, str]:
        """Do what a person does there, who is sent to `location`; None says no.

        Returns what the browser brings back, in the query of where it is sent.
        """
        name = person.subject if person is not None else ""
        if person is not None:
            self.people[name] = person
        decision = "yes" if person is not None else "no"
        async with httpx.AsyncClient() as browser:
            shown = await browser.get(location)
            assert shown.status_code == 200, shown.text
            sent = dict(parse_qsl(urlsplit(location).query))
            to = location.partition("?")[0]
            back = await browser.post(to, data={**sent, "person": name, "decision": decision})
        assert back.status_code == 302, back.text
        return dict(parse_qsl(urlsplit(back.headers["location"]).query))

    @contextmanager
    def running(self) -> Iterator[Elsewhere]:
        """Listen for as long as the block lasts."""
        config = uvicorn.Config(
            self._app(), host="127.0.0.1", port=self.port, log_level="error", lifespan="off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield self
        finally:
            server.should_exit = True
            thread.join(10)

    def with_public_key(self, token: str) -> str:
        """Sign a token with the public key, as if it were a secret that two sites share."""
        header = _word({"alg": "HS256", "kid": self.published.kid})
        said = f"{header}.{token.split('.')[1]}"
        made = hmac.digest(self.published.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    # --- what it answers ---

    def _app(self) -> Litestar:
        @get(["/authorize", "/login/oauth/authorize"], media_type="text/html", sync_to_thread=False)
        def ask(request: Request[Any, Any, Any]) -> Response[Any]:
            asked = dict(parse_qsl(request.scope["query_string"].decode()))
            self._check(asked)
            hidden = "".join(
                f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                for name, value in asked.items()
            )
            known = next(iter(self.people), "")
            return Response(
                _PAGE.format(name=self.name, action=request.url.path, hidden=hidden, person=known),
                media_type="text/html",
            )

        @post(["/authorize", "/login/oauth/authorize"])
        async def decide(request: Request[Any, Any, Any]) -> Redirect:
            sent = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
            self._check(sent)
            back: dict[str, str] = {"state": sent["state"]}
            if sent["decision"] == "yes":
                code = secrets.token_urlsafe()
                self._codes[code] = _Grant(self.people[sent["person"]], sent, time.time())
                back["code"] = code
            else:
                back["error"] = "access_denied"
            if self.says_issuer and self.kind == "oidc":
                back["iss"] = self.issuer
            return Redirect(f"{sent['redirect_uri']}?{urlencode(back)}", status_code=302)

        @post(["/token", "/login/oauth/access_token"], status_code=200)
        async def exchange(request: Request[Any, Any, Any]) -> Response[Any]:
            self.asked.append(("POST", request.url.path))
            if (spoilt := self.answer(request.url.path)) is not None:
                return spoilt
            sent = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
            return self._exchange(sent, request.headers)

        @get("/{path:path}", sync_to_thread=False)
        def read(request: Request[Any, Any, Any], path: str) -> Response[Any]:
            self.asked.append(("GET", path))
            spoilt = self.answer(path)
            return spoilt if spoilt is not None else self._read(path, request.headers)

        return Litestar([ask, decide, exchange, read], openapi_config=None, logging_config=None)

    def _check(self, asked: Mapping[str, str]) -> None:
        assert asked["client_id"] == self.client_id
        assert asked["response_type"] == "code"
        assert asked["redirect_uri"].endswith(f"/accounts/{self.id}/login/callback/")
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["code_challenge"]) == 43
        assert len(asked["state"]) == 43
        assert self.kind == "github" or "openid" in asked["scope"].split()

    def _exchange(self, sent: Mapping[str, str], headers: Mapping[str, str]) -> Response[Any]:
        basic = headers.get("authorization", "").partition(" ")[2]
        client = unquote(base64.b64decode(basic).decode()) if basic else ""
        if not client:
            client = f"{sent.get('client_id')}:{sent.get('client_secret')}"
        if client != f"{self.client_id}:{SECRET}":
            return Response({"error": "invalid_client"}, status_code=401)
        grant = self._codes.pop(sent["code"], None)
        made = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
        if (
            grant is None
            or grant.asked["redirect_uri"] != sent["redirect_uri"]
            or grant.asked["code_challenge"] != made.decode().rstrip("=")
        ):
            if self.kind == "github":
                return Response({"error": "bad_verification_code"})
            return Response({"error": "invalid_grant"}, status_code=400)
        access = secrets.token_urlsafe()
        self._tokens[access] = grant.person
        found = {"access_token": access, "token_type": "Bearer", "expires_in": 3600}
        if self.kind == "oidc":
            found["id_token"] = self._id_token(grant)
        return Response(found)

    def _id_token(self, grant: _Grant) -> str:
        now = int(time.time())
        said: dict[str, Any] = {
            "iss": self.issuer,
            "sub": grant.person.subject,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.asked.get("nonce"),
            "email": grant.person.email,
            "email_verified": grant.person.verified,
            "preferred_username": grant.person.username,
        }
        if "max_age" in grant.asked:
            said["auth_time"] = int(grant.when)
        signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, self.claims(said), self.key)
        return self.token(signed)

    def _read(self, path: str, headers: Mapping[str, str]) -> Response[Any]:
        if path == "/.well-known/openid-configuration":
            return Response(self.discovery())
        if path == "/jwks":
            return Response({"keys": [self.published.as_dict(private=False)]})
        person = self._tokens.get(headers.get("authorization", "").removeprefix("Bearer "))
        if person is None:
            return Response({"error": "invalid_token"}, status_code=401)
        address = {"email": person.email, "verified": person.verified, "primary": True}
        found: dict[str, Any] = {
            "/userinfo": {
                "sub": person.subject,
                "email": person.email,
                "email_verified": person.verified,
                "preferred_username": person.username,
            },
            "/api/user": {"id": int(person.subject) if person.subject.isdecimal() else 0}
            | {"login": person.username},
            "/api/user/emails": [{**address, "email": "x@x.example", "primary": False}, address],
        }
        return Response(found[path])

    def discovery(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": self.says_issuer,
        }


def unsigned(token: str) -> str:
    """Return a token that says of itself that nobody signed it."""
    return f"{_word({'alg': 'none'})}.{token.split('.')[1]}."


def _word(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def other_key() -> RSAKey:
    """Return a key that nobody published, under the name of one that somebody did."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


def person(number: int = 0, **changes: Any) -> Person:
    """Return somebody nobody else is."""
    subject = str(number or secrets.randbelow(10**9) + 1)
    known = Person(subject, f"octo-{subject}", f"octo-{subject}@example.org")
    return replace(known, **changes)

"""Authenticators and what they are asked for, as a browser at the site would do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authenticator import Authenticator

if TYPE_CHECKING:
    from services.identity.tests.conftest import Api

ORIGIN = "https://site.example"


def device(**traits: Any) -> Authenticator:
    return Authenticator(origin=ORIGIN, **traits)


async def ask(api: Api, path: str, body: Any = None) -> Any:
    return (await api.post(f"{path}/passkey-challenges", body, status=201))["options"]


async def add(
    api: Api, user_id: int, made: Authenticator, session: str | None = None, name: str = "phone"
) -> Any:
    options = await ask(api, f"/users/{user_id}")
    sent = {"name": name, "credential": made.create(options), "session": session}
    return await api.post(f"/users/{user_id}/passkeys", sent, status=201)


async def enter(api: Api, made: Authenticator, *, status: int = 201, **lies: Any) -> Any:
    """Sign in with a passkey alone."""
    options = await ask(api, "")
    sent = {"credential": made.get(options, **lies), "remember": True}
    return await api.post("/passkey-logins", sent, status=status)


async def prove(
    api: Api, secret: str, made: Authenticator, way: str, *, status: int = 200, **lies: Any
) -> Any:
    """Answer what a session is asked for."""
    session = f"/sessions/{api.sha(secret)}"
    options = await ask(api, session, {"purpose": way})
    sent = {"credential": made.get(options, **lies)}
    return await api.post(f"{session}/{way}/passkey", sent, status=status)

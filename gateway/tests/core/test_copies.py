"""What is remembered of sessions and keys, where, and for how long."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.identity.dto import Session, SessionState, SessionUser
from gateway.auth import copies
from gateway.auth.copies import GRACE, Copies
from gateway.auth.shared import Place, SharedCopies
from gateway.backends.errors import BackendUnavailable
from gateway.cache.valkey import ValkeyCache, connect

SECRET = "only replicas of this site know it"
#: Generous: what is tested here is not how long Valkey takes on a busy machine.
PATIENT = 5.0
NOW = datetime.now(UTC)


def place(name: str) -> Place:
    """Return where the session of a name is: a made-up hash."""
    return Place(name.encode().hex().ljust(64, "0"))


def state(user: int, username: str) -> SessionState:
    """Return the session of a user."""
    return SessionState(
        session=Session(
            id=user,
            user_id=user,
            agent="",
            remembered=False,
            created=NOW,
            last_seen=NOW,
            expires=NOW + timedelta(days=1),
            reauthenticated_at=NOW,
        ),
        user=SessionUser(
            id=user,
            username=username,
            name=username.title(),
            email=f"{username}@example.org",
            is_staff=False,
            is_superuser=False,
            groups=[],
            permissions=[],
        ),
    )


class Service:
    """Answers what it is told to, or is away."""

    def __init__(self) -> None:
        self.known: dict[str, SessionState] = {"ada": state(1, "ada"), "bob": state(2, "bob")}
        self.away = False
        self.asked: list[str] = []

    async def ask(self, name: str) -> SessionState | None:
        self.asked.append(name)
        if self.away:
            raise BackendUnavailable("identity", "is away")
        return self.known.get(name)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def _stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every copy count for the grace alone."""
    monkeypatch.setattr(copies, "FRESH", 0.0)


def alone() -> Copies[SessionState]:
    return Copies(lambda: True, None)


async def get(
    kept: Copies[SessionState], service: Service, name: str, *, sure: bool = False
) -> str | None:
    found = await kept.get(place(name), lambda: service.ask(name), sure=sure)
    return None if found is None else found.user.username


async def test_a_copy_spares_asking_until_something_concerns_it(service: Service) -> None:
    kept = alone()
    for _ in range(3):
        assert await get(kept, service, "ada") == "ada"
        assert await get(kept, service, "nobody") is None
    assert service.asked == ["ada", "nobody"]
    assert await get(kept, service, "ada", sure=True) == "ada"
    await kept.drop_user(2)
    await get(kept, service, "ada")
    assert service.asked == ["ada", "nobody", "ada"]
    await kept.drop_user(1)
    service.known = {"nobody": state(3, "somebody")}
    assert await get(kept, service, "ada") is None
    assert await get(kept, service, "nobody") == "somebody"
    await kept.drop_secret(place("nobody").sha256)
    await get(kept, service, "nobody")
    assert service.asked[-2:] == ["nobody", "nobody"]


@pytest.mark.usefixtures("_stale")
async def test_while_the_service_is_away_only_readers_go_on(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = alone()
    await get(kept, service, "ada")
    service.away = True
    assert await get(kept, service, "ada") == "ada"
    for name, sure in (("ada", True), ("bob", False)):
        with pytest.raises(BackendUnavailable):
            await get(kept, service, name, sure=sure)
    monkeypatch.setattr(copies, "GRACE", 0.0)
    with pytest.raises(BackendUnavailable):
        await get(kept, service, "ada")


@pytest.mark.usefixtures("_stale")
async def test_made_up_ones_push_out_nobody(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_SIZE", 5)
    kept = alone()
    await get(kept, service, "ada")
    for number in range(50):
        await get(kept, service, f"made up {number}")
    service.away = True
    assert await get(kept, service, "ada") == "ada"
    with pytest.raises(BackendUnavailable):
        await get(kept, service, "made up 0")


async def test_an_answer_that_was_dropped_on_its_way_is_not_kept(service: Service) -> None:
    kept = alone()

    async def ask() -> SessionState | None:
        await kept.drop_all()
        return await service.ask("ada")

    assert await kept.get(place("ada"), ask, sure=False) is not None
    await get(kept, service, "ada")
    assert service.asked == ["ada", "ada"]


# --- in Valkey ---


@contextlib.asynccontextmanager
async def replica(
    url: str, secret: str = SECRET, *, wait: float = PATIENT
) -> AsyncIterator[tuple[Copies[SessionState], Any]]:
    """Begin a replica that knows nothing yet, with its connection."""
    client = connect(url, wait)
    cache = ValkeyCache(client, "1", wait)
    try:
        shared = SharedCopies(cache, secret, SessionState, GRACE)
        yield Copies(lambda: True, shared), cache
    finally:
        await client.aclose()


async def test_a_replica_need_not_ask_what_another_asked(service: Service, valkey_url: str) -> None:
    async with replica(valkey_url) as (one, _), replica(valkey_url) as (two, cache):
        assert await get(one, service, "ada") == "ada"
        assert await get(two, service, "ada") == "ada"
        assert await get(one, service, "nobody") is None
        assert service.asked == ["ada", "nobody"]
        # Of what is not there Valkey has nothing; of what is, not a word that can be read.
        names = [name.decode() for name in await cache.client.keys("gateway:*")]
        assert [name for name in names if ":copy:" in name] == [
            f"gateway:SessionState:copy:{place('ada')}"
        ]
        held = await cache.client.hgetall(names[0])
        assert b"ada" not in b"".join(held.values())
        assert 0 < await cache.client.pttl(names[0]) <= GRACE * 1000


@pytest.mark.usefixtures("_stale")
async def test_the_grace_holds_in_a_replica_that_begins_and_after_missed_events(
    service: Service, valkey_url: str
) -> None:
    async with replica(valkey_url) as (one, _):
        await get(one, service, "ada")
        await get(one, service, "bob", sure=True)
        await one.drop_user(2)
    service.away = True
    async with replica(valkey_url) as (two, _):
        two.doubt()
        assert await get(two, service, "ada") == "ada"
        with pytest.raises(BackendUnavailable):
            await get(two, service, "ada", sure=True)
        with pytest.raises(BackendUnavailable):
            await get(two, service, "bob")


async def test_after_missed_events_everything_is_asked_again(
    service: Service, valkey_url: str
) -> None:
    async with replica(valkey_url) as (one, _), replica(valkey_url) as (two, _):
        await get(one, service, "ada")
        two.doubt()
        await get(two, service, "ada")
        assert service.asked == ["ada", "ada"]


@pytest.mark.parametrize("how", ["user", "secret", "all", "gone"])
async def test_what_one_replica_drops_no_other_finds(
    service: Service, valkey_url: str, how: str
) -> None:
    async with replica(valkey_url) as (one, _), replica(valkey_url) as (two, _):
        await get(one, service, "ada")
        if how == "user":
            await two.drop_user(1)
        elif how == "secret":
            await two.drop_secret(place("ada").sha256)
        elif how == "all":
            await two.drop_all()
        else:
            del service.known["ada"]
            assert await get(two, service, "ada", sure=True) is None
        async with replica(valkey_url) as (three, _):
            service.away = True
            with pytest.raises(BackendUnavailable):
                await get(three, service, "ada")


async def test_a_slow_answer_does_not_bring_back_what_was_dropped_meanwhile(
    service: Service, valkey_url: str
) -> None:
    async with replica(valkey_url) as (one, _), replica(valkey_url) as (two, _):

        async def ask() -> SessionState | None:
            found = await service.ask("ada")
            await two.drop_user(1)
            return found

        await one.get(place("ada"), ask, sure=False)
        async with replica(valkey_url) as (three, _):
            await get(three, service, "ada")
            assert service.asked == ["ada", "ada"]


async def test_nobody_else_who_writes_to_valkey_signs_in(service: Service, valkey_url: str) -> None:
    """Not with a copy of their own making, another's copy, or one that is said to be newer."""
    async with replica(valkey_url) as (one, cache), replica(valkey_url, "a guess") as (other, _):
        await get(one, service, "ada")
        at = "gateway:SessionState:copy:{}".format
        held = await cache.client.hgetall(at(place("ada")))
        await cache.client.hset(at(place("mallory")), mapping=held)
        await get(other, service, "bob")
        newer = {**held, b"asked": str(int(held[b"asked"]) + 1).encode()}
        await cache.client.hset(at(place("ada")), mapping=newer)
        await cache.client.hset(
            at(place("eve")), mapping={"asked": held[b"asked"], "user": "1", "sealed": "short"}
        )
        service.away = True
        async with replica(valkey_url) as (three, _):
            for name in ("ada", "mallory", "bob", "eve"):
                with pytest.raises(BackendUnavailable):
                    await get(three, service, name)
        await cache.client.hset(at(place("ada")), mapping=held)
        async with replica(valkey_url) as (three, _):
            assert await get(three, service, "ada") == "ada"


async def test_without_valkey_a_replica_has_its_own_memory(service: Service) -> None:
    async with replica("redis://127.0.0.1:1", wait=0.05) as (one, _):
        for _ in range(2):
            assert await get(one, service, "ada") == "ada"
        await one.drop_user(1)
        assert await get(one, service, "ada") == "ada"
        assert service.asked == ["ada", "ada"]


async def test_what_could_not_be_dropped_is_not_believed_later(
    service: Service, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with replica(valkey_url) as (one, cache):
        await get(one, service, "ada")
        answers = cache.call

        async def silent(command: object) -> None:
            assert asyncio.iscoroutine(command)
            command.close()

        monkeypatch.setattr(cache, "call", silent)
        await one.drop_user(1)
        monkeypatch.setattr(cache, "call", answers)
        service.away = True
        with pytest.raises(BackendUnavailable):
            await get(one, service, "ada")

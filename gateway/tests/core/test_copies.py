"""What is remembered of sessions and keys, and for how long."""

from __future__ import annotations

import pytest

from gateway.auth import copies
from gateway.auth.copies import Copies
from gateway.backends.errors import BackendUnavailable


class Service:
    """Answers what it is told to, or is away."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {"ada": "Ada"}
        self.away = False
        self.asked: list[str] = []

    async def ask(self, place: str) -> str | None:
        self.asked.append(place)
        if self.away:
            raise BackendUnavailable("identity", "is away")
        return self.known.get(place)


@pytest.fixture
def service() -> Service:
    return Service()


async def get(
    kept: Copies[str, str], service: Service, place: str, *, sure: bool = False
) -> object:
    return await kept.get(place, lambda: service.ask(place), sure=sure)


async def test_a_copy_spares_asking_until_something_concerns_it(service: Service) -> None:
    kept: Copies[str, str] = Copies(lambda: True)
    for _ in range(3):
        assert await get(kept, service, "ada") == "Ada"
        assert await get(kept, service, "nobody") is None
    assert service.asked == ["ada", "nobody"]
    assert await get(kept, service, "ada", sure=True) == "Ada"
    kept.drop(lambda place, _: place == "another")
    await get(kept, service, "ada")
    assert service.asked == ["ada", "nobody", "ada"]
    kept.drop(lambda _, state: state == "Ada")
    kept.forget("nobody")
    service.known = {"nobody": "Somebody"}
    assert await get(kept, service, "ada") is None
    assert await get(kept, service, "nobody") == "Somebody"


async def test_while_the_service_is_away_only_readers_go_on(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "FRESH", 0.0)
    kept: Copies[str, str] = Copies(lambda: True)
    await get(kept, service, "ada")
    service.away = True
    assert await get(kept, service, "ada") == "Ada"
    with pytest.raises(BackendUnavailable):
        await get(kept, service, "ada", sure=True)
    with pytest.raises(BackendUnavailable):
        await get(kept, service, "bob")
    monkeypatch.setattr(copies, "GRACE", 0.0)
    with pytest.raises(BackendUnavailable):
        await get(kept, service, "ada")


async def test_made_up_ones_push_out_nobody(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_SIZE", 5)
    monkeypatch.setattr(copies, "FRESH", 0.0)
    kept: Copies[str, str] = Copies(lambda: True)
    await get(kept, service, "ada")
    for number in range(50):
        await get(kept, service, f"made up {number}")
    service.away = True
    assert await get(kept, service, "ada") == "Ada"
    with pytest.raises(BackendUnavailable):
        await get(kept, service, "made up 0")


async def test_an_answer_that_was_dropped_on_its_way_is_not_kept(service: Service) -> None:
    kept: Copies[str, str] = Copies(lambda: True)

    async def ask() -> str | None:
        kept.drop_all()
        return await service.ask("ada")

    assert await kept.get("ada", ask, sure=False) == "Ada"
    await get(kept, service, "ada")
    assert service.asked == ["ada", "ada"]

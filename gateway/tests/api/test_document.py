"""Whatever the API serves is in its document, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.integrations import EVENTS
from gateway.api.document import document
from gateway.api.modern.dialect import Modern
from gateway.api.modern.reading import read
from gateway.api.routes import OPERATIONS, RESOURCES, dialects
from gateway.api.server import Dialect
from gateway.api.v1.dialect import V1
from gateway.api.v2.dialect import V2
from gateway.api.v2.sponsors import ADDRESSES, Sponsors
from gateway.api.wire import Ask, Refused

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


async def nothing() -> bytes:
    return b""


def ask(method: str, path: str, *query: tuple[str, str]) -> Ask:
    return Ask(
        method=method,
        path=path,
        raw_path=path,
        query=query,
        raw_query="",
        headers={},
        origin="https://www.python.org",
        read=nothing,
    )


def addresses(dialect: Dialect[Any]) -> Iterator[str]:
    """Name what a dialect serves, each as the document does; a new dialect needs a branch."""
    match dialect:
        case V1() | V2():
            yield f"{dialect.prefix}/"
            for resource in RESOURCES:
                base = f"{dialect.prefix}/{resource.name}/"
                yield from (base, f"{base}{{id}}/")
                if isinstance(dialect, V1):
                    yield from (f"{base}schema/", f"{base}set/{{ids}}/")
                elif resource.bulk and resource.changeable:
                    yield f"{base}delete_by_{resource.bulk}/"
        case Sponsors():
            yield from ADDRESSES
        case Modern():
            yield from (f"{dialect.prefix}{each.path}" for each in dialect.operations)
        case _:
            raise AssertionError(f"what does {dialect.kind} serve?")


def takes(dialect: Dialect[Any], path: str, method: str) -> bool:
    """Tell whether an address takes a method, by what it is refused with."""
    sent = ask(method, path.replace("{id}", "1").replace("{ids}", "1;2"))
    place = dialect.find(sent)
    assert place is not None, path
    if isinstance(dialect, V2):
        return method in place.allow["Allow"].split(", ")
    if isinstance(dialect, Sponsors) or path == "/api/v1/":
        # That root answers whatever it is asked, as it always did.
        return method == "GET"
    try:
        dialect.check(place, sent)
    except Refused as refused:
        return refused.answer.status != 405
    return True


def test_all_that_is_served_is_told_and_nothing_else() -> None:
    told = document(OPERATIONS, RESOURCES, "https://www.python.org")
    documented = {(path, method.upper()) for path, item in told["paths"].items() for method in item}
    served = {
        (path, method)
        for dialect in dialects()
        for path in addresses(dialect)
        for method in METHODS
        if takes(dialect, path, method)
    }
    assert served == documented
    assert told["webhooks"].keys() == EVENTS.keys()


@pytest.mark.parametrize("wrong", ["0", "-1", "10000000000000000000000", "1e3", "٣", "one", ""])
async def test_a_page_that_there_cannot_be_is_refused_by_its_name(wrong: str) -> None:
    lists = [each for each in OPERATIONS if each.many]
    assert len(lists) > 20
    for operation in lists:
        name = "page_size" if operation.marked else "page"
        with pytest.raises(Refused) as met:
            await read(operation, ask("GET", operation.path, (name, wrong)), {"slug": "x"})
        assert met.value.answer.status == 400, operation.id
        assert f'"extra": {{"{name}": ["Must be a whole number from 1 to'.encode() in (
            met.value.answer.body
        ), operation.id

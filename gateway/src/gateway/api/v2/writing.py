"""Making and changing rows: what was sent becomes what the service takes, or a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from gateway.api.legacy.declaration import Errors, Field, Kind
from gateway.api.legacy.refusals import taken
from gateway.api.v2.fields import NotValid, take
from gateway.api.v2.metadata import FORM, MULTIPART
from gateway.api.wire import parse
from gateway.backends.errors import BackendRefused

if TYPE_CHECKING:
    from gateway.api.legacy.declaration import Resource
    from gateway.api.store import Store
    from gateway.api.wire import Ask

_REQUIRED: Final = "This field is required."


class NotTaken(Exception):
    """What was sent cannot be used."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


async def create(
    resource: Resource, ask: Ask, store: Store, resources: Mapping[str, Resource]
) -> Any:  # noqa: ANN401 - the resource's DTO
    """Make a row and return it. Raises NotTaken, BackendError."""
    values = await _taken(resource, await _read(ask), store, resources, old=None)
    return await store.create(resource, values)


async def change(  # noqa: PLR0913 - the parts of a change
    resource: Resource,
    number: int,
    ask: Ask,
    store: Store,
    resources: Mapping[str, Resource],
    *,
    partly: bool,
) -> Any | None:  # noqa: ANN401 - the resource's DTO
    """Change a row and return it, None where there is none. Raises NotTaken, BackendError.

    Fields that are not sent stay as they are; unless it is done `partly`, the required ones have
    to be sent. Who changed the row in between is not overwritten: it is read once more.
    """
    sent = await _read(ask)
    for last in (False, True):
        old = await store.one(resource, number)
        if old is None:
            return None
        values = await _taken(resource, sent, store, resources, old=old, partly=partly)
        kept = (*resource.kept, *(field.source for field in resource.writable))
        whole = {name: getattr(old, name) for name in kept} | values
        try:
            return await store.replace(resource, number, whole, old.version)
        except BackendRefused as error:
            if error.status != 412 or last:
                raise
    return None


async def _read(ask: Ask) -> dict[str, Any]:
    body = await ask.read()
    header = ask.header("content-type") or ""
    media = header.partition(";")[0].strip().lower()
    if not body:
        return {}
    if media == FORM:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if media == MULTIPART:
        return _parts(body, header)
    if media != "application/json":
        raise NotTaken(415, {"detail": f'Unsupported media type "{header}" in request.'})
    try:
        found = parse(body)
    except UnicodeEncodeError:
        raise NotTaken(400, {"detail": "JSON parse error - half of a character"}) from None
    except ValueError as error:
        raise NotTaken(400, {"detail": f"JSON parse error - {error}"}) from None
    if found is None:
        raise NotTaken(400, {"non_field_errors": ["No data provided"]})
    if not isinstance(found, dict):
        told = f"Invalid data. Expected a dictionary, but got {type(found).__name__}."
        raise NotTaken(400, {"non_field_errors": [told]})
    return found


def _parts(body: bytes, header: str) -> dict[str, Any]:
    """Return the fields of a multipart body; files are taken for the texts that they hold."""
    head = f"Content-Type: {header}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    found: dict[str, Any] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content.decode("utf-8", "replace")
    return found


async def _taken(  # noqa: PLR0913 - the parts of a change
    resource: Resource,
    sent: Mapping[str, Any],
    store: Store,
    resources: Mapping[str, Resource],
    *,
    old: Any,  # noqa: ANN401 - the resource's DTO, or None
    partly: bool = False,
) -> dict[str, Any]:
    """Return what was sent, as the service takes it. Every field that is wrong is told at once."""
    values: dict[str, Any] = {}
    errors: Errors = {}
    for field in resource.writable:
        if field.name in sent:
            try:
                values[field.source] = take(field, sent[field.name])
            except NotValid as error:
                errors[field.name] = error.messages
        elif field.required and not partly:
            errors[field.name] = [_REQUIRED]
    checks = [
        _check(resource, field, values[field.source], store, resources, old)
        for field in resource.writable
        if (field.unique or field.kind is Kind.RELATION) and values.get(field.source) is not None
    ]
    for field, message in await asyncio.gather(*checks):
        if message:
            errors[field.name] = [message]
    if errors:
        told = {field.name: errors[field.name] for field in resource.fields if field.name in errors}
        raise NotTaken(400, told)
    await _follow(resource, values, store, resources)
    if resource.check is not None:
        whole = {
            field.source: values.get(
                field.source, field.default if old is None else getattr(old, field.source)
            )
            for field in resource.writable
        }
        broken = resource.check(whole, old)
        if broken:
            raise NotTaken(400, broken)
    return {name: value for name, value in values.items() if value is not None}


async def _follow(
    resource: Resource, values: dict[str, Any], store: Store, resources: Mapping[str, Resource]
) -> None:
    """Put what the service keeps of related rows in place of their ids."""
    for field in resource.writable:
        if field.by and values.get(field.source) is not None:
            row = await store.one(resources[field.to], values[field.source])
            values[field.source] = getattr(row, field.by, None)


async def _check(  # noqa: PLR0913, PLR0917 - the parts of a change
    resource: Resource,
    field: Field,
    value: Any,  # noqa: ANN401 - of the field
    store: Store,
    resources: Mapping[str, Resource],
    old: Any,  # noqa: ANN401 - the resource's DTO, or None
) -> tuple[Field, str]:
    """Ask whether a relation leads to a row, and whether a value is another row's."""
    if old is not None and value == getattr(old, field.source):
        return field, ""
    if field.kind is Kind.RELATION:
        target = resources.get(field.to)
        found = None if target is None else await store.one(target, value)
        return field, "" if found is not None else "Invalid hyperlink - Object does not exist."
    other = await store.having(resource, field.unique, value)
    known = other is not None and (old is None or other != old.id)
    return field, taken(resource, field.name, field.label) if known else ""

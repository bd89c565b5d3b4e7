"""Keys of the APIs."""

from __future__ import annotations

from typing import Final

from litestar import Controller, Response, delete, get, post
from pydantic import TypeAdapter

from contracts.identity.dto import Key, KeyInput, KeyKind, KeyState, NewKey
from identity.controllers.common import SERVING, Hash, Id, TextFilter, Told, Who
from identity.services import keys
from servicekit.dependencies import Reading, Writing
from servicekit.responses import json_response

_KEYS: Final = TypeAdapter(list[Key])


class OwnKeyController(Controller):
    """Keys of one account."""

    path = "/users/{id:int}/keys"
    tags = ("own account",)
    opt = SERVING

    @get(operation_id="list_keys")
    async def list_keys(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[list[Key]]:
        """List a user's keys, the newest first."""
        found = await keys.of_user(read_session, id)
        return json_response([Key.model_validate(row) for row in found], _KEYS)

    @post(operation_id="create_key")
    async def create_key(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: KeyInput,
    ) -> Response[NewKey]:
        """Make a key; its secret is told this once."""
        return json_response(await keys.create(write_session, settings, id, data, visitor))

    @delete("/{key_id:int}", operation_id="revoke_key")
    async def revoke_key(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        key_id: Id,
    ) -> None:
        """Revoke a key."""
        await keys.revoke(write_session, settings, id, key_id, visitor)


@get("/keys/{kind:str}/{sha256:str}", operation_id="get_key", tags=["keys"], opt=SERVING)
async def get_key(
    write_session: Writing, kind: KeyKind, sha256: Hash, username: TextFilter = None
) -> Response[KeyState]:
    """Read what a key may, by its hash. The key counts as used."""
    return json_response(await keys.state(write_session, kind, sha256, username))


ROUTES = (OwnKeyController, get_key)

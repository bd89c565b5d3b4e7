"""The HTTP API of notes, and routes that go wrong on purpose."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from pydantic import Field, TypeAdapter
from sqlalchemy import select, text

from contracts.base import DTO, Input, Line, Page
from notes.models import Note, Shelf
from servicekit import access
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import check_match, etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow, count, page
from servicekit.problems import Conflict, NotFound
from servicekit.responses import json_response


class Part(Input):
    url: str
    size: int = 0


class NoteInput(Input):
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    stars: int = 0
    place: int | None = None
    shelf_id: int | None = None
    parts: tuple[Part, ...] = ()


class NoteOut(DTO):
    id: int
    title: str
    stars: int
    version: int


_PAGE = TypeAdapter(Page[NoteOut])


def _out(note: Note, status: int | None = None) -> Response[Any]:
    return json_response(NoteOut.model_validate(note), status=status, etag=etag(note.version))


async def find_note(read_session: Reading, note_id: FromPath[int]) -> Note:
    """Find a note before its handler runs, so that a dependency is what fails."""
    note = await read_session.get(Note, note_id)
    if note is None:
        raise NotFound(f"There is no note {note_id}.")
    return note


class Notes(Controller):
    path = "/notes"
    opt = access.public()
    tags = ["notes"]  # noqa: RUF012 - Litestar's own annotation

    @get(operation_id="list_notes")
    async def list_notes(
        self,
        read_session: Reading,
        window: InWindow,
        title: Annotated[str | None, QueryParameter()] = None,
        min_stars: Annotated[int | None, QueryParameter(name="stars__gte")] = None,
    ) -> Response[Page[NoteOut]]:
        query = select(Note.id, Note.title, Note.stars, Note.version).order_by(Note.id)
        if title is not None:
            query = query.where(Note.title == title)
        if min_stars is not None:
            query = query.where(Note.stars >= min_stars)
        total = await count(read_session, query)
        rows = await read_session.execute(query.limit(window.limit).offset(window.offset))
        items = [NoteOut.model_validate(row) for row in rows]
        return json_response(page(items, total=total, window=window), _PAGE)

    @get("/{note_id:int}", operation_id="read_note")
    async def read_note(self, read_session: Reading, note_id: FromPath[int]) -> Response[NoteOut]:
        note = await read_session.get(Note, note_id)
        if note is None:
            raise NotFound(f"There is no note {note_id}.")
        return _out(note)

    @get(
        "/{note_id:int}/found",
        operation_id="read_found_note",
        dependencies={"note": Provide(find_note)},
    )
    async def read_found_note(self, note: NamedDependency[Note]) -> Response[NoteOut]:
        return _out(note)

    @post(operation_id="create_note", opt=access.permission("notes.add_note"))
    async def create_note(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: JSONBody[NoteInput],
    ) -> Response[NoteOut]:
        async def make() -> Response[Any]:
            note = Note(**data.model_dump(exclude={"parts"}), creator_id=principal.user_id)
            write_session.add(note)
            await write_session.flush()
            return _out(note)

        return await once(request, write_session, principal, make)

    @put("/{note_id:int}", operation_id="change_note", opt=access.permission("notes.change_note"))
    async def change_note(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        note_id: FromPath[int],
        data: JSONBody[NoteInput],
    ) -> Response[NoteOut]:
        note = await write_session.get(Note, note_id, with_for_update=True)
        if note is None:
            raise NotFound(f"There is no note {note_id}.")
        check_match(request.headers.get("if-match"), note.version)
        for name, value in data.model_dump(exclude={"parts"}).items():
            setattr(note, name, value)
        await write_session.flush()
        return _out(note)

    @delete(
        "/{note_id:int}", operation_id="delete_note", opt=access.permission("notes.delete_note")
    )
    async def delete_note(self, write_session: Writing, note_id: FromPath[int]) -> None:
        note = await write_session.get(Note, note_id)
        if note is None:
            raise NotFound(f"There is no note {note_id}.")
        await write_session.delete(note)


class Wrong(Controller):
    """Handlers that fail in every way there is."""

    path = "/wrong"
    opt = access.public()
    include_in_schema = False

    @post("/raise")
    async def write_and_raise(self, write_session: Writing) -> None:
        write_session.add(Note(title="never"))
        await write_session.flush()
        raise Conflict("no", field="title")

    @post("/crash")
    async def write_and_crash(self, write_session: Writing) -> None:
        write_session.add(Note(title="never"))
        await write_session.flush()
        raise ZeroDivisionError("secret detail")

    @post("/both")
    async def both_sessions(self, read_session: Reading, write_session: Writing) -> None:
        await read_session.execute(text("SELECT 1"))
        write_session.add_all([Note(title="a", place=1), Note(title="b", place=1)])

    @get("/write-in-read")
    async def write_in_read(self, read_session: Reading) -> None:
        read_session.add(Note(title="never"))
        await read_session.commit()

    @post("/hang")
    async def hang(self, write_session: Writing, waits: NamedDependency[Waits]) -> None:
        write_session.add(Note(title="never"))
        await write_session.flush()
        waits.reached.set()
        await waits.go_on.wait()

    @post("/sleep")
    async def sleep(self, write_session: Writing, seconds: FromQuery[float] = 30.0) -> None:
        write_session.add(Note(title="slept"))
        await write_session.flush()
        await write_session.execute(text("SELECT pg_sleep(:s)"), {"s": seconds})

    @get("/lazy")
    async def lazy(self, read_session: Reading) -> Response[bytes]:
        shelf = (await read_session.execute(select(Shelf).limit(1))).scalar_one()
        return Response(str(shelf.notes).encode())


class Waits:
    """Lets a test stop a request in its handler."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

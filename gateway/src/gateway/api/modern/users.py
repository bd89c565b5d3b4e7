"""Public profiles."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pydantic import BaseModel, Field

from contracts.identity import dto
from gateway.api.modern.declaration import Operation, reading

if TYPE_CHECKING:
    from gateway.api.modern.declaration import Request


class Profile(BaseModel):
    """What somebody shows of themselves to everybody."""

    username: str
    name: str = Field(description="First and last name, else the user name")
    joined_at: datetime
    page: str = Field(description="Path on the site")


def _path(asked: Request) -> str | None:
    name = asked.inside["name"]
    return f"/profiles/{quote(name, safe='')}" if len(name) <= 150 and name.isprintable() else None


def _of(found: dto.Profile) -> Profile:
    page = f"/users/{quote(found.username)}/"
    return Profile(username=found.username, name=found.name, joined_at=found.joined, page=page)


USERS: Final = (
    Operation(
        id="get_user",
        path="/users/{name}",
        tag="users",
        summary="Read a public profile",
        description="Whoever hides their profile is not found.",
        run=reading("identity", _path, dto.Profile, _of, lambda found: (f"user:{found.username}",)),
        out=Profile,
        personal=True,
    ),
)

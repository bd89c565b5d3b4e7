"""What pages of working groups print. Texts are plain and must be escaped; `html` is safe."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.pages.heads import Head, Tab
from gateway.pages.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """One group of the directory."""

    name: str
    href: str
    text: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsPage:
    """`groups/list.html`, at /psf/workgroups/."""

    head: Head
    states: tuple[Tab, ...]
    groups: tuple[GroupCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One text of a group, below its heading."""

    title: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """`groups/group.html`, at /psf/workgroups/<slug>/."""

    head: Head
    id: int
    active: bool
    parts: tuple[Part, ...]
    website: Link | None
    organizers: tuple[Link, ...]
    members: tuple[Link, ...]

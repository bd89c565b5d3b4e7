"""What no service tells of: pages of the gateway, sections of the documentation, and PEPs.

They are files beside the code (`data/search/`), read again at every rebuild.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from content.search.documents import Document

DATA: Final = Path(__file__).parents[2] / "data" / "search"
#: What the keys of these documents begin with.
CONTEXT: Final = "fixed"

_DOCS: Final = "https://docs.python.org/3/"
_PEPS: Final = "https://peps.python.org/"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Section(_Strict):
    """A page of the site that is no row of any service."""

    url: Annotated[str, StringConstraints(pattern=r"^/")]
    title: str
    summary: str
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    boost: float = 1.2


class Documentation(_Strict):
    """A part of docs.python.org: `path` is below /3/."""

    path: str
    title: str
    summary: str
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Pep(_Strict):
    """A Python Enhancement Proposal. A status that may change soon is left out."""

    number: int
    title: str
    status: str = ""
    names: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


_SECTIONS: Final = TypeAdapter(list[Section])
_DOCUMENTATION: Final = TypeAdapter(list[Documentation])
_INDEX: Final = TypeAdapter(list[Pep])


def documents() -> list[Document]:
    """Read all of them."""
    return [*_sections(), *_documentation(), *_peps()]


def _sections() -> Iterator[Document]:
    for one in _SECTIONS.validate_python(_read("sections")):
        yield Document(
            key=f"{CONTEXT}:section:{one.url}",
            kind="page",
            title=one.title,
            url=one.url,
            names=one.names,
            keywords=one.keywords,
            summary=one.summary,
            boost=one.boost,
        )


def _documentation() -> Iterator[Document]:
    for one in _DOCUMENTATION.validate_python(_read("documentation")):
        yield Document(
            key=f"{CONTEXT}:documentation:{one.path}",
            kind="documentation",
            title=one.title,
            url=_DOCS + one.path,
            names=one.names,
            keywords=("documentation", *one.keywords),
            summary=one.summary,
        )


def _peps() -> Iterator[Document]:
    for one in _INDEX.validate_python(_read("peps")):
        yield Document(
            key=f"{CONTEXT}:pep:{one.number}",
            kind="pep",
            title=f"PEP {one.number}: {one.title}",
            url=f"{_PEPS}pep-{one.number:04}/",
            names=(f"PEP {one.number}", *one.names),
            keywords=("Python Enhancement Proposal", *one.keywords),
            summary=f"Python Enhancement Proposal {one.number}: {one.title}.",
            facts=(one.status,) if one.status else (),
            boost=0.9,
        )


def _read(name: str) -> object:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))

"""Texts that the service brings along: files with some lines about them before the text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_FENCE: Final = "---"


@dataclass(frozen=True, slots=True)
class SeedText:
    """One text file.

    Attributes:
        name: Its path below the folder, without the ending.
        about: What the lines between the fences say, `name: value` each.
        text: What follows them.
    """

    name: str
    about: Mapping[str, str]
    text: str


def read(folder: str) -> Iterator[SeedText]:
    """Yield the texts below `content/data/<folder>`, by name."""
    root = files("content").joinpath("data", folder)
    for name, file in sorted(_below(root, ""), key=lambda found: found[0]):
        yield parse(name, file.read_text(encoding="utf-8"))


def pictured(text: SeedText, field: str, *, kept: bool) -> dict[str, object]:
    """Return what is said of a text, with its picture as the file that is sent in `field`.

    `kept`: there is a store that keeps files. Without one there is no picture.
    """
    about: dict[str, object] = dict(text.about)
    name = about.pop("picture", "")
    if name and kept:
        drawn = files("content").joinpath("data", "pictures", f"{name}.png").read_bytes()
        about[field] = {"name": f"{name}.png", "data": b64encode(drawn)}
    return about


def parse(name: str, source: str) -> SeedText:
    """Read a file; without a fence in its first line all of it is text.

    Raises ValueError, naming the file, where what stands between the fences cannot be read.
    """
    lines = source.splitlines()
    if not lines or lines[0].strip() != _FENCE:
        return SeedText(name, {}, source.strip() + "\n")
    try:
        end = lines.index(_FENCE, 1)
        about = dict(_pair(line) for line in lines[1:end] if line.strip())
    except ValueError as error:
        raise ValueError(f"{name}: what stands before the text cannot be read: {error}") from error
    return SeedText(name, about, "\n".join(lines[end + 1 :]).strip() + "\n")


def _pair(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError(line)
    return name.strip(), value.strip()


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for file in folder.iterdir():
        if file.is_dir():
            yield from _below(file, f"{prefix}{file.name}/")
        elif file.name.endswith(".md"):
            yield prefix + file.name.removesuffix(".md"), file

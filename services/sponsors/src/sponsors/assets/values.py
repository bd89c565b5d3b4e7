"""What may be handed over: a value against the limits of the feature that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.sponsors.assets import MAX_TEXT, AssetValueInput
from contracts.sponsors.features import FeatureKind
from servicekit import uploads
from servicekit.problems import Invalid
from servicekit.uploads import Accepted

type Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Value:
    """What is kept of what was sent: exactly one of the three."""

    text: str = ""
    response: bool | None = None
    file: Accepted | None = None


_FIELD = {
    FeatureKind.REQUIRED_IMAGE: "file",
    FeatureKind.REQUIRED_TEXT: "text",
    FeatureKind.REQUIRED_RESPONSE: "response",
    FeatureKind.PROVIDED_TEXT: "text",
    FeatureKind.PROVIDED_FILE: "file",
}


async def read(
    kind: FeatureKind, spec: dict[str, Any], sent: AssetValueInput, place: Place
) -> Value | None:
    """Return a value that was sent, checked; None where none was, so that nothing changes.

    Args:
        kind: Of the feature.
        spec: The feature.
        sent: What was sent.
        place: Where it stands in the body, for errors.

    Raises Invalid at the field that is wrong.
    """
    given = {name for name in ("text", "response", "file") if getattr(sent, name) is not None}
    wanted = _FIELD[kind]
    for name in sorted(given - {wanted}):
        raise Invalid.field([*place, name], f"“{spec['label']}” wants {_WANTS[wanted]}.")
    if wanted not in given:
        return None
    if sent.response is not None:
        return Value(response=sent.response)
    if sent.text is not None:
        return _text(spec, sent.text, (*place, "text"))
    return await _file(kind, spec, sent, (*place, "file"))


_WANTS = {"file": "a file", "text": "a text", "response": "yes or no"}


def _text(spec: dict[str, Any], text: str, place: Place) -> Value | None:
    if not text:
        return None
    most = spec.get("max_length") or MAX_TEXT
    if len(text) > most:
        told = f"The text has {len(text)} characters; at most {most} are taken."
        raise Invalid.field(place, told, "string_too_long")
    return Value(text=text)


async def _file(
    kind: FeatureKind, spec: dict[str, Any], sent: AssetValueInput, place: Place
) -> Value | None:
    if sent.file is None:
        return None
    taken = await uploads.accept(sent.file.name, sent.file.data, place=place)
    if kind is FeatureKind.REQUIRED_IMAGE:
        _check_picture(spec, taken, place)
    return Value(file=taken)


def _check_picture(spec: dict[str, Any], taken: Accepted, place: Place) -> None:
    """Raise Invalid for what is no picture, or one that is too small or too large."""
    if taken.width is None or taken.height is None:
        raise Invalid.field(place, "The file is no picture.", "upload")
    fits = (
        spec["min_width"] <= taken.width <= spec["max_width"]
        and spec["min_height"] <= taken.height <= spec["max_height"]
    )
    if not fits:
        wide = _range(spec["min_width"], spec["max_width"])
        high = _range(spec["min_height"], spec["max_height"])
        told = (
            f"The picture is {taken.width} by {taken.height} pixels; it must be {wide} wide and "
            f"{high} high."
        )
        raise Invalid.field(place, told, "size")


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"

"""What may be sent for each field, and what is said where it may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from gateway.api.legacy.declaration import Field, Kind

_TRUE: Final = frozenset({"t", "true", "True", "TRUE", "y", "yes", "Y", "Yes", "on", "On", "1"})
_FALSE: Final = frozenset({"f", "false", "False", "FALSE", "n", "no", "N", "No", "off", "Off", "0"})
_SLUG: Final = re.compile(r"[-a-zA-Z0-9_]+")
_LABEL: Final = r"[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]{0,61}[a-z0-9\u00a1-\uffff])?"
_URL: Final = re.compile(
    rf"(?:https?|ftps?)://(?:{_LABEL}(?:\.{_LABEL})*\.(?:[a-z\u00a1-\uffff]{{2,63}}|xn--[a-z0-9]+)"
    r"|localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]\S*)?"
)
_NO_TEXT: Final = {
    Kind.SLUG: 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.',
    Kind.URL: "Enter a valid URL.",
}
#: An address of the API: name of the resource and id.
_ADDRESS: Final = re.compile(r"/api/v2/([a-z_]+/[a-z_-]+)/(\d{1,19})(?:/|\.json/?)")
_SMALLEST, _LARGEST = -(2**31), 2**31 - 1


class NotValid(ValueError):
    """A value cannot be used; the messages say why."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = list(messages)


def take(field: Field, value: Any) -> Any:  # noqa: ANN401 - JSON in, a value of the input out
    """Return a value as the service takes it; for a relation an id. Raises NotValid."""
    if value is None:
        if field.null:
            return None
        raise NotValid("This field may not be null.")
    return _TAKERS[field.kind](field, value)


def _text(field: Field, value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotValid(_NO_TEXT.get(field.kind, "Not a valid string."))
    text = str(value).strip()
    if not text and not field.blank:
        raise NotValid("This field may not be blank.")
    messages = []
    if field.longest is not None and len(text) > field.longest:
        messages.append(f"Ensure this field has no more than {field.longest} characters.")
    if "\x00" in text:
        messages.append("Null characters are not allowed.")
    pattern = {Kind.SLUG: _SLUG, Kind.URL: _URL}.get(field.kind)
    if text and pattern is not None and not pattern.fullmatch(text):
        messages.append(_NO_TEXT[field.kind])
    if messages:
        raise NotValid(*messages)
    return text


def _boolean(_: Field, value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, bool):
        return value
    if isinstance(value, str | int) and str(value) in _TRUE:
        return True
    if isinstance(value, str | int) and str(value) in _FALSE:
        return False
    raise NotValid("Must be a valid boolean.")


def _integer(_: Field, value: Any) -> int:  # noqa: ANN401
    try:
        number = int(str(value).strip()) if isinstance(value, str | int) else int("")
    except ValueError:
        raise NotValid("A valid integer is required.") from None
    if number < _SMALLEST:
        raise NotValid(f"Ensure this value is greater than or equal to {_SMALLEST}.")
    if number > _LARGEST:
        raise NotValid(f"Ensure this value is less than or equal to {_LARGEST}.")
    return number


def _choice(field: Field, value: Any) -> int:  # noqa: ANN401
    for number, _ in field.choices:
        if str(value) == str(number) and not isinstance(value, bool):
            return number
    raise NotValid(f'"{value}" is not a valid choice.')


def _moment(_: Field, value: Any) -> str:  # noqa: ANN401
    text = value.strip() if isinstance(value, str) else ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotValid(
            "Datetime has wrong format. Use one of these formats instead: "
            "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _relation(field: Field, value: Any) -> int | None:  # noqa: ANN401
    if not isinstance(value, str):
        raise NotValid(f"Incorrect type. Expected URL string, received {type(value).__name__}.")
    if not value:
        if field.null:
            return None
        raise NotValid("This field may not be null.")
    try:
        path = unquote(urlsplit(value).path if value.startswith(("http:", "https:")) else value)
    except ValueError:  # a bracket where no address has one
        path = ""
    if not path.startswith("/"):
        raise NotValid("Invalid hyperlink - No URL match.")
    found = _ADDRESS.fullmatch(path)
    if found is None or found[1] != field.to:
        known = path.startswith("/api/v")
        raise NotValid(f"Invalid hyperlink - {'Incorrect' if known else 'No'} URL match.")
    return int(found[2])


_TAKERS: Final[Mapping[Kind, Any]] = {
    Kind.TEXT: _text,
    Kind.SLUG: _text,
    Kind.URL: _text,
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.CHOICE: _choice,
    Kind.DATETIME: _moment,
    Kind.RELATION: _relation,
}

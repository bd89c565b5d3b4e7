"""Fields as people fill them in, with what they are told where something is missing.

The rules of user names and new passwords are the identity service's; here is only what needs no
service to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, StringConstraints, TypeAdapter
from pydantic import ValidationError as Wrong

from contracts.identity import addresses, dto
from contracts.wording import in_words
from gateway.web.forms import FormErrors

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EMAIL: TypeAdapter[str] = TypeAdapter(addresses.Email)
_USERNAME: TypeAdapter[str] = TypeAdapter(dto.Username)


def _said(message: str, longest: int) -> Callable[[str], str]:
    """Return a check that something was typed: `message` where not."""

    def check(text: str) -> str:
        if not text:
            raise ValueError(message)
        if len(text) > longest:
            raise ValueError(f"This is longer than {longest} characters.")
        if _CONTROL.search(text):
            raise ValueError("This holds characters that cannot be typed.")
        return text

    return check


def _email(text: str) -> str:
    try:
        return _EMAIL.validate_python(text)
    except Wrong as error:
        raise ValueError("This does not look like an address: name@example.org") from error


def _username(text: str) -> str:
    try:
        return _USERNAME.validate_python(text)
    except Wrong as error:
        raise ValueError(
            "Letters without accents, digits and @ . + - _ make a user name, 150 at most."
        ) from error


Login = Annotated[str, AfterValidator(_said("Say your user name or an e-mail address.", 254))]
Username = Annotated[
    str, AfterValidator(_said("Choose a user name.", 150)), AfterValidator(_username)
]
#: A user name of old may hold what new ones may not.
OldUsername = Annotated[str, AfterValidator(_said("Choose a user name.", 150))]
Email = Annotated[str, AfterValidator(_said("Say an e-mail address.", 254)), AfterValidator(_email)]
Name = Annotated[str, StringConstraints(max_length=150)]
#: Spaces at its ends belong to a password.
Password = Annotated[
    str,
    StringConstraints(strip_whitespace=False),
    AfterValidator(_said("Type your password.", 1024)),
]
#: The same as it comes, where a form may come without one.
Untouched = Annotated[str, StringConstraints(strip_whitespace=False)]
NewPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False),
    AfterValidator(_said("Choose a password.", 1024)),
]
Again = Annotated[str, StringConstraints(strip_whitespace=False, max_length=1024)]
#: A number that a button or a hidden field brings.
Id = Annotated[int, BeforeValidator(lambda text: text or 0)]


def same(first: str, second: str) -> None:
    """Check that a new password was typed the same way twice."""
    if first != second:
        raise FormErrors({"password2": "The two passwords differ."})


def sending[T: BaseModel](model: type[T], values: Mapping[str, object]) -> T:
    """Return what is sent to the service; FormErrors where it could not be."""
    try:
        return model.model_validate(values)
    except Wrong as error:
        found = error.errors(include_url=False, include_input=False)
        names = (str(item["loc"][0]) if item["loc"] else "" for item in found)
        raise FormErrors(dict(zip(names, map(in_words, found), strict=True))) from error

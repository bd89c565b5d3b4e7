"""Providers as an operator declares them, in `PYDOTORG_PROVIDERS`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_settings import NoDecode

from contracts.identity.social import ProviderId

#: An address without a query; issuers are compared letter by letter, also a slash at their end.
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", max_length=500)]
#: What two sites agreed on: it goes into headers.
_VISIBLE: Final = r"^[\x21-\x7e]+$"

#: Taken by other pages at the addresses where a provider's pages stand.
_TAKEN: Final = frozenset({"social", "3rdparty"})
_DEFAULTS: Final[dict[str, dict[str, str]]] = {
    "github": {
        "id": "github",
        "name": "GitHub",
        "issuer": "https://github.com",
        "api": "https://api.github.com",
    },
    "google": {"id": "google", "name": "Google", "issuer": "https://accounts.google.com"},
    "oidc": {},
}


class Declared(BaseModel):
    """One provider.

    Attributes:
        kind: "github": OAuth 2 with GitHub's own API. "google" and "oidc": OpenID Connect; Google
            does not tell when somebody last typed a password there.
        id: Stands in addresses and rows, so it must not change afterwards.
        name: What people are shown.
        issuer: Of OpenID Connect, as its discovery document spells it; of GitHub its address.
        api: Where GitHub's API is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["oidc", "google", "github"] = "oidc"
    id: ProviderId
    name: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    issuer: Address
    client_id: Annotated[str, StringConstraints(pattern=_VISIBLE, max_length=500)]
    client_secret: SecretStr
    api: Address = ""

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, sent: Any) -> Any:  # noqa: ANN401 - whatever was written
        """Say what every installation says of a site that everybody knows."""
        if not isinstance(sent, dict):
            return sent
        return {**_DEFAULTS.get(str(sent.get("kind", "oidc")), {}), **sent}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.id in _TAKEN:
            raise ValueError(f"a provider cannot be called {self.id}")
        if not re.fullmatch(_VISIBLE, self.client_secret.get_secret_value()):
            raise ValueError("client_secret is empty, or holds what no header can")
        return self

    @property
    def proves(self) -> bool:
        """Whether it asks again who somebody is, and tells when it did.

        GitHub has no such thing, and Google does not tell.
        """
        return self.kind == "oidc"

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        asked = (self.issuer, self.api) if self.api else (self.issuer,)
        return all(urlsplit(address).scheme == "https" for address in asked)


_ALL: Final = TypeAdapter(tuple[Declared, ...])


def read(source: object) -> object:
    """Read providers from JSON: the text itself, or the path of a file.

    Raises ValueError that says what is wrong, and never what was written: there are secrets in it.
    """
    if not isinstance(source, str):
        return source
    text = source.strip()
    if not text:
        return ()
    if not text.startswith("["):
        try:
            text = Path(text).read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise ValueError("neither a list in JSON nor a file that can be read") from None
    try:
        found = _ALL.validate_python(json.loads(text))
    except ValidationError as error:
        told = (
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        )
        raise ValueError("; ".join(told)) from None
    except ValueError:
        raise ValueError("not JSON") from None
    names = [provider.id for provider in found]
    if len(set(names)) < len(names):
        raise ValueError("two providers have the same id")
    return found


Declarations = Annotated[tuple[Declared, ...], NoDecode, BeforeValidator(read)]

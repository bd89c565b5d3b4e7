"""The providers of an installation."""

from __future__ import annotations

from identity.providers.common import Line, Provider
from identity.providers.github import GitHub
from identity.providers.openid import OpenID
from identity.settings import Settings
from servicekit.problems import Invalid


class Providers:
    """What there is to sign in with; what was read of them is kept for as long as the process."""

    def __init__(self, settings: Settings) -> None:
        self._all: dict[str, Provider] = {}
        for declared in settings.providers:
            line = Line(declared, settings.provider_timeout)
            made = GitHub if declared.kind == "github" else OpenID
            self._all[declared.id] = made(declared, line)

    def get(self, name: str) -> Provider:
        """Return a provider. Raises Invalid."""
        if name not in self._all:
            raise Invalid.field(["body", "provider"], "There is no such provider.", "unknown")
        return self._all[name]

"""The list of permissions is what the routes of all services ask for, no more and no less."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr
from tools import workspace

from contracts.permissions import GRANTABLE, INTERNAL
from servicekit import access
from servicekit.app import create_service

#: Asked for by the rules of a domain, of some bodies only.
WITHIN = {"content.can_write_unsafe_html"}
#: Contexts, and names that staff know from before a context had several domains.
OTHERS = {"system", "pages"}


def asked() -> Iterator[str]:
    """Yield every permission that some route asks for. Nothing is connected to."""
    for _, service in workspace.services():
        settings = service.settings.model_construct(
            environment="test",
            database_url=SecretStr("postgresql://nobody@localhost/nothing"),
            jwks='{"keys": []}',
        )
        for rule in access.rules(create_service(service, settings).routes).values():
            yield from rule.permissions
            yield from rule.alternatives


def test_every_permission_that_is_asked_for_is_known_and_the_reverse() -> None:
    assert {*asked(), *WITHIN} == {*GRANTABLE, *INTERNAL}


def test_a_permission_is_named_as_in_django() -> None:
    for name, words in {**GRANTABLE, **INTERNAL}.items():
        context, _, codename = name.partition(".")
        assert context in {service.name for _, service in workspace.services()} | OTHERS
        assert codename.replace("_", "").isalpha()
        assert words

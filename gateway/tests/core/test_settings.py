"""Settings are read from the environment, and refused where they are wrong."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from gateway.cli import main
from gateway.settings import Settings
from gateway.web.pages import PageRoute

GOOD: dict[str, Any] = {"downloads_url": "http://downloads:8000", "form_key": "k" * 32}


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDOTORG_DOWNLOADS_URL", "http://downloads:8000")
    monkeypatch.setenv("PYDOTORG_FORM_KEY", "k" * 32)
    monkeypatch.setenv("PYDOTORG_PURGE_SOURCES", "192.0.2.0/24, 2001:db8::/32")
    found = Settings()
    assert found.production
    assert [str(network) for network in found.purge_sources] == ["192.0.2.0/24", "2001:db8::/32"]
    assert found.hsts
    assert found.trusted_proxies == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"form_key": None},
        {"form_key": "short"},
        {"downloads_url": "downloads:8000"},
        {"ftp_url": "https://files.example/?x=1"},
        {"purge_sources": "192.0.2.0/33"},
        {"operator_sources": "private"},
        {"cache_patience": 0},
        {"cache_bytes": 10},
        {"trace_ratio": 2},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**GOOD, **wrong})


def test_the_command_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYDOTORG_DOWNLOADS_URL", raising=False)
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert "PYDOTORG_DOWNLOADS_URL" in result.output


def test_routes_lists_every_page() -> None:
    from gateway.pages.routes import PAGES

    listed = CliRunner().invoke(main, ["routes"]).output
    for page in PAGES:
        paths = page.paths if isinstance(page, PageRoute) else (page.path,)
        for path in paths:
            assert path in listed


def test_purge_wants_whole_addresses() -> None:
    assert CliRunner().invoke(main, ["purge", "/downloads/"]).exit_code == 2
    failed = CliRunner().invoke(main, ["purge", "http://127.0.0.1:9/downloads/"])
    assert failed.exit_code == 1

"""The runner of checks runs all of them and says which failed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tools import check


def broken() -> Sequence[str]:
    raise RuntimeError("the check itself broke")


CHECKS = (
    check.Check("good", "passes", list),
    check.Check("bad", "fails", lambda: ["this is wrong"]),
    check.Check("broken", "breaks", broken),
    check.Check("last", "passes", list),
)


@pytest.fixture(autouse=True)
def _checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "CHECKS", CHECKS)


def test_all_checks_run_whatever_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 1
    out = capsys.readouterr().out
    assert "this is wrong" in out
    assert "the check itself broke" in out
    assert "== last" in out
    assert "2 of 4 checks failed: bad, broken" in out


def test_some_checks_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["last", "good"]) == 0
    out = capsys.readouterr().out
    assert out.index("== last") < out.index("== good")
    assert "bad" not in out


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["god"]) == 2
    assert "no such check: god; known: good, bad, broken, last" in capsys.readouterr().err

"""Stored texts are rendered again when the version grows, so other output needs another version.

`python libs/markup/tests/test_version.py` writes the expected output anew, after the version grew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from markup import MARKUP_TYPES, RENDERER_VERSION, render

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("markup_type", MARKUP_TYPES)
def test_other_output_needs_another_version(markup_type: str) -> None:
    source = (GOLDEN / f"sample.{markup_type}").read_text(encoding="utf-8")
    expected = GOLDEN / f"v{RENDERER_VERSION}" / f"{markup_type}.out"
    assert render(source, markup_type) == expected.read_text(encoding="utf-8"), (
        "the same text renders differently: let markup.RENDERER_VERSION grow, then run this file"
    )


def _write() -> None:
    folder = GOLDEN / f"v{RENDERER_VERSION}"
    folder.mkdir(exist_ok=True)
    for markup_type in MARKUP_TYPES:
        source = (GOLDEN / f"sample.{markup_type}").read_text(encoding="utf-8")
        (folder / f"{markup_type}.out").write_text(render(source, markup_type), encoding="utf-8")


if __name__ == "__main__":
    _write()

"""Placeholders in the texts of notices: a few names, and nothing that could be computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from contracts.sponsors.notices import VARIABLES
from servicekit.problems import Invalid

_VARIABLE: Final = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}", re.ASCII)
_BRACES: Final = ("{{", "}}", "{%", "%}", "{#", "#}")


def check(text: str, field: str) -> None:
    """Raise Invalid at a field whose text has anything in braces but known placeholders."""
    for name in _VARIABLE.findall(text):
        if name not in VARIABLES:
            known = ", ".join(VARIABLES)
            told = f"There is no placeholder {name}. There are: {known}."
            raise Invalid.field(["body", field], told, "placeholder")
    rest = _VARIABLE.sub("", text)
    if found := next((brace for brace in _BRACES if brace in rest), None):
        told = f"“{found}” belongs to no placeholder such as {{{{ sponsor_name }}}}."
        raise Invalid.field(["body", field], told, "placeholder")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with values in place of its placeholders; a value is text and no more."""
    return _VARIABLE.sub(lambda found: values[found[1]], text)

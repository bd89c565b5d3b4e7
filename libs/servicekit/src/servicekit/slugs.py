"""Slugs made from names."""

from __future__ import annotations

import re
import unicodedata

from servicekit.problems import Invalid


def slugify(text: str) -> str:
    """Return lower-case ASCII words joined by hyphens: "Python 3.14.0" becomes `python-3140`.

    What has no ASCII form is dropped, so the result may be empty. At most 200 characters.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^\w\s-]", "", plain)
    return re.sub(r"[-\s]+", "-", words).strip("-_")[:200]


def required(name: str) -> str:
    """Return the slug of `name`; raises Invalid where nothing is left of it."""
    slug = slugify(name)
    if not slug:
        raise Invalid.field(["body", "slug"], "The name gives no slug; send one.", "slug_required")
    return slug

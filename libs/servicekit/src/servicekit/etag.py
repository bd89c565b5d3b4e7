"""Versions of rows in HTTP: `ETag: "<version>"` on reads, `If-Match` on changes (RFC 9110)."""

from __future__ import annotations

from servicekit.problems import Invalid, PreconditionFailed, PreconditionRequired


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def check_match(header: str | None, version: int, *, required: bool = True) -> None:
    """Compare an If-Match header with the row's current version.

    Raises PreconditionRequired (428) where it is absent and required, Invalid (400) where it
    cannot be read, PreconditionFailed (412) where it names another version.
    """
    if header is None:
        if required:
            raise PreconditionRequired(
                f"Send If-Match with the version you changed; the current one is {etag(version)}."
            )
        return
    if header.strip() == "*":
        return
    tags = [tag.strip() for tag in header.split(",")]
    for tag in tags:
        weak = tag.removeprefix("W/")
        if len(weak) < 2 or weak[0] != '"' or weak[-1] != '"':
            raise Invalid.field(
                ["header", "If-Match"], "If-Match takes quoted versions or *.", "invalid_etag"
            )
    # A weak tag never matches here: If-Match compares strongly.
    if etag(version) not in tags:
        raise PreconditionFailed(f"The current version is {etag(version)}.")

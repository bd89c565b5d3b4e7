"""What an address of the site is: a redirect, a page, a redirect from above, or nothing.

The more specific goes first: a redirect at the very address hides a page there (so that a page can
be replaced without deleting it), and a page is not hidden by a redirect of everything above it.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from content.pages import queries as pages
from content.redirects import queries, rules
from contracts.content.pages import Page
from contracts.content.redirects import Redirect
from contracts.content.resolution import AddressKind, Resolution


async def resolve(session: AsyncSession, path: str, query: str, *, drafts: bool) -> Resolution:
    """Return what is at a path, encoded as in a URL. Two statements, one for a redirect."""
    bare = path.strip("/")
    found = await queries.candidates(session, bare)
    by_query = any(one.query is not None for one in found)
    exact = rules.answering(bare, query, found, exactly=True)
    if exact is not None:
        return _led(exact, bare, by_query=by_query)
    row = await pages.at_path(session, bare, drafts=drafts)
    if row is not None:
        return Resolution(kind=AddressKind.PAGE, page=Page.model_validate(row), by_query=by_query)
    above = rules.answering(bare, query, found, exactly=False)
    if above is not None:
        return _led(above, bare, by_query=by_query)
    return Resolution(kind=AddressKind.NOTHING, by_query=by_query)


def _led(found: Redirect, path: str, *, by_query: bool) -> Resolution:
    if not found.target:
        return Resolution(kind=AddressKind.GONE, by_query=by_query)
    return Resolution(
        kind=AddressKind.REDIRECT,
        location=rules.location(found, path),
        code=found.code,
        keeps_query=found.query is None,
        by_query=by_query,
    )

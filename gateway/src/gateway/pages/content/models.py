"""What the pages of editors print. Template names stand in each docstring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.content.pages import Page, PageTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPage:
    """`content/page.html`: a page in the frame of the site.

    Attributes:
        id: For the button by which staff edit it.
        title: The heading, and what a browser's tab shows.
        description: For search engines; empty: what the title says.
        keywords: For search engines.
        html: Safe to be printed as it is.
        updated: When it was last changed.
        psf: Whether it is one of the Python Software Foundation's.
        wide: No sidebar, and no heading of its own: the text brings one.
        notice: "draft" or "preview" where not everybody sees the page, else empty.
    """

    id: int
    title: str
    description: str
    keywords: str
    html: str
    updated: datetime
    psf: bool
    wide: bool
    notice: str = ""

    @classmethod
    def of(cls, page: Page, notice: str = "") -> WrittenPage:
        """Return what is printed of a page."""
        return cls(
            id=page.id,
            title=page.title,
            description=" ".join(page.description.split()),
            keywords=page.keywords,
            html=page.content_html,
            updated=page.updated,
            psf=page.template_name is PageTemplate.PSF,
            wide=page.template_name is PageTemplate.FULL_WIDTH,
            notice=notice,
        )

"""Blogs over HTTP."""

from typing import Final

from litestar import Controller

from content.blogs.controllers.aggregates import BlogAggregateController
from content.blogs.controllers.entries import BlogEntryController
from content.blogs.controllers.feeds import BlogFeedController
from content.blogs.controllers.related import RelatedBlogController

ROUTES: Final[tuple[type[Controller], ...]] = (
    BlogFeedController,
    BlogAggregateController,
    BlogEntryController,
    RelatedBlogController,
)

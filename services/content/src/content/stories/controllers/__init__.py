"""Stories over HTTP."""

from typing import Final

from litestar import Controller

from content.stories.controllers.categories import StoryCategoryController
from content.stories.controllers.stories import StoryController
from content.stories.controllers.submissions import StorySubmissionController

ROUTES: Final[tuple[type[Controller], ...]] = (
    StoryCategoryController,
    StoryController,
    StorySubmissionController,
)

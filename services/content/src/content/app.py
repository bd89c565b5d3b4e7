"""What the content service is made of: each domain declares its own, and is entered here."""

from __future__ import annotations

from pathlib import Path

from litestar import Litestar

from content import seed
from content.banners import admin as banner_admin
from content.banners import exports as banner_exports
from content.banners import tasks as banner_tasks
from content.banners.controllers import BannerController
from content.blogs import admin as blog_admin
from content.blogs import controllers as blogs
from content.blogs import exports as blog_exports
from content.blogs import tasks as blog_tasks
from content.boxes import admin as box_admin
from content.boxes import exports as box_exports
from content.boxes import tasks as box_tasks
from content.boxes.controllers import BoxController
from content.companies import admin as company_admin
from content.companies import exports as company_exports
from content.companies import tasks as company_tasks
from content.companies.controllers import CompanyController
from content.groups import admin as group_admin
from content.groups import exports as group_exports
from content.groups import tasks as group_tasks
from content.groups.controllers import WorkGroupController
from content.media import admin as media_admin
from content.media import exports as media_exports
from content.media import tasks as media_tasks
from content.media.controllers import MediaFileController
from content.menus import admin as menu_admin
from content.menus import controllers as menus
from content.menus import exports as menu_exports
from content.minutes import admin as minutes_admin
from content.minutes import exports as minutes_exports
from content.minutes import tasks as minutes_tasks
from content.minutes.controllers import MinutesController
from content.models import METADATA
from content.pages import admin as page_admin
from content.pages import controllers as page_controllers
from content.pages import exports as page_exports
from content.pages import tasks as page_tasks
from content.people import admin as people_admin
from content.people import tasks as people_tasks
from content.posts import admin as post_admin
from content.posts import exports as post_exports
from content.posts import following
from content.posts import tasks as post_tasks
from content.posts.controllers import PostController
from content.redirects import admin as redirect_admin
from content.redirects import exports as redirect_exports
from content.redirects.controllers import RedirectController, resolve
from content.samples import admin as sample_admin
from content.samples import exports as sample_exports
from content.samples import tasks as sample_tasks
from content.samples.controllers import CodeSampleController
from content.search import mirror
from content.search import tasks as search_tasks
from content.search.controllers import SearchController
from content.search.sources import FEEDS
from content.settings import Settings
from content.stories import admin as story_admin
from content.stories import controllers as stories
from content.stories import exports as story_exports
from content.stories import tasks as story_tasks
from content.synonyms import admin as synonym_admin
from content.synonyms import exports as synonym_exports
from content.synonyms.controllers import SynonymController
from contracts.content.events import EVENTS
from servicekit import audit, files, mail
from servicekit.app import create_service
from servicekit.service import Service, Tick

service = Service(
    name="content",
    title="Content",
    version="1.0.0",
    description="Pages, redirects, menus, boxes, banners and the search of the site.",
    settings=Settings,
    metadata=METADATA,
    kit_tables=(mail.METADATA,),
    migrations=Path(__file__).parents[2] / "migrations",
    routes=(
        BannerController,
        *blogs.ROUTES,
        BoxController,
        CodeSampleController,
        CompanyController,
        MediaFileController,
        *menus.ROUTES,
        WorkGroupController,
        MinutesController,
        PostController,
        SearchController,
        *stories.ROUTES,
        SynonymController,
        *page_controllers.ROUTES,
        RedirectController,
        resolve,
        *audit.routes("content.view_audit"),
    ),
    events=EVENTS,
    consumers=(
        *(feed.consumer for feed in FEEDS),
        *media_tasks.CONSUMERS,
        *people_tasks.CONSUMERS,
        *following.CONSUMERS,
        *story_tasks.CONSUMERS,
    ),
    exports=(
        *banner_exports.EXPORTS,
        *blog_exports.EXPORTS,
        *box_exports.EXPORTS,
        *company_exports.EXPORTS,
        *group_exports.EXPORTS,
        *media_exports.EXPORTS,
        *menu_exports.EXPORTS,
        *minutes_exports.EXPORTS,
        *page_exports.EXPORTS,
        *post_exports.EXPORTS,
        *redirect_exports.EXPORTS,
        *sample_exports.EXPORTS,
        *story_exports.EXPORTS,
        *synonym_exports.EXPORTS,
    ),
    tasks=(
        *banner_tasks.TASKS,
        *blog_tasks.TASKS,
        *box_tasks.TASKS,
        *company_tasks.TASKS,
        *group_tasks.TASKS,
        *media_tasks.TASKS,
        *minutes_tasks.TASKS,
        *page_tasks.TASKS,
        *post_tasks.TASKS,
        *sample_tasks.TASKS,
        *search_tasks.TASKS,
        *story_tasks.TASKS,
        audit.prune_task(),
        mail.prune_task(),
    ),
    ticks=(
        *banner_tasks.TICKS,
        *blog_tasks.TICKS,
        *box_tasks.TICKS,
        *company_tasks.TICKS,
        *group_tasks.TICKS,
        *media_tasks.TICKS,
        *minutes_tasks.TICKS,
        *page_tasks.TICKS,
        *post_tasks.TICKS,
        *sample_tasks.TICKS,
        *search_tasks.TICKS,
        *story_tasks.TICKS,
        Tick(name="prune-mail", cron="0 40 3 * * *", task="prune-mail"),
        Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
    ),
    admin=(
        *page_admin.RESOURCES,
        *redirect_admin.RESOURCES,
        *menu_admin.RESOURCES,
        *box_admin.RESOURCES,
        *banner_admin.RESOURCES,
        *blog_admin.RESOURCES,
        *media_admin.RESOURCES,
        *post_admin.RESOURCES,
        *minutes_admin.RESOURCES,
        *group_admin.RESOURCES,
        *people_admin.RESOURCES,
        *company_admin.RESOURCES,
        *sample_admin.RESOURCES,
        *story_admin.RESOURCES,
        *synonym_admin.RESOURCES,
    ),
    seed=seed.seed,
    lifespan=(mirror.mirroring, files.storing, mail.sending),
)


def create_app(settings: Settings | None = None) -> Litestar:
    """Make the application; settings come from the environment where none are given."""
    return create_service(service, settings or Settings())

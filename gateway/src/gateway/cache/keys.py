"""From events to surrogate keys: what a change of data makes old.

The pages of downloads declare `downloads` where they list or choose among releases, and the keys
of single things where they show one. A series is purged with each of its releases, because a
release page tells which release of its series superseded it; so is a major version, because the
button for Windows leads to the latest release of the install manager (`major:100`).

Pages of jobs declare `jobs` where they list, count or lead on to some, `job:<id>` where they show
one, and `job-names` where categories and types are named. What is not visible is on no page that is
kept.

Pages that show logos declare `logos:<publisher>:<place>` for each place that they show, and
`sponsor-levels`, because levels name and order them.

Of events, pages that list what takes place in all calendars have `events`, those of one calendar
`calendar:<slug>`, and every page that names a calendar, a category or a location has `calendars`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import ValidationError

from contracts.content import (
    banners,
    blogs,
    boxes,
    companies,
    groups,
    media,
    menus,
    minutes,
    pages,
    posts,
    redirects,
    samples,
    stories,
    synonyms,
)
from contracts.content import events as content
from contracts.downloads import events as downloads
from contracts.events import Event, EventData
from contracts.events import events as calendars
from contracts.identity import elections, memberships, nominations, user_groups
from contracts.identity import events as identity
from contracts.jobs import events as jobs
from contracts.sponsors import assets, notices, papers
from contracts.sponsors import events as sponsors
from contracts.switches import SwitchRef
from gateway.cache.memory import ALL, path_key, withdrawal

EVERYTHING = frozenset({ALL})


class CachePurged(EventData):
    """Somebody asked over HTTP that addresses or surrogate keys be dropped. Gateway to gateway."""

    SUBJECT: ClassVar[str] = "gateway.cache.purged"
    AGGREGATE: ClassVar[str] = "cache"

    paths: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def _release(data: downloads.ReleaseRef) -> set[str]:
    keys = {"downloads", "home", f"release:{data.slug}", f"major:{data.major}"}
    keys.update(f"release:{slug}" for slug in data.previous_slugs)
    if data.series:
        keys.add(f"series:{data.series}")
    if data.release is not None:
        keys.update(f"os:{file.os_slug}" for file in data.release.files)
    return keys


def _withdrawn(data: downloads.ReleaseRef) -> set[str]:
    pages = {withdrawal(f"release:{slug}") for slug in (data.slug, *data.previous_slugs)}
    # A list of the API shows it among others.
    return _release(data) | pages | {withdrawal("api:downloads")}


def _file(data: downloads.ReleaseFileRef) -> set[str]:
    return _release(data) | {f"os:{data.os_slug}"}


def _system(data: downloads.OperatingSystemRef) -> set[str]:
    slugs = (data.slug, *data.previous_slugs)
    return {"downloads", "systems", "home", *(f"os:{slug}" for slug in slugs)}


def _page(data: pages.PageRef) -> set[str]:
    return {"pages", *(f"page:{path}" for path in (data.path, *data.previous_paths))}


def _page_withdrawn(data: pages.PageRef) -> set[str]:
    # An address that the page gave up by moving is withdrawn, too, but still leads to a redirect.
    return _page(data) | {withdrawal(f"page:{data.path}"), withdrawal("api:pages")}


def _redirect(data: redirects.RedirectRef) -> set[str]:
    # What a prefix leads away, and what leads nowhere, has the one key; a page only its own.
    paths = (data.old_path, *data.previous_paths)
    return {"redirects", *(f"page:{path.removeprefix('/')}" for path in paths)}


def _asked(data: CachePurged) -> set[str]:
    return {*(path_key(path) for path in data.paths), *data.keys}


def _user(data: identity.UserRef) -> set[str]:
    return {f"user:{name}" for name in (data.username, *data.previous_usernames)}


def _switch(data: SwitchRef) -> set[str]:
    return {f"switches:{data.context()}"}


def _box(data: boxes.BoxRef) -> set[str]:
    return {"api:boxes", *(f"box:{label}" for label in (data.label, *data.previous_labels))}


def _menus(_: menus.MenuUpdated) -> set[str]:
    # Pages are dropped once the new frame is there (gateway.web.furnishing).
    return {"api:menus"}


def _banner(_: banners.BannerRef) -> set[str]:
    # Of pages the same is true.
    return {"api:banners"}


def _blogs(_: EventData) -> set[str]:
    # Lists are all there is: an entry itself is at its blog.
    return {"blogs"}


def _entry_gone(data: blogs.BlogEntryDeleted) -> set[str]:
    return _blogs(data) | {withdrawal("api:blogs")}


def _company(data: companies.CompanyRef) -> set[str]:
    return {"companies", *(f"company:{slug}" for slug in (data.slug, *data.previous_slugs))}


def _story(data: stories.StoryRef) -> set[str]:
    return {"stories", *(f"story:{slug}" for slug in (data.slug, *data.previous_slugs))}


def _story_withdrawn(data: stories.StoryRef) -> set[str]:
    return _story(data) | {withdrawal(f"story:{data.slug}"), withdrawal("api:stories")}


def _story_category(_: stories.StoryCategoryChange) -> set[str]:
    return {"stories"}


def _company_gone(data: companies.CompanyDeleted) -> set[str]:
    return _company(data) | {withdrawal(f"company:{data.slug}"), withdrawal("api:companies")}


def _sample(data: samples.CodeSampleRef) -> set[str]:
    return {"code-samples"} if data.is_published else set()  # of drafts nothing is shown


def _sample_withdrawn(_: samples.CodeSampleRef) -> set[str]:
    return {"code-samples", withdrawal("api:code-samples")}


def _minutes(data: minutes.MinutesRef) -> set[str]:
    # Of a draft no day is told, and nothing is shown.
    days = {f"minutes:{one.isoformat()}" for one in data.dates}
    return {"minutes", *days} if days else set()


def _minutes_withdrawn(data: minutes.MinutesRef) -> set[str]:
    days = {withdrawal(f"minutes:{one.isoformat()}") for one in data.dates}
    return _minutes(data) | days | ({withdrawal("api:minutes")} if days else set())


def _group(data: groups.WorkGroupRef) -> set[str]:
    # Of what is not approved nothing is shown.
    own = {f"work-group:{slug}" for slug in data.slugs}
    return {"work-groups", *own} if own else set()


def _group_withdrawn(data: groups.WorkGroupRef) -> set[str]:
    own = {withdrawal(f"work-group:{slug}") for slug in data.slugs}
    return _group(data) | own | ({withdrawal("api:work-groups")} if own else set())


def _post(data: posts.PostRef) -> set[str]:
    # Of private ones nothing is shown.
    return {"posts", f"post:{data.id}"} if data.is_published else set()


def _post_withdrawn(data: posts.PostRef) -> set[str]:
    return {"posts", f"post:{data.id}", withdrawal(f"post:{data.id}"), withdrawal("api:posts")}


def _media_file(data: media.MediaFileRef) -> set[str]:
    return {path_key(f"/media/{data.key}")}


def _calendar(data: calendars.CalendarChange) -> set[str]:
    slugs = (data.slug, *data.previous_slugs)
    return {"calendars", "events", *(f"calendar:{slug}" for slug in slugs)}


def _category(_: calendars.CategoryChange) -> set[str]:
    # Its name stands in lists of all calendars.
    return {"calendars", "events"}


def _location(data: calendars.LocationChange) -> set[str]:
    return {"calendars", "events", f"location:{data.id}"}


def _event(data: calendars.EventRef) -> set[str]:
    return {
        "events",
        f"event:{data.id}",
        *(f"calendar:{slug}" for slug in data.calendars),
        *(f"location:{number}" for number in data.locations),
    }


def _event_gone(data: calendars.EventDeleted) -> set[str]:
    return _event(data) | {withdrawal(f"event:{data.id}"), withdrawal("api:events")}


def _job(data: jobs.JobRef) -> set[str]:
    if data.job is not None:
        return {"jobs", f"job:{data.id}"}
    if not data.was_visible:
        return set()
    gone = {withdrawal(f"job:{data.id}"), withdrawal("api:jobs")}
    return {"jobs", f"job:{data.id}"} | gone


def _job_names(_: EventData) -> set[str]:
    return {"jobs", "job-names"}


def _sponsorship(data: sponsors.SponsorshipRef) -> set[str]:
    # Of what shows no logo, before or after, nothing is on any page.
    places = {f"logos:{place}" for place in data.shown_in}
    return {*places, "api:sponsors"} if places else set()


def _sponsor_levels(_: EventData) -> set[str]:
    return {"sponsor-levels", "sponsor-catalogue", "api:sponsors"}


def _catalogue(_: EventData) -> set[str]:
    return {"sponsor-catalogue"}


def _no_page(_: EventData) -> set[str]:
    return set()


def _cycle(_: downloads.ReleaseCycleUpdated) -> set[str]:
    return {"release-cycle"}


_RULES: tuple[tuple[type[EventData], Callable[[Any], set[str]]], ...] = (
    (downloads.ReleaseUnpublished, _withdrawn),
    (downloads.ReleaseDeleted, _withdrawn),
    (downloads.ReleaseFileRef, _file),
    (downloads.ReleaseRef, _release),
    (downloads.OperatingSystemRef, _system),
    (downloads.ReleaseCycleUpdated, _cycle),
    (pages.PageUnpublished, _page_withdrawn),
    (pages.PageDeleted, _page_withdrawn),
    (pages.PageRef, _page),
    (redirects.RedirectRef, _redirect),
    (boxes.BoxRef, _box),
    (blogs.BlogFeedChange, _blogs),
    (blogs.BlogAggregateChange, _blogs),
    (blogs.BlogEntryDeleted, _entry_gone),
    (blogs.BlogEntryChange, _blogs),
    (blogs.RelatedBlogChange, _blogs),
    (stories.StoryUnpublished, _story_withdrawn),
    (stories.StoryDeleted, _story_withdrawn),
    (stories.StoryRef, _story),
    (stories.StoryCategoryChange, _story_category),
    (companies.CompanyDeleted, _company_gone),
    (companies.CompanyRef, _company),
    (samples.CodeSampleUnpublished, _sample_withdrawn),
    (samples.CodeSampleDeleted, _sample_withdrawn),
    (samples.CodeSampleRef, _sample),
    (minutes.MinutesUnpublished, _minutes_withdrawn),
    (minutes.MinutesDeleted, _minutes_withdrawn),
    (minutes.MinutesRef, _minutes),
    (groups.WorkGroupWithdrawn, _group_withdrawn),
    (groups.WorkGroupDeleted, _group_withdrawn),
    (groups.WorkGroupRef, _group),
    (posts.PostUnpublished, _post_withdrawn),
    (posts.PostDeleted, _post_withdrawn),
    (posts.PostRef, _post),
    # What the search finds is kept nowhere.
    (synonyms.SynonymGroupRef, _no_page),
    (menus.MenuUpdated, _menus),
    (banners.BannerRef, _banner),
    (identity.UserRef, _user),
    (SwitchRef, _switch),
    # Who is signed in, and what one may, is on no page that is kept.
    (identity.GroupRef, _no_page),
    (identity.SessionEnded, _no_page),
    (identity.KeyRevoked, _no_page),
    # What members and nominees say is made for whoever asks, and kept nowhere.
    (memberships.MembershipRef, _no_page),
    (memberships.SubscriptionRef, _no_page),
    (nominations.NominationRef, _no_page),
    (nominations.NomineeRef, _no_page),
    (elections.ElectionRef, _no_page),
    (elections.ElectionKindChange, _no_page),
    (user_groups.UserGroupRef, _no_page),
    (media.MediaFileDeleted, _media_file),
    (media.MediaFileRef, _no_page),
    (calendars.CalendarChange, _calendar),
    (calendars.CategoryChange, _category),
    (calendars.LocationChange, _location),
    (calendars.EventDeleted, _event_gone),
    (calendars.EventRef, _event),
    # What somebody sent in is on no page that is kept.
    (calendars.SubmissionRef, _no_page),
    (jobs.JobRef, _job),
    (jobs.CategoryChange, _job_names),
    (jobs.JobTypeChange, _job_names),
    # What visitors report and reviewers answer is on no page that is kept.
    (jobs.ReportRef, _no_page),
    (jobs.CannedReplyRef, _no_page),
    (sponsors.SponsorshipRef, _sponsorship),
    (sponsors.PackageRef, _sponsor_levels),
    (sponsors.CurrentYearUpdated, _catalogue),
    (sponsors.ProgramRef, _catalogue),
    (sponsors.BenefitRef, _catalogue),
    # Each sponsorship that shows a sponsor is told, too; what is unfinished is its writer's.
    (sponsors.SponsorChange, _no_page),
    (sponsors.DraftRef, _no_page),
    # Contracts, what is handed over and what staff write to sponsors are on no page that is kept.
    (papers.ContractRef, _no_page),
    (papers.ClauseRef, _no_page),
    (assets.AssetRef, _no_page),
    (assets.AssetExportRef, _no_page),
    (assets.VoucherKindRef, _no_page),
    (notices.NoticeTemplateRef, _no_page),
    (notices.NoticeSent, _no_page),
    (CachePurged, _asked),
)

_EVENTS: tuple[type[EventData], ...] = (
    *calendars.EVENTS,
    *content.EVENTS,
    *downloads.EVENTS,
    *identity.EVENTS,
    *jobs.EVENTS,
    *sponsors.EVENTS,
    CachePurged,
)
_KINDS: dict[str, tuple[type[EventData], Callable[[Any], set[str]]]] = {
    kind.type_name(): next((kind, rule) for base, rule in _RULES if issubclass(kind, base))
    for kind in _EVENTS
}


def keys_of(event: Event) -> frozenset[str]:
    """Return the surrogate keys that an event makes old.

    An event that cannot be read, or that this version does not know, may have changed anything:
    then it is every key.
    """
    try:
        kind, rule = _KINDS[event.type]
        return frozenset(rule(event.read(kind)))
    except (ValidationError, KeyError):
        return EVERYTHING

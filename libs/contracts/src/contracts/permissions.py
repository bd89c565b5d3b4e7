"""Every permission there is, by name: what a person or a group can be given, and what cannot.

A name is `<context>.<codename>`, as in Django. The identity service gives out no other name, a
superuser holds all of `GRANTABLE`, and a test compares both lists with the routes of all services.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_VERBS: Final = ("add", "change", "delete", "view")


def _models(context: str, **names: str) -> dict[str, str]:
    """Return the four permissions of each model, with words for people."""
    return {
        f"{context}.{verb}_{model}": f"Can {verb} {words}"
        for model, words in names.items()
        for verb in _VERBS
    }


#: What people and groups may be given, with words for people.
GRANTABLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_models(
            "downloads", release="release", releasefile="release file", os="operating system"
        ),
        **_models(
            "content",
            banner="banner",
            blogaggregate="group of blogs",
            blogentry="entry of a blog",
            blogfeed="blog that is followed",
            box="box",
            codesample="code sample",
            company="company",
            mediafile="media file",
            menuitem="menu entry",
            minutes="minutes",
            page="page",
            redirect="redirect",
            relatedblog="related blog",
            post="post of the community",
            workgroup="working group",
            story="success story",
            storycategory="category of success stories",
            synonym="group of synonyms",
        ),
        **_models(
            "events",
            calendar="calendar",
            event="event",
            eventcategory="category of events",
            eventlocation="location of events",
            source="calendar elsewhere that is followed",
        ),
        "events.can_review_events": "Can approve, ask about and reject events that were sent in",
        "events.view_alarm": "Can view reminders of events, without their addresses",
        "events.delete_alarm": "Can take reminders of events away",
        "events.view_audit": "Can see who changed what in events",
        **_models(
            "jobs",
            cannedreply="canned reply of the job board",
            jobcategory="category of jobs",
            jobtype="type of jobs",
        ),
        "jobs.delete_job": "Can delete jobs with all that was said of them",
        "jobs.can_moderate_jobs": "Can review jobs that were sent in, and moderate those shown",
        "jobs.view_audit": "Can see who changed what in jobs",
        **{
            name: words
            for name, words in _models(
                "sponsors",
                sponsor="sponsor",
                sponsorship="sponsorship",
                sponsorshipbenefit="benefit for sponsors",
                sponsorshipcurrentyear="year that sponsors can choose from",
                sponsorshippackage="package for sponsors",
                sponsorshipprogram="program for sponsors",
            ).items()
            # There is one year; sponsors apply themselves, and the desk looks after the rest.
            if name
            not in {
                "sponsors.add_sponsorship",
                "sponsors.change_sponsorship",
                "sponsors.view_sponsorship",
                "sponsors.add_sponsorshipcurrentyear",
                "sponsors.delete_sponsorshipcurrentyear",
            }
        },
        "sponsors.view_sponsorcontact": "Can view contacts of sponsors, in the API too",
        "sponsors.can_review_sponsorships": "Can approve and reject applications of sponsors",
        "sponsors.sponsor_publisher": "Can read logos and assets of sponsors by the API",
        "sponsors.view_audit": "Can see who changed what in sponsors",
        **_models(
            "sponsors",
            legalclause="legal clause of contracts with sponsors",
            noticetemplate="template of mails to sponsors",
            voucherkind="kind of voucher for sponsors",
        ),
        "sponsors.view_contract": "Can view contracts with sponsors",
        "sponsors.change_contract": "Can send, execute and nullify contracts with sponsors",
        "sponsors.view_asset": "Can view and export what sponsors handed over",
        "sponsors.change_asset": "Can put in what sponsors are given, or hand over",
        "sponsors.can_send_notices": "Can send mails to many sponsors",
        "pages.can_edit_pages": "Can publish pages, and change or delete what is public",
        "content.can_review_stories": "Can approve, ask about and reject stories that were sent in",
        "content.can_write_unsafe_html": "Can put HTML into pages that is not cleaned",
        "content.view_audit": "Can see who changed what in content",
        "downloads.can_publish_releases": "Can publish releases, and take them off the site",
        "downloads.view_audit": "Can see who changed what in downloads",
        **{
            name: words
            for name, words in _models("identity", user="user", group="group").items()
            if name != "identity.add_user"  # people sign up themselves
        },
        "identity.view_key": "Can view API keys, without their secrets",
        "identity.delete_key": "Can revoke API keys",
        "identity.view_socialaccount": "Can view linked accounts of providers",
        "identity.delete_socialaccount": "Can unlink accounts of providers",
        **{
            name: words
            for name, words in _models(
                "identity",
                election="election",
                electionkind="kind of election",
                membership="membership of the foundation",
                nomination="nomination for an election",
                nominee="nominee of an election",
                usergroup="user group",
            ).items()
            # People join and nominate themselves; what they say of themselves is theirs.
            if name
            not in {
                "identity.add_membership",
                "identity.add_nomination",
                "identity.change_nomination",
                "identity.add_nominee",
                "identity.delete_nominee",
            }
        },
        "identity.can_review_nominations": "Can see, approve and reject nominations",
        "identity.view_webhook": "Can view webhooks, without their secrets",
        "identity.change_webhook": "Can switch webhooks off",
        "identity.view_audit": "Can see who changed what in accounts",
        "system.operate": "Can look after switches, parked messages, schedules and replays",
    }
)

#: What only processes of the system hold, never a person.
INTERNAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "identity.serve_accounts": "The gateway acts for visitors and signed-in users",
        "jobs.serve_visitors": "The gateway shows contacts and takes reports for visitors",
        "sponsors.serve_visitors": "The gateway shows contacts of sponsors to keys that may",
        "system.export": "A worker rebuilds its copy",
        "system.view_switches": "The gateway asks for whom features are on",
    }
)

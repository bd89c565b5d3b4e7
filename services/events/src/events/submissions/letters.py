"""What submitters and reviewers are told by mail."""

from __future__ import annotations

from contracts.events.dto import Submission
from events.settings import Settings
from servicekit.mail import Letter, letters


def received(settings: Settings, one: Submission) -> Letter:
    """Tell the submitter that it is here."""
    return _to_submitter(
        settings,
        one,
        "event-received",
        f"We have your event: {one.title}",
        f"thank you for “{one.title}”. Somebody looks at it within the next days. You can "
        "follow and change it until then.",
    )


def asked(settings: Settings, one: Submission, text: str) -> Letter:
    """Ask the submitter something."""
    return _to_submitter(
        settings,
        one,
        "event-asked",
        f"A question about your event: {one.title}",
        f"we have a question about “{one.title}”, or ask you to change something:",
        text,
        "Please change it, or answer in the field for notes.",
    )


def approved(settings: Settings, one: Submission, text: str) -> Letter:
    """Tell the submitter that it is on the site."""
    return letters.write(
        settings.public_url,
        "event-approved",
        f"Your event is listed: {one.title}",
        _hello(one),
        f"“{one.title}” is on the site now.",
        *_given(text),
        link=("See it there", f"/events/{one.calendar.slug}/{one.event_id}/"),
        after=("If something has to change later, answer this mail.",),
    )


def rejected(settings: Settings, one: Submission, text: str) -> Letter:
    """Tell the submitter why it is not listed."""
    return _to_submitter(
        settings,
        one,
        "event-rejected",
        f"Your event is not listed: {one.title}",
        f"we do not list “{one.title}”. The reason:",
        text,
    )


def to_reviewers(settings: Settings, one: Submission, what: str, text: str) -> Letter:
    """Tell the reviewers that something is to be looked at, or no longer."""
    return letters.write(
        settings.public_url,
        "event-review",
        f"Event {what}: {one.title}",
        f"“{one.title}” for {one.calendar.name} was {what} by {one.contact_name or one.email}.",
        f"{one.start:%d %B %Y %H:%M} ({one.zone}), {'online' if one.online else one.place}.",
        *_given(text),
        link=("Look at it", f"/admin/events/submission/{one.id}/"),
        after=(),
    )


def _to_submitter(
    settings: Settings, one: Submission, kind: str, subject: str, *sentences: str
) -> Letter:
    return letters.write(
        settings.public_url,
        kind,
        subject,
        _hello(one),
        *sentences,
        link=("Your submission", f"/events/submissions/{one.id}/"),
        after=("If you did not send this event in, ignore this mail.",),
    )


def _hello(one: Submission) -> str:
    return f"Hello {one.contact_name}," if one.contact_name else "Hello,"


def _given(text: str) -> tuple[str, ...]:
    return (text,) if text else ()

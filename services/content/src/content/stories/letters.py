"""What submitters and reviewers are told by mail."""

from __future__ import annotations

from content.settings import Settings
from contracts.content.stories import StorySubmission
from servicekit.mail import Letter, letters


def received(settings: Settings, one: StorySubmission) -> Letter:
    """Tell the submitter that it is here."""
    return _to_submitter(
        settings,
        one,
        "story-received",
        f"We have your story: {one.name}",
        f"thank you for “{one.name}”. Somebody reads it within the next days. You can follow and "
        "change it until then.",
    )


def asked(settings: Settings, one: StorySubmission, text: str) -> Letter:
    """Ask the submitter something."""
    return _to_submitter(
        settings,
        one,
        "story-asked",
        f"A question about your story: {one.name}",
        f"we have a question about “{one.name}”, or ask you to change something:",
        text,
        "Please change it, or answer in the field for notes.",
    )


def approved(settings: Settings, one: StorySubmission, text: str) -> Letter:
    """Tell the submitter that it is on the site."""
    return letters.write(
        settings.public_url,
        "story-approved",
        f"Your story is published: {one.name}",
        f"Hello {one.author},",
        f"“{one.name}” is on the site now.",
        *_given(text),
        link=("Read it there", f"/success-stories/{one.slug}/"),
        after=("If something has to change later, answer this mail.",),
    )


def rejected(settings: Settings, one: StorySubmission, text: str) -> Letter:
    """Tell the submitter why it is not published."""
    return _to_submitter(
        settings,
        one,
        "story-rejected",
        f"Your story is not published: {one.name}",
        f"we do not publish “{one.name}”. The reason:",
        text,
    )


def to_reviewers(settings: Settings, one: StorySubmission, what: str, text: str) -> Letter:
    """Tell the reviewers that something is to be read, or no longer (as at python.org)."""
    return letters.write(
        settings.public_url,
        "story-review",
        f"Story {what}: {one.name}",
        f"“{one.name}” was {what} by {one.author}, {one.author_email}.",
        f"Company: {one.company_name} {one.company_url}".rstrip(),
        f"Category: {one.category.name}",
        f"“{one.pull_quote}”",
        one.content,
        *_given(text),
        link=("Review it", f"/admin/content/story-review/{one.id}/"),
        after=(),
    )


def _to_submitter(
    settings: Settings, one: StorySubmission, kind: str, subject: str, *sentences: str
) -> Letter:
    return letters.write(
        settings.public_url,
        kind,
        subject,
        f"Hello {one.author},",
        *sentences,
        link=("Your story", f"/success-stories/mine/{one.id}/"),
        after=("If you did not send this story in, ignore this mail.",),
    )


def _given(text: str) -> tuple[str, ...]:
    return (text,) if text else ()

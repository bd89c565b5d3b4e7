"""Going to a provider and coming back: to sign in, to link an account there, to prove oneself."""

from __future__ import annotations

import secrets as random
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update

from contracts.identity.social import (
    LINKED_ELSEWHERE,
    NOT_PROVEN,
    WRONG_STATE,
    Outcome,
    Process,
    SocialAnswer,
    SocialBegin,
    SocialLink,
    SocialOutcome,
    SocialStart,
)
from identity import passwords, secrets
from identity.models import Session, SocialAccount, SocialAttempt, User
from identity.providers.common import Coming, Going, ProviderRefused, Told
from identity.providers.registry import Providers
from identity.services import accounts, linked_accounts, newcomers, rights, sessions
from identity.services.common import Visitor, acting, lock_user, note
from identity.settings import Settings
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Forbidden, NotFound, Problem

BACK: Final = timedelta(minutes=10)
"""How long somebody may be away at the provider."""
PROOF: Final = timedelta(minutes=15)
"""How long a proof of who somebody is counts, where an account is linked."""


class WrongState(Problem):
    """Nobody waits for this answer."""

    status = 400
    title = "Wrong State"
    type = WRONG_STATE


class NotProven(Forbidden):
    """Whose session it is has to prove it first."""

    title = "Not Proven"
    type = NOT_PROVEN


class CannotProve(Conflict):
    """The provider does not ask again who somebody is, or does not tell that it did."""


class LinkedElsewhere(Conflict):
    """Another account here has the account there."""

    type = LINKED_ELSEWHERE


def callback(settings: Settings, provider: str) -> str:
    """Return the address of the site that a provider sends people back to."""
    return f"{settings.public_url}/accounts/{provider}/login/callback/"


async def begin(
    session: WriteSession, settings: Settings, providers: Providers, sent: SocialBegin
) -> SocialStart:
    """Note that a browser goes to a provider, and return where that is.

    Raises Invalid for the provider, NotProven, HasPassword, CannotProve, ProviderAway,
    ProviderGarbage.
    """
    provider = providers.get(sent.provider)
    row = None
    if sent.process is not Process.LOGIN:
        row = await _session_of(session, settings, sent.session)
        if sent.process is Process.CONNECT:
            await _require_proof(session, row)
        elif not provider.declared.proves:
            raise CannotProve(f"{provider.declared.name} does not tell when it asked who you are.")
        elif passwords.usable((await session.get_one(User, row.user_id)).password):
            raise accounts.HasPassword("Give the password of the account.")
    state = secrets.new()
    attempt = SocialAttempt(
        state=secrets.digest(state),
        browser=bytes.fromhex(sent.browser),
        provider=sent.provider,
        process=sent.process,
        nonce=secrets.new(),
        verifier=random.token_urlsafe(48),
        beyond=sent.next,
        session_id=row.id if row is not None else None,
        expires=func.now() + BACK,
    )
    session.add(attempt)
    await session.commit()
    going = Going(
        state=state,
        nonce=attempt.nonce,
        verifier=attempt.verifier,
        back=callback(settings, sent.provider),
        again=sent.process is Process.REAUTHENTICATE,
    )
    return SocialStart(location=await provider.start(going))


async def answer(
    session: WriteSession,
    settings: Settings,
    providers: Providers,
    sent: SocialAnswer,
    visitor: Visitor,
) -> SocialOutcome:
    """Take what a browser brought back; it can be brought once.

    Raises Invalid for the provider, WrongState, ProviderRefused, ProviderAway, ProviderGarbage,
    Inactive, Unconfirmed, NotProven, LinkedElsewhere.
    """
    provider = providers.get(sent.provider)
    attempt = await _take(session, sent)
    # Used up, whatever comes of it; and no connection is held while the provider is asked.
    await session.commit()
    await provider.check_issuer(sent.iss)
    if sent.error == "access_denied":
        return SocialOutcome(outcome=Outcome.CANCELLED, next=attempt.beyond)
    if sent.error or not sent.code:
        raise ProviderRefused(f"{provider.declared.name} says: {sent.error or 'nothing'}.")
    process = Process(attempt.process)
    coming = Coming(
        code=sent.code,
        nonce=attempt.nonce,
        verifier=attempt.verifier,
        back=callback(settings, sent.provider),
        since=attempt.created if process is Process.REAUTHENTICATE else None,
    )
    told = await provider.finish(coming)
    match process:
        case Process.LOGIN:
            return await _sign_in(session, settings, attempt, told, visitor)
        case Process.CONNECT:
            user = await _owner(session, attempt)
            await _link(session, settings, user, attempt.provider, told, visitor)
            return SocialOutcome(outcome=Outcome.LINKED, next=attempt.beyond)
        case Process.REAUTHENTICATE:
            return await _prove(session, settings, attempt, told, visitor)


async def link_waiting(
    session: WriteSession, settings: Settings, user_id: int, sent: SocialLink, visitor: Visitor
) -> SocialAccount:
    """Link whom a provider told about to the account whose session it is.

    Raises NotFound where nobody waits, NotProven, LinkedElsewhere.
    """
    row = await _session_of(session, settings, sent.session)
    if row.user_id != user_id:
        raise NotProven("This is the session of somebody else.")
    await _require_proof(session, row)
    user = await lock_user(session, user_id)
    attempt = await newcomers.waiting(session, sent.browser, lock=True)
    told = newcomers.told_of(attempt)
    linked = await _link(session, settings, user, attempt.provider, told, visitor)
    await session.delete(attempt)
    return linked


async def _require_proof(session: WriteSession, row: Session) -> None:
    """Raise NotProven where whose session it is has not proved it lately."""
    now: datetime = (await session.execute(select(func.now()))).scalar_one()
    if row.reauthenticated_at < now - PROOF:
        raise NotProven("Prove first that it is you.")


async def _session_of(session: WriteSession, settings: Settings, sha256: str | None) -> Session:
    """Return the session that something is done for. Raises NotProven where it counts nothing."""
    row = await _find(session, sha256)
    user = await session.get(User, row.user_id) if row is not None else None
    if row is None or user is None or not user.is_active:
        raise NotProven("Sign in first.")
    if (await rights.of_session(session, settings, user, row)).needs_second_factor:
        raise NotProven("Give your second factor first.")
    return row


async def _find(session: WriteSession, sha256: str | None) -> Session | None:
    if sha256 is None:
        return None
    try:
        return await sessions.find_own(session, await sessions.owner(session, sha256), sha256)
    except NotFound:
        return None


async def _take(session: WriteSession, sent: SocialAnswer) -> SocialAttempt:
    """Return the attempt that an answer is for, so that no other answer finds it."""
    found: SocialAttempt | None = await session.scalar(
        update(SocialAttempt)
        .where(
            SocialAttempt.state == bytes.fromhex(sent.state),
            SocialAttempt.browser == bytes.fromhex(sent.browser),
            SocialAttempt.provider == sent.provider,
            SocialAttempt.answered.is_(None),
            SocialAttempt.expires > func.now(),
        )
        .values(answered=func.now())
        .returning(SocialAttempt)
    )
    if found is None:
        raise WrongState("Nobody waits for this answer, or no longer.")
    if found.session_id is not None:
        mine = await _find(session, sent.session)
        if mine is None or mine.id != found.session_id:
            raise WrongState("It was begun for another session.")
    return found


async def _sign_in(
    session: WriteSession,
    settings: Settings,
    attempt: SocialAttempt,
    told: Told,
    visitor: Visitor,
) -> SocialOutcome:
    known = await _known(session, attempt.provider, told.subject)
    if known is None:
        await newcomers.keep(session, attempt, told)
        return SocialOutcome(outcome=Outcome.UNKNOWN, next=attempt.beyond)
    user = await lock_user(session, known.user_id)
    _refresh(known, told)
    made = await accounts.admit(
        *(session, settings, user, visitor),
        remember=False,
        action="signed_in_with_provider",
        reauthenticated_at=told.proved or sessions.NEVER,
        after=linked_accounts.about(settings, known),
    )
    return SocialOutcome(outcome=Outcome.SIGNED_IN, next=attempt.beyond, signed_in=made)


async def _link(  # noqa: PLR0913, PLR0917 - who has what from where
    session: WriteSession,
    settings: Settings,
    user: User,
    provider: str,
    told: Told,
    visitor: Visitor,
) -> SocialAccount:
    """Have an account elsewhere sign in to a locked account. Raises LinkedElsewhere."""
    known = await _known(session, provider, told.subject)
    if known is None:
        known = linked_accounts.new(user, provider, told)
        await linked_accounts.add(session, settings, user, known, visitor)
    elif known.user_id != user.id:
        raise LinkedElsewhere("Another account here has this one.")
    else:
        _refresh(known, told)
    return known


async def _prove(
    session: WriteSession,
    settings: Settings,
    attempt: SocialAttempt,
    told: Told,
    visitor: Visitor,
) -> SocialOutcome:
    user = await _owner(session, attempt)
    known = await _known(session, attempt.provider, told.subject)
    if known is None or known.user_id != user.id:
        note(session, acting(user.id), "reauthentication_failed", user, visitor=visitor)
        await session.commit()
        raise LinkedElsewhere("That is not the account that you sign in with.")
    _refresh(known, told)
    await session.execute(
        update(Session)
        .where(Session.id == attempt.session_id)
        .values(reauthenticated_at=func.now())
    )
    note(
        *(session, acting(user.id), "reauthenticated_with_provider", user),
        visitor=visitor,
        after=linked_accounts.about(settings, known),
    )
    return SocialOutcome(outcome=Outcome.REAUTHENTICATED, next=attempt.beyond)


async def _owner(session: WriteSession, attempt: SocialAttempt) -> User:
    """Lock the account of the session that an attempt was begun for; it may have ended."""
    user_id = await session.scalar(
        select(Session.user_id).where(
            Session.id == attempt.session_id, Session.expires > func.now()
        )
    )
    if user_id is None:
        raise WrongState("Your session ended meanwhile.")
    return await lock_user(session, user_id)


async def _known(session: WriteSession, provider: str, subject: str) -> SocialAccount | None:
    return await session.scalar(
        select(SocialAccount).where(
            SocialAccount.provider == provider, SocialAccount.subject == subject
        )
    )


def _refresh(known: SocialAccount, told: Told) -> None:
    """Keep what a provider tells now."""
    known.username, known.email = told.username, told.email
    known.last_used = func.now()

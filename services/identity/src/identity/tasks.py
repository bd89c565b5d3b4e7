"""Work that ticks start, or an operator by `python -m identity run <task>`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, cast

from sqlalchemy import delete, exists, func, select

from identity.integrations import services as webhooks
from identity.models import EmailAddress, MailedKey, User
from identity.services import newcomers, passkeys, sessions, users
from identity.services.common import WORKER
from identity.settings import Settings
from servicekit import audit, mail
from servicekit.database import WriteSession
from servicekit.service import Task, TaskContext, Tick

_BATCH: Final = 500


async def prune_accounts(context: TaskContext) -> str:
    """Delete accounts nobody ever confirmed or used; keys, sessions, challenges that expired."""
    keep = timedelta(days=cast("Settings", context.settings).unconfirmed_keep_days)

    async def accounts(session: WriteSession) -> int:
        verified = exists().where(EmailAddress.user_id == User.id, EmailAddress.verified)
        # Whoever signed up here was mailed; imported accounts wait for their owners.
        asked = exists().where(EmailAddress.user_id == User.id, EmailAddress.mailed.is_not(None))
        found = (
            await session.scalars(
                select(User)
                .where(
                    ~verified,
                    asked,
                    User.is_active,
                    ~User.is_staff,
                    ~User.is_superuser,
                    User.last_login.is_(None),
                    User.created < func.now() - keep,
                )
                .order_by(User.id)
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            )
        ).all()
        for user in found:
            await users.erase(session, user, WORKER)
        return len(found)

    async def keys(session: WriteSession) -> int:
        old = select(MailedKey.id).where(MailedKey.expires <= func.now()).limit(_BATCH)
        found = await session.scalars(
            delete(MailedKey).where(MailedKey.id.in_(old)).returning(MailedKey.id)
        )
        return len(found.all())

    async def expired(session: WriteSession) -> int:
        return await sessions.prune(session, _BATCH)

    async def attempts(session: WriteSession) -> int:
        return await newcomers.prune(session, _BATCH)

    async def unanswered(session: WriteSession) -> int:
        return await passkeys.prune(session, _BATCH)

    return (
        f"deleted {await _all(context, accounts)} accounts that nobody confirmed, "
        f"{await _all(context, keys)} mailed keys, {await _all(context, expired)} sessions, "
        f"{await _all(context, unanswered)} challenges and {await _all(context, attempts)} "
        "sign-ins with providers that expired"
    )


async def prune_webhooks(context: TaskContext) -> str:
    """Delete messages to webhooks past their retention."""
    keep = timedelta(days=cast("Settings", context.settings).webhook_keep_days)

    async def messages(session: WriteSession) -> int:
        return await webhooks.prune(session, keep, _BATCH)

    return f"deleted {await _all(context, messages)} messages to webhooks"


async def _all(context: TaskContext, prune: Callable[[WriteSession], Awaitable[int]]) -> int:
    """Prune in batches, each a transaction of its own."""
    total = 0
    while True:
        async with context.session() as session:
            found = await prune(session)
        total += found
        context.progress(total)
        if found < _BATCH or context.dry_run:
            return total


TASKS: Final = (
    Task(
        name="prune-accounts",
        summary="Delete accounts nobody confirmed, and keys and sessions that expired",
        run=prune_accounts,
    ),
    Task(
        name="prune-webhooks",
        summary="Delete messages to webhooks past their retention",
        run=prune_webhooks,
    ),
    audit.prune_task(),
    mail.prune_task(),
)
TICKS: Final = (
    Tick(name="prune-accounts", cron="0 20 * * * *", task="prune-accounts"),
    Tick(name="prune-audit", cron="0 50 3 * * *", task="prune-audit"),
    Tick(name="prune-mail", cron="0 55 3 * * *", task="prune-mail"),
    Tick(name="prune-webhooks", cron="0 0 4 * * *", task="prune-webhooks"),
)

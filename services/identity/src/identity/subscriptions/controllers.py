"""One's own subscriptions over HTTP."""

from __future__ import annotations

from typing import Final

from litestar import Controller, Response, delete, get, post
from pydantic import TypeAdapter

from contracts.identity.memberships import MailingList, Subscription, SubscriptionInput
from identity.services.common import user_of
from identity.subscriptions import services
from servicekit import access
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.responses import json_response

_SUBSCRIPTIONS: Final = TypeAdapter(list[Subscription])


class SubscriptionController(Controller):
    """What the caller asked mailing lists for."""

    path = "/own/subscriptions"
    tags = ("subscriptions",)
    opt = access.authenticated()

    @get(operation_id="list_own_subscriptions")
    async def list_subscriptions(
        self, read_session: Reading, principal: Caller
    ) -> Response[list[Subscription]]:
        """List what the caller asked of which list."""
        found = await services.of_user(read_session, user_of(principal))
        return json_response([Subscription.model_validate(row) for row in found], _SUBSCRIPTIONS)

    @post(operation_id="subscribe", status_code=200)
    async def subscribe(
        self, write_session: Writing, principal: Caller, data: SubscriptionInput
    ) -> Response[Subscription]:
        """Ask a list to take a confirmed address of the caller."""
        return json_response(await services.ask(write_session, data, principal))

    @delete("/{mailing_list:str}", operation_id="unsubscribe", status_code=200)
    async def unsubscribe(
        self, write_session: Writing, principal: Caller, mailing_list: MailingList
    ) -> Response[Subscription]:
        """Ask a list to let the caller's address go."""
        return json_response(await services.withdraw(write_session, mailing_list, principal))


ROUTES = (SubscriptionController,)

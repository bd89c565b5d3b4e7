"""Second factors of an account."""

from __future__ import annotations

from litestar import Controller, Response, delete, get, post

from contracts.identity.dto import RecoveryCodes, SecondFactors, TotpConfirmation, TotpSetup
from identity.controllers.common import SERVING, Id, Told, Who
from identity.services import second_factors
from servicekit import access
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.responses import json_response


class SecondFactorController(Controller):
    """What an account has beside the password."""

    path = "/users/{id:int}"
    tags = ("own account",)

    @get("/second-factors", operation_id="get_second_factors", opt=SERVING)
    async def get_second_factors(
        self,
        read_session: Reading,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[SecondFactors]:
        """Read what a user has beside the password."""
        return json_response(await second_factors.of_user(read_session, settings, id))

    @delete("/second-factors", operation_id="remove_second_factors", opt=SERVING)
    async def remove_second_factors(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
    ) -> None:
        """Take a user's app, passkeys and recovery codes away; not of staff who need one."""
        await second_factors.remove(write_session, settings, id, visitor)

    @get("/totp", operation_id="get_pending_totp", opt=SERVING)
    async def get_pending_totp(
        self,
        read_session: Reading,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[TotpSetup]:
        """Read the secret of an app that is being added; 404 once it counts."""
        return json_response(await second_factors.pending(read_session, settings, id))

    @delete("/totp", operation_id="remove_totp", opt=SERVING)
    async def remove_totp(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
    ) -> None:
        """Take a user's app away. 409 `last_factor` where staff would have none left."""
        await second_factors.remove_app(write_session, settings, id, visitor)

    @post("/totp", operation_id="begin_totp", opt=SERVING)
    async def begin_totp(
        self,
        write_session: Writing,
        settings: Told,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[TotpSetup]:
        """Make the secret of a new app; it counts once it is confirmed."""
        return json_response(await second_factors.begin(write_session, settings, id))

    @post("/totp/confirmation", operation_id="confirm_totp", opt=SERVING)
    async def confirm_totp(
        self,
        write_session: Writing,
        settings: Told,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
        data: TotpConfirmation,
    ) -> Response[RecoveryCodes]:
        """Have a new app count. 401 `wrong-code`."""
        made = await second_factors.confirm(
            write_session, settings, id, data.code, data.session, visitor
        )
        return json_response(made)

    @post("/recovery-codes", operation_id="renew_recovery_codes", opt=SERVING)
    async def renew_recovery_codes(
        self,
        write_session: Writing,
        visitor: Who,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[RecoveryCodes]:
        """Make new recovery codes, told this once; the old ones no longer work."""
        return json_response(await second_factors.renew_codes(write_session, id, visitor))

    @post(
        "/second-factor-resets",
        operation_id="reset_second_factors",
        opt=access.permission("identity.change_user"),
        status_code=204,
    )
    async def reset_second_factors(
        self,
        write_session: Writing,
        settings: Told,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> None:
        """Take away the second factors of somebody who lost them; ends the user's sessions."""
        await second_factors.reset(write_session, settings, id, principal)


ROUTES = (SecondFactorController,)

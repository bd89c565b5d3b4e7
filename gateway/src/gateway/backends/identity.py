"""The identity service, as the gateway sees it (routes: services/identity/README.md).

What visitors do with their accounts the gateway asks for in its own name. A secret of a session, a
key or a mailed link is named by its SHA-256, so that no address and no trace holds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from contracts.base import Page
from contracts.identity import dto, passkeys
from contracts.switches import Switch
from gateway.backends.client import Call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.backends.client import BackendClient, Query

_STATE = TypeAdapter(dto.SessionState)
_SIGNED_IN = TypeAdapter(dto.SignedIn)
_SWITCHES = TypeAdapter(list[Switch])
_PEOPLE = TypeAdapter(list[dto.UserSummary])
_SESSIONS = TypeAdapter(list[dto.Session])
_CONFIRMATION = TypeAdapter(dto.EmailConfirmation)
_RESET = TypeAdapter(dto.PasswordReset)
_ADDRESS = TypeAdapter(dto.EmailAddress)
_ADDRESSES = TypeAdapter(list[dto.EmailAddress])
_OWN_PROFILE = TypeAdapter(dto.OwnProfile)
_PROFILE = TypeAdapter(dto.Profile)
_KEY_STATE = TypeAdapter(dto.KeyState)
_KEYS = TypeAdapter(list[dto.Key])
_NEW_KEY = TypeAdapter(dto.NewKey)
_FACTORS = TypeAdapter(dto.SecondFactors)
_TOTP = TypeAdapter(dto.TotpSetup)
_CODES = TypeAdapter(dto.RecoveryCodes)
_PASSKEY = TypeAdapter(dto.Passkey)
_PASSKEY_ADDED = TypeAdapter(passkeys.PasskeyAdded)
_PASSKEY_OPTIONS = TypeAdapter(passkeys.PasskeyOptions)
_LOG = TypeAdapter(Page[dto.SecurityEntry])
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class Identity:
    """Calls of the identity service. Every method raises `BackendError` where it has no answer.

    A refusal is a `BackendRefused` with the problem of the service. `caller` are the headers
    Client-Address and Client-Agent, for the security log of the account.
    """

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def ask_whether_it_answers(self) -> None:
        """Raise BackendError where a call would come to nothing now.

        It asks for a session that nobody can have: the service and its database have to answer.
        """
        await self.session("0" * 64)

    # --- sessions ---

    async def session(self, sha256: str) -> dto.SessionState | None:
        """Return a session with whose it is, None where there is none or it has ended."""
        return await self.client.find(f"/sessions/{sha256}", _STATE)

    async def log_in(self, sent: dto.LoginInput, caller: Mapping[str, str]) -> dto.SignedIn:
        """Begin a session."""
        return await self._send("POST", "/logins", _SIGNED_IN, sent, caller)

    async def log_out(self, sha256: str, caller: Mapping[str, str]) -> None:
        """End a session."""
        await self._send("DELETE", f"/sessions/{sha256}", _ANY, None, caller)

    async def reauthenticate(
        self, sha256: str, sent: dto.PasswordInput, caller: Mapping[str, str]
    ) -> dto.SessionState:
        """Note that whoever has the session knows the password."""
        path = f"/sessions/{sha256}/reauthentication"
        return await self._send("POST", path, _STATE, sent, caller)

    async def sessions(self, user: int) -> list[dto.Session]:
        """Return the sessions of a user, newest use first."""
        return await self.client.get(f"/users/{user}/sessions", _SESSIONS)

    async def end_session(self, user: int, session: int, caller: Mapping[str, str]) -> None:
        """End one session of a user."""
        await self._send("DELETE", f"/users/{user}/sessions/{session}", _ANY, None, caller)

    async def end_other_sessions(self, user: int, keep: int, caller: Mapping[str, str]) -> None:
        """End all sessions of a user but one."""
        query: dict[str, Query] = {"keep": keep}
        await self._send("DELETE", f"/users/{user}/sessions", _ANY, None, caller, query=query)

    # --- second factors ---

    async def give_code(
        self, sha256: str, sent: dto.CodeInput, caller: Mapping[str, str]
    ) -> dto.SignedIn:
        """Give a code that a session owes; it goes on under a new secret."""
        return await self._send(
            "POST", f"/sessions/{sha256}/second-factor", _SIGNED_IN, sent, caller
        )

    async def give_passkey(
        self, sha256: str, sent: passkeys.PasskeyAnswer, caller: Mapping[str, str]
    ) -> dto.SignedIn:
        """Give a passkey in place of the code that a session owes."""
        path = f"/sessions/{sha256}/second-factor/passkey"
        return await self._send("POST", path, _SIGNED_IN, sent, caller)

    async def reauthenticate_with_passkey(
        self, sha256: str, sent: passkeys.PasskeyAnswer, caller: Mapping[str, str]
    ) -> dto.SessionState:
        """Note that whoever has the session has the passkey and proved it."""
        path = f"/sessions/{sha256}/reauthentication/passkey"
        return await self._send("POST", path, _STATE, sent, caller)

    async def ask_session(
        self, sha256: str, purpose: passkeys.PasskeyPurpose
    ) -> passkeys.PasskeyOptions:
        """Return what a browser asks a passkey of a session's user with."""
        path = f"/sessions/{sha256}/passkey-challenges"
        sent = passkeys.PasskeyQuestion(purpose=purpose)
        return await self._send("POST", path, _PASSKEY_OPTIONS, sent, {})

    async def ask_anybody(self) -> passkeys.PasskeyOptions:
        """Return what a browser asks a passkey of whomever with."""
        return await self._send("POST", "/passkey-challenges", _PASSKEY_OPTIONS, None, {})

    async def log_in_with_passkey(
        self, sent: passkeys.PasskeyLogin, caller: Mapping[str, str]
    ) -> dto.SignedIn:
        """Begin a session that owes nothing."""
        return await self._send("POST", "/passkey-logins", _SIGNED_IN, sent, caller)

    async def second_factors(self, user: int) -> dto.SecondFactors:
        """Return what a user has beside the password."""
        return await self.client.get(f"/users/{user}/second-factors", _FACTORS)

    async def begin_app(self, user: int) -> None:
        """Make the secret of an app, which `pending_app` tells."""
        await self._send("POST", f"/users/{user}/totp", _TOTP, None, {})

    async def pending_app(self, user: int) -> dto.TotpSetup | None:
        """Return the secret of an app that no code has proved yet."""
        return await self.client.find(f"/users/{user}/totp", _TOTP)

    async def confirm_app(
        self, user: int, sent: dto.TotpConfirmation, caller: Mapping[str, str]
    ) -> dto.RecoveryCodes:
        """Have an app count from now on."""
        return await self._send("POST", f"/users/{user}/totp/confirmation", _CODES, sent, caller)

    async def remove_app(self, user: int, caller: Mapping[str, str]) -> None:
        """Take the app of a user away."""
        await self._send("DELETE", f"/users/{user}/totp", _ANY, None, caller)

    async def renew_codes(self, user: int, caller: Mapping[str, str]) -> dto.RecoveryCodes:
        """Make new recovery codes; the old ones no longer work."""
        return await self._send("POST", f"/users/{user}/recovery-codes", _CODES, None, caller)

    async def ask_new_passkey(self, user: int) -> passkeys.PasskeyOptions:
        """Return what a browser makes a passkey with."""
        path = f"/users/{user}/passkey-challenges"
        return await self._send("POST", path, _PASSKEY_OPTIONS, None, {})

    async def add_passkey(
        self, user: int, sent: passkeys.NewPasskey, caller: Mapping[str, str]
    ) -> passkeys.PasskeyAdded:
        """Add a passkey; recovery codes come with the first factor."""
        return await self._send("POST", f"/users/{user}/passkeys", _PASSKEY_ADDED, sent, caller)

    async def rename_passkey(
        self, user: int, passkey: int, sent: passkeys.PasskeyChange, caller: Mapping[str, str]
    ) -> None:
        """Give a passkey another name."""
        await self._send("PUT", f"/users/{user}/passkeys/{passkey}", _PASSKEY, sent, caller)

    async def remove_passkey(self, user: int, passkey: int, caller: Mapping[str, str]) -> None:
        """Take a passkey away."""
        await self._send("DELETE", f"/users/{user}/passkeys/{passkey}", _ANY, None, caller)

    async def switches(self) -> list[Switch]:
        """Return the feature switches of the service."""
        return await self.client.get("/switches", _SWITCHES)

    # --- people, by what others may know of them ---

    async def people(self, ids: Sequence[int]) -> list[dto.UserSummary]:
        """Return users by id, at most 100 of them; those that are gone are left out."""
        query: dict[str, Query] = {"id": list(ids)}
        return await self.client.get("/user-summaries", _PEOPLE, query)

    async def person(self, username: str) -> dto.UserSummary | None:
        """Return a user by name, in any case."""
        found = await self.client.get("/user-summaries", _PEOPLE, {"username": username})
        return next(iter(found), None)

    # --- coming in ---

    async def sign_up(self, sent: dto.SignUp, caller: Mapping[str, str]) -> None:
        """Make an account, or tell the owner of the address that there is one."""
        await self._send("POST", "/signups", _ANY, sent, caller)

    async def confirmation(self, sha256: str) -> dto.EmailConfirmation | None:
        """Return what a mailed key would confirm."""
        return await self.client.find(f"/email-confirmations/{sha256}", _CONFIRMATION)

    async def confirm(self, sha256: str, caller: Mapping[str, str]) -> dto.EmailConfirmation:
        """Confirm an address."""
        path = f"/email-confirmations/{sha256}"
        return await self._send("POST", path, _CONFIRMATION, None, caller)

    async def send_confirmation(self, sent: dto.EmailInput, caller: Mapping[str, str]) -> None:
        """Send the mail again, if the address waits for one."""
        await self._send("POST", "/email-confirmations", _ANY, sent, caller)

    async def ask_reset(self, sent: dto.EmailInput, caller: Mapping[str, str]) -> None:
        """Mail a key that sets a new password."""
        await self._send("POST", "/password-resets", _ANY, sent, caller)

    async def reset(self, sha256: str) -> dto.PasswordReset | None:
        """Return whose password a mailed key would set."""
        return await self.client.find(f"/password-resets/{sha256}", _RESET)

    async def set_password(
        self, sha256: str, sent: dto.PasswordInput, caller: Mapping[str, str]
    ) -> None:
        """Set the password that a mailed key is for."""
        await self._send("POST", f"/password-resets/{sha256}", _ANY, sent, caller)

    # --- one's own account ---

    async def change_password(
        self, user: int, sent: dto.PasswordChange, caller: Mapping[str, str]
    ) -> dto.SignedIn:
        """Change the password; the session that is named goes on under a new secret."""
        return await self._send("POST", f"/users/{user}/password", _SIGNED_IN, sent, caller)

    async def addresses(self, user: int) -> list[dto.EmailAddress]:
        """Return the addresses of a user."""
        return await self.client.get(f"/users/{user}/addresses", _ADDRESSES)

    async def add_address(
        self, user: int, sent: dto.EmailInput, caller: Mapping[str, str]
    ) -> dto.EmailAddress:
        """Add an address and mail a key to it."""
        return await self._send("POST", f"/users/{user}/addresses", _ADDRESS, sent, caller)

    async def drop_address(self, user: int, address: int, caller: Mapping[str, str]) -> None:
        """Remove an address that is not the primary one."""
        await self._send("DELETE", f"/users/{user}/addresses/{address}", _ANY, None, caller)

    async def make_primary(self, user: int, address: int, caller: Mapping[str, str]) -> None:
        """Have all mail sent to this address."""
        await self._send("POST", f"/users/{user}/addresses/{address}/primary", _ANY, None, caller)

    async def confirm_again(self, user: int, address: int, caller: Mapping[str, str]) -> None:
        """Mail the key of an address once more."""
        path = f"/users/{user}/addresses/{address}/confirmation"
        await self._send("POST", path, _ANY, None, caller)

    async def own_profile(self, user: int) -> dto.OwnProfile:
        """Return a profile for its owner."""
        return await self.client.get(f"/users/{user}/profile", _OWN_PROFILE)

    async def edit_profile(
        self, user: int, sent: dto.ProfileInput, version: int, caller: Mapping[str, str]
    ) -> dto.OwnProfile:
        """Replace a profile of which `version` was shown."""
        headers = {**caller, "If-Match": f'"{version}"'}
        return await self._send("PUT", f"/users/{user}/profile", _OWN_PROFILE, sent, headers)

    async def export(self, user: int) -> Any:  # noqa: ANN401 - JSON, handed on as it is
        """Return everything kept of a user."""
        return await self.client.get(f"/users/{user}/export", _ANY)

    async def security_log(self, user: int, limit: int, offset: int) -> Page[dto.SecurityEntry]:
        """Return what happened to an account, newest first."""
        query: dict[str, Query] = {"limit": limit, "offset": offset}
        return await self.client.get(f"/users/{user}/security-log", _LOG, query)

    async def keys(self, user: int) -> list[dto.Key]:
        """Return the keys of a user."""
        return await self.client.get(f"/users/{user}/keys", _KEYS)

    async def make_key(
        self, user: int, sent: dto.KeyInput, caller: Mapping[str, str]
    ) -> dto.NewKey:
        """Make a key; its secret is in this answer only."""
        return await self._send("POST", f"/users/{user}/keys", _NEW_KEY, sent, caller)

    async def revoke_key(self, user: int, key: int, caller: Mapping[str, str]) -> None:
        """Revoke a key."""
        await self._send("DELETE", f"/users/{user}/keys/{key}", _ANY, None, caller)

    async def delete_account(self, user: int, caller: Mapping[str, str]) -> None:
        """Delete an account."""
        await self._send("DELETE", f"/users/{user}/account", _ANY, None, caller)

    # --- others ---

    async def profile(self, username: str, viewer: int | None) -> dto.Profile | None:
        """Return the profile of a user as the viewer (None: nobody) may see it."""
        path = f"/profiles/{quote(username, safe='')}"
        return await self.client.find(path, _PROFILE, {"viewer": viewer})

    async def key(
        self, kind: dto.KeyKind, sha256: str, username: str | None = None
    ) -> dto.KeyState | None:
        """Return a key with whose it is; an apikey needs the name that it was sent with."""
        return await self.client.find(f"/keys/{kind}/{sha256}", _KEY_STATE, {"username": username})

    async def _send[T](  # noqa: PLR0913 - the parts of a call
        self,
        method: str,
        path: str,
        kind: TypeAdapter[T],
        sent: BaseModel | None,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, Query] | None = None,
    ) -> T:
        body = None if sent is None else sent.model_dump_json().encode()
        return await self.client.send(Call(method, path, query, body, headers=headers), kind)

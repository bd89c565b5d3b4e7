"""Every public form: shown, checked, refused or accepted in one way.

Before a form's own code sees what was sent, it has passed, in this order: size and type of the
body; the browser's word on where it comes from; the token (a signed double submit: the form holds
a signature over a random cookie, so it works without a session and on every replica); the trap
field that only programs fill; the limit of the address; the least time that a person needs; the
model. What comes too soon, too late or wrong brings the form back with what was typed.
Everything else is refused with a page that says why.

    contact = FormRoute(
        "/contact/", name="contact", model=Contact, show=show_contact, accept=send_contact,
        limit="5/hour",
    )
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ValidationError

from contracts.files import Upload
from contracts.wording import in_words
from gateway.auth.cookies import read as read_cookie
from gateway.web.client import caller, network_of
from gateway.web.errors import Refusal
from gateway.web.pages import Page, PageContext, Redirect

if TYPE_CHECKING:
    from litestar.types import HTTPScope

    from gateway.settings import Settings
    from gateway.web.limits import RateLimits, WhenUnknown

#: Name of the hidden field with the token, and of the field that people do not see.
TOKEN = "csrf_token"  # noqa: S105 - a name
TRAP = "website_address"
MEDIA_TYPE = "application/x-www-form-urlencoded"

#: Said where a form protects a secret and nobody knows how often it was tried.
NOT_COUNTED = "This cannot be taken at the moment. Nothing was done."

_MAX_FIELDS = 200
#: A form that lay open for longer is shown again, with what was typed.
_LIFETIME = 6 * 3600


class Fields(dict[str, str]):
    """The fields of a form: of several with one name the first, and each of them by `all`."""

    def __init__(
        self,
        pairs: Iterable[tuple[str, str]] = (),
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> None:
        self._pairs = tuple(pairs)
        #: Name and bytes of each file, by field; of forms that take files only.
        self.files = dict(files or {})
        super().__init__(reversed(self._pairs))

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of all fields of a name, in order."""
        return tuple(value for one, value in self._pairs if one == name)

    def without(self, *names: str) -> Fields:
        """Return the fields but those of some names."""
        return Fields(pair for pair in self._pairs if pair[0] not in names)

    def adding(self, more: Mapping[str, str]) -> Fields:
        """Return the fields with others in place of, or beside, those of the same names."""
        kept = self.without(*more)
        return Fields([(name, one) for name in kept for one in kept.all(name)] + list(more.items()))


@dataclass(frozen=True, slots=True)
class FormState:
    """What a template needs to show a form.

    `values` are what was typed, by field; `errors` what is wrong, by field, and under "" with the
    form as a whole. `tokens` are those of other forms that have a button on its page, by name.
    `sender` stands for the network that it comes from: the same within a day, and tells nobody
    which one it is.
    """

    action: str
    token: str
    values: Fields = field(default_factory=Fields)
    errors: Mapping[str, str] = field(default_factory=dict)
    token_field: str = TOKEN
    trap_field: str = TRAP
    tokens: Mapping[str, str] = field(default_factory=dict)
    sender: str = ""


class FormErrors(Exception):
    """What a form's own code found wrong, by field, or under "" with the form as a whole.

    `status` is that of the answer with the form: 409 where somebody else was first.
    """

    def __init__(self, errors: Mapping[str, str], status: Literal[409, 422] = 422) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)
        self.status = status


@dataclass(frozen=True, slots=True)
class FormRoute[T: BaseModel]:
    """A form with its address.

    Attributes:
        path: Address, with a final slash, for GET and POST. A parameter named `key` is a secret
            that was mailed: no trace tells it.
        name: Unique among pages and forms.
        model: What is made of the fields; its constraints are what the visitor is told.
        show: Renders the page with the form.
        accept: Does what the form is for, and says where to go then; or answers with a page, where
            sending again does no harm or what was made can be shown this once. May raise
            FormErrors, Refused, NotFound, and Redirect to another way.
        limit: How often one address may send it, e.g. "5/hour".
        when_unknown: Whether it is taken where Valkey cannot say how often it was sent.
        seconds: The least time between showing and sending.
        params: Query parameters that its functions read; they stay in its address.
        personal: Whether its functions see who is signed in.
        beside: Names of other forms that have a button on its page.
        size: Most bytes of the body.
        files: It may send files: fields of its model that are an `Upload`.
        cookies: Names of cookies of its own that its functions read.
    """

    path: str
    name: str
    model: type[T]
    show: Callable[[PageContext, FormState], Awaitable[Page]]
    accept: Callable[[PageContext, T], Awaitable[Redirect | Page]]
    limit: str = "10/hour"
    when_unknown: WhenUnknown = "allow"
    seconds: float = 2.0
    personal: bool = False
    beside: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    size: int = 64 * 1024
    files: bool = False
    cookies: tuple[str, ...] = ()


class Refused(Exception):
    """A form was not taken, and typing it again would not help."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


type Freshness = Literal["good", "fast", "old"]


class FormGuard:
    """Makes and checks tokens, and counts who sends what how often."""

    def __init__(self, settings: Settings, limits: RateLimits) -> None:
        key = settings.form_key
        self._key = key.get_secret_value().encode() if key else secrets.token_bytes(32)
        self._limits = limits
        self._trusted = settings.trusted_proxies
        self._origin = settings.origin
        # The prefix makes browsers refuse the cookie unless it came by https from this host.
        secure = settings.origin.startswith("https://")
        self.cookie = "__Host-form" if secure else "form"
        self._attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    def visitor(self, scope: HTTPScope) -> tuple[str, str | None]:
        """Return the visitor's random value, and the Set-Cookie that gives it where it is new."""
        known = self._known(scope)
        if known is not None:
            return known, None
        value = secrets.token_urlsafe(16)
        return value, f"{self.cookie}={value}{self._attributes}"

    def token(self, form: str, visitor: str) -> str:
        """Return a token for one form and one visitor, made now."""
        moment = str(int(time.time() * 1000))
        return f"{moment}.{self._sign(form, visitor, moment)}"

    def sender(self, scope: HTTPScope) -> str:
        """Return what stands for the network of a visitor today."""
        who = network_of(caller(scope, self._trusted))
        return self._sign("sender", who, f"{datetime.now(UTC):%Y-%m-%d}")

    async def check(
        self, route: FormRoute[Any], scope: HTTPScope, fields: Mapping[str, str]
    ) -> Freshness:
        """Return "good"; "fast" or "old" where the form is shown again, as it was filled in.

        Fast is what programs are, and people whose browser fills in forms.

        Raises Refused for everything that a person who fills in the form would not cause.
        """
        age = self.age(route.name, scope, fields)
        if fields.get(TRAP):
            raise Refused(
                Refusal(403, "A field that people do not see was filled in, so it was not taken.")
            )
        who = network_of(caller(scope, self._trusted))
        allowed = await self._limits.count(route.limit, f"form:{route.name}", who)
        if allowed is None and route.when_unknown == "refuse":
            raise Refused(Refusal(503, NOT_COUNTED, retry_after=5))
        if allowed is False:
            raise Refused(
                Refusal(429, "This was sent too often from your network.", retry_after=600)
            )
        if age < route.seconds:
            return "fast"
        return "old" if age > _LIFETIME else "good"

    def age(self, form: str, scope: HTTPScope, fields: Mapping[str, str]) -> float:
        """Return how many seconds ago a form was shown to this very visitor, on this site.

        Raises Refused for what comes from elsewhere, or with no token or with another's.
        """
        self.check_origin(scope)
        known = self._known(scope)
        moment, _, signature = fields.get(TOKEN, "").partition(".")
        expected = self._sign(form, known or "", moment)
        if known is None or not hmac.compare_digest(signature.encode(), expected.encode()):
            raise Refused(
                Refusal(
                    403,
                    "The form could not be matched with your browser. Please allow cookies for "
                    "this site, load the form again and send it once more.",
                )
            )
        return time.time() - int(moment) / 1000

    def check_origin(self, scope: HTTPScope) -> None:
        """Raise Refused for what a browser sends from another site."""
        asked = dict(scope["headers"])
        site = asked.get(b"sec-fetch-site", b"same-origin").decode("latin-1")
        origin = asked.get(b"origin", b"").decode("latin-1")
        host = asked.get(b"host", b"").decode("latin-1")
        elsewhere = origin not in {"", self._origin} and urlsplit(origin).netloc != host
        if site not in {"same-origin", "none"} or elsewhere:
            raise Refused(Refusal(403, "The form was sent from another site."))

    def _known(self, scope: HTTPScope) -> str | None:
        value = read_cookie(scope, self.cookie)
        return value if value is not None and 16 <= len(value) <= 64 else None

    def _sign(self, form: str, visitor: str, moment: str) -> str:
        message = f"{form}\n{visitor}\n{moment}".encode()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


def read_fields(media_type: str, body: bytes, *, most: int = _MAX_FIELDS) -> Fields:
    """Return the fields of a body. Raises Refused."""
    if media_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise Refused(Refusal(415))
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=most,
        )
    except ValueError as error:
        message = "What was sent is not a form, or holds bytes that no text has."
        raise Refused(Refusal(400, message)) from error
    return Fields(pairs)


def validate[T: BaseModel](model: type[T], fields: Fields) -> T:
    """Return the model made of the fields; one that is a list takes all fields of its name.

    A file is an `Upload`; what it may be, its service says. Raises FormErrors by field.
    """
    own: dict[str, object] = dict(fields.without(TOKEN, TRAP))
    for name in own.keys() & _uploads(model):
        # Where no file was chosen, browsers send an empty text.
        if not own[name]:
            del own[name]
    for name, (called, data) in fields.files.items():
        own[name] = Upload.model_construct(name=called, data=data)
    for name in own.keys() & _lists(model):
        own[name] = list(fields.all(name))
    try:
        return model.model_validate(own)
    except ValidationError as error:
        errors: dict[str, str] = {}
        for problem in error.errors(include_url=False, include_input=False):
            name = str(problem["loc"][0]) if problem["loc"] else ""
            errors.setdefault(name if name in model.model_fields else "", in_words(problem))
        raise FormErrors(errors) from error


def _uploads(model: type[BaseModel]) -> set[str]:
    return {
        name
        for name, info in model.model_fields.items()
        if info.annotation is Upload or Upload in get_args(info.annotation)
    }


def _lists(model: type[BaseModel]) -> set[str]:
    return {
        name
        for name, info in model.model_fields.items()
        if get_origin(info.annotation) in {list, tuple}
    }

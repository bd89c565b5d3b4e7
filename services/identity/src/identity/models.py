"""What the service stores, each under the account that it belongs to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from servicekit.database import NAMING
from servicekit.models import Identity, Timestamps, Versioned


class Base(DeclarativeBase):
    """The base of this service's models."""

    metadata = MetaData(naming_convention=NAMING)


class User(Identity, Timestamps, Versioned, Base):
    """An account; "user" itself is a word of SQL.

    `version` grows with everything that others may have kept of the user: also with addresses and
    groups. `password` is a hash as identity.passwords reads it, empty where none was ever set.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_username_lower", func.lower(text("username")), unique=True),
        CheckConstraint("username <> ''", name="username"),
        CheckConstraint("search_visibility IN (0, 1)", name="search_visibility"),
        CheckConstraint("email_privacy IN (0, 1, 2)", name="email_privacy"),
    )

    username: Mapped[str] = mapped_column(String(150))
    first_name: Mapped[str] = mapped_column(String(150), server_default="")
    last_name: Mapped[str] = mapped_column(String(150), server_default="")
    password: Mapped[str] = mapped_column(Text, server_default="")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    is_staff: Mapped[bool] = mapped_column(server_default="false")
    is_superuser: Mapped[bool] = mapped_column(server_default="false")
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(100)), server_default="{}")
    last_login: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    bio: Mapped[str] = mapped_column(Text, server_default="")
    search_visibility: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    email_privacy: Mapped[int] = mapped_column(SmallInteger, server_default="2")
    public_profile: Mapped[bool] = mapped_column(server_default="true")

    @property
    def name(self) -> str:
        """What people are shown."""
        return f"{self.first_name} {self.last_name}".strip() or self.username


class EmailAddress(Identity, Base):
    """An address of an account, in lower case.

    Several accounts may claim an address; one can have it verified. Otherwise somebody who signs
    up with another's address would keep its owner out.
    """

    __tablename__ = "email_address"
    __table_args__ = (
        Index("uq_email_address_verified", "email", unique=True, postgresql_where=text("verified")),
        Index("uq_email_address_user_id_email", "user_id", "email", unique=True),
        Index(
            "uq_email_address_primary", "user_id", unique=True, postgresql_where=text('"primary"')
        ),
        Index("ix_email_address_email", "email"),
        CheckConstraint("email = lower(email) AND email <> ''", name="email"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    verified: Mapped[bool] = mapped_column(server_default="false")
    primary: Mapped[bool] = mapped_column(server_default="false")
    #: When a confirmation was last sent: one may be asked for every few minutes.
    mailed: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )


class Group(Identity, Timestamps, Versioned, Base):
    """People who share permissions; "group" itself is a word of SQL."""

    __tablename__ = "account_group"

    name: Mapped[str] = mapped_column(String(150), unique=True)
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(100)), server_default="{}")


class Member(Base):
    """That a user is in a group."""

    __tablename__ = "account_group_member"
    __table_args__ = (Index("ix_account_group_member_user_id", "user_id"),)

    group_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account_group.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )


class MailedKey(Identity, Base):
    """A key that was mailed as a link: it works once, until it expires. Only its hash is kept."""

    __tablename__ = "mailed_key"
    __table_args__ = (
        Index("ix_mailed_key_user_id", "user_id"),
        Index("ix_mailed_key_expires", "expires"),
        CheckConstraint("purpose IN ('confirm', 'reset')", name="purpose"),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    email_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("email_address.id", ondelete="CASCADE")
    )
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True), sort_order=101)


class Session(Identity, Base):
    """One browser that is signed in. The row is gone when the session ended.

    `expires` moves on with use where the session is not `remembered`.
    """

    __tablename__ = "session"
    __table_args__ = (
        Index("ix_session_user_id", "user_id"),
        Index("ix_session_expires", "expires"),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    remembered: Mapped[bool] = mapped_column(server_default="false")
    agent: Mapped[str] = mapped_column(String(300), server_default="")
    address: Mapped[str] = mapped_column(String(64), server_default="")
    reauthenticated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    #: When a code of the second factor was given; never, where there is none.
    second_factor_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_seen: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=99
    )
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True), sort_order=101)


class ApiKey(Identity, Base):
    """A key of an API. The row is gone when it was revoked. No scopes: all its owner may."""

    __tablename__ = "api_key"
    __table_args__ = (
        Index("uq_api_key_kind_sha256", "kind", "sha256", unique=True),
        Index("ix_api_key_user_id", "user_id"),
        CheckConstraint("kind IN ('apikey', 'token', 'bearer')", name="kind"),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    kind: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(100)), server_default="{}")
    expires: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )


class Totp(Base):
    """An app that shows codes (RFC 6238). It counts once a first code proved that it is set up."""

    __tablename__ = "totp"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    #: Encrypted: the service has to compute with it.
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: The time step of the last code, which does not work twice.
    last_step: Mapped[int] = mapped_column(BigInteger, server_default="0")


class RecoveryCode(Identity, Base):
    """A code for somebody who lost the app: it works once. Only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("uq_recovery_code_user_id_sha256", "user_id", "sha256", unique=True),)

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))


class FactorTries(Base):
    """Codes and passkeys of an account that did not hold, in a row, in whichever session."""

    __tablename__ = "second_factor_tries"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    blocked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Passkey(Identity, Base):
    """A key pair in somebody's device or password manager (WebAuthn); here is its public half."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_user_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    #: As the authenticator made it: 1023 bytes at most.
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    #: In the form of COSE (RFC 9052).
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: What the authenticator calls the account; it tells nothing to whoever reads it there.
    user_handle: Mapped[bytes] = mapped_column(LargeBinary)
    #: Grows with each use; always 0 with authenticators that do not count.
    sign_count: Mapped[int] = mapped_column(BigInteger, server_default="0")
    transports: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default="{}")
    backed_up: Mapped[bool] = mapped_column(server_default="false")
    name: Mapped[str] = mapped_column(String(100))
    last_used: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )


class PasskeyChallenge(Identity, Base):
    """Random bytes that an authenticator is to sign. The row is gone once they came back.

    Nobody's `user_id` and `session_id`: to sign in.
    """

    __tablename__ = "passkey_challenge"
    __table_args__ = (
        Index("ix_passkey_challenge_user_id", "user_id"),
        Index("ix_passkey_challenge_session_id", "session_id"),
        Index("ix_passkey_challenge_expires", "expires"),
        CheckConstraint(
            "purpose IN ('add', 'sign-in', 'second-factor', 'reauthentication')", name="purpose"
        ),
    )

    challenge: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE")
    )
    session_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("session.id", ondelete="CASCADE")
    )
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True), sort_order=101)


class SocialAccount(Identity, Base):
    """An account elsewhere that signs in to one here.

    `subject` is the provider's own and lasting name for it; `username` and `email` are as the
    provider told them last, and prove nothing.
    """

    __tablename__ = "social_account"
    __table_args__ = (
        Index("uq_social_account_provider_subject", "provider", "subject", unique=True),
        Index("ix_social_account_user_id", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(255))
    username: Mapped[str] = mapped_column(String(255), server_default="")
    email: Mapped[str] = mapped_column(String(254), server_default="")
    last_used: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )


class SocialAttempt(Identity, Base):
    """Somebody who went to a provider, and what the provider told, until something comes of it.

    `state` and `browser` are hashes. Answered, a row cannot be answered again. What the provider
    told of a stranger stays in it, under `subject`, until the browser signs up or in.
    """

    __tablename__ = "social_attempt"
    __table_args__ = (
        Index("ix_social_attempt_browser", "browser"),
        Index("ix_social_attempt_expires", "expires"),
        Index("ix_social_attempt_session_id", "session_id"),
        CheckConstraint("process IN ('login', 'connect', 'reauthenticate')", name="process"),
    )

    state: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    browser: Mapped[bytes] = mapped_column(LargeBinary(32))
    provider: Mapped[str] = mapped_column(String(30))
    process: Mapped[str] = mapped_column(String(20))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    beyond: Mapped[str] = mapped_column(String(2000), server_default="")
    #: For whom, unless it is to sign in; the attempt ends with the session.
    session_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("session.id", ondelete="CASCADE")
    )
    answered: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    subject: Mapped[str | None] = mapped_column(String(255))
    username: Mapped[str] = mapped_column(String(255), server_default="")
    email: Mapped[str] = mapped_column(String(254), server_default="")
    email_verified: Mapped[bool] = mapped_column(server_default="false")
    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True), sort_order=101)

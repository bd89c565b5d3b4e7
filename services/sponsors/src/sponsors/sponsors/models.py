"""The tables of sponsors and their contacts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Identity, Timestamps, Versioned
from sponsors.tables import Base


class Sponsor(Identity, Timestamps, Authorship, Versioned, Base):
    """One organisation. Logos are a `contracts.sponsors.dto.Logo`; `print_logo` is a private key.

    `slug` is made of the name, and others may have the same.
    """

    __tablename__ = "sponsor"

    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(200), server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    landing_page_url: Mapped[str] = mapped_column(String(500), server_default="")
    twitter_handle: Mapped[str] = mapped_column(String(32), server_default="")
    linked_in_page_url: Mapped[str] = mapped_column(String(500), server_default="")
    primary_phone: Mapped[str] = mapped_column(String(32), server_default="")
    mailing_address_line_1: Mapped[str] = mapped_column(String(128), server_default="")
    mailing_address_line_2: Mapped[str] = mapped_column(String(128), server_default="")
    city: Mapped[str] = mapped_column(String(64), server_default="")
    state: Mapped[str] = mapped_column(String(64), server_default="")
    postal_code: Mapped[str] = mapped_column(String(64), server_default="")
    country: Mapped[str] = mapped_column(String(2), server_default="")
    country_of_incorporation: Mapped[str] = mapped_column(String(2), server_default="")
    state_of_incorporation: Mapped[str] = mapped_column(String(64), server_default="")
    web_logo: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    white_logo: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    print_logo: Mapped[str] = mapped_column(String(420), server_default="")
    sample: Mapped[bool] = mapped_column(server_default="false")


class SponsorContact(Identity, Base):
    """Somebody at a sponsor; `user_id` is the account that is known to be theirs."""

    __tablename__ = "sponsor_contact"
    __table_args__ = (
        Index("ix_sponsor_contact_sponsor_id", "sponsor_id"),
        Index("ix_sponsor_contact_user_id", "user_id"),
    )

    sponsor_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sponsor.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(32), server_default="")
    primary: Mapped[bool] = mapped_column(server_default="false")
    administrative: Mapped[bool] = mapped_column(server_default="false")
    accounting: Mapped[bool] = mapped_column(server_default="false")
    manager: Mapped[bool] = mapped_column(server_default="false")

"""The table of canned replies."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class CannedReply(Identity, Timestamps, Authorship, Versioned, Base):
    """One text that reviewers can begin with, offered while it is `active`."""

    __tablename__ = "canned_reply"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="100")
    active: Mapped[bool] = mapped_column(server_default="true")

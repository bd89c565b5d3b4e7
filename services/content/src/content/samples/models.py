"""The table of code samples."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class CodeSample(Identity, Timestamps, Authorship, Versioned, Base):
    """One sample; its code is kept as it is typed and printed, and coloured where it is shown."""

    __tablename__ = "code_sample"

    title: Mapped[str] = mapped_column(String(100))
    code: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, server_default="")
    text_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    text_html: Mapped[str] = mapped_column(Text, server_default="")
    text_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    position: Mapped[int] = mapped_column(Integer, server_default="100")
    is_published: Mapped[bool] = mapped_column(server_default="false")

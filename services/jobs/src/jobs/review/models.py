"""The table of claims."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Base


class Claim(Base):
    """That a reviewer looks at a job, until a time. A row past that time means nothing."""

    __tablename__ = "job_claim"

    job_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(200), server_default="")
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))

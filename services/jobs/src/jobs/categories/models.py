"""The table of categories."""

from __future__ import annotations

from jobs.tables import Named


class Category(Named):
    """One category: each job has one."""

    __tablename__ = "category"

"""What the service stores: systems, releases, files, and the release cycle."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from downloads.rules import URL_FIELDS
from servicekit.database import NAMING
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned

#: The file server's addresses have this limit in every form and API.
URL_LENGTH: Final = 2000


class Base(DeclarativeBase):
    """The base of this service's models."""

    metadata = MetaData(naming_convention=NAMING)


class OperatingSystem(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """A system that files are made for. Clients hold the ids, so they never change."""

    __tablename__ = "operating_system"


class Release(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """A release of Python or of the install manager; the aggregate that its files belong to.

    `version` is the aggregate's: it grows with every change of the release or of one of its
    files. `number`, `series` and `version_key` come from the name (downloads.versions).
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("major IN (1, 2, 3, 100)", name="major"),
        CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name="slug"),
        # A draft may carry the flag: it is what the release will be once it is published.
        Index(
            "uq_release_latest_of_major",
            "major",
            unique=True,
            postgresql_where=text("is_latest AND is_published"),
        ),
        Index("ix_release_series", "series", "release_date"),
        Index("ix_release_version_key", "version_key"),
        Index("ix_release_release_date", "release_date"),
    )

    major: Mapped[int] = mapped_column(SmallInteger, server_default="3")
    number: Mapped[str] = mapped_column(String(60), server_default="")
    series: Mapped[str] = mapped_column(String(30), server_default="")
    version_key: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    is_latest: Mapped[bool] = mapped_column(server_default="false")
    is_published: Mapped[bool] = mapped_column(server_default="false")
    pre_release: Mapped[bool] = mapped_column(server_default="false")
    show_on_download_page: Mapped[bool] = mapped_column(server_default="true")
    release_date: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    release_notes_url: Mapped[str] = mapped_column(String(URL_LENGTH), server_default="")
    release_page: Mapped[str] = mapped_column(String(500), server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    content_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    content_html: Mapped[str] = mapped_column(Text, server_default="")
    content_renderer: Mapped[int] = mapped_column(Integer, server_default="0")


class ReleaseFile(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """One downloadable file of a release.

    The names of the accompanying files are checked by downloads.rules and not here: rows from
    before that rule may be kept.
    """

    __tablename__ = "release_file"
    __table_args__ = (
        CheckConstraint("filesize >= 0", name="filesize"),
        CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name="slug"),
        *(
            CheckConstraint(
                f"{column} ~ '^https?://www\\.python\\.org/'"
                + ("" if column == "url" else f" OR {column} = ''"),
                name=f"{column}_python_org",
            )
            for column in URL_FIELDS
        ),
        Index(
            "uq_release_file_download_button",
            "release_id",
            "os_id",
            unique=True,
            postgresql_where=text("download_button"),
        ),
        Index("ix_release_file_os_id", "os_id", "release_id"),
        Index("ix_release_file_release_id", "release_id"),
    )

    os_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("operating_system.id", ondelete="RESTRICT")
    )
    release_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("release.id", ondelete="CASCADE")
    )
    description: Mapped[str] = mapped_column(Text, server_default="")
    is_source: Mapped[bool] = mapped_column(server_default="false")
    url: Mapped[str] = mapped_column(String(URL_LENGTH), unique=True)
    gpg_signature_file: Mapped[str] = mapped_column(String(URL_LENGTH), server_default="")
    sigstore_signature_file: Mapped[str] = mapped_column(String(URL_LENGTH), server_default="")
    sigstore_cert_file: Mapped[str] = mapped_column(String(URL_LENGTH), server_default="")
    sigstore_bundle_file: Mapped[str] = mapped_column(String(URL_LENGTH), server_default="")
    sbom_spdx2_file: Mapped[str] = mapped_column(String(URL_LENGTH), server_default="")
    md5_sum: Mapped[str] = mapped_column(String(200), server_default="")
    sha256_sum: Mapped[str] = mapped_column(String(200), server_default="")
    filesize: Mapped[int] = mapped_column(BigInteger, server_default="0")
    download_button: Mapped[bool] = mapped_column(server_default="false")


class Cycle(Versioned, Base):
    """The one row about the release cycle as a whole: where and when it was last read."""

    __tablename__ = "release_cycle"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default="1")
    as_of: Mapped[date]
    fetched: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    etag: Mapped[str] = mapped_column(String(200), server_default="")
    last_modified: Mapped[str] = mapped_column(String(100), server_default="")


class CycleBranch(Base):
    """One branch of the release cycle; `position` 0 is the newest."""

    __tablename__ = "release_cycle_branch"

    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    branch: Mapped[str] = mapped_column(String(50))
    pep: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(20))
    first_release: Mapped[str] = mapped_column(String(20))
    end_of_life: Mapped[str] = mapped_column(String(20))
    start_of_development: Mapped[str] = mapped_column(String(20), server_default="")
    feature_freeze: Mapped[str] = mapped_column(String(20), server_default="")
    end_of_bugfix: Mapped[str] = mapped_column(String(20), server_default="")
    release_manager: Mapped[str] = mapped_column(String(200), server_default="")

"""The mails that came in, in memory."""

import datetime as dt
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail as it was taken, for the people the sender named."""

    number: int
    came: dt.datetime
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message.get("Subject", "")) or "(no subject)"

    def header(self, name: str) -> str:
        """Return one of its headers, empty where it has none."""
        return str(self.message.get(name, ""))

    def part(self, kind: str) -> str:
        """Return its text as `plain` or `html`, empty where it has none."""
        body = self.message.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body is not None else ""

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "id": self.number,
            "came": self.came.isoformat(),
            "to": list(self.recipients),
            "from": self.header("From"),
            "subject": self.subject,
            "message_id": self.header("Message-ID"),
            "text": self.part("plain"),
            "html": self.part("html"),
        }


class Store:
    """Mails by number; the oldest make room.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int) -> None:
        self._mails: deque[Mail] = deque(maxlen=most)
        self._count = 0

    def add(self, content: bytes, recipients: Sequence[str]) -> Mail:
        """Keep a mail."""
        self._count += 1
        mail = Mail(
            number=self._count,
            came=dt.datetime.now(dt.UTC),
            recipients=tuple(recipients),
            message=message_from_bytes(content, policy=policy.default),
        )
        self._mails.append(mail)
        return mail

    def find(self, to: str = "") -> list[Mail]:
        """Return the mails to an address that has `to` in it, the newest first."""
        wanted = to.strip().lower()
        return [
            mail
            for mail in reversed(self._mails)
            if any(wanted in recipient.lower() for recipient in mail.recipients)
        ]

    def get(self, number: int) -> Mail | None:
        """Return one mail, none where it has made room."""
        return next((mail for mail in self._mails if mail.number == number), None)

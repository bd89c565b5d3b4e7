"""The envelope of every domain event, and the registry that a service declares its own in.

The shape is CloudEvents 1.0 in structured JSON (https://github.com/cloudevents/spec), with two
extension attributes: `aggregateid` and `aggregateversion`. Order is promised by that version, not
by delivery: a consumer that copies state applies only a newer one.

The modules of this package are the contracts of the context that is called events: calendars and
what takes place when.
"""

from __future__ import annotations

import builtins
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.base import DTO


class EventData(DTO):
    """The payload of one kind of event.

    `SUBJECT` is the NATS subject `<context>.<entity>.<verb>`; `AGGREGATE` names the row whose
    version orders the event (a file's events are ordered with those of its release).
    """

    SUBJECT: ClassVar[str]
    AGGREGATE: ClassVar[str]
    VERSION: ClassVar[int] = 1

    @classmethod
    def type_name(cls) -> str:
        """Return the CloudEvents type, e.g. `downloads.release.published.v1`."""
        return f"{cls.SUBJECT}.v{cls.VERSION}"

    @classmethod
    def context(cls) -> str:
        """Return the bounded context that owns the event, which is also its JetStream stream."""
        return cls.SUBJECT.partition(".")[0]


class Event(DTO):
    """One event on the wire."""

    specversion: Literal["1.0"] = "1.0"
    id: UUID = Field(description="UUIDv7; also the Nats-Msg-Id and the key of a consumer's inbox")
    source: str = Field(description="The context that published it, as a path: /downloads")
    type: str = Field(description="<context>.<entity>.<verb>.v<version>")
    subject: str = Field(description="<aggregate>:<id>, e.g. release:42")
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    aggregateid: str
    aggregateversion: int = Field(
        ge=1, description="Grows by at least one with every change of the aggregate"
    )
    traceparent: str | None = Field(default=None, description="W3C trace context of the writer")
    data: dict[str, Any]

    def read[T: EventData](self, kind: builtins.type[T]) -> T:
        """Return the payload as `kind`.

        Raises pydantic.ValidationError where the payload does not fit.
        """
        return kind.model_validate(self.data)

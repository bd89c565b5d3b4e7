"""Where the bars of a waterfall are: positions in percent of the trace's length."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from devstack.traces.model import Row, Span, Trace, rows

THINNEST = 0.15
"""Percent; a shorter bar would not be seen."""
STEPS = 4
"""Parts of the axis."""
ROOM = 12.0
"""Percent that the length written beside a bar takes, about."""


def length(nanoseconds: float) -> str:
    """Write a length of time in the unit that suits it."""
    if nanoseconds < 1e3:
        return f"{nanoseconds:.0f} ns"
    for unit, size in (("µs", 1e3), ("ms", 1e6)):
        if nanoseconds < size * 1e3:
            number = nanoseconds / size
            return f"{number:.3g} {unit}" if number < 999.5 else f"{number:.0f} {unit}"
    seconds = nanoseconds / 1e9
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


@dataclass(frozen=True)
class Bar:
    """A span as it is drawn.

    `gap` is where the line begins that leads from the end of what caused it; none = no line.
    `side` tells where its length is written: after, before or inside the bar.
    """

    row: Row
    left: float
    width: float
    gap: float | None
    side: str
    self_time: int
    events: list[float]
    children: list[Span]

    @property
    def span(self) -> Span:
        """The span."""
        return self.row.span

    @property
    def right(self) -> float:
        """Where the bar ends."""
        return self.left + self.width


@dataclass(frozen=True)
class Share:
    """What a service took of a trace: nanoseconds its own spans were not waiting for others."""

    service: str
    time: int
    spans: int
    left: float
    width: float


class Drawing:
    """One trace, ready to be drawn.

    Args:
        trace: What to draw.
        most: Rows that are drawn; the rest is only counted.
        top: Id of a span: only this one and what it led to.
    """

    def __init__(self, trace: Trace, *, most: int, top: str = "") -> None:
        self._rows = list(rows(trace.spans))
        self.top = trace.spans.get(top)
        if self.top is not None:
            self._rows = _below(self._rows, top)
        self._start = min(row.span.start for row in self._rows)
        self.whole = max(row.span.end for row in self._rows) - self._start or 1
        self._children: dict[str, list[Span]] = {}
        for row in self._rows:
            if row.parent is not None:
                self._children.setdefault(row.parent.span_id, []).append(row.span)
        self._most = most

    @property
    def hidden(self) -> int:
        """Rows that are not drawn."""
        return max(0, len(self._rows) - self._most)

    @property
    def axis(self) -> list[tuple[float, str]]:
        """Marks of the axis: percent and text."""
        return [
            (100 * step / STEPS, length(self.whole * step / STEPS) if step else "0")
            for step in range(STEPS + 1)
        ]

    @cached_property
    def bars(self) -> list[Bar]:
        """The rows, from top to bottom."""
        return [self._bar(row) for row in self._rows[: self._most]]

    @cached_property
    def shares(self) -> list[Share]:
        """What each service took, the most first."""
        times: dict[str, list[int]] = {}
        for row in self._rows:
            times.setdefault(row.span.service, []).append(self._self_time(row.span))
        total = sum(sum(parts) for parts in times.values()) or 1
        found: list[Share] = []
        left = 0.0
        for service, parts in sorted(times.items(), key=lambda item: -sum(item[1])):
            width = 100 * sum(parts) / total
            found.append(Share(service, sum(parts), len(parts), left, width))
            left += width
        return found

    def offset(self, moment: int) -> str:
        """Write when something was, counted from the begin of the trace."""
        sign = "-" if moment < self._start else "+"
        return sign + length(abs(moment - self._start))

    def _percent(self, moment: int) -> float:
        return min(100.0, max(0.0, 100 * (moment - self._start) / self.whole))

    def _bar(self, row: Row) -> Bar:
        span = row.span
        left = min(self._percent(span.start), 100 - THINNEST)
        width = max(self._percent(span.end) - left, THINNEST)
        gap = None
        if row.hop and row.parent is not None:
            gap = self._percent(min(row.parent.end, span.start))
        side = "inside"
        if left + width < 100 - ROOM:
            side = "after"
        elif left > ROOM:
            side = "before"
        return Bar(
            row=row,
            left=left,
            width=width,
            gap=gap if gap is not None and left - gap > THINNEST else None,
            side=side,
            self_time=self._self_time(span),
            events=[self._percent(event.time) for event in span.events],
            children=self._children.get(span.span_id, []),
        )

    def _self_time(self, span: Span) -> int:
        """Nanoseconds of a span in which none of its children ran."""
        return span.duration - sum(end - start for start, end in self._covered(span))

    def _covered(self, span: Span) -> Iterator[tuple[int, int]]:
        """Give the times in which children ran, joined and cut to the span's own."""
        children = sorted(self._children.get(span.span_id, []), key=lambda child: child.start)
        until = span.start
        for child in children:
            start, end = max(child.start, until), min(child.end, span.end)
            if end > start:
                yield start, end
                until = end


def _below(everything: list[Row], top: str) -> list[Row]:
    """Return the row of the span `top` and those below it, moved to the left."""
    at = next(number for number, row in enumerate(everything) if row.span.span_id == top)
    depth = everything[at].depth
    found = [everything[at]]
    for row in everything[at + 1 :]:
        if row.depth <= depth:
            break
        found.append(row)
    return [Row(row.span, row.depth - depth, row.parent) for row in found]

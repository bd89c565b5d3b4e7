"""The first level: composed responses in the memory of this process.

Bounded by bytes, least recently used dropped first. A purge marks entries and keeps them, because
an old copy is better than an error page; only room makes them go.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gateway.cache.entry import Entry

#: The key that everything has.
ALL = "*"
_PATH = "path:"
_GONE = "gone:"


def path_key(path: str) -> str:
    """Return the surrogate key that a page has by its address, for purges by address."""
    return _PATH + path


def path_of(key: str) -> str | None:
    """Return the path of a key made by `path_key`, None for any other surrogate key."""
    return key.removeprefix(_PATH) if key.startswith(_PATH) else None


def withdrawal(key: str) -> str:
    """Return what, among purged keys, says that the thing behind a surrogate key is withdrawn.

    No copy of it may be shown any more, not even for want of a better one.
    """
    return _GONE + key


def is_withdrawal(key: str) -> bool:
    """Tell whether a purged key was made by `withdrawal`."""
    return key.startswith(_GONE)


@dataclass(frozen=True, slots=True)
class Alias:
    """Where the response to a raw address is.

    Attributes:
        key: To be completed by the variant, if there is one.
        varies: By the visitor's system.
        by: What else completes the key, made of the headers of a request; where it gives None, the
            request is not to be answered with what is kept.
    """

    key: str
    varies: bool
    by: Callable[[Mapping[bytes, bytes]], str | None] | None = None


class MemoryCache:
    """Entries by key, keys by surrogate key, and the raw addresses that lead to them.

    Args:
        limit: Bytes of all entries together.
        aliases: Most raw addresses that are remembered.
        missing: Most answers that tell of nothing. Addresses where nothing is are without number,
            and must not crowd out the pages.
    """

    def __init__(self, limit: int, aliases: int = 20_000, missing: int = 1000) -> None:
        self.limit = limit
        self.bytes = 0
        self.sequence = 0
        self.aliases: OrderedDict[tuple[bytes, bytes], Alias] = OrderedDict()
        self._alias_limit = aliases
        self._missing_limit = missing
        self._missing: OrderedDict[str, None] = OrderedDict()
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._by_surrogate: dict[str, set[str]] = {}
        self._purged_at: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> Entry | None:
        """Return the entry at `key`, purged or not, and count it as used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, entry: Entry) -> None:
        """Keep an entry in place of any older one, unless it would fill a tenth of all."""
        self._drop(entry.key)
        if entry.size * 10 > self.limit:
            return
        self._entries[entry.key] = entry
        self.bytes += entry.size
        if entry.status == 404:
            self._missing[entry.key] = None
            if len(self._missing) > self._missing_limit:
                self._drop(next(iter(self._missing)))
        for surrogate in (*entry.keys, path_key(entry.path)):
            self._by_surrogate.setdefault(surrogate, set()).add(entry.key)
        while self.bytes > self.limit:
            self._drop(next(iter(self._entries)))

    def alias(self, address: tuple[bytes, bytes], alias: Alias) -> None:
        """Remember that a raw address (path, query) leads to an entry."""
        self.aliases[address] = alias
        while len(self.aliases) > self._alias_limit:
            self.aliases.popitem(last=False)

    def purge(self, keys: Iterable[str]) -> int:
        """Mark what has one of these surrogate keys; returns how many entries were marked.

        What was withdrawn is dropped.
        """
        self.sequence += 1
        marked = 0
        for surrogate in keys:
            self._purged_at[surrogate] = self.sequence
            if is_withdrawal(surrogate):
                for place in tuple(self._by_surrogate.get(surrogate.removeprefix(_GONE), ())):
                    self._drop(place)
                    marked += 1
                continue
            places = self._entries if surrogate == ALL else self._by_surrogate.get(surrogate, ())
            for place in places:
                entry = self._entries[place]
                marked += not entry.purged
                entry.purged = True
                entry.hold_until = 0.0
        return marked

    def purged_since(self, entry: Entry, sequence: int) -> bool:
        """Tell whether a purge after that with number `sequence` concerned the entry."""
        return any(
            self._purged_at.get(surrogate, 0) > sequence
            for surrogate in (*entry.keys, path_key(entry.path), ALL)
        )

    def withdrawn_since(self, entry: Entry, sequence: int) -> bool:
        """Tell whether what the entry shows was withdrawn after the purge number `sequence`."""
        return any(self._purged_at.get(withdrawal(key), 0) > sequence for key in entry.keys)

    def forget_purges(self) -> None:
        """Drop the record of purges; called when no composition is under way that needs it."""
        self._purged_at.clear()

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.size
        self._missing.pop(key, None)
        for surrogate in (*entry.keys, path_key(entry.path)):
            places = self._by_surrogate.get(surrogate)
            if places is not None:
                places.discard(key)
                if not places:
                    del self._by_surrogate[surrogate]

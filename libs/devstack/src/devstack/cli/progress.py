"""Prints the steps of a start, and where everything is at its end."""

import threading

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from devstack.home import Home, default_folder
from devstack.manifest import MAILBOX, TRACES
from devstack.state import ProcessState, Step


class Progress:
    """One line a step that has ended; at a terminal, below them what is under way.

    Args:
        console: Where to print.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._under_way: list[str] = []
        self._status: Status | None = None

    def __call__(self, step: Step) -> None:
        """Tell of a step that begins or has ended."""
        with self._lock:
            if step.done:
                if step.name in self._under_way:
                    self._under_way.remove(step.name)
                self._line(step)
            else:
                self._under_way.append(step.name)
            self._show()

    def close(self) -> None:
        """Take the last line away."""
        with self._lock:
            self._under_way.clear()
            self._show()

    def _line(self, step: Step) -> None:
        mark = "[red]✗[/]" if step.failed else "[green]✓[/]"
        seconds = f"{step.seconds:5.1f} s" if step.seconds else " " * 7
        self._console.print(
            f" {mark} {escape(step.name):<20} [dim]{seconds}[/]  {escape(step.note)}".rstrip()
        )

    def _show(self) -> None:
        if not self._console.is_terminal:
            return
        if not self._under_way:
            if self._status is not None:
                self._status.stop()
                self._status = None
            return
        text = f"[dim]{escape(', '.join(self._under_way))} …[/]"
        if self._status is None:
            self._status = self._console.status(text)
            self._status.start()
        else:
            self._status.update(text)


def print_addresses(
    console: Console, processes: list[ProcessState], *, home: Home, site: str, detached: bool
) -> None:
    """Print what runs where, and the commands that go on with it."""
    where = "" if home.folder == Home(default_folder()).folder else f" --data-dir {home.folder}"
    table = Table(box=None, padding=(0, 2, 0, 1), header_style="dim")
    for heading in ("", "address", "process"):
        table.add_column(heading, no_wrap=True)
    for process in processes:
        table.add_row(
            f"[bold]{escape(process.name)}[/]",
            escape(process.address),
            str(process.pid or ""),
        )
    console.print()
    console.print(table)
    console.print()
    names = [process.name for process in processes]
    if "gateway" in names:
        console.print(f" The site     [bold link={site}]{site}[/]")
    for process in processes:
        if process.name == TRACES.name:
            console.print(f" Its traces   [bold link={process.address}]{process.address}[/]")
        if process.name == MAILBOX.name:
            console.print(f" Its mails    [bold link={process.address}]{process.address}[/]")
    console.print(f" Its logs     pydotorg logs -f{where}", soft_wrap=True)
    ending = f"pydotorg down{where}" if detached else "Ctrl-C"
    console.print(f" To end it    [bold]{escape(ending)}[/]", soft_wrap=True)

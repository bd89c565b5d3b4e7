"""The tree of menus on one page: what is below what, and in which order.

Entries are moved by buttons, which work without a script; a script adds keys and dragging. Forms of
entries are those of every resource.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from contracts.content.addresses import is_elsewhere
from contracts.content.menus import Area
from gateway.backends.errors import BackendRefused
from gateway.pages.navigation import WRITTEN, answers
from gateway.web.pages import BadInput

if TYPE_CHECKING:
    from litestar import Response

    from contracts.content.menus import MenuItem
    from gateway.admin.visits import Visit

PATH: Final = "/admin/content/menu/"
RESOURCE: Final = "menu-item"
_SERVICE: Final = "content"
#: From the page on, for there are hundreds of these links.
_FORMS: Final = f"../{RESOURCE}/"
_STEPS: Final = frozenset({"up", "down", "in", "out"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuRow:
    """One entry in the tree.

    `remarks` are words about what is special of it; `steps` are the steps that it can take. `here`
    is the entry that was moved last: its buttons get the focus.
    """

    id: int
    title: str
    address: str
    remarks: tuple[str, ...]
    steps: tuple[str, ...]
    change: str
    delete: str
    here: bool
    children: tuple[MenuRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuPage:
    """`admin/menu.html`. `add` is where an entry is added, empty where the visitor may not."""

    roots: tuple[MenuRow, ...]
    said: str
    token: str
    add: str
    action: str = PATH


async def menu(visit: Visit) -> Response[bytes]:
    """Show the tree; what is sent is a step of an entry, or the place it was dropped at."""
    calls = visit.calls(_SERVICE)
    if visit.request.method == "POST":
        fields, old = await visit.fields()
        key, body = _move(fields)
        if old:
            return visit.go(PATH, "The page lay open for long. Nothing was moved.")
        try:
            moved = await calls.move_menu_item(key, body)
        except BackendRefused as refused:
            if refused.status in {401, 403}:
                raise
            return visit.go(PATH, str(refused.problem.get("detail") or "It was not moved."))
        # No fragment: where an address has one, browsers leave `autofocus` alone.
        return visit.go(f"{PATH}?at={key}", f"{moved.title} was moved.")
    items = await calls.menu_items()
    descriptor = await calls.descriptor()
    can = next((one.can for one in descriptor.resources if one.name == RESOURCE), None)
    form = visit.form()
    below: dict[int | None, list[MenuItem]] = {}
    for item in items:
        below.setdefault(item.parent_id, []).append(item)
    may = _May(
        move=can is not None and can.change,
        change=can is not None and (can.change or can.view),
        delete=can is not None and can.delete,
        at=visit.params.get("at", ""),
    )
    page = MenuPage(
        roots=_rows(below, None, may, root=True),
        said=visit.said,
        token=form.token,
        add=f"{_FORMS}add/" if can is not None and can.add else "",
    )
    return visit.render("admin/menu.html", page, form=form)


@dataclass(frozen=True, slots=True)
class _May:
    """What the visitor may do with entries, and which one was moved last."""

    move: bool
    change: bool
    delete: bool
    at: str


def _rows(
    below: Mapping[int | None, Sequence[MenuItem]],
    parent: int | None,
    may: _May,
    *,
    root: bool = False,
) -> tuple[MenuRow, ...]:
    siblings = below.get(parent, ())
    return tuple(
        MenuRow(
            id=item.id,
            title=item.title,
            address=item.address,
            remarks=_remarks(item),
            steps=_steps(at, len(siblings), root=root) if may.move else (),
            change=f"{_FORMS}{item.id}/change/" if may.change else "",
            delete=f"{_FORMS}{item.id}/delete/" if may.delete else "",
            here=may.at == str(item.id),
            children=_rows(below, item.id, may),
        )
        for at, item in enumerate(siblings)
    )


def _steps(at: int, count: int, *, root: bool) -> tuple[str, ...]:
    possible = {"up": at > 0, "down": at < count - 1, "in": at > 0, "out": not root}
    return tuple(step for step, can in possible.items() if can)


def _remarks(item: MenuItem) -> tuple[str, ...]:
    shown = {
        "hidden": not item.visible,
        "not in menus": not item.in_menu,
        "not in the footer": not item.in_footer,
        "not in breadcrumbs": not item.in_breadcrumbs,
        "does not answer yet": not (
            is_elsewhere(item.address) or answers(Area(item.area), WRITTEN)
        ),
    }
    return tuple(words for words, so in shown.items() if so)


def _move(fields: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return which entry a form moves, and where to. Raises BadInput."""
    key, _, step = fields.get("move", "").partition(":")
    if step in _STEPS and _number(key):
        return key, {"step": step}
    key, parent, position = (fields.get(name, "") for name in ("entry", "parent", "position"))
    if not (_number(key) and _number(position) and (parent == "" or _number(parent))):
        raise BadInput("move", "names no entry and no place")
    return key, {"parent_id": int(parent) if parent else None, "position": int(position)}


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0

"""The feature switches of all services on one page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from gateway.admin import people
from gateway.admin.views import SwitchesPage, SwitchGroup, SwitchView
from gateway.backends.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Response

    from contracts.admin import AdminList
    from gateway.admin.visits import Visit

RESOURCE: Final = "switch"
_WINDOW: Final = {"limit": "500"}
_MODES: Final = {
    "everyone": "Everyone",
    "staff": "Staff",
    "testers": "Testers",
    "off": "Nobody",
}


async def show_switches(visit: Visit) -> Response[bytes]:
    """Show for whom features are there, and who said so when."""
    names = sorted(visit.admin.clients)
    found = await asyncio.gather(*(_of_service(visit, name) for name in names))
    rows = [row for listed, _ in found if listed for row in listed.items]
    called = await people.names(visit, (str(row.values.get("changed_by")) for row in rows))
    groups = tuple(
        SwitchGroup(
            service=name,
            switches=tuple(
                _view(name, row.id, row.values, called, change=row.can.change)
                for row in (listed.items if listed else ())
            ),
            away=away,
        )
        for name, (listed, away) in zip(names, found, strict=True)
        if listed or away
    )
    return visit.render("admin/switches.html", SwitchesPage(groups, visit.said))


async def _of_service(visit: Visit, name: str) -> tuple[AdminList | None, bool]:
    """Return a service's switches and whether it is away; none where the visitor sees none."""
    calls = visit.calls(name)
    try:
        descriptor = await calls.descriptor()
        if all(one.name != RESOURCE for one in descriptor.resources):
            return None, False
        return await calls.rows(RESOURCE, _WINDOW), False
    except BackendError:
        return None, True


def _view(
    service: str, key: str, values: Mapping[str, Any], called: Mapping[str, str], *, change: bool
) -> SwitchView:
    changed, by = str(values.get("changed") or ""), str(values.get("changed_by") or "")
    base = f"/admin/{service}/{RESOURCE}/{key}/"
    return SwitchView(
        name=str(values.get("name")),
        summary=str(values.get("summary")),
        mode=_MODES.get(str(values.get("mode")), str(values.get("mode"))),
        on=values.get("mode") != "off",
        changed=f"{changed[:16].replace('T', ' ')} UTC" if changed else "",
        moment=changed,
        by=called.get(by, by),
        change=f"{base}change/" if change else "",
        history=f"{base}history/",
    )

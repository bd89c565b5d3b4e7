from __future__ import annotations

from typing import TYPE_CHECKING

from downloads.seed import seed

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from servicekit.service import TaskContext


async def test_seed(api: Api, rows: Rows, context: TaskContext) -> None:
    import time

    t = time.process_time()
    print(await seed(context))
    print(time.process_time() - t)
    t = time.process_time()
    print(await seed(context))
    print(time.process_time() - t)
    print(
        await rows.all("select subject, count(*), max(length(event::text)) from outbox group by 1")
    )
    for p in [
        "/releases",
        "/releases/1",
        "/releases/latest",
        "/releases/latest/python3.14",
        "/release-files",
        "/downloads/by-system/windows",
        "/release-cycle",
        "/operating-systems",
    ]:
        t = time.process_time()
        r = await api.get(p)
        print(p, time.process_time() - t, r.status_code, len(r.content), r.text[:100])
    print((await api.get("/releases/by-slug/python-3150b1")).json()["content_html"])

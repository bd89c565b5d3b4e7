"""Jobs in the staff admin, and what follows where a category or a type is called otherwise."""

from __future__ import annotations

from services.jobs.tests.board import REVIEW, Person, sorts

from servicekit.testing import Api, Rows


async def test_review_in_the_admin(api: Api, rows: Rows) -> None:
    await sorts(api)
    poster = Person(api, 1)
    first, second = await poster.submitted(), await poster.submitted(title="Other")
    draft = await poster.draft()
    path = f"/admin-api/job/{first}"
    record = await api.read(path, as_=REVIEW)
    sent = record["values"] | {"title": "Put right", "featured": True, "decision": "reject"}
    refused = await api.put(path, sent, record["version"], as_=REVIEW)
    assert refused.status_code == 400
    assert "Say why" in refused.text
    sent |= {"decision": "ask", "message": "Which one?"}
    answer = await api.put(path, sent, record["version"], as_=REVIEW)
    assert answer.status_code == 200, answer.text
    record = await api.read(path, as_=REVIEW)
    assert "reviewer: Which one?" in record["values"]["said"]
    assert record["values"]["featured"]
    # What an action asks for is typed for all rows, and checked as what a form sends.
    told = await api.read("/admin-api", as_=REVIEW)
    [job] = [one for one in told["resources"] if one["name"] == "job"]
    asking = {one["name"]: [each["name"] for each in one["fields"]] for one in job["actions"]}
    assert {name for name, fields in asking.items() if fields == ["text"]} == {"ask", "reject"}
    reject, whole = "/admin-api/job/actions/reject", {"ids": [str(first)]}
    for fields, loc in (({}, "text"), ({"text": "a", "by": "b"}, "by"), ([], "fields")):
        wrong = await api.post(reject, {**whole, "fields": fields}, as_=REVIEW)
        assert (wrong.status_code, wrong.json()["errors"][0]["loc"][-1]) == (400, loc)
    unasked = {**whole, "fields": {"text": "Why?"}}
    assert (await api.post(reject.replace("reject", "approve"), unasked)).status_code == 400
    assert (await api.post(reject, unasked, as_=REVIEW)).status_code == 200
    record = await api.read(path, as_=REVIEW)
    assert "reviewer: Why?" in record["values"]["said"]
    assert record["can"]["actions"] == ["archive", "reopen", "remove"]
    reopened = await api.post("/admin-api/job/actions/reopen", whole, as_=REVIEW)
    assert reopened.status_code == 200, reopened.text
    last = await rows.last()
    for action, subject in (("approve", "approved"), ("archive", "archived")):
        body = {"ids": [str(first), str(second)]}
        done = await api.post(f"/admin-api/job/actions/{action}", body, as_=REVIEW)
        assert done.status_code == 200, done.text
        assert [name for name, _, _ in await rows.told(last)] == [f"job.{subject}"] * 2
        last = await rows.last()
    # The table has no such move: neither is changed.
    body = {"ids": [str(first), str(draft)]}
    assert (await api.post("/admin-api/job/actions/reopen", body, as_=REVIEW)).status_code == 409
    assert (await api.post("/admin-api/job/actions/delete", body, as_=REVIEW)).status_code == 403
    assert await rows.last() == last
    assert (await api.post("/admin-api/job/actions/delete", body)).status_code == 200
    assert [name for name, _, _ in await rows.told(last)] == ["job.deleted"] * 2
    for resource in ("job", "report", "reply", "category", "type"):
        listed = await api.read(f"/admin-api/{resource}", as_=api.permissions)
        assert "items" in listed or "rows" in listed


async def test_a_name_that_changes_is_told_with_its_jobs(api: Api, rows: Rows) -> None:
    await sorts(api)
    poster, reviewer = Person(api, 1), Person(api, 8, REVIEW)
    shown, waiting = await poster.submitted(), await poster.submitted()
    await reviewer.decide(shown, "approve")
    last = await rows.last()
    assert (await api.put("/categories/1", {"name": "Tender"})).status_code == 200
    assert (await api.put("/types/1", {"name": "Nets"})).status_code == 200
    assert (await api.put("/types/2", {"name": "Cloud", "active": False})).status_code == 200
    told = await rows.told(last)
    assert [(name, number) for name, number, _ in told] == [
        ("category.updated", "1"),
        ("job.updated", str(shown)),
        ("job_type.updated", "1"),
        ("job.updated", str(shown)),
        ("job_type.updated", "2"),
    ]
    job = await api.read(f"/jobs/{shown}")
    assert (job["category"]["name"], job["types"][0]["name"]) == ("Tender", "Nets")
    # What is used cannot be deleted, and new jobs cannot have what is not active.
    assert (await api.delete("/categories/1")).status_code == 409
    assert (await api.delete("/types/1")).status_code == 409
    assert (await api.delete("/types/2")).status_code == 204
    refused = await poster.call("POST", "/own/jobs", {"title": "a"})
    assert refused.status_code == 400
    assert {one["loc"][-1] for one in refused.json()["errors"]} >= {"company_name", "category_id"}
    for number, path in ((shown, "review/jobs"), (waiting, "own/jobs")):
        person = reviewer if path.startswith("review") else poster
        assert (await person.get(f"/{path}/{number}"))["types"][0]["name"] == "Nets"

"""What sponsors hand over and are given: at the service's door."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image
from services.sponsors.tests.stage import (
    APPLICANT,
    CONTACT,
    STRANGER,
    Stage,
    asset,
    call,
    image,
    picture,
    sponsorship,
    upload,
)

from servicekit import uploads
from servicekit.database import Database
from servicekit.files import FileStore
from servicekit.testing import Api, Rows
from sponsors.settings import Settings

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def bomb() -> bytes:
    to = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(to, "PNG", optimize=True)
    return to.getvalue()


#: What is not taken as a badge, and what the refusal says.
BAD: dict[str, tuple[Callable[[], tuple[str, bytes]], str]] = {
    "another kind": (lambda: ("a.pdf", b"%PDF-1.7"), "no picture"),
    "called a picture": (lambda: ("a.png", b"<script>alert(1)</script>"), "of no kind"),
    "too many bytes": (lambda: ("a.txt", b"a" * (uploads.MOST_BYTES + 1)), "larger than 10 MB"),
    "too small": (lambda: ("a.png", picture((99, 100))), "99 by 100 pixels; it must be 100 to 400"),
    "too wide": (lambda: ("a.png", picture((401, 100))), "401 by 100"),
    "too low": (lambda: ("a.png", picture((100, 49))), "50 to 200 high"),
    "svg with a script": (lambda: ("a.svg", SVG), "of no kind"),
    "a bomb": (lambda: ("a.png", bomb()), "broken"),
    "half of one": (lambda: ("a.png", picture()[:60]), "broken"),
}


def handing(number: int, **value: Any) -> dict[str, Any]:
    return {"assets": [{"id": number, **value}]}


async def put(api: Api, stage: Stage, body: Any, user: int = APPLICANT) -> Any:
    path = f"/own/sponsorships/{stage.sponsorship}/handover"
    return await call(api, user, "PUT", path, body)


async def test_what_is_not_taken(api: Api, rows: Rows, database: Database) -> None:
    stage = await sponsorship(
        database, image(), asset("required_text_asset", "blurb", max_length=5)
    )
    badge, blurb = stage.features["badge"], stage.features["blurb"]
    last = await rows.last()
    for what, (make, said) in BAD.items():
        answer = await put(api, stage, handing(badge, file=upload(*make())))
        assert answer.status_code == 400, what
        error = answer.json()["errors"][0]
        assert error["loc"] == ["body", "assets", 0, "file"], what
        assert said in error["msg"], (what, error["msg"])
    for value, loc in (
        ({"text": "longer"}, "text"),
        ({"response": True}, "response"),
        ({"file": upload("a.png", picture())}, "file"),
    ):
        answer = await put(api, stage, handing(blurb, **value))
        assert answer.json()["errors"][0]["loc"] == ["body", "assets", 0, loc], value
    # All or none: the text is fine, the picture is not.
    both = [{"id": blurb, "text": "fine"}, {"id": badge, "file": upload("a.svg", SVG)}]
    assert (await put(api, stage, {"assets": both})).status_code == 400
    assert await rows.one("SELECT count(*) FROM asset") == 0
    assert await rows.last() == last


async def test_life_of_assets(
    api: Api, rows: Rows, database: Database, settings: Settings, statements: Callable[[], int]
) -> None:
    stage = await sponsorship(
        database,
        image(due_date="2027-03-01"),
        asset("required_text_asset", "blurb", related_to="sponsor", due_date="2027-02-01"),
        asset("required_response_asset", "attends"),
        asset("provided_text_asset", "code"),
        asset("provided_file_asset", "kit"),
        asset("provided_text_asset", "hint", shared=True, shared_text="Come early"),
    )
    path, number = f"/own/sponsorships/{stage.sponsorship}/handover", stage.features
    before = statements()
    seen = (await call(api, CONTACT, "GET", path)).json()
    assert statements() - before == 3
    assert [one["internal_name"] for one in seen["required"]] == ["blurb", "badge", "attends"]
    assert {one["value"] and one["value"]["text"] for one in seen["provided"]} == {
        None,
        "Come early",
    }
    # A picture is written anew, without where it was taken.
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    sent = picture((200, 100), "JPEG", exif=exif) + b"<script>alert(1)</script>"
    body = {
        "assets": [
            {"id": number["badge"], "file": upload("Badge.JPG", sent)},
            {"id": number["blurb"], "text": "We make anvils."},
            {"id": number["attends"], "response": False},
        ]
    }
    answer = await put(api, stage, body)
    assert answer.status_code == 200, answer.text
    required = {one["internal_name"]: one["value"] for one in answer.json()["required"]}
    assert (required["blurb"]["text"], required["attends"]["response"]) == (
        "We make anvils.",
        False,
    )
    file = required["badge"]["file"]
    assert (file["width"], file["height"], file["media_type"]) == (200, 100, "image/jpeg")
    assert file["url"].startswith("/media/private/sponsors/assets/")
    kept = await rows.one("SELECT file ->> 'key' FROM asset WHERE internal_name = 'badge'")
    found = await FileStore(str(settings.files_url)).get(kept)
    assert found is not None
    data = b"".join([chunk async for chunk in found.chunks])
    for left in (b"A camera", b"script"):
        assert left not in data
    with Image.open(io.BytesIO(data)) as again:
        assert not again.getexif()
    told = [name for name, _, _ in await rows.told()]
    assert told[-3:] == ["asset.created"] * 3
    # The same again changes nothing; another value does.
    last = await rows.last()
    assert (await put(api, stage, handing(number["attends"], response=False))).status_code == 200
    assert await rows.last() == last
    assert (await put(api, stage, handing(number["attends"], response=True))).status_code == 200
    assert [name for name, _, _ in await rows.told(last)] == ["asset.updated"]
    # What is provided is not the sponsor's to write, and what is shared nobody's here.
    assert (await put(api, stage, handing(number["code"], text="X"))).status_code == 400
    staff = f"/staff/sponsorships/{stage.sponsorship}/handover"
    kit = upload("kit.zip", b"PK\x03\x04 ...")
    given = {"assets": [{"id": number["code"], "text": "PY27"}, {"id": number["kit"], "file": kit}]}
    assert (await api.put(staff, given)).status_code == 200
    assert (await api.put(staff, handing(number["hint"], text="Late"))).status_code == 409
    provided = (await call(api, CONTACT, "GET", path)).json()["provided"]
    assert {one["internal_name"]: one["value"]["text"] for one in provided} == {
        "code": "PY27",
        "kit": "",
        "hint": "Come early",
    }
    # Nobody else's business.
    assert (await call(api, STRANGER, "GET", path)).status_code == 404
    assert (await put(api, stage, body, STRANGER)).status_code == 404
    assert (await call(api, APPLICANT, "PUT", staff, given)).status_code == 403
    await rows.do("UPDATE sponsorship SET status = 'rejected'")
    assert (await call(api, APPLICANT, "GET", path)).status_code == 404


async def test_programs_read_assets_by_name(api: Api, database: Database) -> None:
    blurb = asset("required_text_asset", "blurb", related_to="sponsor")
    first = await sponsorship(database, blurb, image(), name="Acme")
    await sponsorship(database, blurb, image(), name="Bolt")
    await sponsorship(database, blurb, name="Cog", status="applied")
    path = "/published-assets?internal_name=blurb"
    assert await api.read(path, as_=api.permissions) == []
    empty = await api.read(f"{path}&list_empty=true", as_=api.permissions)
    assert [(one["sponsor"], one["value"]) for one in empty] == [("Acme", ""), ("Bolt", "")]
    assert empty[0].keys() == {
        *("internal_name", "uuid", "value", "is_link", "content_type", "sponsor", "sponsor_slug"),
    }
    await put(api, first, handing(first.features["blurb"], text="hello"))
    found = await api.read(path, as_=api.permissions)
    assert [(one["value"], one["content_type"], one["is_link"]) for one in found] == [
        ("hello", "Sponsor", False)
    ]
    # The same before and after it is there.
    assert found[0]["uuid"] == empty[0]["uuid"]
    badge = handing(first.features["badge"], file=upload("a.png", picture()))
    await put(api, first, badge)
    shown = await api.read("/published-assets?internal_name=badge", as_=api.permissions)
    assert shown[0]["value"].startswith("/media/private/sponsors/assets/")
    assert (shown[0]["content_type"], shown[0]["is_link"]) == ("Sponsorship", True)
    assert (await api.get("/published-assets", as_=api.permissions)).status_code == 400
    assert (await api.get(path, as_=())).status_code == 403

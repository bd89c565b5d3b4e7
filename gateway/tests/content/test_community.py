"""Posts of the community: a page of each kind, lists, feeds, and pages of editors beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import feedparser
import html5lib
import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from written import Site, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIST = "/community/posts/"


async def post(written: Written, title: str, **more: object) -> int:
    body = {"title": title, "is_published": True, **more}
    return int((await written.change("POST", "/posts", body))["id"])


async def test_each_kind_has_a_real_page(site: Site, written: Written) -> None:
    text = await post(written, "A <text>", content="With **words**.", abstract="In short")
    video = await post(written, "A video", kind="video", url="https://www.youtube.com/watch?v=1")
    link = await post(written, "A link", kind="link", url="https://discuss.python.org/")
    private = await post(written, "Private", is_published=False)
    await written.page("community/irc", title="Chat on IRC")
    await until(lambda: site.shows(LIST, "A link"))
    for path, present in (
        (f"/community/{text}/", ("<h1>A &lt;text&gt;</h1>", "<strong>words</strong>", "In short")),
        (f"/community/{video}/", ("Watch the video", 'href="https://www.youtube.com/watch?v=1"')),
        (f"/community/{link}/", ("Visit", "at discuss.python.org")),
        ("/community/irc/", ("Chat on IRC",)),
        ("/community/", ("From the community", "A &lt;text&gt;")),
        (LIST, ("A &lt;text&gt;", "A video")),
    ):
        answer = await site.get(path)
        assert answer.status_code == 200, path
        assert [one for one in present if one not in answer.text] == [], path
        assert "Private" not in answer.text
        # Nothing of another site is in the page.
        assert "<iframe" not in answer.text
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
    only = (await site.get(f"{LIST}?kind=video")).text
    assert "A video" in only
    assert "A link" not in only
    for path in (f"/community/{private}/", f"/community/0{text}/", "/community/99999999/",
                 f"{LIST}?page=9", "/community/0/"):  # fmt: skip
        assert (await site.get(path)).status_code == 404, path
    for path, field in ((f"{LIST}?kind=poem", "kind"), (f"{LIST}?page=x", "page")):
        answer = await site.get(path)
        assert (answer.status_code, field in answer.text) == (400, True), path
    for form, version in (("rss", "rss20"), ("atom", "atom10")):
        found = feedparser.parse((await site.get(f"/community/feed.{form}")).content)
        assert (found.version, found.bozo) == (version, False)
        assert {"A <text>", "A video"} <= {one.title for one in found.entries}
    assert f"/community/{text}/" in (await site.get("/sitemap-community.xml")).text
    told = (await site.get("/api/v2/posts?kind=link")).json()
    assert [one["title"] for one in told["data"]] == ["A link"]


async def test_what_is_withdrawn_is_gone(site: Site, written: Written) -> None:
    number = await post(written, "Sea", content="Blue.")
    path = f"/community/{number}/"
    await until(lambda: site.shows(path, "Sea"))
    await written.change("PUT", f"/posts/{number}", {"title": "Sea", "is_published": False})

    async def gone() -> bool:
        listed = (await site.get(LIST)).text
        return (await site.get(path)).status_code == 404 and ">Sea<" not in listed

    await until(gone)

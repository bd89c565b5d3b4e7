"""The directory of companies: filters, pages, and that staff's changes are there at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from written import Site, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_directory_and_a_company(site: Site, written: Written) -> None:
    names = {"alpha": "Alpha & Sons", "b": "<b>Beta</b>", "beta": "beta two", "bees": "99 Bees"}
    for slug, name in names.items():
        await written.change("POST", "/companies", {
            "name": name, "slug": slug,
            "about": f"We use **Python** at {name[0]}.", "url": "https://www.one.example/x",
            "contact": "Secret Person", "email": "secret@one.example",
        })  # fmt: skip

    async def shown(path: str, *present: str, absent: tuple[str, ...] = ()) -> bool:
        text = (await site.get(path)).text
        return all(one in text for one in present) and not any(one in text for one in absent)

    await until(lambda: shown("/companies/", "Alpha &amp; Sons", "99 Bees", "4 companies"))
    for path, present, absent in (
        ("/companies/?letter=A", ("Alpha", "1 company with A"), ("99 Bees",)),
        ("/companies/?letter=0", ("99 Bees", "&lt;b&gt;Beta"), ("Alpha &amp;",)),
        ("/companies/?q=BETA", ("beta two", "&lt;b&gt;Beta&lt;/b&gt;", "2 companies"), ("Alpha",)),
        ("/companies/?q=%3Cscript%3E", ("No company fits", "&lt;script&gt;"), ("<script>a",)),
        ("/sitemap-companies.xml", ("/companies/alpha/",), ()),
        ("/sitemap.xml", ("/sitemap-companies.xml",), ()),
        ("/api/v2/companies?letter=A", ('"slug":"alpha"', "about_html"), ("99",)),
        ("/api/v2/companies/alpha", ("Alpha",), ()),
    ):
        answer = await site.get(path)
        assert answer.status_code == 200, path
        main = answer.text.partition("<main")[2] or answer.text
        assert [one for one in present if one not in main] == [], path
        assert [one for one in absent if one in main] == [], path
    own = await site.get("/companies/alpha/")
    for part in ('<h1 itemprop="name">Alpha &amp; Sons</h1>', "<strong>Python</strong>",
                 'href="https://www.one.example/x"', ">one.example<"):  # fmt: skip
        assert part in own.text, part
    everything = [
        (await site.get(path)).text
        for path in ("/companies/", "/companies/alpha/", "/api/v2/companies", "/sitemap.xml")
    ]
    assert not [text for text in everything if "Secret Person" in text or "secret@" in text]
    for text in everything[:2]:
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


async def test_changes_are_there_at_once(site: Site, written: Written) -> None:
    made = await written.change("POST", "/companies", {"name": "Gamma"})
    await until(lambda: site.shows("/companies/", "Gamma"))
    assert await site.shows("/companies/gamma/", "Gamma")
    body = {"name": "Gamma Rays", "slug": "rays"}
    await written.change("PUT", f"/companies/{made['id']}", body)
    await until(lambda: site.shows("/companies/", "Gamma Rays"))
    await until(lambda: site.shows("/companies/rays/", "Gamma Rays"))
    kind = await written.change("POST", "/story-categories", {"name": "Physics"})
    story = {
        "name": "How rays are counted", "category_id": kind["id"], "company_id": made["id"],
        "author": "R. Ay", "content": "One by one.", "is_published": True,
    }  # fmt: skip
    told = await written.change("POST", "/stories", story)
    await until(lambda: site.shows("/companies/rays/", "How rays are counted"))
    await written.change("DELETE", f"/stories/{told['id']}")
    await until(lambda: site.lacks("/companies/rays/", "How rays are counted"))

    async def gone(path: str) -> bool:
        return (await site.get(path)).status_code == 404

    await until(lambda: gone("/companies/gamma/"))
    await written.change("DELETE", f"/companies/{made['id']}")
    await until(lambda: gone("/companies/rays/"))


async def test_what_is_not_there_is_not_found(site: Site) -> None:
    for path in (
        *("/companies/nothing/", "/companies/%F0%9F%90%8D/", "/companies/?page=99"),
        *("/companies/a/b/", "/edit-button/nothing/1", "/edit-button/company/x"),
    ):
        assert (await site.get(path)).status_code == 404, path
    for path, field in (("/companies/?letter=aa", "letter"), ("/companies/?page=0", "page")):
        answer = await site.get(path)
        assert (answer.status_code, field in answer.text) == (400, True), path

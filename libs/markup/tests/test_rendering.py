"""What each type renders, and that what is broken renders too."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from markup import MARKUP_TYPES, MAX_SOURCE, SourceTooLarge, UnknownMarkupType, render


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a *b* **c** ``d``", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>"),
        (
            "`Python <https://www.python.org/>`_",
            '<p><a href="https://www.python.org/" rel="noopener noreferrer">Python</a></p>',
        ),
        ("Files\n=====\n\nx", "<h2>Files</h2>\n<p>x</p>"),
        (
            ".. code-block:: python\n\n   x = 1",
            '<pre class="highlight"><code class="language-python"><span class="n">x</span>',
        ),
        (":code:`a < b`", "<code>a &lt; b</code>"),
        (".. note:: Careful.", '<aside class="admonition note">'),
        ("* one\n* two", "<li><p>one</p></li>"),
        ("broken `link and **bold", "<p>broken `link and **bold</p>"),
        ("nowhere_ and |nothing|", "<p>nowhere_ and |nothing|</p>"),
        (".. unknown:: x\n\n   kept", "kept"),
        (".. raw:: html\n\n   <b>kept</b>", "&lt;b&gt;kept&lt;/b&gt;"),
        ("=== ===\ntorn table\n=== ==", "torn table"),
        ("one@python.org, https://a.example/b.", 'href="mailto:one@python.org"'),
    ],
)
def test_restructuredtext(source: str, html: str) -> None:
    assert html in render(source, "restructuredtext")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a *b* **c** `d` ~~e~~", "<p>a <em>b</em> <strong>c</strong> <code>d</code> <s>e</s></p>"),
        ("# Files & sizes", '<h1 id="user-content-files--sizes">Files &amp; sizes</h1>'),
        ("# A\n# A\n# A", '<h1 id="user-content-a-2">A</h1>'),
        ("[x](#files)", 'href="#user-content-files"'),
        ("- [x] done\n- [ ] open", '<li><span class="task-done">☑</span> done</li>'),
        ("|a|\n|--:|\n|1|", '<td class="align-right">1</td>'),
        ("```py\nx = 1\n```", '<code class="language-python"><span class="n">x</span>'),
        ("```nonesuch\n<x>\n```", '<pre class="highlight"><code>&lt;x&gt;\n</code></pre>'),
        ("x[^1]\n\n[^1]: note", '<section class="footnotes">'),
        ("see www.python.org/doc.", '<a href="https://www.python.org/doc" rel='),
        ("run setup.py, read README.md", "<p>run setup.py, read README.md</p>"),
        ("<b>bold</b>", "<p><b>bold</b></p>"),
        ("**never closed", "<p>**never closed</p>"),
        ("![x](/i.png)", '<img src="/i.png" alt="x" loading="lazy">'),
    ],
)
def test_markdown(source: str, html: str) -> None:
    assert html in render(source, "markdown")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p align=right class='button note'>a", '<p class="note align-right">a</p>'),
        ("<div id=main>a</div>", '<div id="user-content-main">a</div>'),
        ("<a name=files>a</a>", '<a id="user-content-files" rel="noopener noreferrer">a</a>'),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("<span class='k button'>a</span>", '<span class="k">a</span>'),
        ("<p class=k>a</p>", "<p>a</p>"),
        ("<b><i>a</b>c</i>", "<b><i>a</i></b>c"),
        ("<section><div>a", "<section><div>a</div></section>"),
        ("<font>a</font><form>b</form>", "ab"),
    ],
)
def test_html(source: str, html: str) -> None:
    assert render(source, "html") == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a\nb\n\n\nc", "<p>a<br>\nb</p>\n<p>c</p>"),
        ("<b> & 'x'", "<p>&lt;b&gt; &amp; 'x'</p>"),
        (
            "http://a.example/?b=1&c=2",
            (
                '<p><a href="http://a.example/?b=1&amp;c=2" rel="noopener noreferrer">http://a.example/'
                "?b=1&amp;c=2</a></p>"
            ),
        ),
        ("setup.py", "<p>setup.py</p>"),
    ],
)
def test_plain(source: str, html: str) -> None:
    assert render(source, "plain") == html


@pytest.mark.parametrize("markup_type", MARKUP_TYPES)
def test_nothing_renders_to_nothing(markup_type: str) -> None:
    assert render("", markup_type) == ""
    assert render(" \n\t\n", markup_type) == ""


def test_a_visitor_writes_no_html_no_images_and_no_links_for_search_engines() -> None:
    source = "<b>x</b> ![i](/i.png) [l](https://a.example/)"
    html = render(source, "markdown", trust="visitor")
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<img" not in html
    assert 'rel="nofollow ugc noopener noreferrer"' in html
    assert render("<b>x</b>", "html", trust="visitor") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_an_unknown_type_is_refused_by_name() -> None:
    with pytest.raises(UnknownMarkupType, match=r"'wiki' .* restructuredtext, markdown"):
        render("x", "wiki")


def test_too_long_a_text_is_refused_with_its_length() -> None:
    assert render("x" * MAX_SOURCE, "plain")
    with pytest.raises(SourceTooLarge, match=str(MAX_SOURCE + 1)) as refusal:
        render("x" * (MAX_SOURCE + 1), "plain")
    assert refusal.value.length == MAX_SOURCE + 1


def test_a_renderer_that_fails_leaves_the_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_source: str, *, raw_html: bool) -> str:
        raise RuntimeError(str(raw_html))

    monkeypatch.setattr("markup.markdown.render", fail)
    with caplog.at_level(logging.ERROR):
        assert render("<b>x</b>", "markdown") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"
    assert "could not be rendered" in caplog.text


@pytest.mark.parametrize(
    "source",
    [
        ".. include:: {secret}",
        ".. raw:: html\n   :file: {secret}",
        ".. csv-table::\n   :file: {secret}",
        ".. csv-table::\n   :url: file://{secret}",
        ".. image:: {secret}\n   :scale: 50",
        ".. image:: file://{secret}\n   :loading: embed",
        "|x|\n\n.. |x| raw:: html\n   :file: {secret}",
    ],
)
def test_restructuredtext_reads_no_file(tmp_path: Path, source: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-7391", encoding="utf-8")
    assert "canary-7391" not in render(source.format(secret=secret), "restructuredtext")


def test_restructuredtext_reads_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docutils.conf").write_text(
        "[general]\nraw_enabled: yes\nfile_insertion_enabled: yes\nreport_level: 1\n",
        encoding="utf-8",
    )
    html = render(".. raw:: html\n\n   <b>x</b>\n\n`broken", "restructuredtext")
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "start-string" not in html


def test_restructuredtext_does_not_tell_the_date() -> None:
    html = render("|d|\n\n.. |d| date::", "restructuredtext")
    assert time.strftime("%Y") not in html


def test_restructuredtext_forgets_what_an_earlier_text_defined() -> None:
    render(".. role:: shout(strong)\n.. default-role:: strong\n\n:shout:`x`", "restructuredtext")
    assert "<strong>" not in render(":shout:`x` `y`", "restructuredtext")

"""No payload of the corpus survives in any of the four types, from any author."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from markup import MARKUP_TYPES, render, sanitize
from markup.policy import Trust

Corpus = list[tuple[str, str]]
Judge = Callable[[str], list[str]]


def test_the_corpus_has_at_least_200_payloads_in_four_types(corpus: Corpus) -> None:
    assert len(corpus) >= 200
    assert len(set(corpus)) == len(corpus)
    assert {kind for kind, _ in corpus} == set(MARKUP_TYPES)


@pytest.mark.parametrize("trust", ["author", "visitor"])
@pytest.mark.parametrize("markup_type", MARKUP_TYPES)
def test_no_payload_survives(
    corpus: Corpus, findings: Judge, markup_type: str, trust: Trust
) -> None:
    """Every payload is read as every type: a text may be saved with the wrong one."""
    bad = {
        payload: found
        for _, payload in corpus
        if (found := findings(render(payload, markup_type, trust=trust)))
    }
    assert bad == {}


@pytest.mark.parametrize("markup_type", MARKUP_TYPES)
def test_what_comes_out_is_a_fixed_point(corpus: Corpus, markup_type: str) -> None:
    changed = [
        payload for _, payload in corpus if sanitize(html := render(payload, markup_type)) != html
    ]
    assert changed == []


@pytest.mark.parametrize(
    "unsafe",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="java&#10;script:alert(1)" rel="noopener">x</a>',
        '<a href="https://ok.example">x</a>',
        '<p style="color:red">x</p>',
        '<p id="main">x</p>',
        "<svg><a href=x></a></svg>",
        "<!-- x -->",
    ],
)
def test_the_judge_sees_what_is_unsafe(findings: Judge, unsafe: str) -> None:
    assert findings(unsafe)

"""Salience: which entity is on the reader's mind when a paragraph opens without a subject."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.salience import KEPT as RATES
from kg.extract.salience import Salience
from kg.model import Sentence, SentenceKind

KEPT = RATES[0]


def page(*kinds: SentenceKind, paragraphs: tuple[int, ...] | None = None) -> list[Sentence]:
    """Return sentences of one character, each a paragraph unless told otherwise."""
    paragraphs = paragraphs or tuple(range(len(kinds)))
    return [
        Sentence(n, n, n + 1, p, 0, kind) for n, (kind, p) in enumerate(zip(kinds, paragraphs, strict=True))
    ]


def asked(sentences: list[Sentence], told: list[tuple[int, int, bool]], thing: int, at: int) -> float:
    rows = np.array([row[:2] for row in told], np.int64).reshape(-1, 2)
    heads = np.array([row[2] for row in told], bool)
    found = Salience(sentences, rows[:, 0], rows[:, 1], heads).before(np.array([thing]), np.array([at]))
    return float(found[0, 0])


def test_a_subject_is_remembered_longer_than_what_is_named_beside_it() -> None:
    sentences = page("body", "body", "body")
    told = [(0, 0, True), (1, 0, False)]
    assert asked(sentences, told, 0, 1) > asked(sentences, told, 1, 1) > 0
    assert asked(sentences, told, 0, 2) == pytest.approx(asked(sentences, told, 0, 1) * KEPT**2)


def test_only_what_stands_before_counts() -> None:
    sentences = page("body", "body", "body")
    told = [(0, 1, True), (1, 1, False), (0, 2, True)]
    assert asked(sentences, told, 0, 0) == 0
    assert asked(sentences, told, 0, 1) == 0
    assert asked(sentences, told, 1, 2) > 0
    assert asked(sentences, told, 7, 2) == 0
    assert asked(sentences, [], 0, 2) == 0


def test_a_caption_takes_no_time_and_a_headline_more() -> None:
    told = [(0, 0, True), (1, 1, True)]
    plain = asked(page("body", "body", "body"), told, 0, 2)
    captioned = page("body", "caption", "body", "body")
    assert asked(captioned, told, 0, 3) == pytest.approx(plain)
    assert asked(captioned, told, 1, 3) == 0
    assert asked(page("body", "headline", "body"), told, 0, 2) < plain
    assert asked(page("body", "body", "body", paragraphs=(0, 0, 0)), told, 0, 2) > plain


def test_another_article_on_the_page_is_another_world() -> None:
    sentences = [Sentence(0, 0, 1, 0, 0), Sentence(1, 1, 2, 1, 1)]
    assert asked(sentences, [(0, 0, True)], 0, 1) < 1e-9


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), max_size=20))
def test_it_is_the_sum_of_what_each_naming_has_left(rows: list[tuple[int, int, bool]]) -> None:
    told = sorted(rows, key=lambda row: row[1])
    sentences = page(*["body"] * 6)
    for thing in range(4):
        for at in range(6):
            left = 0.0
            for n, (who, sentence, head) in enumerate(told):
                if who == thing and sentence < at:
                    first = n == 0 or told[n - 1][1] != sentence
                    left += (1 + first + 2 * head) * KEPT ** (2 * (at - sentence))
            assert asked(sentences, told, thing, at) == pytest.approx(left)

"""Utilities in bulk against sacrebleu's sentence scores, pair by pair, also of texts that repeat, are empty or have no words in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from funcgen.generation import consensus
from funcgen.scoring import BleuTokenizer

TEXTS = [
    "The Mill serves French food in the city centre.",
    "the mill serves french food .",
    "The Mill is a pub, the Mill is a pub, the Mill is a pub.",
    "a a a a a b",
    "a a b a",
    "a",
    "",
    "  ",
    "£20-25, 1,000 and 3.5%",
    "健身房的闹钟已设为七点半。",
    "x y",
]
texts_of_few_words = st.lists(
    st.one_of(
        st.lists(st.sampled_from(["a", "b", "c", "The", "the", ".", "1,5"]), max_size=14).map(" ".join),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    ),
    min_size=1,
    max_size=7,
)


def assert_bleu_is_that_of_sacrebleu(texts: list[str], lowercase: bool, tokenizer: BleuTokenizer) -> None:
    bleu = BLEU(lowercase=lowercase, tokenize=tokenizer, effective_order=True)
    pairs = [[bleu.sentence_score(ours, [theirs]).score for theirs in texts] for ours in texts]
    np.testing.assert_allclose(consensus.bleu(texts, lowercase, tokenizer), pairs, atol=1e-9)
    pooled = consensus.pooled_bleu(texts, lowercase, tokenizer)
    for index, text in enumerate(texts):
        others = texts[:index] + texts[index + 1 :]
        assert pooled[index] == pytest.approx(bleu.sentence_score(text, others).score if others else 0.0, abs=1e-9)


def assert_chrf_is_that_of_sacrebleu(texts: list[str], lowercase: bool) -> None:
    chrf = CHRF(lowercase=lowercase)
    pairs = [[chrf.sentence_score(ours, [theirs]).score for theirs in texts] for ours in texts]
    np.testing.assert_allclose(consensus.chrf(texts, lowercase), pairs, atol=1e-9)


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("tokenizer", ["13a", "intl", "zh", "char", "none"])
def test_bleu_is_that_of_sacrebleu(lowercase: bool, tokenizer: BleuTokenizer) -> None:
    assert_bleu_is_that_of_sacrebleu(TEXTS, lowercase, tokenizer)
    assert_bleu_is_that_of_sacrebleu(TEXTS[:1], lowercase, tokenizer)
    assert_bleu_is_that_of_sacrebleu([""], lowercase, tokenizer)


@pytest.mark.parametrize("lowercase", [True, False])
def test_chrf_is_that_of_sacrebleu(lowercase: bool) -> None:
    assert_chrf_is_that_of_sacrebleu(TEXTS, lowercase)
    assert_chrf_is_that_of_sacrebleu([""], lowercase)


@given(texts_of_few_words)
@settings(max_examples=150, deadline=None)
def test_any_texts(texts: list[str]) -> None:
    assert_bleu_is_that_of_sacrebleu(texts, True, "13a")
    assert_chrf_is_that_of_sacrebleu(texts, True)


def test_many_columns_are_counted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consensus, "COLUMNS", 3)
    assert_bleu_is_that_of_sacrebleu(TEXTS, True, "13a")
    assert_chrf_is_that_of_sacrebleu(TEXTS, True)

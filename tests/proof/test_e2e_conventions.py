"""What others would have printed for TGen on E2E's test set is traced back to how they scored: 60 BLEU between the worst and the best."""

import pytest

from funcgen.metrics import METRICS
from funcgen.proof.conventions import Conventions
from funcgen.proof.explanation import explanations
from funcgen.scoring import Scoring
from tests.metrics.test_e2e_anchor import data, references, runs

__all__ = ["data", "references", "runs"]

PRINTED = {
    "66.16": "of the corpus, all references, lowercased, tokenizer 13a",
    "62.34": "of the corpus, all references, cased, tokenizer 13a",
    "32.33": "of the corpus, first reference only, lowercased, tokenizer 13a",
    "32.24": "of the corpus, each (input, reference) pair an item, lowercased, tokenizer 13a",
    "60.87": "of the corpus, all references, lowercased, tokenizer none",
    "66.55": "of the corpus, all references, lowercased, tokenizer intl",
    "89.56": "of the corpus, all references, lowercased, tokenizer char",
    "64.29": "mean sentence BLEU, all references, lowercased, tokenizer 13a",
    "91.85": "BLEU-1, all references, lowercased, tokenizer 13a",
}
"""Sacrebleu 2.6.0 gave these, called by hand in these ways."""


@pytest.fixture(scope="module")
def conventions(runs: list[list[str]], references: list[list[str]]) -> Conventions:
    return Conventions(METRICS["bleu"], "bleu", (runs[0], references), Scoring(lowercase=True, tokenizer="13a"))


@pytest.mark.parametrize(("score", "convention"), PRINTED.items())
def test_a_score_is_traced_back(conventions: Conventions, score: str, convention: str) -> None:
    found, _ = explanations(score, conventions)
    assert convention in [str(one) for _, one in found]

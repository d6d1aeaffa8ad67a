"""ROUGE: what its tokens are, and that the arithmetic is rouge-score's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score import rouge_scorer, tokenize

from funcgen.metrics import rouge
from funcgen.scoring import Scoring

CASED = Scoring(lowercase=False, tokenizer="13a")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don't, at 7:30 — OK?", ["don", "t", "at", "7", "30", "ok"]),
        ("Café Zürich_2", ["café", "zürich", "2"]),
        ("你好abc12世界。", ["你", "好", "abc12", "世", "界"]),
        ("𠮷野家㐀〇々豈", ["𠮷", "野", "家", "㐀", "〇", "々", "豈"]),
        ("\U00030000\U000323af\U0002fa1d", ["\U00030000", "\U000323af", "\U0002fa1d"]),
        ("，……！ \n", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert list(rouge.tokens(text)) == tokens


@settings(deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_tokens_of_ascii_are_those_of_rouge_score(text: str) -> None:
    assert list(rouge.tokens(text)) == tokenize.tokenize(text, None)


def test_equals_rouge_score_on_english_and_takes_the_best_reference() -> None:
    hypothesis, right = "The inn is near the river.", ["An inn near a river.", "The inn lies at the river, the river Cam."]
    names = {"rouge1": "rouge_1", "rouge2": "rouge_2", "rougeL": "rouge_l"}
    scorer = rouge_scorer.RougeScorer(list(names))
    each = [scorer.score(text, hypothesis) for text in right]
    expected = {ours: 100 * max(one[theirs].fmeasure for one in each) for theirs, ours in names.items()}
    assert rouge.scores(rouge.statistics([hypothesis], [right], CASED).sum(axis=0)) == pytest.approx(expected)


WORDS = st.lists(st.sampled_from(["a", "b", "cat", "sat"]), max_size=12).map(" ".join)


@settings(deadline=None)
@given(st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=3)), min_size=1, max_size=3))
def test_every_item_is_what_rouge_score_says(items: list[tuple[str, list[str]]]) -> None:
    """To the last bit: repeated words, empty texts, several references."""
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
    each = [scorer.score_multi(right, hypothesis) for hypothesis, right in items]
    expected = [[*(one[name].fmeasure for name in ("rouge1", "rouge2", "rougeL")), 1.0] for one in each]
    assert rouge.statistics([item[0] for item in items], [item[1] for item in items], CASED).tolist() == expected


def test_chinese_gets_partial_credit() -> None:
    found = rouge.scores(rouge.statistics(["今天下雨"], [["今天下雪"]], CASED).sum(axis=0))
    assert found == pytest.approx({"rouge_1": 75.0, "rouge_2": 200 / 3, "rouge_l": 75.0})
